"""Writes docs/export.md from the tables themselves: `python -m docs.export`."""

import inspect
import re
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import practice.all_models  # noqa: F401  # so that every table is known
from practice.database.base import Moment
from practice.records.author_export import NAMES
from practice.records.couple_copy import SHEETS
from practice.records.export_schema import (
    COLUMNS_LEFT_OUT,
    LEFT_OUT,
    PERSON,
    columns_of,
    tables_of_a_couple,
    tables_of_a_practice,
)
from practice.records.practice_copy import EVENT, OF_THE_PRACTICE

PAGE = Path(__file__).parent / "export.md"
TYPES = {
    datetime: "moment (UTC), `2026-11-22T17:30:00Z`",
    date: "date, `2026-11-22`",
    time: "time of day, `16:00:00`",
    bool: "true or false",
    int: "whole number",
    str: "text",
}
HEAD = "| field | type | what it is |\n| --- | --- | --- |\n"
#: A comment on a column, in the class that has it, and the column's name.
COMMENTED = re.compile(r"((?:^    #: .*\n)+)    (\w+): Mapped", re.MULTILINE)
ABOUT = """\
# What a copy of the records holds

This page is made from the tables by `python -m docs.export`; a test checks that it is true.

Three formats leave Rekindle, and `rekindle import` takes them back. Each is a ZIP.

- **A couple's file** (`rekindle-couple`, version 1), from the couple's details: `README.txt`,
  `notes.txt`, `couple.json`, a CSV each of {sheets}, `attachments/` and `sheets/`.
- **Everything** (`rekindle-practice`, version 1), from Practice, Records, for an owner:
  `README.txt`, `practice.json`, `people.csv`, `couples.csv`, `audit-log.jsonl`, `logo.png`, and
  `couples/00001/` and so on with the files of a couple's copy; `sheets/` among them only when it was
  asked for, 5,000 at most.
- **An author's own** (`rekindle-own`, version 1), from Practice, Records, or from the couple's details:
  `README.txt`, `psychotherapy-notes.txt`, `own.json`, `attachments/` and `homework/`. Psychotherapy
  notes, attachments whose `readers` is `author`, drafts, and homework and courses that are not shared,
  are in no other copy. It holds those of every file that its
  author wrote in, also where they have left the care team.

Text is UTF-8. CSV begins with a byte order mark, has the names of its fields in the first line and
the values as in the JSON, true and false as yes and no. A cell that begins with one of
`= + - @ '`, a tab or a line break has a `'` before it, so that no spreadsheet takes it for a
formula; who reads the file takes exactly one such `'` away.

Numbers that end in `_id`, and `id` itself, only tie the records of one copy together. Dates and
times of day are by the practice's clock; moments are in UTC.

An attachment is the file `attachments/attachment-ID.pdf` (or `.png`, `.jpg`), ID being its `id` in the
JSON. `sheets/2026-11-22-ID-a.pdf` is partner A's sheet of the homework whose `id` is ID, given that day;
`b` is partner B's, `couple` the copy for both. Each is in its reader's language, in the wording that was
given, with the letterhead, names and secrets policy of the day of the copy.

## couple.json

| field | what it is |
| --- | --- |
| `format`, `version` | `rekindle-couple`, 1 |
| `made_at` | when the copy was made |
| `practice` | `name` and `time_zone` of the practice it comes from |
| `with_safety_screens` | whether safety screens, and the reasons given where one was unclear, are in it |
| `not_as_signed` | the ids of sessions of which a note, signature or addendum is not as it was signed |
| `people` | whom the records name: {person}, `roles` |
| `records` | a list of records for each of the tables below |

A signature's `content_hash` is the SHA-256 of what it fixes: see `content_hash` in
`practice/sessions/signing.py`. The number of the couple's file is among it; `couple_id_then` is that
number, where a file has come from another installation.

## Bringing a copy in

`rekindle import PATH` takes a copy into the installation of this machine, whole or not at all:
everything makes a new practice where there is none, and says the passwords its people start with; one
couple's file, or everything, comes into a practice that is there, where people are known by their
e-mail. Who is not there is added without access; `--for E-MAIL` puts someone on the care team of each
file. Refused are a newer version, a table or field that is not known, a record that leads outside the
copy, a signed note that is not as it was signed, an attachment whose file is missing or has not the
size, type and SHA-256 it was kept with, and a file that is here already. The audit log is not brought
in, and PDFs of sheets are passed over: they are printed again from the homework.

An author's own comes after the files that it belongs to, for its author alone, who is known by e-mail.
A file is found by both partners' names and the day it was opened, a session by its number and day. What
is here already is left as it is; a psychotherapy note that is here with other words is refused.
Homework and courses come back unshared; one that is here is known by its author and when it was made.
"""
OWN = """\

## own.json

| field | what it is |
| --- | --- |
| `format`, `version` | `rekindle-own`, 1 |
| `made_at` | when the copy was made |
| `author` | `name` and `email` of whose own it is |
| `psychotherapy_notes` | a list, each with `file`, `session` (`number`, `held_on`), `text`, `saved_at` |
| `attachments` | a list, each with the fields of `attachment` above and its `file` |
| `homework` | a list of what is not shared or has a draft, each with the fields of `own_homework` |
| `versions`, `draft` of it | its wordings; `words` and `saved_at` of its draft, or null |
| `courses` | a list of what is not shared, each with the fields of `own_course` |

A `file` tells whose file something is in: `opened_on`, and of `a` and `b` {named}.
"""
PRACTICE = """\

## practice.json

| field | what it is |
| --- | --- |
| `format`, `version` | `rekindle-practice`, 1 |
| `made_at` | when the copy was made |
| `practice` | {practice} |
| `people` | who works or worked there: {person}, `roles` |
| `records` | a list of records for each of the tables below |
"""
LOG = """\

## audit-log.jsonl

A JSON document a line, in order: {event}. `previous` is the digest of the line before it in the whole
log, `digest` its own (HMAC-SHA-256 under the practice's key).
"""


