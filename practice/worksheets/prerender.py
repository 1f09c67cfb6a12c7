"""Printing an assignment's copies: when they are asked for, and ahead of it."""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import event

from practice import handouts
from practice.assignments.models import Assignment
from practice.assignments.rows import WordedAssignment
from practice.couples.models import Couple, OfACouple, Partner, SecretsPolicy
from practice.couples.safety import policy_in_force
from practice.handouts.kinds.exercise import ExerciseSheet
from practice.handouts.pdf_cache import Name
from practice.practice_admin.letterhead import on_paper
from practice.worksheets.sheets import copies_of, sheet

ASSIGNMENT = "assignment"


def copies(
    couple: OfACouple,
    assignment: WordedAssignment,
    *wanted: str,
    large: bool = False,
    language: str = "",
) -> Iterator[tuple[Name, ExerciseSheet]]:
    """The copies `wanted`, each with the name that it is kept under.

    In each reader's language unless another is asked for.
    """
    practice, clinician = on_paper(assignment.by_user_id)
    policy = policy_in_force(couple)
    for copy in wanted:
        page = sheet(assignment, couple, copy, practice, clinician, policy, language or None)
        name = (ASSIGNMENT, couple.id, assignment.id, copy, "large" if large else "", language)
        yield name, replace(page, large=True) if large else page


def print_ahead(couple: Couple, assignment: Assignment) -> None:
    """Have every copy ready when it is asked for: they are printed once this request is kept."""
    handouts.print_ahead(copies(couple, assignment, *copies_of(assignment)))


@event.listens_for(Assignment, "after_update")
@event.listens_for(Assignment, "after_delete")
def forget_its_sheets(_mapper: object, _connection: object, assignment: Assignment) -> None:
    """An assignment that changes leaves no finished sheet behind."""
    handouts.forget(ASSIGNMENT, assignment.couple_id, assignment.id)


@event.listens_for(SecretsPolicy, "after_insert")
@event.listens_for(SecretsPolicy, "after_update")
@event.listens_for(Partner, "after_update")
@event.listens_for(Partner, "after_delete")
def forget_their_sheets(
    _mapper: object, _connection: object, told: Partner | SecretsPolicy
) -> None:
    """Nor does a partner who changes name or language, or a new policy on what is told alone."""
    handouts.forget(ASSIGNMENT, told.couple_id)
