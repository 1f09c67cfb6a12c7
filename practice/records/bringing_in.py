"""A list of clients made into files of couples: every cell looked at first, then all or nothing."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from practice.couples import service
from practice.couples.models import Couple, Partner
from practice.couples.names import folded_person
from practice.couples.people import EARLIEST_YEAR, CoupleDetails, PartnerDetails, check
from practice.couples.service import KnownElsewhere
from practice.errors import Refused
from practice.records.lists import ClientList, targets

HOW_DATES_ARE_WRITTEN = ("%Y-%m-%d", "%m/%d/%Y", "%d.%m.%Y")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
SAME_TWICE = "These two stand in an earlier row too."


@dataclass
class Looked:
    """A list looked at: the couples in it, and what is wrong or doubtful, by row and column."""

    clients: ClientList
    matching: list[str]
    couples: list[CoupleDetails] = field(default_factory=list)
    #: What keeps a cell from being taken, by (row, column), both from 0.
    faults: dict[tuple[int, int], str] = field(default_factory=dict)
    #: What keeps a whole row from being taken.
    row_faults: dict[int, str] = field(default_factory=dict)
    #: What should be looked at once more, by row; it keeps nothing from being taken.
    doubts: dict[int, str] = field(default_factory=dict)
    #: The rows that each couple comes from.
    rows: list[list[int]] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether every row can be taken."""
        return not self.faults and not self.row_faults


def look(clients: ClientList, matching: Sequence[str], today: date) -> Looked:
    """Make couples of a list's rows, and note every fault. `today` is the practice's date.

    Raises Refused when the columns do not tell both partners' names.
    """
    looked = Looked(clients, list(matching))
    refuse_unnamed(looked.matching)
    for rows in groups(looked):
        a, *more = rows
        told = values(looked, a, today)
        if "household" in looked.matching:
            if len(rows) != 2:
                looked.row_faults[a] = "A household needs two rows, one for each partner."
                continue
            told |= {
                f"b-{key[2:]}": value
                for key, value in values(looked, more[0], today).items()
                if key.startswith("a-")
            }
        add(looked, rows, told, today)
    note_doubts(looked)
    return looked


def refuse_unnamed(matching: list[str]) -> None:
    """Raise Refused unless both partners have a name, and each thing is told by one column."""
    told = [key for key in matching if key]
    if twice := sorted({key for key in told if told.count(key) > 1}):
        raise Refused(f"Two columns are matched to “{targets()[twice[0]]}”. Choose one.")
    letters = "a" if "household" in told else "ab"
    for letter in letters:
        if not {f"{letter}-first_name", f"{letter}-name"} & set(told):
            whose = f"partner {letter.upper()}’s"
            raise Refused(f"Match a column to {whose} first name, or to {whose} full name.")


def groups(looked: Looked) -> list[list[int]]:
    """The rows that make a couple: one by one, or those of a household together."""
    rows = range(len(looked.clients.rows))
    if "household" not in looked.matching:
        return [[row] for row in rows]
    column = looked.matching.index("household")
    found: dict[str, list[int]] = {}
    for row in rows:
        name = looked.clients.rows[row][column].casefold()
        found.setdefault(name or f"\n{row}", []).append(row)
    return list(found.values())


def values(looked: Looked, row: int, today: date) -> dict[str, Any]:
    """What a row tells, by what its columns are matched to; faults are noted."""
    told: dict[str, Any] = {}
    for column, key in enumerate(looked.matching):
        text = looked.clients.rows[row][column]
        if not key or key == "household" or not text:
            continue
        try:
            told |= understood(key, text, today)
        except Refused as fault:
            looked.faults[row, column] = str(fault)
    return told


def understood(key: str, text: str, today: date) -> dict[str, Any]:
    """What a cell tells. Raises Refused with what is wrong with it."""
    letter, _, name = key.rpartition("-")
    if name == "name":
        first, last = parts_of(text)
        return {f"{letter}-first_name": first, f"{letter}-last_name": last}
    if name in ("born_on", "opened_on"):
        day = day_in(text)
        if day > today:
            raise Refused("This date is still to come.")
        return {key: day}
    if name == "together_since":
        if not (text.isdecimal() and EARLIEST_YEAR <= int(text) <= today.year):
            raise Refused("Enter a year in four digits, such as 2017.")
        return {key: int(text)}
    if name == "email" and not EMAIL.fullmatch(text):
        raise Refused("This does not look like an e-mail address.")
    longest = (Partner if letter else Couple).__table__.columns[name].type.length  # type: ignore[attr-defined]
    if len(text) > longest:
        raise Refused(f"Keep this to {longest} characters.")
    return {key: text}


