"""A copy of one couple's file: for reading, for a spreadsheet, and for another installation.

It is the clinician's record of both partners, so it is made for neither of them. Psychotherapy
notes are never in it; safety screens only when they were asked for.
"""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from sqlalchemy import JSON, select

from practice import clock
from practice.access.records import RestrictedRecord
from practice.couples.models import Couple
from practice.database.base import db
from practice.formatting import full_date
from practice.handouts.sheet import Sheet
from practice.identity.models import Practice, User
from practice.records import safe_csv
from practice.records.export_files import attachments_in, sheets_in
from practice.records.export_schema import (
    SCREENS,
    Reader,
    columns_of,
    person,
    plain,
    tables_of_a_couple,
    users_named,
)
from practice.records.reading import altered_in, notes_of

FORMAT, VERSION = "rekindle-couple", 1
#: Tables that are also written for a spreadsheet, and the names of their files.
SHEETS = {
    "partner": "partners.csv",
    "therapy_session": "sessions.csv",
    "sighting": "obstacles.csv",
    "assignment": "homework.csv",
    "review": "reviews.csv",
    "appointment": "appointments.csv",
}
README = """\
The file of a couple, as {practice} kept it on {day}.

It is the clinician's record. It holds what each partner said, also alone, and is meant for
neither of them: what a partner may have of it is for a release to say.

notes.txt      The sessions in order: who came, what got in the way, the progress note as it was
               signed, what was added later. Under each signed note stands the digest (SHA-256)
               that was taken of it when it was signed, and whether it is still that note.
couple.json    All of it, for another program or another Rekindle. Its fields are explained in
               docs/export.md of Rekindle.
attachments/   Letters and scans, each a file by the number it has in couple.json.
sheets/        The homework as it was given: a PDF for each reader, in their language, by day.
*.csv          Partners, sessions, obstacles, homework, reviews and appointments for a
               spreadsheet, in UTF-8. A ' before = + - @ keeps a cell from being a formula.

Not in it: psychotherapy notes and attachments that are one author's alone, which each takes out
by themselves{screens}.
"""
NO_SCREENS = ", and the safety screens with the reasons given where one was unclear"


@dataclass(frozen=True)
class Wish:
    """What a copy shall hold, and of when it is."""

    practice: Practice
    made_at: datetime
    with_screens: bool = False
    #: Whether the homework given comes as PDFs too, as it was printed.
    with_sheets: bool = True


def read_file(couple_id: int, read: Reader, *, with_screens: bool) -> dict[str, list[Any]]:
    """Every record of a couple's file by table, as far as a copy may hold it."""
    return {
        model.__tablename__: list(read(model, couple_id))
        for model in tables_of_a_couple()
        if with_screens or model.__tablename__ != SCREENS
    }


def on_ones_caseload(model: type[Any], couple_id: int) -> list[Any]:
    """A reader beneath the guard: what is in a file of one's own caseload, and not one's own alone."""
    key = "id" if model is Couple else "couple_id"
    query = select(model).where(getattr(model, key) == couple_id).order_by(model.id)
    if issubclass(model, RestrictedRecord):
        query = query.where(model.of_the_file())
    return list(db.session.scalars(query))


@dataclass(frozen=True)
class CoupleFiles:
    """A couple's copy: its files by name, and the sheets that go with them once they are printed."""

    files: dict[str, str | bytes]
    sheets: list[tuple[str, Sheet]]


def files_of_couple(couple_id: int, read: Reader, wish: Wish) -> CoupleFiles:
    """What is in a couple's copy."""
    records = read_file(couple_id, read, with_screens=wish.with_screens)
    rows = {
        name: [plain(one, with_screens=wish.with_screens) for one in found]
        for name, found in records.items()
    }
    sheets = {
        file: safe_csv.table(sheet_columns(name, wish), rows[name]) for name, file in SHEETS.items()
    }
    files: dict[str, str | bytes] = {
        "README.txt": readme(wish),
        "couple.json": as_json(document(records, rows, wish)),
        "notes.txt": notes_of(records, wish.practice.time_zone),
        **sheets,
        **attachments_in(records, couple_id, read),
    }
    given = sheets_in(records) if wish.with_sheets else ()
    return CoupleFiles(files, list(given))


def document(
    records: Mapping[str, list[Any]], rows: Mapping[str, list[dict[str, Any]]], wish: Wish
) -> dict[str, Any]:
    """What couple.json says: what it is, whom it names, and every record by table."""
    ids = users_named(one for found in records.values() for one in found)
    people = db.session.scalars(select(User).where(User.id.in_(ids)).order_by(User.id))
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": wish.made_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "practice": {"name": wish.practice.name, "time_zone": wish.practice.time_zone},
        "with_safety_screens": wish.with_screens,
        "people": [person(user) for user in people],
        #: Ids of the sessions of which something is not as it was signed; none, when all is well.
        "not_as_signed": altered_in(records),
        "records": rows,
    }


def readme(wish: Wish) -> str:
    """What is in the copy, in plain words."""
    day = clock.in_zone(wish.made_at, wish.practice.time_zone).date()
    screens = "" if wish.with_screens else NO_SCREENS
    return README.format(practice=wish.practice.name, day=full_date(day), screens=screens)


def sheet_columns(table: str, wish: Wish) -> list[str]:
    """The columns of a table that fit a spreadsheet's cells."""
    model = next(one for one in tables_of_a_couple() if one.__tablename__ == table)
    columns = columns_of(model, with_screens=wish.with_screens)
    return [name for name, column in columns.items() if not isinstance(column.type, JSON)]


def as_json(document: Mapping[str, Any]) -> str:
    """A document as JSON that a person can read too."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def packed(files: Mapping[str, str | bytes]) -> bytes:
    """The files as one ZIP, made in memory alone."""
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return whole.getvalue()
