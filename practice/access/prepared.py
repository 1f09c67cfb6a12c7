"""Prepared queries: put under the guard and into SQL once, then run again with other values.

The ORM narrows and prepares a statement anew each time, which takes several times as long as the
database takes to answer. Here only the values change from time to time, and whose caseload is
open is one of them. Each query names the dataclass of its rows, so that a type checker knows them.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from flask import g
from sqlalchemy import Dialect, Select, bindparam, select

from practice.access.guard import NoCaseload, Unguarded, open_caseload, scoped
from practice.access.load import deny, note_file
from practice.access.records import ClientRecord
from practice.database.base import db, is_safe_method

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Convert = Callable[[Any], Any]
Row = TypeVar("Row", bound="DataclassInstance")


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A row of a client record: the columns that each of them has. A kind's own row adds to them."""

    id: int
    practice_id: int
    couple_id: int


RecordRow = TypeVar("RecordRow", bound=ClientRow)


class CurrentUser(int):
    """The user id that a prepared query is narrowed with; it stands for whoever asks later.

    As a number it is no user's, so nothing would be found with it.
    """


CURRENT_USER = CurrentUser(-1)


@dataclass(frozen=True)
class Compiled(Generic[Row]):
    """A prepared query as one database engine takes it, and what turns values there and back."""

    sql: str
    #: The parameters in the order in which the driver takes them; None where it takes names.
    order: tuple[str, ...] | None
    fixed: dict[str, Any]
    #: The parameters that are the id of the user whose caseload is open.
    whose: tuple[str, ...]
    given: dict[str, Convert]
    as_row: Callable[[Any], Row]

    def parameters(self, whose: int, values: dict[str, Any]) -> Any:
        """The parameters for the driver. Raises KeyError for a value that is not given."""
        sent = self.fixed | dict.fromkeys(self.whose, whose)
        for name, turn in self.given.items():
            sent[name] = turn(values[name])
        return sent if self.order is None else tuple([sent[name] for name in self.order])


class PreparedQuery(Generic[Row]):
    """A prepared query for some columns of couples' records, narrowed to the open caseload.

    `row` is the dataclass of a row: its fields are the selected columns by name, and TypeError is
    raised at once where they are not; last fields that have defaults may be without a column.
    What differs from time to time is a `bindparam` in the statement; an id in a list is asked for
    with `in_list`. Records to be changed cannot be asked for: they come from `load.get_or_404`.
    """

    def __init__(self, row: type[Row], statement: Select[*tuple[Any, ...]]) -> None:
        check_columns(row, statement)
        self.row = row
        self.statement = statement
        self.compiled: dict[str, Compiled[Row]] = {}

    def rows(self, **values: Any) -> list[Row]:
        """The rows. `values` are what the statement's parameters stand for.

        Raises NoCaseload when nobody's caseload is open, Unguarded for a statement that the guard
        cannot narrow, and a DBAPIError as any query does.
        """
        whose = open_caseload()
        if whose is None:
            raise NoCaseload
        db.session.flush()
        connection = db.session.connection()
        compiled = self.compiled_for(connection.dialect)
        sent = compiled.parameters(whose, values)
        return list(map(compiled.as_row, connection.exec_driver_sql(compiled.sql, sent)))

    def first(self, **values: Any) -> Row | None:
        """The first row; None when there is none."""
        return next(iter(self.rows(**values)), None)

    def rows_cached_per_request(self, **values: Any) -> list[Row]:
        """The same rows; a page that is only looked at, and so changes nothing, asks once for all."""
        if not is_safe_method():
            return self.rows(**values)
        which = (self, *values.values())
        answers: dict[Any, list[Row]] = g.setdefault("answers", {})
        if which not in answers:
            answers[which] = self.rows(**values)
        return answers[which]

    def compiled_for(self, dialect: Dialect) -> Compiled[Row]:
        """The compiled statement, narrowed, in the SQL of a database engine; made once for each."""
        if dialect.name not in self.compiled:
            self.compiled[dialect.name] = self.compile(dialect)
        return self.compiled[dialect.name]

    def compile(self, dialect: Dialect) -> Compiled[Row]:
        """The statement, narrowed and compiled. Raises Unguarded where no part of it was narrowed."""
        compiled = scoped(self.statement, CURRENT_USER).compile(dialect=dialect)
        given = {name for bound, name in compiled.bind_names.items() if bound.required}
        whole = compiled.construct_expanded_state(dict.fromkeys(given))
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
        return Compiled(
            sql=whole.statement,
            order=None if whole.positiontup is None else tuple(whole.positiontup),
            fixed={name: turns[name](value) for name, value in whole.parameters.items()},
            whose=tuple(whose),
            given={name: turns[name] for name in given},
            as_row=self.row_maker(dialect),
        )

    def row_maker(self, dialect: Dialect) -> Callable[[Any], Row]:
        """What makes the dataclass of a row as it comes from the driver."""
        columns = list(self.statement.selected_columns)
        turns = [
            (at, turn)
            for at, column in enumerate(columns)
            if (turn := column.type.dialect_impl(dialect).result_processor(dialect, None))
        ]
        at = {column.key: place for place, column in enumerate(columns)}
        order = [at[name] for name in filled_fields(self.row, set(at))]
        row = self.row

        def as_row(found: Any) -> Row:
            values = list(found)
            for at, turn in turns:
                values[at] = turn(values[at])
            return row(*[values[at] for at in order])

        def as_it_stands(found: Any) -> Row:
            return row(*found)

        return as_row if turns or order != sorted(order) else as_it_stands


