"""Copies of records that come back: one couple's, or everything, whole or not at all.

What a copy says is checked against the tables as it is written: each table and column, and that a
file refers to nothing outside itself.
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, insert, select
from sqlalchemy.exc import IntegrityError

from practice.attachments.models import AttachmentContent
from practice.audit.service import act_as, record
from practice.couples.models import Couple, Partner
from practice.couples.names import folded_names, folded_person
from practice.database.base import db
from practice.errors import Refused
from practice.identity.models import Practice, PracticeLogo, User
from practice.identity.permissions import ROLES
from practice.identity.service import add_user
from practice.library.models import OWN
from practice.records import practice_copy
from practice.records.export_files import check_attachment
from practice.records.export_schema import columns_of, tables_of_a_couple, tables_of_a_practice
from practice.records.import_parse import (
    Copy,
    CoupleTold,
    Row,
    check_signatures,
    name_of,
    understood,
)

NAMED_OWN = re.compile(rf"{OWN}(\d+)")


@dataclass
class TakenIn:
    """What came in: how many couples, how many records in all, and who came with them."""

    couples: int = 0
    records: int = 0
    #: Starting passwords of the people of a new practice, by e-mail.
    passwords: dict[str, str] = field(default_factory=dict)
    #: People whom the records name and who have no access here, by name.
    without_access: list[str] = field(default_factory=list)


def take_in(copy: Copy, *, team: str = "") -> TakenIn:
    """Write a copy into this installation; the caller commits, or keeps nothing of it.

    Everything makes a new practice where there is none. `team` is the e-mail of a clinician who
    joins the care team of every file. Raises Refused for whatever does not fit.
    """
    practice = db.session.scalar(select(Practice).order_by(Practice.id).limit(1))
    try:
        if practice is None:
            practice = new_practice(copy)
            return Intake(copy, practice, is_new=True).write(team)
        return Intake(copy, practice, is_new=False).write(team)
    except IntegrityError as fault:
        raise Refused("These records do not fit together, or are here already.") from fault
    except (KeyError, TypeError, AttributeError) as fault:
        raise Refused(
            "This copy is damaged: something in it is missing or of a wrong kind."
        ) from fault


def new_practice(copy: Copy) -> Practice:
    """The practice that a copy of everything comes from. Raises Refused for one couple's copy."""
    if copy.practice is None:
        raise Refused("There is no practice yet. Open Rekindle and set it up first.")
    told = copy.practice["practice"]
    practice = Practice(**{name: told[name] for name in practice_copy.OF_THE_PRACTICE})
    practice.logo = PracticeLogo(png=copy.logo) if copy.logo else None
    db.session.add(practice)
    db.session.flush()
    act_as(practice.id, None)
    record("imported", practice)
    return practice


