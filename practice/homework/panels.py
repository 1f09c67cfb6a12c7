"""What the panels of the session page show: last homework, what fits, what was given."""

from collections.abc import Sequence
from typing import Any

from practice.assignments import service
from practice.assignments.rows import AnyAssignment
from practice.couples.models import OfACouple
from practice.couples.safety import Gate, gate
from practice.courses import enrollments
from practice.courses.steps import CourseNow, Proposal, proposed
from practice.library import custom
from practice.sessions.rows import AnySession
from practice.suggestions.queries import alone_in, fitting, what_is_known
from practice.suggestions.ranking import weights_of
from practice.vocabulary import Outcome
from practice.worksheets.sheets import copies_of, copy_name


def suggestion_panel(session: AnySession, couple: OfACouple) -> dict[str, Any]:
    """What the panel shows: suggestions, and the safety gate in words."""
    safety = gate(couple)
    course = enrollments.running(session.couple_id)
    if course and course.started_on > session.held_on:
        course = None
    proposal = proposal_in(course, safety, session) if course and couple.is_open else None
    in_course = proposal.homework.slug if proposal and proposal.homework else ""
    known = what_is_known(session, couple, safety)
    found = fitting(known) if couple.is_open else []
    suggestions = [one for one in found if one.homework.slug != in_course]
    return {
        "session": session,
        "couple": couple,
        "proposal": proposal,
        "suggestions": suggestions,
        "sizes": sorted({one.size_why for one in suggestions if one.size_why}),
        "is_anything_seen": bool(weights_of(known)),
        "gate": safety,
    }


def proposal_in(course: CourseNow, safety: Gate, session: AnySession | None) -> Proposal:
    """What a couple's course proposes in a session, or between two where it is None."""
    return proposed(
        course,
        safety,
        service.homework_called,
        session.id if session else None,
        alone_in(session),
        custom.catalog().of_control if safety.level == "refused" else (),
    )


def given_panel(session: AnySession, couple: OfACouple) -> dict[str, Any]:
    """What was given in a session, with the copies there are to print."""
    return {
        "session": session,
        "couple": couple,
        "given": service.given_in(session),
        "copies_of": copies_of,
        "copy_name": copy_name,
    }


def review_panel(
    couple: OfACouple, session: AnySession | None, assignments: Sequence[AnyAssignment]
) -> dict[str, Any]:
    """What the review of last homework shows."""
    return {
        "couple": couple,
        "session": session,
        "assignments": assignments,
        "reviews": service.reviews_of([one.id for one in assignments]),
        "outcomes": [(one.value, one.label) for one in Outcome],
    }
