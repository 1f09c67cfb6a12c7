"""The columns of a client list matched to what we keep, by meaning: of what they tell, and of whom.

Nothing is matched to one of two partners unless the headings say whose it is. What they leave open
is matched to “whose is asked in each row” (keys that begin with `x`).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from practice.records.client_lists.headings import Heading, read_heading
from practice.records.client_lists.words import (
    BOTH_NAMES,
    OF_A_COUPLE,
    OF_A_PERSON,
    PROGRAMS,
    SINCE,
)

#: What may be told of one person by several columns.
SEVERAL = ("phone", "email", "last_name")
#: What a column may tell of one of two, without saying of which.
WHOSE_IS_ASKED = ("goes_by", "pronouns", "born_on", "email", "phone")
BOTH = "both"
#: The name of a person in a relation, and which relation that is.
RELATED, RELATION = "related", "relation"
YEAR = re.compile(r"(?:19|20)\d\d(?:\.0)?")
RELATION_HEADING = re.compile(r"relation(?: \d+)? (value|label|type)")
#: German and French lists that call the last name just “Name”.
FIRST_BESIDE_NAME = frozenset(("vorname", "vornamen", "prenom"))


@dataclass(frozen=True)
class Matching:
    """For each column the key of what it tells, "" for none; and which program wrote the list."""

    keys: list[str]
    program: str = ""


def targets() -> dict[str, dict[str, str]]:
    """What a column can be matched to, by key, in groups; each with what it is called."""
    people = {
        letter: {f"{letter}-{key}": f"{whose}: {label}" for key, (label, _) in OF_A_PERSON.items()}
        for letter, whose in (("a", "Partner A"), ("b", "Partner B"))
    }
    asked = {f"x-{key}": f"Ask whose: {OF_A_PERSON[key][0]}" for key in WHOSE_IS_ASKED}
    both = {BOTH: "Name, or both names in one cell"}
    couple = {key: label for key, (label, _) in OF_A_COUPLE.items()}
    related = {RELATION: "Relation, such as “spouse”", RELATED: "Name of who is in that relation"}
    return {
        "": {"": "Leave it out"},
        "Partner A, or the one in the row": people["a"],
        "Partner B": people["b"],
        "Either of them": both | asked,
        "The couple": couple,
        "Contacts": related,
    }


def called() -> dict[str, str]:
    """What each target is called, by its key."""
    return {key: label for group in targets().values() for key, label in group.items()}


def match_columns(header: Sequence[str], seen: Callable[[int], Sequence[str]]) -> Matching:
    """What each column most likely tells; `seen` gives some cells of a column, by its place."""
    headings = as_first_names(in_blocks([read_heading(name) for name in header]))
    program, known = program_of(headings)
    people = People.of(headings)
    keys: list[str] = []
    for place, one in enumerate(headings):
        if one.plain in known:
            key = known[one.plain]
        elif found := RELATION_HEADING.fullmatch(one.plain):
            key = RELATED if found[1] == "value" else RELATION
        elif one.plain in SINCE:
            key = since(seen(place))
        else:
            key = people.key_of(one)
        keys.append(key)
    return Matching(each_once(settled(headings, keys)), program)


def program_of(headings: Sequence[Heading]) -> tuple[str, dict[str, str]]:
    """The program whose list this is, and what it calls otherwise than others; "" for none known."""
    plain = {one.plain for one in headings}
    for program, (in_each, known) in PROGRAMS.items():
        if in_each <= plain:
            return program, known
    return "", {}


def since(cells: Sequence[str]) -> str:
    """What a column called “Since” tells: years are of a couple, anything else is not said."""
    filled = [cell for cell in cells if cell]
    return "together_since" if filled and all(YEAR.fullmatch(one) for one in filled) else ""


def in_blocks(headings: list[Heading]) -> list[Heading]:
    """The headings, numbered where the same ones stand twice, once for each of two people."""
    plain = [one.plain for one in headings]
    twice = [one for one in dict.fromkeys(plain) if one and plain.count(one) == 2]
    repeated = [one for one in twice if headings[plain.index(one)].is_name]
    if not repeated:
        return headings
    firsts = [plain.index(one) for one in twice if headings[plain.index(one)].field]
    seconds = [len(plain) - 1 - plain[::-1].index(plain[place]) for place in firsts]
    is_parted = max(firsts) < min(seconds)
    numbered = list(headings)
    for first, second in zip(firsts, seconds, strict=True):
        if is_parted or headings[first].is_name:
            for which, place in (("1", first), ("2", second)):
                numbered[place] = replace(headings[place], which=which, is_persons=True)
    return numbered


def as_first_names(headings: list[Heading]) -> list[Heading]:
    """The headings, with “Name” and “Nombre” a first name where a last name alone is beside it."""
    found = list(headings)
    is_alone = sum(one.field in ("first_name", "name") for one in headings) == 1
    for place, one in enumerate(headings):
        same = [other for other in headings if is_alone or other.which == one.which]
        beside = {other.field for other in same}
        is_first = "last_name" in beside and "first_name" not in beside
        if one.field == "name" and is_first and set(one.plain.split()) & {"name", "nombre"}:
            is_whole = {"full", "completo", "display", "y"} & set(one.plain.split())
            if not is_whole:
                found[place] = replace(one, field="first_name")
    return found


@dataclass(frozen=True)
class People:
    """How the headings of a list tell its people apart."""

    headings: Sequence[Heading]
    #: The letter of each way in which a heading with a name says whose it is.
    letters: dict[str, str]
    #: Whether both are named in one column, or each row has one person.
    in_one_cell: bool

    @classmethod
    def of(cls, headings: Sequence[Heading]) -> "People":
        """What the headings with names say."""
        named = [one for one in headings if one.field in ("first_name", "name")]
        ways = list(dict.fromkeys(one.which for one in named))
        letters = letters_of(ways)
        only_name = not any(one.field == "first_name" for one in named)
        alone = only_name and len(set(letters.values())) < 2
        return cls(headings, letters, alone)

    @property
    def are_numbered(self) -> bool:
        """Whether numbers or letters tell two people apart."""
        return bool({"2", "b"} & self.letters.keys())

    @property
    def has_row_of_its_own(self) -> bool:
        """Whether there is one person whom a row is about, with no mark at the name."""
        return bool({"", "client"} & self.letters.keys()) and not self.in_one_cell

    def key_of(self, heading: Heading) -> str:
        """The key of what a column tells, and of whom."""
        field = heading.field
        if not field:
            return (
                BOTH
                if self.in_one_cell and not self.letters and heading.plain in BOTH_NAMES
                else ""
            )
        if field in OF_A_COUPLE:
            return self.of_the_couple(heading)
        if heading.is_name:
            return self.of_a_name(heading)
        letter = self.whose(heading)
        return f"{letter}-{field}" if letter != "x" or field in WHOSE_IS_ASKED else ""

    def of_the_couple(self, heading: Heading) -> str:
        """The key of what is a couple's: a household only where each row has one person."""
        if heading.field not in ("household", "address"):
            return heading.field
        if self.in_one_cell and not self.letters:
            is_of_names = heading.field == "household" and heading.plain in BOTH_NAMES
            return BOTH if is_of_names else ""
        return "" if self.are_numbered else heading.field

    def of_a_name(self, heading: Heading) -> str:
        """The key of a name: of both where there is one column of names alone."""
        if self.in_one_cell:
            return BOTH if heading.field == "name" else ""
        if heading.field == "last_name" and heading.which not in self.letters:
            return "a-last_name" if self.has_row_of_its_own else ""
        letter = self.letters.get(heading.which, "")
        return f"{letter}-{heading.field}" if letter else ""

    def whose(self, heading: Heading) -> str:
        """The letter of the one whom a column tells of; `x` where the headings do not say."""
        which = heading.which
        if self.in_one_cell:
            return "x"
        if which in ("1", "2", "a", "b") and heading.is_persons:
            return self.letters.get(which, "x") if self.are_numbered else "x"
        if which in ("partner", "husband", "wife"):
            return self.of_the_other(which)
        if which in ("", "client"):
            return "a" if self.has_row_of_its_own or not self.letters else "x"
        return self.by_number(heading)

    def of_the_other(self, which: str) -> str:
        """The letter for “partner”, “spouse”, “husband”, “wife”; `x` where both of the last are named
        and no name says which of them is who."""
        if which in self.letters:
            return self.letters[which]
        named = {heading.which for heading in self.headings} & {"husband", "wife"}
        if which in named and len(named) == 2:
            return "x"
        marked = {"partner", "husband", "wife"} & self.letters.keys()
        if len(marked) == 1 and "partner" in {which, *marked}:
            return self.letters[marked.pop()]
        return "b" if self.has_row_of_its_own and not marked else "x"

    def by_number(self, heading: Heading) -> str:
        """The letter for a number beside a thing: “Phone 2” may be a second phone of the first."""
        same = [one for one in self.headings if one.field == heading.field and not one.is_persons]
        numbers = {one.which for one in same if one.which not in ("", "client")}
        is_series = any(one.which in ("", "client") for one in same) or len(numbers) > 2
        if self.are_numbered:
            return "x" if is_series else self.letters.get(heading.which, "x")
        if not self.has_row_of_its_own:
            return "x"
        has_other = len(set(self.letters.values())) > 1
        return "x" if has_other and not is_series and numbers >= {"2"} else "a"