class Intake:
    """Writes one copy into one practice, beneath the guard: a command's work, like a restore."""

    def __init__(self, copy: Copy, practice: Practice, *, is_new: bool) -> None:
        self.copy, self.practice, self.is_new = copy, practice, is_new
        self.result = TakenIn()
        #: The new number of a record, by its table and the number it had.
        self.numbers: dict[tuple[str, int], int] = {}
        #: The partners of the couple whose file comes in just now.
        self.partners: list[Row] = []
        act_as(practice.id, None)

    def write(self, team: str) -> TakenIn:
        """Everything the copy holds, and who joins the care teams."""
        helper = self.clinician(team) if team else None
        for one in self.copy.practice["people"] if self.copy.practice else ():
            self.take_person(one)
        db.session.flush()
        if self.copy.practice:
            for model in tables_of_a_practice():
                self.take_rows(model, self.copy.practice["records"])
        for file in self.copy.couples():
            for one in file.told["people"]:
                self.take_person(one)
            db.session.flush()
            self.take_couple(file, helper)
        return self.result

    def clinician(self, email: str) -> User:
        """Someone of this practice. Raises Refused when nobody signs in with that address."""
        user = self.user_with(email)
        if user is None:
            raise Refused(f"Nobody of this practice signs in as {email}.")
        return user

    def user_with(self, email: str) -> User | None:
        """The practice's user with that e-mail."""
        query = select(User).where(User.practice_id == self.practice.id)
        wanted = email.strip().casefold()
        return next(
            (one for one in db.session.scalars(query) if one.email.casefold() == wanted), None
        )

    def take_person(self, told: Row) -> None:
        """Someone the records name: known by e-mail here, or added, without access to an old practice."""
        user = self.user_with(told["email"])
        if user is None:
            names = ("name", "credentials", "email", "note_format", "single_keys")
            user = User(**{name: told[name] for name in names})
            password = secrets.token_urlsafe(15)
            add_user(self.practice, user, password, *(set(told["roles"]) & set(ROLES)))
            user.active = self.is_new and bool(told["active"])
            if user.active:
                self.result.passwords[user.email] = password
            else:
                self.result.without_access.append(user.name)
        self.numbers["user", told["id"]] = user.id

    def take_couple(self, file: CoupleTold, helper: User | None) -> None:
        """One couple's file. Raises Refused when it is here already, or nobody could open it."""
        self.partners, records = file.records["partner"], file.records
        known = {model.__tablename__: model for model in tables_of_a_couple()}
        if unknown := sorted(records.keys() - known.keys()):
            raise Refused(f"This copy has a table that is not known here: {unknown[0]}.")
        [couple] = records["couple"]
        if len(self.partners) != 2:
            raise Refused("A couple has two partners; this copy tells of another number.")
        for row in (row for name, rows in records.items() if name != "couple" for row in rows):
            if row["couple_id"] != couple["id"]:
                raise Refused("A record of this copy belongs to another couple.")
        check_signatures(records)
        for model in known.values():
            self.take_rows(model, records)
        for row in records.get("attachment", ()):
            self.take_content(row, check_attachment(row, file.attachments.get(name_of(row))))
        couple_id = self.numbers["couple", couple["id"]]
        self.complete_team(couple_id, records["care_team_member"], helper)
        self.result.couples += 1
        record("imported", f"couple:{couple_id}", couple_id)

    def take_rows(self, model: type[Any], records: Mapping[str, list[Row]]) -> None:
        """The rows of one table."""
        for row in records.get(model.__tablename__, ()):
            self.take_row(model, row)

    def take_row(self, model: type[Any], row: Row) -> None:
        """One row, under a new number and leading where its records are now."""
        name = model.__tablename__
        columns = columns_of(model)
        if unknown := sorted(row.keys() - columns.keys()):
            raise Refused(f"This copy has a field that is not known here: {name}.{unknown[0]}.")
        values = {key: self.here(columns[key], value) for key, value in row.items()}
        values["practice_id"] = self.practice.id
        old = values.pop("id", None) if "id" in columns else None
        values |= self.made_again(name, row)
        if name == "couple":
            refuse_known(values)
        if name == "note_signature" and values["couple_id"] != row["couple_id"]:
            values["couple_id_then"] = row.get("couple_id_then") or row["couple_id"]
        written = db.session.connection().execute(insert(model.__table__).values(**values))
        if old is not None:
            self.numbers[name, old] = (written.inserted_primary_key or [0])[0]
        self.result.records += 1

    def take_content(self, row: Row, content: bytes) -> None:
        """The file of an attachment that came in just now."""
        put_content(
            self.practice.id,
            self.numbers["couple", row["couple_id"]],
            self.numbers["attachment", row["id"]],
            content,
        )

    def here(self, column: Column[Any], value: Any) -> Any:
        """A value as the database takes it; a number of a record is the record's new one."""
        target = next((key.column for key in column.foreign_keys if key.column.name == "id"), None)
        if target is not None and value is not None and column.name != "practice_id":
            try:
                return self.numbers[target.table.name, value]
            except KeyError as fault:
                raise Refused("A record of this copy leads to one that is not in it.") from fault
        if column.name in ("slug", "key", "weeks"):
            return self.own_named(column, value)
        return understood(column, value)

    def own_named(self, column: Column[Any], value: Any) -> Any:
        """A name of the practice's own homework or course, by its number here; 0 is none."""
        table = "own_course" if column.name == "key" else "own_homework"
        if isinstance(value, list):
            return [
                {name: self.own_named(column, one) for name, one in week.items()} for week in value
            ]
        found = NAMED_OWN.fullmatch(value) if isinstance(value, str) else None
        return f"{OWN}{self.numbers.get((table, int(found[1])), 0)}" if found else value

    def made_again(self, table: str, row: Row) -> Row:
        """What is not in a copy because it is made of the rest."""
        if table == "partner":
            return {"person_folded": folded_person(row["first_name"], row["last_name"])}
        if table == "couple":
            return {"names_folded": self.names_folded()}
        return {}

    def names_folded(self) -> str:
        """Both partners' names as the search box looks for them."""
        a, b = sorted(self.partners, key=lambda one: str(one["letter"]))
        return folded_names(*(as_partner(one) for one in (a, b)))

    def complete_team(self, couple_id: int, members: list[Row], helper: User | None) -> None:
        """Have someone on the care team who may come in."""
        ids = {self.numbers["user", one["user_id"]] for one in members}
        table = next(one for one in tables_of_a_couple() if one.__tablename__ == "care_team_member")
        if helper and helper.id not in ids:
            joined = max(
                understood(table.__table__.c.joined_at, one["joined_at"]) for one in members
            )
            row = {"practice_id": self.practice.id, "couple_id": couple_id, "user_id": helper.id}
            db.session.connection().execute(insert(table.__table__).values(**row, joined_at=joined))
            ids.add(helper.id)
        active = select(User.id).where(User.id.in_(ids), User.active)
        if db.session.scalar(active) is None and not self.is_new:
            raise Refused(
                "Nobody on the care team of this file has access here. Name someone: --for E-MAIL"
            )


def put_content(practice_id: int, couple_id: int, attachment_id: int, content: bytes) -> None:
    """Put the file of an attachment beside what is told of it."""
    row = {"practice_id": practice_id, "couple_id": couple_id, "attachment_id": attachment_id}
    table: Any = AttachmentContent.__table__
    db.session.connection().execute(insert(table).values(**row, content=content))


def as_partner(row: Row) -> Partner:
    """A partner's names, stored nowhere."""
    return Partner(**{name: row[name] for name in ("first_name", "last_name", "goes_by")})


def refuse_known(values: Row) -> None:
    """Raise Refused when a file of the same names, opened on the same day, is here."""
    table = Couple.__table__
    same = [table.c[name] == values[name] for name in ("practice_id", "names_folded", "opened_on")]
    if db.session.connection().scalar(select(table.c.id).where(*same)) is not None:
        raise Refused("A file of this copy is here already. Nothing was brought in.")


def lines_about(taken: TakenIn) -> Iterator[str]:
    """What came in, for whoever brought it."""
    couples = "1 couple" if taken.couples == 1 else f"{taken.couples:,} couples"
    yield f"Brought in {couples}, {taken.records:,} records in all. Each note is as it was signed."
    for email, password in taken.passwords.items():
        yield f"{email} signs in with the password {password} and should change it at once."
    if taken.without_access:
        yield f"Named in the records, without access here: {', '.join(taken.without_access)}."
