"""Today: who comes now and next, and what one wants to know a minute before."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from sqlalchemy import bindparam, false, func, literal_column, select, tuple_
from sqlalchemy.orm import aliased

from practice.access.expressions import in_list
from practice.access.prepared import PreparedQuery
from practice.assignments.models import Assignment
from practice.assignments.service import is_reviewed
from practice.audit.service import current_actor
from practice.casefile.file import unsigned_by_couple
from practice.couples.diary import ASKED_FOR
from practice.couples.models import Appointment, Couple, Partner, by_letter
from practice.sessions.models import ProgressNote, TherapySession
from practice.sessions.order import newest_first, number_column, order_columns

DAYS_AHEAD = 7
MOST = 12
UNSIGNED_SHOWN = 6
#: Nobody needs to know more exactly how much waits; counting on would read every note there is.
COUNTED = 100


@dataclass
class Visit:
    """A row of an appointment, with what is known of the couple added to it."""

    appointment_id: int
    couple_id: int
    on_day: date
    at_time: time
    minutes: int
    modality: str
    kind: str
    names: str = ""
    plan: str = ""
    is_first: bool = True
    session_id: int | None = None
    #: The titles of what is out, newest first.
    homework: list[str] = field(default_factory=list)
    unsigned: int = 0


@dataclass
class Unsigned:
    """A row of a session of one's own whose note waits for a signature."""

    couple_id: int
    session_id: int
    number: int
    held_on: date
    names: str = ""


@dataclass(frozen=True)
class Day:
    """What Today shows."""

    today: list[Visit]
    ahead: list[Visit]
    #: Lately past, without a word on what became of them; the latest first.
    unsaid: list[Visit]
    unsigned: list[Unsigned]
    #: Counted up to `COUNTED`.
    unsigned_count: int

    @property
    def waiting(self) -> str:
        """How many notes wait for a signature, as it is shown: “12”, “99+”, or nothing."""
        many = self.unsigned_count >= COUNTED
        return f"{COUNTED - 1}+" if many else str(self.unsigned_count or "")

    @property
    def couple_ids(self) -> list[int]:
        """The couples of whom something is shown."""
        visits = {visit.couple_id for visit in (*self.today, *self.ahead, *self.unsaid)}
        return sorted(visits | {note.couple_id for note in self.unsigned})

    @property
    def coming(self) -> Visit | None:
        """The visit one prepares for: the first of today without a session."""
        return next((visit for visit in self.today if visit.session_id is None), None)


def day_of(user_id: int, today: date) -> Day:
    """The user's day: visits of today and of the week ahead, and unsigned notes."""
    visits = visits_between(today, today + timedelta(days=DAYS_AHEAD))
    unsaid = unsaid_before(today)
    couple_ids = list({visit.couple_id for visit in visits})
    if visits:
        add_last_plans(visits)
        add_homework(visits, couple_ids)
        add_todays_sessions(visits)
        add_unsigned(visits, couple_ids)
    unsigned, count = unsigned_notes(user_id)
    waiting = {note.couple_id for note in unsigned} | {visit.couple_id for visit in unsaid}
    names = names_of({*couple_ids, *waiting})
    for visit in (*visits, *unsaid):
        visit.names = names.get(visit.couple_id, "")
    for note in unsigned:
        note.names = names.get(note.couple_id, "")
    return Day(
        today=[visit for visit in visits if visit.on_day == today],
        ahead=[visit for visit in visits if visit.on_day > today],
        unsaid=unsaid,
        unsigned=unsigned,
        unsigned_count=count,
    )


VISIT = select(
    Appointment.id.label("appointment_id"),
    Appointment.couple_id,
    Appointment.on_day,
    Appointment.at_time,
    Appointment.minutes,
    Appointment.modality,
    Appointment.kind,
)
VISITS = PreparedQuery(
    Visit,
    VISIT.where(
        Appointment.practice_id == bindparam("practice_id"),  # leads the index of days
        Appointment.on_day.between(bindparam("first"), bindparam("last")),
        Appointment.outcome.in_(["", "kept"]),
    )
    .order_by(Appointment.on_day, Appointment.at_time)
    .limit(MOST * 2),
)


def visits_between(first: date, last: date) -> list[Visit]:
    """Planned and kept appointments of the open caseload, in order, at most a screenful ahead."""
    days = {"practice_id": current_actor()[0], "first": first, "last": last}
    return VISITS.rows(**days)


UNSAID = PreparedQuery(
    Visit,
    VISIT.join(Couple, Couple.id == Appointment.couple_id)
    .where(
        Appointment.practice_id == bindparam("practice_id"),
        Appointment.on_day.between(bindparam("first"), bindparam("last")),
        # Written as it stands in the index of open appointments, or that is not used.
        Appointment.outcome == literal_column("''"),
        Couple.closed_on.is_(None),
    )
    .order_by(Appointment.on_day.desc(), Appointment.at_time.desc())
    .limit(UNSIGNED_SHOWN),
)


def unsaid_before(today: date) -> list[Visit]:
    """Appointments lately past of which nobody said what became of them, the latest first."""
    days = {"first": today - ASKED_FOR, "last": today - timedelta(days=1)}
    return UNSAID.rows(practice_id=current_actor()[0], **days)


