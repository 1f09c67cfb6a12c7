"""The guard beneath every query: narrowed to the caseload that is open, stamped and checked when stored.

A user's caseload is the couples on whose care team they are. With none open there is nothing to read.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from flask import has_request_context
from sqlalchemy import (
    event,
    exists,
    inspect,
)
from sqlalchemy.orm import (
    ORMExecuteState,
    Session,
    with_loader_criteria,
)
from sqlalchemy.sql import visitors
from sqlalchemy.sql.base import ExecutableOption

from practice.access.records import (
    GUARDED,
    AuthorOnlyRecord,
    CaseloadRecord,
    ClientRecord,
    PracticeRecord,
    RestrictedRecord,
)
from practice.access.team import CURRENT, MEMBERSHIP, WRITERS, CareTeamMember
from practice.audit.service import act_as, current_actor
from practice.database.base import REUSABLE

UNSCOPED = "beyond_caseload"


NOBODY = 0


class NoCaseload(Exception):
    """A couple's data was asked for with nobody's caseload open: a mistake in our code."""


class CrossedCaseload(Exception):
    """A record was about to be stored in a file that is not on the open caseload."""


class Unguarded(Exception):
    """A couple's data was asked for in a way that cannot be narrowed: a mistake in our code."""


lent_caseload: ContextVar[int | None] = ContextVar("lent_caseload", default=None)


@contextmanager
def caseload_of(user_id: int, practice_id: int) -> Iterator[None]:
    """Open a user's caseload outside a request: for a command or a test."""
    token = lent_caseload.set(user_id)
    act_as(practice_id, user_id)
    try:
        yield
    finally:
        lent_caseload.reset(token)


def open_caseload() -> int | None:
    """The id of the user whose caseload is open, or None."""
    if has_request_context():
        return current_actor()[1]
    return lent_caseload.get()


@event.listens_for(Session, "do_orm_execute")
def only_this_caseload(query: ORMExecuteState) -> None:
    """Narrow every ORM query, however it was written, to the open caseload.

    Raises NoCaseload where nobody's is open, and Unguarded for a query that cannot be narrowed.
    """
    if query.is_column_load or query.is_relationship_load:
        return  # narrowed already, by the query that loaded its owner
    if query.execution_options.get(UNSCOPED):
        return
    if not query.is_orm_statement:
        refuse_hidden_records(query.statement)
        return
    mine = open_caseload()
    cannot_be_narrowed = query.is_insert or query.is_from_statement
    if (mine is None or cannot_be_narrowed) and asks_for_records(query):
        raise NoCaseload if mine is None else Unguarded
    if cannot_be_narrowed:
        return
    narrow = scoped_once if query.execution_options.get(REUSABLE) else scoped
    query.statement = narrow(query.statement, mine or NOBODY)


def asks_for_records(query: ORMExecuteState) -> bool:
    """Whether the query names a guarded record among what it selects or changes."""
    return any(issubclass(mapper.class_, GUARDED) for mapper in query.all_mappers)


def refuse_hidden_records(statement: Any) -> None:
    """Raise Unguarded for a statement that is not the ORM's own, but has a guarded record inside."""
    for part in visitors.iterate(statement):
        entity = getattr(part, "_annotations", {}).get("parententity")
        if entity is not None and issubclass(entity.mapper.class_, GUARDED):
            raise Unguarded


def scoped(statement: Any, mine: int) -> Any:
    """The statement, narrowed to one user's caseload."""
    return statement.options(*scope_to(mine))


scoped_once = lru_cache(maxsize=2000)(scoped)


@lru_cache(maxsize=1000)
def scope_to(mine: int) -> tuple[ExecutableOption, ...]:
    """What narrows a query to one user's caseload, wherever in it a client record is named.

    Made once for each user: making it anew costs as much as a third of the query. Time is asked of
    the database, never put in as a value: what is prepared once (`prepared`) would keep it.
    """
    return (
        with_loader_criteria(
            CaseloadRecord,
            lambda record: (
                exists()
                .where(
                    CareTeamMember.couple_id == record.couple_id,
                    CareTeamMember.user_id == mine,
                    CURRENT,
                )
                .correlate_except(CareTeamMember)
            ),
            include_aliases=True,
        ),
        with_loader_criteria(
            AuthorOnlyRecord, lambda record: record.author_id == mine, include_aliases=True
        ),
        with_loader_criteria(
            RestrictedRecord, lambda record: record.seen_by(mine), include_aliases=True
        ),
        with_loader_criteria(
            PracticeRecord, lambda record: record.seen_by(mine), include_aliases=True
        ),
    )


@event.listens_for(Session, "before_flush")
def stamp_and_check(session: Session, _context: object, _instances: object) -> None:
    """Stamp new records with the practice, and refuse any in a file that is not one's own."""
    practice_id, user_id = current_actor()
    for record in session.new:
        if not isinstance(record, CaseloadRecord | PracticeRecord | CareTeamMember):
            continue
        if record.practice_id is None and practice_id is not None:
            record.practice_id = practice_id
        if record.practice_id != practice_id:
            raise CrossedCaseload
        if isinstance(record, ClientRecord) and record.couple_id is not None:
            check_mine(session, record.couple_id, user_id)
    for record in session.dirty:
        if isinstance(record, CaseloadRecord | PracticeRecord | CareTeamMember) and is_moved(
            record
        ):
            raise CrossedCaseload
    for record in (*filter(session.is_modified, session.dirty), *session.deleted):
        if isinstance(record, AuthorOnlyRecord) and record.author_id != user_id:
            raise CrossedCaseload
        if isinstance(record, CaseloadRecord):
            check_mine(session, record.couple_id, user_id)


def is_moved(record: Any) -> bool:
    """Whether a stored record was given another file, practice or author than its own."""
    owner = {"practice_id", "id" if record.__tablename__ == "couple" else "couple_id", "author_id"}
    facts = inspect(record).attrs
    return any(facts[name].history.has_changes() for name in owner & set(facts.keys()))


def check_mine(session: Session, couple_id: int, user_id: int | None) -> None:
    """Raise CrossedCaseload unless the user may write in the couple's file, or joins it just now."""
    mine: set[int] = session.info.setdefault("mine", set())
    if couple_id in mine or any(
        isinstance(new, CareTeamMember) and (new.couple_id, new.user_id) == (couple_id, user_id)
        for new in session.new
    ):
        return
    with session.no_autoflush:
        kind = session.scalar(MEMBERSHIP, {"couple_id": couple_id, "user_id": user_id})
    if kind not in WRITERS:
        raise CrossedCaseload
    mine.add(couple_id)


@event.listens_for(Session, "after_transaction_end")
def forget_mine(session: Session, _transaction: object) -> None:
    """What was checked holds for one transaction only."""
    session.info.pop("mine", None)
