"""A list of clients as another program wrote it: read from its bytes, its columns matched to ours."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from rapidfuzz import fuzz, utils

from practice.errors import Refused
from practice.records.cells import unmarked

MOST_BYTES = 1_000_000
MOST_ROWS = 500
MOST_COLUMNS = 60
LONGEST_CELL = 4_000
#: Control characters that no list has, but a workbook or a picture.
NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
#: Below this share of a hundred two names of columns have too little in common.
ALIKE = 80

#: What a column may tell of a partner: its name here, and what others call it.
OF_A_PARTNER = {
    "first_name": ("first name", ("first name", "given name", "forename", "first")),
    "last_name": ("last name", ("last name", "surname", "family name", "last")),
    "name": ("full name", ("full name", "name")),
    "goes_by": ("goes by", ("goes by", "preferred name", "nickname")),
    "pronouns": ("pronouns", ("pronouns",)),
    "born_on": ("date of birth", ("date of birth", "dob", "birth date", "born")),
    "email": ("e-mail", ("email", "e-mail", "email address")),
    "phone": ("phone", ("phone", "phone number", "mobile", "cell", "telephone")),
}
#: How a column says whose it is, before or after the name; nothing, for the first.
WHOSE = {
    "a": ("{}", "partner a {}", "partner 1 {}", "{} 1", "client {}", "client 1 {}", "{} a"),
    "b": (
        "{}",
        "partner b {}",
        "partner 2 {}",
        "{} 2",
        "partner {}",
        "client 2 {}",
        "{} b",
        "spouse {}",
    ),
}
OF_A_COUPLE = {
    "opened_on": (
        "File opened on",
        ("opened on", "opened", "intake", "intake date", "start date", "since"),
    ),
    "together_since": ("Together since", ("together since", "year together")),
    "children": ("Children", ("children", "kids")),
    "household": (
        "Household: the same for both partners, one in each row",
        ("household", "couple", "couple id", "family", "case", "household id"),
    ),
}


def targets() -> dict[str, str]:
    """What a column can be matched to, and what each is called on the page."""
    found = {"": "Leave it out"}
    for letter in "ab":
        for key, (label, _) in OF_A_PARTNER.items():
            found[f"{letter}-{key}"] = f"Partner {letter.upper()}: {label}"
    return found | {key: label for key, (label, _) in OF_A_COUPLE.items()}


@dataclass(frozen=True)
class ClientList:
    """A list as it was read: the names of its columns, and its rows, each as long as the header."""

    header: list[str]
    rows: list[list[str]]

    def example(self, column: int) -> str:
        """The first thing that stands in a column."""
        return next((row[column] for row in self.rows if row[column]), "")


def text_of(content: bytes) -> str:
    """The text of a file, in UTF-8, UTF-16 with its mark, or as Windows writes it in the West.

    Raises Refused for one that is too large, or is no text.
    """
    if len(content) > MOST_BYTES:
        raise Refused("Choose a file of at most 1 MB, or split the list.", "file")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        ways: Sequence[str] = ("utf-16",)
    else:
        ways = ("utf-8-sig", "cp1252")
    for encoding in ways:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not NOT_TEXT.search(text):
            return text
    raise Refused("This is not a list as text. Save it as CSV, and choose that file.", "file")


def read_list(text: str) -> ClientList:
    """The list in the text of a CSV file, whose first line names the columns.

    Raises Refused when it cannot be read, has no rows, or is larger than we take at once.
    """
    first_line = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    try:
        lines = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as fault:
        raise Refused("This cannot be read as CSV: a cell is too long.", "file") from fault
    lines = [[unmarked(cell.strip()) for cell in line] for line in lines]
    lines = [line for line in lines if any(line)]
    if len(lines) < 2:
        raise Refused("There is no row below the names of the columns.", "file")
    header, *rows = lines
    if len(header) > MOST_COLUMNS:
        raise Refused(f"Keep the list to {MOST_COLUMNS} columns.", "file")
    if len(rows) > MOST_ROWS:
        raise Refused(f"Bring in at most {MOST_ROWS} rows at once; split the list.", "file")
    if any(len(cell) > LONGEST_CELL for line in lines for cell in line):
        raise Refused(f"A cell has more than {LONGEST_CELL:,} characters.", "file")
    width = len(header)
    return ClientList(header, [(row + [""] * width)[:width] for row in rows])


def matched(header: Sequence[str]) -> list[str]:
    """For each column what it most likely tells, "" where nothing comes near. None comes twice."""
    likely = sorted(
        (
            (likeness(name, called), -order, column, key)
            for column, name in enumerate(header)
            for order, (key, called) in enumerate(all_names())
        ),
        key=lambda one: (-one[0], -one[1], one[2]),
    )
    found = [""] * len(header)
    for score, _, column, key in likely:
        if score >= ALIKE and not found[column] and key not in found:
            found[column] = key
    return found


def all_names() -> list[tuple[str, str]]:
    """Each thing a column may tell, with each name it may have."""
    pairs = [
        (f"{letter}-{key}", pattern.format(name))
        for letter, patterns in WHOSE.items()
        for key, (_, names) in OF_A_PARTNER.items()
        for pattern in patterns
        for name in names
    ]
    return pairs + [(key, name) for key, (_, names) in OF_A_COUPLE.items() for name in names]


def likeness(name: str, called: str) -> float:
    """How alike two names of columns are, of a hundred; misspelled and in another order too."""
    spaced = name.replace("_", " ").replace("-", " ")
    return float(fuzz.token_sort_ratio(spaced, called, processor=utils.default_process))
