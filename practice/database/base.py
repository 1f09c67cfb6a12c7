"""The declarative base of every table, and how its values are stored."""

from datetime import UTC, datetime
from typing import Any, TypeVar

from flask import has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Executable,
    Integer,
    MetaData,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

CONSTRAINT_NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


#: The largest id the database can hold.
LARGEST_ID = 2**63 - 1


#: A whole number, and so every id: 64 bits on each engine (SQLite's INTEGER holds as many).
INT64 = BigInteger().with_variant(Integer(), "sqlite")
#: A document of plain values: text in SQLite, and what PostgreSQL can look into.
JSON_DOCUMENT = JSON().with_variant(JSONB(), "postgresql")


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime on both sides; stored without its zone, which is always UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is None:
            return value  # the sign-in library writes UTC without a zone
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


class Base(DeclarativeBase):
    """What every table shares: names for its constraints, moments in UTC, numbers of 64 bits."""

    registry = registry(
        metadata=MetaData(naming_convention=CONSTRAINT_NAMES),
        type_annotation_map={datetime: Moment, int: INT64},
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)


REUSABLE = "kept"


Statement = TypeVar("Statement", bound=Executable)


def reusable(statement: Statement) -> Statement:
    """A statement that is built once and asked often: the guard narrows it only once for each user.

    What differs from time to time is a `bindparam` in it. Only for statements that last as long
    as the program.
    """
    return statement.execution_options(**{REUSABLE: True})


READS_ONLY = "reads_only"


def is_safe_method() -> bool:
    """Whether this request only asks for a page, and so changes nothing."""
    return has_request_context() and request.method in ("GET", "HEAD", "OPTIONS")
