"""The people whom a row of a client list tells of: each value read, each fault noted, none guessed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from practice.couples.models import Couple, Partner
from practice.couples.names import fold
from practice.errors import Refused
from practice.records.client_lists import dates
from practice.records.client_lists.cells import is_not_known, one_line
from practice.records.client_lists.columns import BOTH, RELATED, RELATION, WHOSE_IS_ASKED
from practice.records.client_lists.contacts import MOBILE, Contact, read_emails, read_phones
from practice.records.client_lists.headings import words_of
from practice.records.client_lists.names import (
    TWO_IN_ONE,
    WHICH_TWO,
    Name,
    people_in,
    split_name,
    split_people,
    without_nickname,
)
from practice.records.client_lists.row import NAMES, ROW, Fault, RowRead, Unowned
from practice.records.client_lists.words import RELATED as SAYS_PARTNER

MORE_CELLS = (
    "This line has more cells than the list has columns, so what stands in it may have slipped. "
    "Look at each value."
)
#: A longer cell is not looked into: it is none of what is kept.
LONGEST_READ = 400
SIMPLE = ("goes_by", "pronouns")
CONTACTS = ("phone", "email")


@dataclass(frozen=True)
class Columns:
    """The columns of a list as they are matched: keys by place, and what stands first in dates."""

    header: Sequence[str]
    keys: Sequence[str]
    orders: dict[int, dates.Order | None]
    today: date

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """The places of the columns that tell each key."""
        found: dict[str, list[int]] = {}
        for place, key in enumerate(self.keys):
            found.setdefault(key, []).append(place)
        return found

    def of(self, key: str) -> list[int]:
        """The places of the columns that tell `key`."""
        return self.places.get(key, [])

    def has(self, key: str) -> bool:
        """Whether a column tells `key`."""
        return key in self.keys


Cells = dict[int, str]


def read_row(row: int, cells: Cells, columns: Columns, *, has_more: bool = False) -> RowRead:
    """Everything that a row tells; `cells` are those of the columns that are matched, by place."""
    read = RowRead(row)
    if has_more:
        read.faults.append(Fault(ROW, "", MORE_CELLS))
    reader = Reader(columns, cells, read)
    reader.read_names()
    for letter in "abx":
        reader.read_person(letter)
    reader.read_together()
    return read


class Reader:
    """Reads one row into a RowRead."""

    def __init__(self, columns: Columns, cells: Cells, read: RowRead) -> None:
        self.columns = columns
        self.cells = cells
        self.read = read
        #: Whether two people stand in one cell, so that nothing beside it says whose it is.
        self.is_in_one_cell = False

    def texts(
        self, key: str, *, a_name: bool = False, a_date: bool = False
    ) -> list[tuple[int, str]]:
        """What stands in the columns of a key, with their places; placeholders are left out."""
        found = []
        for place in self.columns.of(key):
            text = self.cells.get(place, "")
            if len(text) > LONGEST_READ:
                long = Fault(key, text[:LONGEST_READ], f"Keep this to {LONGEST_READ} characters.")
                self.read.faults += [] if long in self.read.faults else [long]
            elif not is_not_known(text, a_name=a_name, a_date=a_date):
                found.append((place, text))
        return found

    def one(self, key: str, *, a_name: bool = False) -> str:
        """The text of a key on one line, two columns of it joined; "" where nothing is known."""
        return one_line(" ".join(text for _, text in self.texts(key, a_name=a_name)))

    def fault(self, key: str, text: str, reason: Exception | str) -> None:
        """Note why a value is not taken."""
        self.read.faults.append(Fault(key, text, str(reason)))

    # Names

    def read_names(self) -> None:
        """Read who the row is about."""
        try:
            names = self.names()
        except Refused as reason:
            whole = self.one(BOTH, a_name=True) or self.one("a-first_name") or self.one("a-name")
            self.fault(NAMES, whole, reason)
            self.is_in_one_cell = True
            names = [Name("")]
        self.read.people = [{"first_name": one.first, "last_name": one.last} for one in names]
        for person, name in zip(self.read.people, names, strict=True):
            if name.goes_by:
                person["goes_by"] = name.goes_by
            if name.is_guess:
                self.read.remarks.append(f"Read as first name {name.first}, last name {name.last}.")

    def names(self) -> list[Name]:
        """One or two names. Raises Refused where a cell does not say who they are."""
        other = self.name_of("b") or self.related()
        if self.columns.has(BOTH):
            whole = "\n".join(text for _, text in self.texts(BOTH, a_name=True))
            if not whole:
                return [Name("")]
            return self.both_names(whole, other)
        text = self.one("a-first_name", a_name=True) or self.one("a-name", a_name=True)
        if len(people_in(text)) > 1:
            if other:
                raise Refused(TWO_IN_ONE)
            return self.first_names_in(text)
        mine = self.name_of("a")
        if other and not mine:
            return [Name(""), other]
        return [one for one in (mine or Name(""), other) if one]

    def both_names(self, whole: str, other: Name | None) -> list[Name]:
        """The people in one cell, and whom another column names."""
        found = split_people(whole)
        if other:
            if len(found.names) > 1:
                raise Refused(TWO_IN_ONE)
            return [found.names[0], other]
        self.is_in_one_cell = len(found.names) > 1
        self.read.look = found.look
        return found.names

    def first_names_in(self, text: str) -> list[Name]:
        """“Mara & Teo” in a column of first names, with the last name or names beside it."""
        last = self.one("a-last_name", a_name=True)
        firsts, lasts = people_in(text), people_in(last)
        self.is_in_one_cell = True
        if not last:
            found = split_people(text)
            self.read.look = found.look
            return found.names
        if len(firsts) != 2 or len(lasts) > 2:
            raise Refused(WHICH_TWO)
        both = lasts * 2 if len(lasts) == 1 else lasts
        return [Name(one, two) for one, two in zip(firsts, both, strict=True)]

    def name_of(self, letter: str) -> Name | None:
        """The name of one person, from a full name or its parts; None when none is told."""
        first = self.one(f"{letter}-first_name", a_name=True)
        last = self.one(f"{letter}-last_name", a_name=True)
        whole = self.one(f"{letter}-name", a_name=True)
        if whole and not first:
            if letter == "b" and len(people_in(whole)) > 1:
                raise Refused(TWO_IN_ONE)
            return split_name(whole)
        if not first and not last:
            return None
        plain, goes_by = without_nickname(first)
        if last and len(plain) > len(last) and fold(plain).endswith(" " + fold(last)):
            plain = plain[: -len(last)].strip()
        self.keep_short(f"{letter}-first_name", plain)
        self.keep_short(f"{letter}-last_name", last)
        return Name(plain, last, goes_by)

    def keep_short(self, key: str, text: str) -> bool:
        """Note a text that is too long for what it is matched to; whether it is short enough."""
        letter, _, name = key.rpartition("-")
        longest = (Partner if letter else Couple).__table__.columns[name].type.length  # type: ignore[attr-defined]
        if longest is not None and len(text) > longest:
            self.fault(key, text, f"Keep this to {longest} characters.")
            return False
        return True

    def related(self) -> Name | None:
        """Whom a list of contacts calls the spouse or partner of whoever a row is about."""
        relations, names = self.columns.of(RELATION), self.columns.of(RELATED)
        for relation, name in zip(relations, names, strict=False):
            text = self.cells.get(name, "")
            says = fold(self.cells.get(relation, "").strip("* "))
            if says in SAYS_PARTNER and not is_not_known(text, a_name=True):
                return split_name(text)
        return None

    # What is told of each

    def owner(self, letter: str) -> dict[str, Any] | None:
        """The one whom a column tells of; None where that is to be asked."""
        if self.is_in_one_cell:
            return None
        people = self.read.people
        if letter == "b":
            if len(people) == 1:
                people.append({"first_name": "", "last_name": ""})
            return people[1]
        if letter == "a" or len(people) == 1:
            return people[0]
        return None

    def read_person(self, letter: str) -> None:
        """Read what the columns of one letter tell."""
        for name in WHOSE_IS_ASKED:
            key = f"{letter}-{name}"
            if name in CONTACTS:
                self.read_contacts(key, name, letter)
            elif texts := self.texts(key, a_date=name == "born_on"):
                self.read_value(key, name, letter, *texts[0])

    def read_value(self, key: str, name: str, letter: str, place: int, text: str) -> None:
        """Read what is told once: pronouns, a name one goes by, a date of birth."""
        try:
            value: Any = (
                self.day(place, text, is_birth=True) if name == "born_on" else one_line(text)
            )
        except Refused as reason:
            self.fault(key, text, reason)
            return
        if name in SIMPLE and not self.keep_short(f"a-{name}", value):
            return
        person = self.owner(letter)
        if person is None:
            self.read.unowned.append(Unowned(name, str(value)))
        elif name != "goes_by" or fold(value) != fold(person["first_name"]):
            person[name] = value

    def day(self, place: int, text: str, *, is_birth: bool) -> date:
        """A date in a column. Raises Refused."""
        order = self.columns.orders.get(place)
        return dates.read_date(text, order, dates.Kind(is_birth, self.columns.today))

    def read_contacts(self, key: str, name: str, letter: str) -> None:
        """Read the phones or e-mail addresses of one person; the first is kept, mobiles before."""
        found: list[Contact] = []
        for place, text in self.texts(key):
            try:
                read = (read_phones if name == "phone" else read_emails)(text)
            except Refused as reason:
                self.fault(key, text, reason)
                continue
            is_mobile = bool(MOBILE & set(words_of(self.columns.header[place])))
            label = "mobile " if is_mobile else ""
            found += [Contact(one.text, label + one.label) for one in read]
        found.sort(key=lambda one: not one.is_mobile)
        self.give(name, letter, list({one.text: one for one in found}.values()))

    def give(self, name: str, letter: str, contacts: list[Contact]) -> None:
        """Give contacts to whoever they are of: by the column, or by a first name beside each."""
        person = self.owner(letter) if contacts else None
        for one in contacts:
            whose = person if person is not None else self.named_beside(one)
            if whose is None:
                self.read.unowned.append(Unowned(name, one.text))
            elif not whose.get(name):
                whose[name] = one.text
            elif whose[name] != one.text:
                what = "number" if name == "phone" else "address"
                first = whose["first_name"] or "them"
                self.read.remarks.append(f"A second {what} of {first} is not kept: {one.text}.")

    def named_beside(self, contact: Contact) -> dict[str, Any] | None:
        """The one of two whose first name stands beside a number; None for neither or both."""
        words = set(fold(contact.label).split())
        named = [
            person
            for person in self.read.people
            if person["first_name"] and set(fold(person["first_name"]).split()) <= words
        ]
        return named[0] if len(named) == 1 and len(self.read.people) == 2 else None

    # What is theirs together

    def read_together(self) -> None:
        """Read what is a couple's, and what tells who belongs together."""
        for key in ("opened_on", "together_since", "children"):
            texts = self.texts(key, a_date=key != "children")
            for place, text in texts[:1]:
                try:
                    self.read.together[key] = self.together(key, place, text)
                except Refused as reason:
                    self.fault(key, text, reason)
        self.read.household = self.one("household").casefold()
        self.read.address = re.sub(r"\W+", " ", fold(self.one("address"))).strip()

    def together(self, key: str, place: int, text: str) -> Any:
        """One value that is a couple's. Raises Refused."""
        if key == "opened_on":
            return self.day(place, text, is_birth=False)
        if key == "together_since":
            return dates.read_year(text, self.columns.today)
        value = one_line(text)
        if len(value) > 200:
            raise Refused("Keep this to 200 characters.")
        return value