def page() -> str:
    """The whole page."""
    sheets = ", ".join(f"`{name}`" for name in SHEETS.values())
    parts = [ABOUT.format(sheets=sheets, person=names(PERSON))]
    parts += [described(model) for model in tables_of_a_couple()]
    parts.append(PRACTICE.format(practice=names(OF_THE_PRACTICE), person=names(PERSON)))
    parts += [described(model) for model in tables_of_a_practice()]
    parts.append(OWN.format(named=names(NAMES)))
    parts.append(LOG.format(event=names(EVENT)))
    parts.append("\n## What is in no copy\n\n")
    parts += [f"- `{name}`: {why}.\n" for name, why in sorted(LEFT_OUT.items())]
    parts += [f"- the column `{name}`: {why}.\n" for name, why in COLUMNS_LEFT_OUT.items()]
    return "".join(parts)


def names(found: tuple[str, ...]) -> str:
    """“`id`, `name`”."""
    return ", ".join(f"`{one}`" for one in found)


def described(model: type[Any]) -> str:
    """One table, field by field."""
    about = (model.__doc__ or "").strip().split("\n\n")[0].replace("\n    ", " ")
    lines = [
        f"\n### {model.__tablename__}\n\n{about}\n\n| field | type | what it is |\n| --- | --- | --- |\n"
    ]
    comments = comments_in(model)
    for name, column in columns_of(model).items():
        told = datetime if isinstance(column.type, Moment) else column.type.python_type
        kind = TYPES.get(told, "JSON") + (", or null" if column.nullable else "")
        lines.append(f"| `{name}` | {kind} | {comments.get(name, '')} |\n")
    return "".join(lines)


def comments_in(model: type[Any]) -> dict[str, str]:
    """What the class says of its columns, by name; None is null in JSON."""
    found = COMMENTED.findall(inspect.getsource(model))
    said = {name: words.replace("    #: ", "").replace("None", "null") for words, name in found}
    return {name: " ".join(words.split()) for name, words in said.items()}


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