def parts_of(text: str) -> tuple[str, str]:
    """First and last name in “Maya Okafor” or “Okafor, Maya”. Raises Refused for one too long."""
    last, comma, first = text.partition(",")
    if not comma:
        first, _, last = text.rpartition(" ") if " " in text else (text, "", "")
    if max(len(first), len(last)) > 80:
        raise Refused("Keep this to 80 characters.")
    return first.strip(), last.strip()


def day_in(text: str) -> date:
    """A date in one of the ways we take. Raises Refused for another."""
    for way in HOW_DATES_ARE_WRITTEN:
        try:
            day = datetime.strptime(text, way).date()  # a day has no zone
        except ValueError:
            continue
        if day.year >= EARLIEST_YEAR:
            return day
    raise Refused("Write this date as 1988-03-14 or 3/14/1988.")


def add(looked: Looked, rows: list[int], told: dict[str, Any], today: date) -> None:
    """Make a couple of what its rows tell; what keeps it from being one is noted."""
    a, b = (partner_told(told, letter) for letter in "ab")
    together = {key: value for key, value in told.items() if "-" not in key}
    details = CoupleDetails(a, b, **{"opened_on": today, **together})
    try:
        check(details, today)
    except Refused as fault:
        if not any((row, column) in looked.faults for row in rows for column in columns_of(looked)):
            looked.row_faults[rows[0]] = in_words(fault)
        return
    looked.couples.append(details)
    looked.rows.append(rows)


def partner_told(told: dict[str, Any], letter: str) -> PartnerDetails:
    """One partner, as far as the rows tell."""
    mine = {key[2:]: value for key, value in told.items() if key.startswith(f"{letter}-")}
    return PartnerDetails(**{"first_name": "", **mine})


def columns_of(looked: Looked) -> range:
    """The columns of the list."""
    return range(len(looked.matching))


def in_words(fault: Refused) -> str:
    """A refusal, with whose it is."""
    letter, dash, _ = (fault.field or "").partition("-")
    return f"Partner {letter.upper()}: {fault}" if dash else str(fault)


def note_doubts(looked: Looked) -> None:
    """Note who has a file here already, and who comes twice."""
    known = service.known_here([one for each in looked.couples for one in (each.a, each.b)])
    seen: set[frozenset[str]] = set()
    for couple, rows in zip(looked.couples, looked.rows, strict=True):
        both = {folded_person(one.first_name, one.last_name): one for one in (couple.a, couple.b)}
        names = [
            f"{one.first_name} {one.last_name}".strip() for key, one in both.items() if key in known
        ]
        if frozenset(both) in seen:
            looked.doubts[rows[0]] = SAME_TWICE
        elif names:
            looked.doubts[rows[0]] = f"Known here already: {' and '.join(names)}."
        seen.add(frozenset(both))


def open_all(
    looked: Looked, *, opened_by: int, today: date, now: datetime, once: str, knowingly: bool
) -> int:
    """Open a file for each couple of a sound list, and say how many are new.

    Sent twice, each is opened once. Raises Refused for a list that is not sound, or has doubts
    that were not read (`knowingly`); the caller then keeps nothing of it.
    """
    if not looked.is_sound:
        raise Refused("Correct what is marked in the list, and choose it again.")
    made = 0
    for number, details in enumerate(looked.couples):
        mark = hashlib.sha256(f"{once} {number} {details}".encode()).hexdigest()[:40]
        if service.opened_by_form(mark):
            continue
        given: dict[str, Any] = {"opened_by": opened_by, "today": today, "now": now, "once": mark}
        try:
            service.open_couple(details, **given)
        except KnownElsewhere as known:
            if not knowingly:
                raise Refused(
                    "Some of these have a file here already. Tick that you looked at them."
                ) from known
            service.open_couple(details, **given, confirmed=known.mark)
        made += 1
    return made
