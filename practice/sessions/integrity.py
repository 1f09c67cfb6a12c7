"""Whether each signed note still equals its signature: its words, its signer, the day and the hash.

Triggers keep a signed note from being changed; whoever goes past them, with the key, is found here.
Read past every caseload, as the audit log is: what is told is numbers of files and sessions alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, func, inspect, select

from practice.audit.models import AuditEvent
from practice.sessions import seals
from practice.sessions.models import (
    NoteAddendum,
    NoteSignature,
    ProgressNote,
    Sighting,
    TherapySession,
)
from practice.sessions.signing import content_hash

#: How many signatures are compared at once.
AT_ONCE = 200
NOTE = "the note is not as it was signed"
SIGNATURE = "the signature was changed"
GONE = "the signature is gone"
ADDENDUM = "an addendum is not as it was signed"


@dataclass(frozen=True)
class Altered:
    """Something signed that is not as it was signed, by the numbers of file and session."""

    couple_id: int
    session: int
    what: str

    def __str__(self) -> str:
        return f"File {self.couple_id}, session {self.session}: {self.what}."


def table(model: type[Any]) -> Table:
    """The table of a model, which is asked past the guard."""
    found: Table = model.__table__
    return found


SIGNATURES, ADDENDA, SESSIONS = map(table, (NoteSignature, NoteAddendum, TherapySession))


def can_be_checked(connection: Connection) -> bool:
    """Whether the records are in a form in which signatures are sealed."""
    there = inspect(connection)
    return there.has_table(SIGNATURES.name) and any(
        column["name"] == "seal" for column in there.get_columns(SIGNATURES.name)
    )


def count(connection: Connection) -> int:
    """How many signatures and addenda there are."""
    totals = (select(func.count()).select_from(one) for one in (SIGNATURES, ADDENDA))
    return sum(connection.scalar(total) or 0 for total in totals)


def signatures(
    connection: Connection, key: bytes, after: int = 0
) -> tuple[list[Altered], int, int]:
    """Compare the next so many signatures after an id: (what is altered, the last id, how many)."""
    query = select(SIGNATURES).where(SIGNATURES.c.id > after).order_by(SIGNATURES.c.id)
    rows = connection.execute(query.limit(AT_ONCE)).mappings().all()
    return list(faults_of(connection, rows, key)), rows[-1]["id"] if rows else after, len(rows)


def newest_signatures(connection: Connection, key: bytes, most: int) -> list[Altered]:
    """Compare the newest so many signatures: what of them is altered."""
    query = select(SIGNATURES).order_by(SIGNATURES.c.id.desc()).limit(most)
    return list(faults_of(connection, connection.execute(query).mappings().all(), key))


def faults_of(connection: Connection, rows: Sequence[Any], key: bytes) -> Iterator[Altered]:
    """What of these signatures is not as it was signed."""
    ids = [row["session_id"] for row in rows]
    sessions = {one.id: one for one in those(connection, SESSIONS, ids, "id")}
    notes = {one.session_id: one for one in those(connection, table(ProgressNote), ids)}
    seen = defaultdict(list)
    for one in those(connection, table(Sighting), ids):
        seen[one.session_id].append(one)
    for row in rows:
        session, note = sessions.get(row["session_id"]), notes.get(row["session_id"])
        number = session.number if session else 0
        if not seals.is_sealed(seals.SIGNATURE, row, key):
            yield Altered(row["couple_id"], number, SIGNATURE)
        elif not (session and note and equals(row, session, note, seen[session.id])):
            yield Altered(row["couple_id"], number, NOTE)


def equals(signature: Any, session: Any, note: Any, seen: Iterable[Any]) -> bool:
    """Whether a note's words give the hash that stands in its signature."""
    found = content_hash(session, note, seen, signature["couple_id_then"])
    return bool(found == signature["content_hash"])


def those(connection: Connection, where: Table, ids: list[int], name: str = "session_id") -> Any:
    """The rows of a table that belong to these sessions."""
    return connection.execute(select(where).where(where.c[name].in_(ids)))


def addenda(connection: Connection, key: bytes) -> Iterator[Altered]:
    """What of the addenda is not as it was signed."""
    query = select(ADDENDA, SESSIONS.c.number).join(
        SESSIONS, SESSIONS.c.id == ADDENDA.c.session_id, isouter=True
    )
    with connection.execute(query.execution_options(yield_per=AT_ONCE)) as rows:
        for row in rows.mappings():
            if not seals.is_sealed(seals.ADDENDUM, row, key):
                yield Altered(row["couple_id"], row["number"] or 0, ADDENDUM)


def gone(connection: Connection) -> Iterator[Altered]:
    """Sessions that are signed, or of whose signature the audit log tells, and have none."""
    signed = select(SIGNATURES.c.session_id).where(SIGNATURES.c.role == "author")
    query = select(SESSIONS).where(SESSIONS.c.is_signed, SESSIONS.c.id.not_in(signed))
    for row in connection.execute(query).mappings():
        yield Altered(row["couple_id"], row["number"], GONE)


def lost_from_log(connection: Connection) -> Iterator[str]:
    """Signatures and addenda that the audit log tells of and that are there no more, in words."""
    log = table(AuditEvent)
    for where in (SIGNATURES, ADDENDA):
        told = select(log.c.subject).where(
            log.c.verb == "created", log.c.subject.startswith(f"{where.name}:")
        )
        there = set(connection.scalars(select(where.c.id)))
        for subject in connection.scalars(told):
            number = subject.partition(":")[2]
            if number.isdecimal() and int(number) not in there:
                yield f"The audit log tells of {where.name} {number}, which is gone."


def every_fault(connection: Connection, key: bytes) -> Iterator[str]:
    """All that is signed and not as it was signed, in words: for `audit verify`."""
    after, compared = 0, 1
    while compared:
        found, after, compared = signatures(connection, key, after)
        yield from map(str, found)
    yield from map(str, addenda(connection, key))
    yield from map(str, gone(connection))
    yield from lost_from_log(connection)
