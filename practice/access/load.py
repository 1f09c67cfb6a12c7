"""Loading one record by its id, or 404: the one way to a couple's record."""

from functools import lru_cache
from typing import Any, NoReturn, TypeVar

from flask import abort, g, has_request_context
from sqlalchemy import (
    Select,
    bindparam,
    select,
)

from practice.access.records import CaseloadRecord
from practice.access.team import MEMBERSHIP, WRITERS
from practice.audit.service import log_denial
from practice.database.base import db, reusable
from practice.database.unit_of_work import reading


def only_reads(couple_id: int, user_id: int) -> bool:
    """Whether a file is open to a user to read, and not to write in. Nobody waits for the answer:
    it holds no lock, and each flush asks again.
    """
    with reading() as connection:
        kind = connection.scalar(MEMBERSHIP, {"couple_id": couple_id, "user_id": user_id})
    return kind is not None and kind not in WRITERS


Record = TypeVar("Record", bound=CaseloadRecord)


@lru_cache
def record_by(model: type[CaseloadRecord], *columns: str) -> Select[Any]:
    """The statement that finds a record by the values of some columns."""
    return reusable(
        select(model).where(*(getattr(model, name) == bindparam(name) for name in columns))
    )


def get_or_404(model: type[Record], record_id: int, **within: Any) -> Record:
    """The record, if it is on the open caseload and has the column values `within`.

    Answers 404 otherwise, the same for a missing record as for somebody else's, and the
    attempt is written to the audit log.
    """
    which = {"id": record_id, **within}
    record: Record | None = db.session.scalar(record_by(model, *which), which)
    if record is None:
        deny(model, which)
    note_file(record.couple_id)
    return record


def deny(model: type[CaseloadRecord], which: dict[str, Any]) -> NoReturn:
    """Answer 404 for a record that is not on the open caseload, and write the attempt down."""
    file = which["id"] if model.__tablename__ == "couple" else which.get("couple_id")
    log_denial("refused", f"{model.__tablename__}:{which['id']}", file)
    abort(404)


def note_file(couple_id: int) -> None:
    """Note whose file the request is about."""
    if has_request_context():
        g.couple_id = couple_id
