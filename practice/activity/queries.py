"""Reading the log: who did what and when, as plain lines, newest first, a page at a time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, select

from practice import clock
from practice.activity.descriptions import BY_COMMAND, FAILED, KEPT_ALONE, KINDS, deed, fields_of
from practice.audit.models import AuditEvent
from practice.database.base import LARGEST_ID, db
from practice.identity.models import User
from practice.registry import registry

A_PAGE = 50
VISITOR = "A visitor"
MACHINE = "This machine"


@dataclass(frozen=True)
class Asked:
    """What the reader of the log wants to see; what is None or empty narrows nothing.

    Days are the practice's local dates, both included.
    """

    user_id: int | None = None
    kind: str = ""
    couple_id: int | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Line:
    """One event. `couple` is a name where the reader may know it, else the file's number."""

    seq: int
    at: datetime
    who: str
    deed: str
    fields: list[str]
    couple: str


@dataclass(frozen=True)
class Page:
    """Some lines, and the number before which older ones stand, if there are any."""

    lines: list[Line]
    older: int | None


def page_of_log(practice_id: int, zone: str, asked: Asked, before: int | None = None) -> Page:
    """A page of a practice's log, newest first: what came before the event number `before`."""
    query = (
        select(AuditEvent)
        .where(
            AuditEvent.practice_id == practice_id,
            AuditEvent.seq < (before or LARGEST_ID),
            *conditions(asked, zone),
        )
        .order_by(AuditEvent.at.desc(), AuditEvent.seq.desc())
        .limit(A_PAGE + 1)
    )
    events = list(db.session.scalars(query))
    shown = events[:A_PAGE]
    return Page(lines_of(practice_id, shown), shown[-1].seq if len(events) > A_PAGE else None)


def report_on(practice_id: int, couple_id: int, zone: str, asked: Asked) -> list[Line]:
    """Every event that concerns one couple's file, oldest first: who opened it, and for what.

    A psychotherapy note (45 CFR 164.501) and what else somebody keeps for themselves alone is no
    part of the file: no line tells that there is any.
    """
    alone = {subject for subjects in registry().kept_alone for subject in subjects(couple_id)}
    query = (
        select(AuditEvent)
        .where(
            AuditEvent.practice_id == practice_id,
            AuditEvent.couple_id == couple_id,
            AuditEvent.verb.not_in(KEPT_ALONE),
            AuditEvent.subject.not_like("psychotherapy\\_note:%", escape="\\"),
            AuditEvent.subject.not_in(alone),
            *conditions(asked, zone),
        )
        .order_by(AuditEvent.seq)
    )
    return lines_of(practice_id, list(db.session.scalars(query)))


def conditions(asked: Asked, zone: str) -> list[ColumnElement[bool]]:
    """What narrows the log to what is asked."""
    found: list[ColumnElement[bool]] = []
    if asked.user_id:
        found.append(AuditEvent.user_id == asked.user_id)
    if asked.couple_id:
        found.append(AuditEvent.couple_id == asked.couple_id)
    if asked.kind in KINDS:
        found.append(of_kind(asked.kind))
    if asked.first:
        found.append(AuditEvent.at >= clock.moment_of(asked.first, time.min, zone))
    if asked.last:
        after = asked.last + timedelta(days=1)
        found.append(AuditEvent.at < clock.moment_of(after, time.min, zone))
    return found


def of_kind(kind: str) -> ColumnElement[bool]:
    """Whether an event is of a kind of `KINDS`."""
    verb, verbs = AuditEvent.verb, KINDS[kind][1]
    if kind == "refusals":
        return verb.in_(verbs) | verb.endswith(FAILED)
    if verbs:
        return verb.in_(verbs)
    others = [one for _, these in KINDS.values() for one in these]
    return verb.not_in(others) & ~verb.endswith(FAILED)


def lines_of(practice_id: int, events: list[AuditEvent]) -> list[Line]:
    """Events as lines to read."""
    names = people_of(practice_id)
    about = {one.couple_id for one in events if one.couple_id}
    couples = registry().couple_names(sorted(about)) if about else {}
    return [
        Line(
            seq=one.seq,
            at=one.at,
            who=names.get(one.user_id, VISITOR) if one.user_id else of_no_one(one.verb),
            deed=deed(one.verb, one.subject),
            fields=fields_of(one.detail),
            couple=couples.get(one.couple_id, f"File {one.couple_id}") if one.couple_id else "",
        )
        for one in events
    ]


def of_no_one(verb: str) -> str:
    """Who did it, where nobody was signed in."""
    return MACHINE if verb in BY_COMMAND else VISITOR


def people_of(practice_id: int) -> dict[int, str]:
    """Everyone who ever signed in at a practice: name by id."""
    query = select(User.id, User.name).where(User.practice_id == practice_id)
    return {row.id: row.name for row in db.session.execute(query)}
