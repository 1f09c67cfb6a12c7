"""A copy of everything the practice keeps: a folder for each couple, and what is in no file."""

import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from sqlalchemy import select

from practice.accounts.models import Practice, User
from practice.audit.models import AuditEvent
from practice.caseload import WholePractice
from practice.clock import in_zone
from practice.couples.models import Couple
from practice.database import db
from practice.formatting import full_date
from practice.records import cells
from practice.records.contents import PERSON, in_json, person, plain, tables_of_a_practice
from practice.records.couple_copy import Wish, as_json, files_of_couple

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
couples.csv     Which folder is whose.
practice.json   The letterhead and choices of the practice, who works or worked there, and what is
                in no couple's file, such as homework of the practice's own. Its fields are
                explained in docs/export.md of Rekindle.
people.csv      Who works or worked there.
audit-log.jsonl Who looked at, changed, printed or was refused what: one JSON document a line. The
                digests chain each line to the one before it; lines of no practice are not here.

Not in it: psychotherapy notes, which each author takes out alone; passwords, second factors,
passkeys and keys.

This file is not encrypted. Whoever has it can read all of it: put it where it is safe.
"""
Say = Callable[[int, int], None]


class Stopped(Exception):
    """Whoever asked for the copy wants it no more."""


@dataclass(frozen=True)
class Order:
    """A copy of everything as it was asked for. `say` hears (done, of how many), and may stop it."""

    wish: Wish
    say: Say


def packed_practice(door: WholePractice, order: Order) -> bytes:
    """The ZIP of everything behind the door, made in memory. Raises Stopped as `say` does."""
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        rows = []
        couples = door.couples(Couple)
        for done, couple_id in enumerate(couples):
            order.say(done, len(couples))
            folder = f"couples/{couple_id:05}"
            for name, text in files_of_couple(couple_id, door.file, order.wish).items():
                archive.writestr(f"{folder}/{name}", text)
            rows.append(row_of(couple_id, folder, door))
            db.session.expunge_all()
        order.say(len(couples), len(couples))
        for name, content in apart(door, order.wish, rows):
            archive.writestr(name, content)
    return whole.getvalue()


def row_of(couple_id: int, folder: str, door: WholePractice) -> dict[str, Any]:
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
    door: WholePractice, wish: Wish, couples: list[dict[str, Any]]
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
    yield "README.txt", README.format(practice=practice.name, day=full_date(day))
    yield "practice.json", as_json(document)
    yield "people.csv", cells.table((*PERSON, "roles"), people)
    yield "couples.csv", cells.table(COUPLES, couples)
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
