"""Prepared queries: each row is of its dataclass, and each database engine is asked in its own SQL."""

import sys
from dataclasses import dataclass
from datetime import date
from types import NoneType
from typing import Any, get_args, get_type_hints

import pytest
from flask import Flask
from sqlalchemy import JSON, bindparam, func, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased
from sqlalchemy.types import NullType, TypeDecorator

from practice.access.expressions import in_list
from practice.access.prepared import PreparedQuery
from practice.assignments.models import Assignment
from practice.assignments.rows import WordedAssignmentRow
from practice.couples.models import Appointment, Couple, Partner, SafetyScreen, SecretsPolicy
from practice.couples.rows import AppointmentRow, PolicyRow
from practice.database.base import db
from practice.sessions.models import (
    NoteAddendum,
    NoteSignature,
    ProgressNote,
    Sighting,
    TherapySession,
)
from practice.sessions.rows import AddendumRow, NoteRow, SessionRow, SightingRow, SignatureRow
from tests.browser import Browser
from tests.factories import a_couple, in_the_name_of

Other = aliased(Partner)


@dataclass(frozen=True)
class FirstName:
    """A row of a partner's first name."""

    first_name: str


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (select(Couple), "not whole records"),
        (select(Partner.last_name), "no column for first_name; no field for last_name"),
        (select(Partner.first_name, Partner.id), "no field for id"),
        (select(func.count(Partner.first_name)), "no column for first_name; no field for None"),
        (select(Partner.first_name, Other.first_name), "more than one column for first_name"),
    ],
)
def test_a_row_has_a_field_for_each_column_and_no_other(query: Any, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        PreparedQuery(FirstName, query)


def test_columns_find_their_fields_by_name_and_not_by_place(dana: Browser) -> None:
    @dataclass(frozen=True)
    class Screened:
        seen_alone: bool
        asked_on: date
        letter: str

    screened = PreparedQuery(
        Screened,
        select(SafetyScreen.letter, SafetyScreen.asked_on, SafetyScreen.seen_alone).order_by(
            SafetyScreen.letter
        ),
    )
    a_couple(of=dana)
    with in_the_name_of(dana):
        screen = db.session.scalars(select(SafetyScreen).order_by(SafetyScreen.letter)).first()
        assert screen
        assert screened.first() == Screened(screen.seen_alone, screen.asked_on, screen.letter)


def every_prepared_query() -> dict[str, PreparedQuery[Any]]:
    """The prepared queries that stand in the program's modules, by module and name."""
    return {
        f"{name}.{at}": found
        for name, module in sorted(sys.modules.items())
        if name.startswith("practice.")
        for at, found in vars(module).items()
        if isinstance(found, PreparedQuery)
    }


@pytest.mark.parametrize(
    "dialect", [sqlite.dialect(), psycopg.dialect()], ids=["sqlite", "psycopg"]
)
def test_every_prepared_query_compiles_for_each_database_engine(dialect: Any, app: Flask) -> None:
    queries = every_prepared_query()
    assert len(queries) > 35
    with app.app_context():
        for name, query in queries.items():
            compiled = query.compile(dialect)
            assert (compiled.order is None) == (dialect.name == "postgresql"), name
            assert "json_each" not in compiled.sql or dialect.name == "sqlite", name


def kind_of(column: Any) -> type:
    """The Python type of a selected column's values."""
    kind = column.type
    return (kind.impl if isinstance(kind, TypeDecorator) else kind).python_type


def test_every_field_of_a_row_is_of_its_columns_type() -> None:
    """None apart, which an outer join may add, JSON, and a window's number, which has no type."""
    for name, query in every_prepared_query().items():
        types = get_type_hints(query.row)
        for column in query.statement.selected_columns:
            said = types[column.key]
            said = next((one for one in get_args(said) if one is not NoneType), said)
            if not isinstance(column.type, JSON | NullType):
                assert said is kind_of(column), f"{name}: {column.key}"


def test_a_list_goes_to_each_database_engine_in_its_own_way() -> None:
    statement = select(Partner.first_name).where(in_list(Partner.couple_id, "ids"))
    query = PreparedQuery(FirstName, statement)
    for dialect, words, sent in (
        (sqlite.dialect(), "FROM json_each(?)", "[1, 2]"),
        (psycopg.dialect(), "partner.couple_id = ANY (%(ids)s::BIGINT[])", [1, 2]),
    ):
        compiled = query.compile(dialect)
        assert words in compiled.sql
        assert "= 1" not in compiled.sql
        assert compiled.given["ids"]([1, 2]) == sent


@pytest.mark.parametrize(
    ("model", "row"),
    [
        (Appointment, AppointmentRow),
        (Assignment, WordedAssignmentRow),
        (NoteAddendum, AddendumRow),
        (NoteSignature, SignatureRow),
        (ProgressNote, NoteRow),
        (SecretsPolicy, PolicyRow),
        (Sighting, SightingRow),
        (TherapySession, SessionRow),
    ],
)
def test_the_row_of_a_record_has_all_its_columns_with_their_types(
    model: type[Any], row: type[Any]
) -> None:
    """What mypy is told of a row is what the table holds, None included."""
    told = get_type_hints(model)
    columns = {column.key: get_args(told[column.key])[0] for column in model.__table__.columns}
    assert get_type_hints(row) == columns


def test_a_driver_error_is_a_database_error_that_shows_no_value(dana: Browser) -> None:
    """What a clinician typed must not reach a log with the error."""
    query = PreparedQuery(
        FirstName,
        select(func.json_extract("{}", bindparam("path")).label("first_name")).select_from(Partner),
    )
    a_couple(of=dana)
    with in_the_name_of(dana), pytest.raises(DBAPIError) as raised:
        query.rows(path="canary")
    assert "parameters hidden" in str(raised.value).partition("[SQL:")[2]