def check_columns(row: type[Row], statement: Select[*tuple[Any, ...]]) -> None:
    """Raise TypeError unless the fields of a row are the columns selected, each under its name."""
    if any(column["expr"] is column["entity"] for column in statement.column_descriptions):
        raise TypeError("a prepared query selects columns, not whole records")
    selected = [column.key for column in statement.selected_columns]
    wanted = filled_fields(row, set(selected))
    faults = {
        "no column for": sorted(set(wanted) - set(selected)),
        "no field for": sorted(str(name) for name in set(selected) - set(wanted)),
        "more than one column for": sorted({str(n) for n in selected if selected.count(n) > 1}),
    }
    said = [f"{fault} {', '.join(names)}" for fault, names in faults.items() if names]
    if said:
        raise TypeError(f"{row.__name__} is not a row of this query: {'; '.join(said)}")


def filled_fields(row: type[Row], selected: set[str | None]) -> list[str]:
    """The fields of a row that are filled: all but the last that have defaults and no column."""
    found = list(fields(row))
    while found and found[-1].name not in selected and has_default(found[-1]):
        found.pop()
    return [field.name for field in found]


def has_default(field: Field[Any]) -> bool:
    """Whether a dataclass's field may be left out."""
    return field.default is not MISSING or field.default_factory is not MISSING


def columns_of(model: type[ClientRecord], row: type[ClientRow]) -> list[Any]:
    """The columns of a record that a row of it has, to be selected in a prepared query."""
    return [getattr(model, field.name) for field in fields(row)]


@lru_cache
def query_by(model: type[ClientRecord], row: type[ClientRow], *names: str) -> PreparedQuery[Any]:
    """The prepared query for a record's row by the values of some columns."""
    same = (getattr(model, name) == bindparam(name) for name in names)
    return PreparedQuery(row, select(*columns_of(model, row)).where(*same))


def get_row_or_404(
    model: type[ClientRecord], row: type[RecordRow], record_id: int, **within: Any
) -> RecordRow:
    """The row of a record as `load.get_or_404` finds it, or 404 alike: to show it, not to change it."""
    which = {"id": record_id, **within}
    kind: Any = row  # its class is hashable, which mypy does not see
    query: PreparedQuery[RecordRow] = query_by(model, kind, *which)
    found = query.first(**which)
    if found is None:
        deny(model, which)
    note_file(found.couple_id)
    return found


def as_it_is(value: Any) -> Any:
    """A value that needs no turning."""
    return value
