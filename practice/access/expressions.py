"""SQL expressions that each database engine writes in words of its own: now, and "in this list"."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    DateTime,
    Dialect,
    any_,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine


class UtcNow(FunctionElement[datetime]):
    """The current timestamp by the database's own clock, in UTC and without a zone, as it is stored."""

    name = "utc_now"
    type = DateTime()
    inherit_cache = True


@compiles(UtcNow, "sqlite")
def utc_now_in_sqlite(_now: UtcNow, _compiler: SQLCompiler, **_how: Any) -> str:
    """The hour as SQLite keeps a moment: text, to the millisecond."""
    return "strftime('%Y-%m-%d %H:%M:%f', 'now')"


@compiles(UtcNow, "postgresql")
def utc_now_in_postgresql(_now: UtcNow, _compiler: SQLCompiler, **_how: Any) -> str:
    """The hour as it is, not as it was when the transaction began."""
    return "timezone('utc', clock_timestamp())"


class ListOf(TypeDecorator[list[Any]]):
    """A list as one parameter: JSON text for SQLite, an array of the items' type for PostgreSQL."""

    impl = JSON
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind = ARRAY(self.item) if dialect.name == "postgresql" else JSON()
        return dialect.type_descriptor(kind)


class InList(FunctionElement[bool]):
    """Whether a column equals one item of a list that is sent as one parameter, however long."""

    name = "in_list"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> "InList":
        """A condition as it stands: compared with 1, as SQLite's booleans are, no index would serve."""
        return self


@compiles(InList, "sqlite")
def in_list_in_sqlite(both: InList, compiler: SQLCompiler, **how: Any) -> str:
    """SQLite reads the list out of JSON."""
    column, items = both.clauses
    each = func.json_each(items).table_valued("value")
    return compiler.process(column.in_(select(each.c.value)), **how)


@compiles(InList, "postgresql")
def in_list_in_postgresql(both: InList, compiler: SQLCompiler, **how: Any) -> str:
    """PostgreSQL takes the list as an array."""
    column, items = both.clauses
    return compiler.process(column == any_(items), **how)


def in_list(column: InstrumentedAttribute[Any], name: str) -> ColumnElement[bool]:
    """An IN condition for a prepared query: the column is in the list that is given as `name`.

    Nothing is in an empty list.
    """
    return InList(column, bindparam(name, type_=ListOf(column.type)))