@dataclass(frozen=True, slots=True)
class NameRow:
    """A row of one partner's names."""

    couple_id: int
    first_name: str
    goes_by: str
    last_name: str


NAMES = PreparedQuery(
    NameRow,
    select(Partner.couple_id, Partner.first_name, Partner.goes_by, Partner.last_name)
    .where(in_list(Partner.couple_id, "couple_ids"))
    .order_by(Partner.couple_id, Partner.letter),
)


def names_of(couple_ids: Iterable[int]) -> dict[int, str]:
    """“Maya Okafor & Jonah Reyes” for each couple."""
    if not couple_ids:
        return {}
    names: dict[int, list[str]] = {}
    for row in NAMES.rows(couple_ids=list(couple_ids)):
        shown = f"{row.goes_by or row.first_name} {row.last_name}".strip()
        names.setdefault(row.couple_id, []).append(shown)
    return {couple_id: " & ".join(by_letter(a, b)) for couple_id, (a, b) in names.items()}


EARLIER = aliased(TherapySession)
#: The last session before an appointment, whichever session is its own.
LAST_BEFORE = (
    select(EARLIER.id)
    .where(
        EARLIER.couple_id == Appointment.couple_id,
        tuple_(*order_columns(EARLIER)[:2]) < tuple_(Appointment.on_day, Appointment.at_time),
        EARLIER.appointment_id.is_distinct_from(Appointment.id),
    )
    .order_by(*newest_first(EARLIER))
    .limit(1)
    .correlate(Appointment)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class LastPlan:
    """A row of an appointment and the plan of the last note before it."""

    id: int
    plan: str


LAST_PLANS = PreparedQuery(
    LastPlan,
    select(Appointment.id, ProgressNote.plan)
    .select_from(Appointment)
    .join(ProgressNote, ProgressNote.session_id == LAST_BEFORE)
    .where(in_list(Appointment.id, "appointment_ids")),
)


def add_last_plans(visits: list[Visit]) -> None:
    """Put the plan of the last note before them on the visits, and whether there was a session."""
    asked = LAST_PLANS.rows(appointment_ids=[visit.appointment_id for visit in visits])
    plans = {row.id: row.plan for row in asked}
    for visit in visits:
        visit.plan = plans.get(visit.appointment_id, "")
        visit.is_first = visit.appointment_id not in plans


@dataclass(frozen=True, slots=True)
class HomeworkOut:
    """A row of a couple's homework that is out."""

    couple_id: int
    title: str


OUT = PreparedQuery(
    HomeworkOut,
    select(Assignment.couple_id, Assignment.title)
    .where(in_list(Assignment.couple_id, "couple_ids"), ~is_reviewed())
    .order_by(Assignment.given_on.desc(), Assignment.id),
)


def add_homework(visits: list[Visit], couple_ids: list[int]) -> None:
    """Put the homework that is out on the visits."""
    out: dict[int, list[str]] = {}
    for row in OUT.rows(couple_ids=couple_ids):
        out.setdefault(row.couple_id, []).append(row.title)
    for visit in visits:
        visit.homework = out.get(visit.couple_id, [])[:3]


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A row of the session that was opened for an appointment."""

    appointment_id: int
    id: int


OPENED = PreparedQuery(
    OpenedSession,
    select(TherapySession.appointment_id, TherapySession.id).where(
        in_list(TherapySession.appointment_id, "appointment_ids")
    ),
)


def add_todays_sessions(visits: list[Visit]) -> None:
    """Put the session already opened for an appointment on its visit."""
    asked = OPENED.rows(appointment_ids=[visit.appointment_id for visit in visits])
    opened = {row.appointment_id: row.id for row in asked}
    for visit in visits:
        visit.session_id = opened.get(visit.appointment_id)


def add_unsigned(visits: list[Visit], couple_ids: list[int]) -> None:
    """Put how many of a couple's notes wait for a signature, whoever's they are, on the visits."""
    counts = unsigned_by_couple(couple_ids)
    for visit in visits:
        visit.unsigned = counts.get(visit.couple_id, 0)


@dataclass(frozen=True, slots=True)
class HowMany:
    """A row of a count."""

    notes: int


UNSIGNED = select(
    TherapySession.couple_id,
    TherapySession.id.label("session_id"),
    number_column().label("number"),
    TherapySession.held_on,
).where(
    TherapySession.by_user_id == bindparam("user_id"),
    # Written as it stands in the index of unsigned notes, or that is not used.
    TherapySession.is_signed == false(),
)
OLDEST_UNSIGNED = PreparedQuery(
    Unsigned,
    UNSIGNED.order_by(TherapySession.held_on, TherapySession.started_at).limit(UNSIGNED_SHOWN),
)
HOW_MANY_UNSIGNED = PreparedQuery(
    HowMany,
    select(func.count().label("notes")).select_from(
        UNSIGNED.with_only_columns(TherapySession.id).limit(COUNTED).subquery()
    ),
)


def unsigned_notes(user_id: int) -> tuple[list[Unsigned], int]:
    """The oldest unsigned notes of the user's own sessions, and how many there are."""
    rows = OLDEST_UNSIGNED.rows(user_id=user_id)
    if len(rows) < UNSIGNED_SHOWN:
        return rows, len(rows)
    return rows, HOW_MANY_UNSIGNED.rows(user_id=user_id)[0].notes
