"""Homework that a couple was given before, for whoever chooses the next."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import bindparam, select

from practice.assignments.models import Assignment, Review
from practice.couples.models import Couple
from practice.couples.names import told_apart
from practice.database.base import db
from practice.formatting import full_date
from practice.vocabulary import Outcome


@dataclass
class Earlier:
    """One time a couple was given a homework.

    `said` is how it went, clinician first: by whom, the outcome ("" when not said) and how much
    it was of use, 0 to 4 or None.
    """

    given_on: date
    for_whom: str
    said: list[tuple[str, str, int | None]] = field(default_factory=list)

    def words(self, couple: Couple) -> str:
        """“November 5, 2026: done; Maya: partly, of use 3 of 4”."""
        names = told_apart(couple)
        whom = f", for {names[self.for_whom]}" if self.for_whom in names else ""
        told = [
            (f"{names[by_whom]}: " if by_whom in names else "") + how
            for by_whom, outcome, usefulness in self.said
            if (how := how_it_went(outcome, usefulness))
        ]
        return f"{full_date(self.given_on)}{whom}: {'; '.join(told) or 'not reviewed yet'}"


def how_it_went(outcome: str, usefulness: int | None) -> str:
    """“partly, of use 3 of 4”: what is known of it, or nothing."""
    known = [
        Outcome(outcome).label.lower() if outcome else "",
        f"of use {usefulness} of 4" if usefulness is not None else "",
    ]
    return ", ".join(filter(None, known))


GIVEN_EARLIER = (
    select(
        Assignment.id,
        Assignment.slug,
        Assignment.given_on,
        Assignment.for_whom,
        Review.by_whom,
        Review.outcome,
        Review.usefulness,
    )
    .outerjoin(Review, Review.assignment_id == Assignment.id)
    .where(Assignment.couple_id == bindparam("couple_id"))
    .order_by(
        Assignment.given_on.desc(),
        Assignment.id.desc(),
        Review.by_whom != "clinician",
        Review.by_whom,
    )
)


def given_earlier(couple: Couple) -> dict[str, list[Earlier]]:
    """Every time the couple was given each homework, newest first, by the homework's name."""
    found: dict[str, dict[int, Earlier]] = {}
    rows = db.session.execute(GIVEN_EARLIER, {"couple_id": couple.id})
    for id_, slug, given_on, for_whom, by_whom, outcome, usefulness in rows:
        times = found.setdefault(slug, {})
        time = times.setdefault(id_, Earlier(given_on, for_whom))
        if by_whom:
            time.said.append((by_whom, outcome, usefulness))
    return {slug: list(times.values()) for slug, times in found.items()}
