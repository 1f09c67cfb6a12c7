"""Writing and checking the audit log: every look, change and refusal, chained by hash.

What a request that changes something did and saw is written in its own transaction, just before
it commits. What must be kept even when the work is discarded (a look at a page that came back
with errors, a refusal, a failed sign-in) is then written in a short transaction of its own. So is
a page that was only looked at, which holds no lock: after it is drawn, before it is sent.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from flask import current_app, g, has_request_context
from sqlalchemy import Connection, Table, event, insert, inspect, select, text
from sqlalchemy.orm import Session

from practice import clock
from practice.audit.models import AuditEvent
from practice.database import actor
from practice.database.base import Base, db, is_safe_method
from practice.database.unit_of_work import after_transaction, short_transaction

BEGINNING = "0" * 64
HELD = "audit_events"
log_table = cast(Table, AuditEvent.__table__)
LAST_EVENT = select(log_table.c.seq, log_table.c.digest).order_by(log_table.c.seq.desc()).limit(1)
NEW_EVENT = insert(log_table)


@dataclass(frozen=True)
class AuditEntry:
    """One line for the log, before it has its place in the chain."""

    verb: str
    subject: str
    couple_id: int | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    practice_id: int | None = None
    user_id: int | None = None


def record(verb: str, subject: object, couple_id: int | None = None, **detail: Any) -> None:
    """Write what happened to `subject` (a record, or words) with this transaction's work."""
    db.session.info.setdefault(HELD, []).append((verb, subject, couple_id, detail, current_actor()))


def log_view(verb: str, subject: object, couple_id: int | None = None, **detail: Any) -> None:
    """Write a look at someone's data; it stays written when the request's work is discarded."""
    record(verb, subject, couple_id, **detail)
    if has_request_context():
        g.setdefault("looks", []).append(
            resolved((verb, subject, couple_id, detail, current_actor()))
        )


def log_denial(verb: str, subject: str, couple_id: int | None = None, **detail: Any) -> None:
    """Write an attempt that was turned away, after this request is over."""
    attempt = resolved((verb, subject, couple_id, detail, current_actor()))
    after_transaction(lambda: write_apart([attempt]))


def current_actor() -> tuple[int | None, int | None]:
    """(practice id, user id) of whoever acts now; set by the front door, or by a command."""
    return actor.current()


def act_as(practice_id: int | None, user_id: int | None) -> None:
    """Say who acts from here on, in this request or this command."""
    actor.set_current(practice_id, user_id)


Held = tuple[str, object, int | None, dict[str, Any], tuple[int | None, int | None]]


def resolved(held: Held) -> AuditEntry:
    """A held event with its subject named by table and id, which a new record has only now."""
    verb, subject, couple_id, detail, (practice_id, user_id) = held
    if isinstance(subject, Base):
        if couple_id is None:
            couple_id = getattr(subject, "couple_id", None)
        key = inspect(subject).identity
        subject = f"{subject.__tablename__}:{key[0] if key else '?'}"
    return AuditEntry(verb, str(subject), couple_id, detail, practice_id, user_id)


def canonical(row: dict[str, Any]) -> bytes:
    """The bytes a row's digest is taken over: everything but the digest, in one fixed form."""
    return json.dumps(
        [
            row["seq"],
            row["at"].isoformat(),
            row["practice_id"],
            row["user_id"],
            row["couple_id"],
            row["verb"],
            row["subject"],
            row["detail"],
            row["previous"],
        ],
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=True,
    ).encode()


def digest_of(row: dict[str, Any], key: bytes) -> str:
    """HMAC-SHA-256 of a row in hex, under a key that is not in the database."""
    return hmac.new(key, canonical(row), hashlib.sha256).hexdigest()


