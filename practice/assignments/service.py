"""Giving homework, and hearing how it went.

What the session page asks is built once, when this is loaded: building a statement takes longer
than running it.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Date, bindparam, exists, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from practice.access.expressions import in_list
from practice.access.prepared import PreparedQuery, columns_of
from practice.assignments.models import Assignment, Review
from practice.assignments.rows import AssignmentRow, WordedAssignment
from practice.couples.diary import next_appointment
from practice.couples.models import Couple
from practice.couples.safety import Gate, gate
from practice.database.base import db
from practice.errors import Refused
from practice.identity.models import User
from practice.library import custom
from practice.library.cautions import reaches_the_other
from practice.library.homework import Homework, thaw
from practice.sessions.models import TherapySession
from practice.sessions.order import ASKED, held_at, order_of
from practice.sessions.rows import AnySession
from practice.vocabulary import Outcome

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Plan:
    """What couple and clinician agree on when homework is given. Only the due date is a must."""

    for_whom: str
    dose: int
    due_on: date
    days: int = 0
    place_and_time: str = ""
    anchor: str = ""
    expected_obstacle: str = ""
    if_then: str = ""
    confidence_a: int | None = None
    confidence_b: int | None = None
    personal_word: str = ""
    safety_reason: str = ""


def homework_called(slug: str) -> Homework | None:
    """The homework of that name: the library's, or one of the practice's own that the user sees."""
    return custom.catalog().called(slug)


def give(
    couple: Couple,
    homework: Homework,
    plan: Plan,
    user: User,
    today: date,
    session: TherapySession | None = None,
    once: str | None = None,
) -> Assignment:
    """Give a couple, or one partner, a homework, its wording frozen as it reads today.

    Sending the same `once` again finds the assignment it made, and changes it when the plan
    says something else. Raises Refused when the file is closed, the date has passed, or the
    couple's safety gate forbids it or asks a reason.
    """
    mark = mark_of(homework, once) if once else None
    there = given_once(couple, mark) if mark else None
    if there and all(getattr(there, name) == agreed for name, agreed in vars(plan).items()):
        return there
    if not couple.is_open:
        raise Refused("This file is closed. Reopen it to give homework.")
    if plan.due_on < today:
        raise Refused("That date has already passed.", "due_on")
    if (plan.due_on - today).days > 366:
        raise Refused("Choose a date within a year.", "due_on")
    if plan.dose not in {dose.minutes for dose in homework.doses}:
        raise Refused("Choose one of the sizes offered.", "dose")
    pass_gate(couple, homework, plan)
    if there:
        for name, agreed in vars(plan).items():
            setattr(there, name, agreed)
        return there
    assignment = Assignment(
        couple_id=couple.id,
        session_id=session.id if session else None,
        by_user_id=user.id,
        slug=homework.slug,
        wording=custom.catalog().wording(homework),
        title=homework.title,
        given_on=today,
        code_a=new_code(),
        code_b=new_code(),
        once=mark,
        **vars(plan),
    )
    db.session.add(assignment)
    db.session.flush()
    return assignment


def mark_of(homework: Homework, once: str) -> str:
    """What is kept of a form's mark. It holds for one homework: sent to another, it is a new form."""
    return hashlib.sha256(f"{homework.slug} {once}".encode()).hexdigest()[:40]


def given_once(couple: Couple, mark: str) -> Assignment | None:
    """The assignment that an earlier sending of the same form made."""
    return db.session.scalar(
        select(Assignment).where(Assignment.couple_id == couple.id, Assignment.once == mark)
    )


def pass_gate(couple: Couple, homework: Homework, plan: Plan) -> None:
    """Raise Refused when the couple's safety gate does not let an exercise through as planned."""
    safety = gate(couple)
    together = homework.conjoint and plan.for_whom == "couple"
    if safety.level == "refused" and together:
        raise Refused(
            f"{safety.why} Exercises done together are not given here; choose one for each alone."
        )
    if plan.safety_reason:
        return
    if safety.level == "refused" and reaches_the_other(homework):
        raise Refused(
            f"{safety.why} This one reaches toward the other partner even when one does it alone. "
            "Say why it is right now.",
            "safety_reason",
        )
    if safety.level == "reason-needed" and together:
        raise Refused(
            f"{safety.why} Say why an exercise done together is right now.", "safety_reason"
        )


def may_ask_reason(homework: Homework, safety: Gate) -> bool:
    """Whether a homework may need a reason to be given behind this gate, to both or to one."""
    if safety.level == "refused":
        return reaches_the_other(homework)
    return safety.level == "reason-needed" and homework.conjoint


