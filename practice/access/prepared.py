"""Questions that a page asks often: put under the guard and into SQL once, then asked as they stand.

The ORM narrows and prepares a statement anew each time, which takes several times as long as the
database takes to answer. Here only the values change from time to time, and whose caseload is
open is one of them.
"""

from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from flask import g
from sqlalchemy import Select, bindparam, select
from sqlalchemy.exc import DBAPIError

from practice.access.guard import NoCaseload, Unguarded, open_caseload, scoped
from practice.access.load import deny, note_file
from practice.access.records import CaseloadRecord
from practice.database.base import db, is_safe_method

Convert = Callable[[Any], Any]


class CurrentUser(int):
    """The user id that a question is put under the guard with; it stands for whoever asks later.

    As a number it is no user's, so nothing would be found with it.
    """


CURRENT_USER = CurrentUser(-1)


@dataclass(frozen=True)
class Prepared:
    """A question as the database takes it, and what turns values on their way there and back."""

    sql: str
    fixed: dict[str, Any]
    whose: list[str]
    asked_with: dict[str, Convert]
    row: Convert


class PreparedQuery:
    """A question for some columns of couples' records, narrowed to the open caseload.

    What differs from time to time is a `bindparam` in the statement, an id in a list is asked for
    with `in_list`. Records to be changed cannot be asked for: they come from `load.get_or_404`.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self.statement = statement

    def rows(self, **values: Any) -> list[Any]:
        """The rows, as named tuples. `values` are what the statement's parameters stand for.

        Raises NoCaseload when nobody's caseload is open, and Unguarded for a statement that the
        guard cannot narrow.
        """
        whose = open_caseload()
        if whose is None:
            raise NoCaseload
        db.session.flush()
        prepared = self.prepared
        sent = prepared.fixed | dict.fromkeys(prepared.whose, whose)
        for name, turn in prepared.asked_with.items():
            sent[name] = turn(values[name])
        return list(map(prepared.row, rows_of(prepared.sql, sent)))

    def first(self, **values: Any) -> Any | None:
        """The first row; None when there is none."""
        return next(iter(self.rows(**values)), None)

    def rows_cached_per_request(self, **values: Any) -> list[Any]:
        """The same rows; a page that is only looked at, and so changes nothing, asks once for all."""
        if not is_safe_method():
            return self.rows(**values)
        which = (self, *values.values())
        answers: dict[Any, list[Any]] = g.setdefault("answers", {})
        if which not in answers:
            answers[which] = self.rows(**values)
        return answers[which]

    @cached_property
    def prepared(self) -> Prepared:
        """The statement, narrowed and put into SQL."""
        if any(column["expr"] is column["entity"] for column in self.statement.column_descriptions):
            raise TypeError("a question asks for columns, not for whole records")
        dialect_class: Any = type(db.engine.dialect)
        dialect = dialect_class(paramstyle="named")
        compiled = scoped(self.statement, CURRENT_USER).compile(dialect=dialect)
        asked_with = {name for bound, name in compiled.bind_names.items() if bound.required}
        whole = compiled.construct_expanded_state(dict.fromkeys(asked_with))
        turns = {
            name: bound.type.dialect_impl(dialect).bind_processor(dialect)
            for bound, name in compiled.bind_names.items()
        }
        turns = {
            name: (turns | whole.processors).get(name) or as_it_is for name in whole.parameters
        }
        whose = [name for name, value in whole.parameters.items() if isinstance(value, CurrentUser)]
        if not whose:
            raise Unguarded
        return Prepared(
            sql=whole.statement,
            fixed={name: turns[name](value) for name, value in whole.parameters.items()},
            whose=whose,
            asked_with={name: turns[name] for name in asked_with},
            row=self.row_maker(dialect),
        )

    def row_maker(self, dialect: Any) -> Convert:
        """What makes a named tuple of a row as it comes from the driver."""
        columns = list(self.statement.selected_columns)
        names: Any = [column.key for column in columns]
        row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
        turns = [
            (at, turn)
            for at, column in enumerate(columns)
            if (turn := column.type.dialect_impl(dialect).result_processor(dialect, None))
        ]

        def as_row(found: Any) -> Any:
            return row._make(found)

        def turned(found: Any) -> Any:
            values = list(found)
            for at, turn in turns:
                values[at] = turn(values[at])
            return row._make(values)

        return turned if turns else as_row


def columns_of(model: type[CaseloadRecord], *but: str) -> list[Any]:
    """Every column of a record, as a question asks for them, but those named."""
    names = [column.key for column in model.__table__.columns]
    return [getattr(model, name) for name in names if name not in but]


@lru_cache
def by_its_id(model: type[CaseloadRecord], *columns: str) -> PreparedQuery:
    """The question for a record by the values of some columns."""
    same = (getattr(model, name) == bindparam(name) for name in columns)
    return PreparedQuery(select(*columns_of(model)).where(*same))


def get_row_or_404(model: type[CaseloadRecord], record_id: int, **within: Any) -> Any:
    """A record as `load.get_or_404` finds it, or 404 alike; its columns only, to show them."""
    which = {"id": record_id, **within}
    row = by_its_id(model, *which).first(**which)
    if row is None:
        deny(model, which)
    note_file(row.id if model.__tablename__ == "couple" else row.couple_id)
    return row


def rows_of(sql: str, values: dict[str, Any]) -> list[Any]:
    """What the database answers within this transaction, asked through its driver.

    Through all layers it would take twice as long. Raises a DBAPIError of the same kind as they.
    """
    driver: Any = db.session.connection().connection.driver_connection
    try:
        found: list[Any] = driver.execute(sql, values).fetchall()
    except sqlcipher.Error as error:
        raise DBAPIError.instance(
            sql, None, error, sqlcipher.Error, hide_parameters=True, dialect=db.engine.dialect
        ) from error
    return found


def as_it_is(value: Any) -> Any:
    """A value that needs no turning."""
    return value
