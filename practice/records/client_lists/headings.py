"""The headings of a client list: which row has them, and what each says of whom."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from practice.couples.names import fold
from practice.records.client_lists.words import (
    BOTH_NAMES,
    FILLERS,
    OF_A_COUPLE,
    OF_A_PERSON,
    ORDINALS,
    OTHER_ONE,
    PERSON_WORDS,
    SINCE,
    THE_CLIENT,
    WHICH,
)

CAMEL = re.compile(r"(?<=[a-zß-ÿ])(?=[A-Z])|(?<=[a-z])(?=\d)")
#: Shorter words are never taken for another one misspelled.
SHORTEST_MISSPELLED = 5
#: A longer cell is no name of a column.
LONGEST_NAME = 80
#: How far down the names of the columns may stand.
LOOKED_AT = 25
IS_DATA = re.compile(r"\S@\S+\.\S|(?:\D*\d){6}")
FOOTER = re.compile(
    r"(?:grand |sub)?totals?\b|total de\b|sum(?:me|a)?:?$|gesamt|count:?\s*\d*$"
    r"|(?:number of )?(?:records|clients|rows|patients):?\s*\d+$"
    r"|\d+ (?:records?|clients?|rows?|patients?|contacts?|kunden|registros|clientes)\b"
    r"|(?:exported|printed|generated|created)(?: on| by|:)|(?:page|seite|página) \d|end of",
    re.IGNORECASE,
)
MOST_IN_FOOTER = 3


@dataclass(frozen=True)
class Heading:
    """What the name of a column says.

    `field` is a key of OF_A_PERSON or OF_A_COUPLE, or "". `which` says of whom: "1", "2", "a", "b",
    "partner", "husband", "wife", "client", or "" when it does not. `is_persons` is whether a number
    stands beside a word for a person and so never means “a second one of the same”.
    """

    plain: str
    field: str = ""
    which: str = ""
    is_persons: bool = False

    @property
    def is_name(self) -> bool:
        """Whether the column holds names."""
        return self.field in ("first_name", "last_name", "name")


def words_of(name: str) -> list[str]:
    """The words of a column's name, lower case and without accents; “DOB1” is two."""
    spaced = fold(CAMEL.sub(" ", name))
    spaced = re.sub(r"\be mail", "email", re.sub(r"\bd o b\b", "dob", spaced))
    return re.sub(r"(?<=[a-z])(?=\d)", " ", spaced).split()


def read_heading(name: str) -> Heading:
    """What a column's name says, by its meaning; likeness counts for a misspelled word alone."""
    if len(name) > LONGEST_NAME:
        return Heading("")
    words = words_of(name)
    plain = " ".join(words)
    if field := field_called(words):
        return Heading(plain, field)
    which, rest, is_persons = person_in(words)
    field = field_called(rest)
    if not field:
        number, rest = number_in(rest)
        field = field_called(rest)
        which = which or number
    if not field and not rest and (is_persons or which in ("partner", "husband", "wife", "client")):
        field = "name"
    if not field or (field in OF_A_COUPLE and which not in ("", "client", "1")):
        return Heading(plain)
    return Heading(plain, field, which, is_persons)


def person_in(words: list[str]) -> tuple[str, list[str], bool]:
    """Whom a column's name names, the words that are left, and whether by a number of theirs."""
    for place, (one, two) in enumerate(itertools.pairwise(words)):
        left = words[:place] + words[place + 2 :]
        if one in PERSON_WORDS and two in WHICH and two not in ORDINALS:
            return WHICH[two], left, True
        if one in WHICH and two in PERSON_WORDS:
            return WHICH[one], left, True
    for length in (2, 1):
        for place in range(len(words) - length + 1):
            phrase = " ".join(words[place : place + length])
            left = words[:place] + words[place + length :]
            if phrase in OTHER_ONE:
                return OTHER_ONE[phrase], left, False
    for place, word in enumerate(words):
        if word in THE_CLIENT:
            return "client", words[:place] + words[place + 1 :], False
    return "", words, False


def number_in(words: list[str]) -> tuple[str, list[str]]:
    """The number or letter in a column's name, and the words that are left."""
    for place in (len(words) - 1, 0):
        if words and words[place] in WHICH:
            return WHICH[words[place]], words[:place] + words[place + 1 :][: len(words)]
    for place, word in enumerate(words):
        if word.isdigit():
            return WHICH.get(word, word), words[:place] + words[place + 1 :]
    return "", words


def field_called(words: Sequence[str]) -> str:
    """The key of what a column of this name tells; "" when it is none that we know."""
    whole = " ".join(words)
    bare = " ".join(word for word in words if word not in FILLERS)
    for phrase in (whole, bare):
        for fields in (OF_A_PERSON, OF_A_COUPLE):
            for key, (_, called) in fields.items():
                if phrase and phrase in called:
                    return key
    return misspelled(bare.split())


def misspelled(words: Sequence[str]) -> str:
    """The key of a name in which one word has one letter wrong, or two the wrong way round."""
    for fields in (OF_A_PERSON, OF_A_COUPLE):
        for key, (_, called) in fields.items():
            for phrase in called:
                known = phrase.split()
                if len(known) == len(words) and is_slip(words, known):
                    return key
    return ""


def is_slip(words: Sequence[str], known: Sequence[str]) -> bool:
    """Whether two names of a column differ by a slip of the pen in a word that is long enough."""
    unlike = [(one, two) for one, two in zip(words, known, strict=True) if one != two]
    if len(unlike) != 1:
        return False
    [(one, two)] = unlike
    if min(len(one), len(two)) < SHORTEST_MISSPELLED and sorted(one) != sorted(two):
        return False
    is_known = one in WHICH or one in PERSON_WORDS or len(one) < 4
    return not is_known and OSA.distance(one, two) <= 1


def find_header(rows: Sequence[Sequence[str]]) -> int | None:
    """The place of the row with the names of the columns; None when there seems to be none."""
    scored = [(score_of(row), -place) for place, row in enumerate(rows[:LOOKED_AT])]
    best, place = max(scored, default=(0, 0))
    if best:
        return -place
    first = next((place for place, row in enumerate(rows[:LOOKED_AT]) if len(row) > 1), None)
    if first is None or is_data(rows[first]):
        return None
    return first


def score_of(row: Sequence[str]) -> int:
    """How many cells of a row are names of columns that we know; 0 for a row with data in it."""
    if is_data(row):
        return 0
    headings = [read_heading(cell) for cell in row if cell]
    return sum(bool(one.field) or one.plain in BOTH_NAMES | SINCE for one in headings)


def is_data(row: Sequence[str]) -> bool:
    """Whether a row has an address, a number or a date in it, and so is about somebody."""
    return any(IS_DATA.search(cell[:LONGEST_NAME]) for cell in row)


def is_footer(row: Sequence[str]) -> bool:
    """Whether a row tells of the list and of nobody in it: a total, when it was printed."""
    filled = [cell for cell in row if cell]
    return len(filled) <= MOST_IN_FOOTER and bool(FOOTER.match(filled[0][:LONGEST_NAME]))