def append(
    connection: Connection, happenings: Iterable[AuditEntry], key: bytes | None = None
) -> None:
    """Put events at the end of the chain. The caller holds the write lock.

    `key` is the log's, where there is no application to ask for it.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(727274)"))
    head = connection.execute(LAST_EVENT).first()
    seq, previous = (head.seq, head.digest) if head else (0, BEGINNING)
    key = key or current_app.config["AUDIT_KEY"]
    at, rows = clock.now(), []
    for happening in happenings:
        seq += 1
        row = {"seq": seq, "at": at, "previous": previous, **vars(happening)}
        previous = row["digest"] = digest_of(row, key)
        rows.append(row)
    if rows:
        connection.execute(NEW_EVENT, rows)


def write_apart(happenings: list[AuditEntry]) -> None:
    """Write events in a transaction of their own."""
    with short_transaction() as connection:
        append(connection, happenings)


@event.listens_for(Session, "after_flush")
def note_changes(session: Session, _context: object) -> None:
    """After each flush: note every client record made, changed or removed, and which columns."""
    held = session.info.setdefault(HELD, [])
    for thing in session.new:
        if getattr(thing, "is_audited", False):
            held.append(("created", thing, None, {}, current_actor()))
    for thing in session.dirty:
        if getattr(thing, "is_audited", False):
            changed = sorted(
                attribute.key
                for attribute in inspect(thing).mapper.column_attrs
                if inspect(thing).attrs[attribute.key].history.has_changes()
            )
            if changed:
                held.append(("changed", thing, None, {"fields": changed}, current_actor()))
    for thing in session.deleted:
        if getattr(thing, "is_audited", False):
            held.append(("removed", thing, None, {}, current_actor()))


@event.listens_for(Session, "before_commit")
def write_held(session: Session) -> None:
    """Just before a commit: give the transaction's events their places in the chain.

    Those of a look, which has not the lock for it, get them right after.
    """
    session.flush()
    if happenings := [resolved(one) for one in session.info.pop(HELD, ())]:
        if is_safe_method():
            after_transaction(lambda: write_apart(happenings))
        else:
            append(session.connection(), happenings)
    if has_request_context():
        g.pop("looks", None)


@event.listens_for(Session, "after_rollback")
def forget_held(session: Session) -> None:
    """After a rollback: what did not happen is not written; looks are, on their own."""
    session.info.pop(HELD, None)
    if has_request_context() and (looks := g.pop("looks", None)):
        after_transaction(lambda: write_apart(looks))


def has_nothing_to_keep(session: Session) -> bool:
    """Whether a session holds no change and no event, so that it could be begun anew."""
    return not (session.new or session.dirty or session.deleted or session.info.get(HELD))


@dataclass(frozen=True)
class Verdict:
    """What a check of the chain found: how many events, the head, and the first fault in words."""

    events: int
    head: str
    fault: str | None


def verify(connection: Connection, key: bytes, last: int | None = None) -> Verdict:
    """Walk the chain and find the first row that is missing, changed or out of place.

    All of it, or only its `last` so many rows.
    """
    seq, previous = before_the(last, connection) if last else (0, BEGINNING)
    query = select(log_table).where(log_table.c.seq > seq).order_by(log_table.c.seq)
    with connection.execute(query.execution_options(yield_per=2000)) as rows:
        for row in rows.mappings():
            seq += 1
            if row["seq"] != seq:
                return Verdict(seq - 1, previous, f"Event {seq} is missing.")
            if row["previous"] != previous:
                return Verdict(seq - 1, previous, f"Event {seq} does not follow the one before it.")
            if not hmac.compare_digest(digest_of(dict(row), key), row["digest"]):
                return Verdict(seq - 1, previous, f"Event {seq} was changed after it was written.")
            previous = row["digest"]
    return Verdict(seq, previous, None)


def before_the(last: int, connection: Connection) -> tuple[int, str]:
    """(number, digest) of the row that stands before the last so many; the beginning if none does."""
    head = connection.execute(LAST_EVENT).first()
    query = select(log_table.c.seq, log_table.c.digest).where(
        log_table.c.seq == (head.seq if head else 0) - last
    )
    found = connection.execute(query).first()
    return (found.seq, found.digest) if found else (0, BEGINNING)
