"""What a copy of the records holds: read off the tables themselves, so that none is forgotten."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Column, LargeBinary, Table

from practice.access.records import AuthorOnlyRecord, CaseloadRecord
from practice.access.team import CareTeamMember
from practice.database.base import Base
from practice.identity.models import User

#: Every record of one kind in one couple's file. The guard, or the owner's door, stands behind it.
Reader = Callable[[type[Any], int], Sequence[Any]]

#: Tables that are in no copy, and why.
LEFT_OUT = {
    "attachment_content": "a file of its own in attachments/",
    "client_list_import": "only tells which files a list opened here, to take them back",
    "emergency_access": "the audit log says who and when; the reason is for this owner alone",
    "handover": "the audit log says who and when; it is settled anew where the copy goes",
    "invitation": "a link that opens this installation alone",
    "job": "what is being done at this moment, beside the pages",
    "job_result": "what such a job made, for its user alone and for a while",
    "password_link": "a link that opens this installation alone",
    "practice": "in practice.json by itself",
    "practice_logo": "a picture: logo.png",
    "psychotherapy_note": "each author takes out their own: own.json",
    "rate_count": "counts of tries within minutes",
    "retired_key": "a key",
    "role": "in practice.json with each of the people",
    "roles_users": "in practice.json with each of the people",
    "sign_in_session": "who is signed in at this moment",
    "user": "in practice.json as people, without what they sign in with",
    "webauthn": "a passkey that opens this installation alone",
    "audit_event": "a file of its own, audit-log.jsonl",
}
#: Columns that are in no copy, in whatever table, and why.
COLUMNS_LEFT_OUT = {
    "names_folded": "made again from the names",
    "person_folded": "made again from the names",
    "seal": "made again where the copy goes, under the key there",
    "once": "the mark of the form that was sent; it says nothing",
}
#: What tells of a safety screen. In a couple's copy only when asked for.
SCREENS = "safety_screen"
SCREEN_COLUMNS = frozenset({"safety_reason"})
#: What is told of whoever works here; never what they sign in with.
PERSON = ("id", "name", "credentials", "email", "active", "note_format", "single_keys")


def tables_of_a_couple() -> list[type[Any]]:
    """The kinds of record in a couple's file, each after those it refers to."""
    return [
        model
        for model in in_order()
        if (issubclass(model, CaseloadRecord) or model is CareTeamMember)
        and not issubclass(model, AuthorOnlyRecord)
        and model.__tablename__ not in LEFT_OUT
    ]


def tables_of_a_practice() -> list[type[Any]]:
    """The kinds of record that are the practice's and in no couple's file."""
    of_couples = set(tables_of_a_couple())
    return [
        model
        for model in in_order()
        if hasattr(model, "practice_id")
        and model not in of_couples
        and not issubclass(model, AuthorOnlyRecord)
        and model.__tablename__ not in LEFT_OUT
    ]


def in_order() -> list[type[Any]]:
    """Every kind of record, each after those it refers to; signatures last, for they fix a note."""
    models = {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}
    found = [models[table] for table in Base.metadata.sorted_tables if table in models]
    return sorted(found, key=lambda model: model.__tablename__ == "note_signature")


def columns_of(model: type[Any], *, with_screens: bool = True) -> dict[str, Column[Any]]:
    """The columns of a kind of record that are in a copy, by name."""
    gone = set(COLUMNS_LEFT_OUT) | (set() if with_screens else SCREEN_COLUMNS)
    table: Table = model.__table__
    return {
        column.name: column
        for column in table.columns
        if column.name not in gone and not isinstance(column.type, LargeBinary)
    }


def plain(record: Any, *, with_screens: bool = True) -> dict[str, Any]:
    """A record as JSON can hold it, by column."""
    return {
        name: in_json(getattr(record, name))
        for name in columns_of(type(record), with_screens=with_screens)
    }


def in_json(value: Any) -> Any:
    """A value as JSON can hold it: dates and times as ISO 8601 has them, moments in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, time):
        return value.strftime("%H:%M:%S")
    return value.isoformat() if isinstance(value, date) else value


def leads_to(model: type[Any], target: str) -> list[str]:
    """The columns of a kind of record that hold the id of a record of the table `target`."""
    return [
        key.parent.name
        for key in model.__table__.foreign_keys
        if key.column.table.name == target and key.column.name == "id"
    ]


def users_named(records: Iterable[Any]) -> set[int]:
    """The ids of the people whom these records name."""
    found = set()
    for record in records:
        found |= {getattr(record, name) for name in leads_to(type(record), "user")}
    return found - {None}


def person(user: User) -> dict[str, Any]:
    """One of the practice's people, without anything they sign in with."""
    told = {name: getattr(user, name) for name in PERSON}
    return told | {"roles": sorted(role.name for role in user.roles)}
