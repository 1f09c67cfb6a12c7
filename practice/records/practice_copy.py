"""A copy of everything the practice keeps: a folder for each couple, and what is in no file."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event
from typing import Any, Protocol

from sqlalchemy import select

from practice.access.doors import PracticeExportDoor
from practice.audit.models import AuditEvent
from practice.clock import in_zone
from practice.couples.models import Couple
from practice.database.base import db
from practice.formatting import full_date
from practice.handouts.sheet import Sheet
from practice.identity.models import Practice, User
from practice.records import safe_csv
from practice.records.couple_copy import Wish, as_json, files_of_couple
from practice.records.export_files import printed, refuse_too_many, sheets_counted
from practice.records.export_schema import PERSON, in_json, person, plain, tables_of_a_practice

FORMAT, VERSION = "rekindle-practice", 1
#: What of a practice is its own, besides the picture.
OF_THE_PRACTICE = ("name", "address", "phone", "people", "time_zone", "paper", "idle_minutes")
EVENT = (
    "seq",
    "at",
    "user_id",
    "couple_id",
    "verb",
    "subject",
    "detail",
    "previous",
    "digest",
)
COUPLES = ("folder", "partner_a", "partner_b", "opened_on", "closed_on")
README = """\
Everything that {practice} kept on {day}.

couples/        A folder for each couple, named by number. Its README says what is in it; the
                safety screens are among it.
                {sheets}
couples.csv     Which folder is whose.
practice.json   The letterhead and choices of the practice, who works or worked there, and what is
                in no couple's file, such as homework that is shared in the practice. Its fields are
                explained in docs/export.md of Rekindle.
people.csv      Who works or worked there.
audit-log.jsonl Who looked at, changed, printed or was refused what: one JSON document a line. The
                digests chain each line to the one before it; lines of no practice are not here.

Not in it: psychotherapy notes, drafts, homework that its author has not shared, and what else is
one author's alone, which each takes out alone;
passwords, second factors, passkeys and keys.

This file is not encrypted. Whoever has it can read all of it: put it where it is safe.
"""
SHEETS = ("The sheets of their homework were left out.", "The sheets of their homework are in it.")


class Say(Protocol):
    """Hears how far a copy is, by name: couples `done` of `total`, sheets `printed` of `sheets`.

    Raises what ends the copy when it shall end.
    """

    def __call__(self, **progress: int) -> None:
        """Note it."""


@dataclass(frozen=True)
class Order:
    """A copy of everything as it was asked for. `say` hears how far it is, and may stop it."""

    wish: Wish
    say: Say
    stop: Event = field(default_factory=Event)


class PracticeCopy:
    """A copy of everything in the making, put into a ZIP that is written from beginning to end."""

    def __init__(self, order: Order, archive: zipfile.ZipFile) -> None:
        self.order = order
        self.archive = archive
        #: Where each sheet goes, and what it says.
        self.sheets: list[tuple[str, Sheet]] = []

    def put_records(self, door: PracticeExportDoor) -> None:
        """All that is behind the door. Raises what `say` does, and Refused for too many sheets."""
        wish, rows = self.order.wish, []
        if wish.with_sheets:
            refuse_too_many(sheets_counted(door))
        couples = door.couples(Couple)
        for done, couple_id in enumerate(couples):
            self.order.say(done=done, total=len(couples))
            folder = f"couples/{couple_id:05}"
            found = files_of_couple(couple_id, door.file, wish)
            for name, content in found.files.items():
                self.archive.writestr(f"{folder}/{name}", content)
            self.sheets += [(f"{folder}/{name}", one) for name, one in found.sheets]
            rows.append(row_of(couple_id, folder, door))
            db.session.expunge_all()
        self.order.say(done=len(couples), total=len(couples), sheets=len(self.sheets), printed=0)
        for name, content in apart(door, wish, rows):
            self.archive.writestr(name, content)

    def put_sheets(self) -> None:
        """The sheets, printed when the door is closed again. Raises what `say` does."""
        for done, (name, pdf) in enumerate(printed(self.sheets, self.order.stop), start=1):
            self.order.say(printed=done)
            self.archive.writestr(name, pdf, zipfile.ZIP_STORED)


def row_of(couple_id: int, folder: str, door: PracticeExportDoor) -> dict[str, Any]:
    """A couple's line in couples.csv."""
    [couple] = door.file(Couple, couple_id)
    return {
        "folder": folder,
        "partner_a": couple.a.full_name,
        "partner_b": couple.b.full_name,
        "opened_on": couple.opened_on,
        "closed_on": couple.closed_on,
    }


def apart(
    door: PracticeExportDoor, wish: Wish, couples: list[dict[str, Any]]
) -> Iterator[tuple[str, str | bytes]]:
    """What is in no couple's folder: (name, content)."""
    practice = db.session.get_one(Practice, door.practice_id)
    day = in_zone(wish.made_at, practice.time_zone).date()
    people = [person(user) for user in door.apart_from_files(User)]
    document = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": in_json(wish.made_at),
        "practice": {name: getattr(practice, name) for name in OF_THE_PRACTICE},
        "people": people,
        "records": {
            model.__tablename__: [plain(one) for one in door.apart_from_files(model)]
            for model in tables_of_a_practice()
        },
    }
    told = {"practice": practice.name, "day": full_date(day), "sheets": SHEETS[wish.with_sheets]}
    yield "README.txt", README.format(**told)
    yield "practice.json", as_json(document)
    yield "people.csv", safe_csv.table((*PERSON, "roles"), people)
    yield "couples.csv", safe_csv.table(COUPLES, couples)
    yield "audit-log.jsonl", "".join(audit_lines(door.practice_id))
    if practice.logo:
        yield "logo.png", practice.logo.png


def audit_lines(practice_id: int) -> Iterator[str]:
    """The practice's part of the audit log, a JSON document a line."""
    columns = [getattr(AuditEvent, name) for name in EVENT]
    query = select(*columns).where(AuditEvent.practice_id == practice_id).order_by(AuditEvent.seq)
    for row in db.session.execute(query.execution_options(yield_per=1000)).mappings():
        line = {name: in_json(row[name]) for name in EVENT}
        yield json.dumps(line, ensure_ascii=False) + "\n"