def new_code() -> str:
    """A short code such as 7F3K-29QD: forty bits, no letters that look alike."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def due_date_for(couple_id: int, today: date) -> date | None:
    """When it will be talked about: the next appointment after today, if one is agreed."""
    appointment = next_appointment(couple_id, after=today)
    return appointment.on_day if appointment else None


def review(
    assignment: Assignment,
    by_whom: str,
    today: date,
    now: datetime,
    session: TherapySession | None = None,
    *,
    outcome: str | None = None,
    usefulness: int | None = None,
    noticed: str | None = None,
) -> Review:
    """Keep how an assignment went, as A, B or the clinician saw it.

    What is None stays as it was; an outcome of "" and a usefulness of -1 take it back.
    Raises Refused for values that are not offered.
    """
    if outcome not in (None, "", *Outcome) or by_whom not in ("a", "b", "clinician"):
        raise Refused("Choose one of the answers offered.", "outcome")
    if usefulness is not None and not -1 <= usefulness <= 4:
        raise Refused("Choose a number from 0 to 4.", "usefulness")
    kept = db.session.scalar(
        select(Review).where(Review.assignment_id == assignment.id, Review.by_whom == by_whom)
    )
    if kept is None:
        kept = Review(
            couple_id=assignment.couple_id,
            assignment_id=assignment.id,
            by_whom=by_whom,
            session_id=session.id if session else None,
        )
        db.session.add(kept)
    kept.reviewed_on, kept.saved_at = today, now
    if outcome is not None:
        kept.outcome = outcome
    if usefulness is not None:
        kept.usefulness = usefulness if usefulness >= 0 else None
    if noticed is not None:
        kept.noticed = noticed
    return kept


@dataclass(frozen=True)
class Said:
    """What one of the three said of an assignment; the values are those of a Review."""

    outcome: str
    usefulness: int | None
    noticed: str
    #: The session it was said in, and the day; None where that was not asked for.
    session_id: int | None = None
    on: date | None = None

    def by(self, name: str) -> str:
        """“Maya: partly, “mornings work””; empty while neither is said."""
        label = Outcome(self.outcome).label.lower() if self.outcome else ""
        quoted = f"“{self.noticed}”" if self.noticed else ""
        words = ", ".join(filter(None, (label, quoted)))
        return f"{name}: {words}" if words else ""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A row of what one of the three said of an assignment."""

    assignment_id: int
    by_whom: str
    outcome: str
    usefulness: int | None
    noticed: str
    session_id: int | None
    reviewed_on: date


REVIEWS = PreparedQuery(
    ReviewRow,
    select(
        Review.assignment_id,
        Review.by_whom,
        Review.outcome,
        Review.usefulness,
        Review.noticed,
        Review.session_id,
        Review.reviewed_on,
    ).where(in_list(Review.assignment_id, "assignment_ids")),
)


def reviews_of(assignment_ids: list[int]) -> dict[int, dict[str, Said]]:
    """The reviews of some assignments: by assignment id, then by whom."""
    found: dict[int, dict[str, Said]] = {id_: {} for id_ in assignment_ids}
    if not assignment_ids:
        return found
    for row in REVIEWS.rows(assignment_ids=assignment_ids):
        said = Said(row.outcome, row.usefulness, row.noticed, row.session_id, row.reviewed_on)
        found[row.assignment_id][row.by_whom] = said
    return found


def is_reviewed(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the clinician has reviewed an assignment, asked inside a query for assignments.

    `where` narrows which reviews count.
    """
    return exists(
        select(Review.id).where(
            Review.assignment_id == Assignment.id,
            Review.by_whom == "clinician",
            Review.outcome != "",
            *where,
        )
    )


def assignments_of(couple_id: int, limit: int = 40) -> list[Assignment]:
    """A couple's assignments, newest first."""
    return list(
        db.session.scalars(
            select(Assignment)
            .where(Assignment.couple_id == couple_id)
            .order_by(Assignment.given_on.desc(), Assignment.id.desc())
            .limit(limit)
        )
    )


EARLIER = aliased(TherapySession)
EARLIER_SESSIONS = select(EARLIER.id).where(
    EARLIER.couple_id == bindparam("couple_id"), held_at(EARLIER) < ASKED
)


def is_before_session(
    session_id: InstrumentedAttribute[int | None], day: InstrumentedAttribute[date]
) -> ColumnElement[bool]:
    """Whether something of a session, or else of a day, came before the session asked with."""
    between_two = session_id.is_(None) & (day <= bindparam("held_on", type_=Date()))
    return between_two | session_id.in_(EARLIER_SESSIONS)


TO_REVIEW = PreparedQuery(
    AssignmentRow,
    select(*columns_of(Assignment, AssignmentRow))
    .where(
        Assignment.couple_id == bindparam("couple_id"),
        is_before_session(Assignment.session_id, Assignment.given_on),
        ~is_reviewed(is_before_session(Review.session_id, Review.reviewed_on)),
    )
    .order_by(Assignment.given_on.desc(), Assignment.id.desc())
    .limit(6),
)


def to_review(session: AnySession) -> list[AssignmentRow]:
    """What to talk about first: given before this session, and not reviewed before it."""
    return TO_REVIEW.rows(couple_id=session.couple_id, **order_of(session))


GIVEN_IN = PreparedQuery(
    AssignmentRow,
    select(*columns_of(Assignment, AssignmentRow))
    .where(
        Assignment.couple_id == bindparam("couple_id"),  # leads the index
        Assignment.session_id == bindparam("session_id"),
    )
    .order_by(Assignment.id),
)


def given_in(session: AnySession) -> list[AssignmentRow]:
    """What was given in this session, in the order it was given."""
    which = {"couple_id": session.couple_id, "session_id": session.id}
    return GIVEN_IN.rows(**which)


def wording_of(assignment: WordedAssignment, language: str = "en") -> Homework:
    """The homework as it read on the day it was given, in a language where it was there."""
    return thaw(assignment.wording, language)
