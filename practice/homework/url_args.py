"""What an address of these pages names: a homework, a couple, a session, a step of a course."""

from datetime import date

from flask import abort, g, request

from practice.access.load import get_or_404
from practice.assignments import service
from practice.audit.service import log_view
from practice.couples.models import Couple
from practice.courses.models import CourseStep
from practice.database.base import LARGEST_ID
from practice.library.homework import Homework
from practice.sessions.models import TherapySession


def homework_or_404(slug: str) -> Homework:
    """The homework of that name."""
    homework = service.homework_called(slug)
    if homework is None:
        abort(404)
    return homework


def session_or_none(couple: Couple, session_id: int | None) -> TherapySession | None:
    """The session something was done in, which must be in the same couple's file."""
    if session_id is None:
        return None
    return get_or_404(TherapySession, session_id, couple_id=couple.id)


def giving_to() -> tuple[Couple | None, TherapySession | None]:
    """The couple, and the session, that a homework is being chosen for, if the address names them."""
    couple_id = request.args.get("couple", type=int)
    if not couple_id or couple_id > LARGEST_ID:
        return None, None
    couple = get_or_404(Couple, couple_id)
    log_view("viewed", couple)
    session_id = request.args.get("session", type=int)
    return couple, session_or_none(couple, session_id if (session_id or 0) <= LARGEST_ID else None)


def step_asked(couple: Couple) -> CourseStep | None:
    """The step of a course that a homework is chosen for, if the address names one of this couple."""
    step_id = request.args.get("step", type=int)
    if not step_id or step_id > LARGEST_ID:
        return None
    return get_or_404(CourseStep, step_id, couple_id=couple.id)


def as_asked(couple: Couple | None, session: TherapySession | None) -> dict[str, int]:
    """Whom, and which step of a course, a homework is chosen for, as an address says it."""
    step = step_asked(couple) if couple else None
    named = (("couple", couple), ("session", session), ("step", step))
    return {name: one.id for name, one in named if one}


def day_of(session: TherapySession | None) -> date:
    """The day on which something is said or given: the session's, or today between two."""
    today: date = g.today
    return min(session.held_on, today) if session else today