def letters_of(ways: Sequence[str]) -> dict[str, str]:
    """The letter for each way in which names say whose they are."""
    found: dict[str, str] = {}
    marked = [way for way in ways if way in ("partner", "husband", "wife")]
    for way in ways:
        if way in ("", "client") or way in ("1", "a"):
            found[way] = "a"
        elif way in ("2", "b"):
            found[way] = "b"
        elif way in marked:
            is_first = len(marked) == 2 and marked[0] == way and len(ways) == 2
            found[way] = "a" if is_first else "b"
    if marked and set(found.values()) == {"b"}:
        return {marked[0]: "a"} if len(marked) == 1 else found
    return found


def settled(headings: Sequence[Heading], keys: list[str]) -> list[str]:
    """The keys, with a full name left out beside a first name, and “Name” beside “Vorname” a last."""
    found = list(keys)
    for letter in "ab":
        first = [place for place, key in enumerate(keys) if key == f"{letter}-first_name"]
        last = [place for place, key in enumerate(keys) if key == f"{letter}-last_name"]
        full = [place for place, key in enumerate(keys) if key == f"{letter}-name"]
        for place in full:
            if first and not last and is_beside_first(headings, first[0]):
                found[place] = f"{letter}-last_name"
                last = [place]
            elif first:
                found[place] = ""
    return found


def is_beside_first(headings: Sequence[Heading], first: int) -> bool:
    """Whether a list calls the first name so that “Name” beside it is the last."""
    return bool(FIRST_BESIDE_NAME & set(headings[first].plain.split()))


def each_once(keys: list[str]) -> list[str]:
    """The keys, each of what is told once at the first of its columns."""
    found: list[str] = []
    for key in keys:
        several = key.partition("-")[2] in SEVERAL or key in (RELATED, RELATION)
        found.append(key if several or key not in found else "")
    return found


def twice_told(keys: Sequence[str]) -> str:
    """The first key that two columns are matched to and one alone can tell; "" for none."""
    chosen = [key for key in keys if key]
    for key in chosen:
        several = key.partition("-")[2] in SEVERAL or key in (RELATED, RELATION)
        if not several and chosen.count(key) > 1:
            return key
    return ""
