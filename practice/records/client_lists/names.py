"""Names in a client list: first and last name of a full name, and two people named in one cell."""

import re
from dataclasses import dataclass, replace

from practice.couples.names import fold
from practice.errors import Refused
from practice.records.client_lists.cells import one_line

LONGEST = 80
SUFFIX = re.compile(r"(?:jr|sr|jnr|snr|junior|senior|ii|iii|iv|v|2nd|3rd)\.?", re.IGNORECASE)
TITLES = frozenset(
    fold(word)
    for word in (
        *(
            "Mr",
            "Mrs",
            "Ms",
            "Miss",
            "Mx",
            "Dr",
            "Prof",
            "Professor",
            "Rev",
            "Reverend",
            "Fr",
            "Sir",
        ),
        *("Rabbi", "Hon", "Capt", "Sgt", "Lt", "Col", "Sr", "Sra", "Srta", "Don", "Doña", "Dra"),
        *("Herr", "Frau", "Hr", "Fr", "M", "Mme", "Mlle", "Dipl.-Ing", "Ing", "Lic", "Mag"),
    )
)
DEGREES = re.compile(
    r"(?:m\.?d|ph\.?d|psy\.?d|ed\.?d|d\.?o|d\.?d\.?s|r\.?n|l\.?m\.?f\.?t|l\.?c\.?s\.?w|j\.?d|esq"
    r"|m\.?b\.?a|c\.?p\.?a|m\.?s\.?w|dnp|m\.?a|b\.?a|m\.?sc|b\.?sc)\.?",
    re.IGNORECASE,
)
#: Words that belong to the last name that they stand before.
PARTICLES = frozenset(
    (
        *("de", "del", "la", "las", "los", "da", "das", "do", "dos", "di", "du", "des", "della"),
        *("van", "von", "der", "den", "dem", "ter", "ten", "vom", "zu", "zum", "zur", "af", "av"),
        *(
            "bin",
            "bint",
            "ibn",
            "ben",
            "al",
            "el",
            "st",
            "saint",
            "san",
            "santa",
            "le",
            "mac",
            "ap",
        ),
    )
)
#: The first of several particles is one of these; the others may be first names by themselves.
BEGINS_LAST = PARTICLES - {
    "ben",
    "la",
    "al",
    "el",
    "san",
    "santa",
    "saint",
    "st",
    "le",
    "ap",
    "mac",
}
#: What joins two last names: “de la Cruz y Ortega”, “Silva e Costa”.
JOINS = frozenset(("y", "e", "i"))
DOUBLE = frozenset(
    (
        *("garcia", "rodriguez", "gonzalez", "hernandez", "lopez", "martinez", "perez", "sanchez"),
        *("ramirez", "torres", "flores", "rivera", "gomez", "diaz", "reyes", "cruz", "morales"),
        *("ortiz", "gutierrez", "chavez", "ramos", "ruiz", "alvarez", "mendoza", "vasquez", "soto"),
        *("castillo", "jimenez", "moreno", "romero", "herrera", "medina", "aguilar", "vargas"),
        *("fernandez", "guzman", "munoz", "mendez", "salazar", "delgado", "pena", "rios", "castro"),
        *("alvarado", "sandoval", "contreras", "valdez", "guerrero", "ortega", "estrada", "nunez"),
        *("silva", "rojas", "navarro", "dominguez", "vega", "molina", "suarez", "vazquez", "leon"),
    )
)
FAMILY_FIRST = frozenset(
    (
        "nguyễn",
        "trần",
        "lê",
        "phạm",
        "huỳnh",
        "hoàng",
        "phan",
        "vũ",
        "võ",
        "đặng",
        "bùi",
        "đỗ",
        "ngô",
    )
)
NICKNAME = re.compile(
    r"""\s*(?:["“”„«]([^\W\d_][\w’'. -]{0,39})["“”»]|\(([^\W\d_][\w’'. -]{0,39})\))\s*"""
)
NO_NICKNAME = re.compile(
    r"(?:n[ée]e?|geb|geborene|maiden|formerly|aka|deceased|minor|inactive|couple|he|she|they|m|f)\b",
    re.IGNORECASE,
)
#: What stands between two people. A Spanish “y” may join two last names of one.
BETWEEN_PEOPLE = re.compile(
    r"\s*[;\n]\s*|(?<=[\w.)\"”])\s*(?:&|\+|/|\s(?:and|und|et)\s)\s*(?=\w)", re.IGNORECASE
)
SPANISH_AND = re.compile(r"\s(?:y|e)\s", re.IGNORECASE)
FAMILY = re.compile(r"\b(?:family|household|familie|familia|famille|couple|the)\b", re.IGNORECASE)
#: What is said where a cell does not tell two people for certain.
WHICH_TWO = "This cell does not say for certain who the two are. Write both names."
MORE_THAN_TWO = "This cell names more than two people. Say which two are the couple."
FAMILY_ALONE = "This names a family, and not the two of them. Write both names."
TWO_IN_ONE = "This cell seems to name two people. Write one in it, or match it as both."


@dataclass(frozen=True)
class Name:
    """A name in its parts; `is_guess` where another way to part it is as good."""

    first: str
    last: str = ""
    goes_by: str = ""
    is_guess: bool = False

    @property
    def full(self) -> str:
        """Both parts as one reads them."""
        return f"{self.first} {self.last}".strip()


@dataclass(frozen=True)
class TwoNames:
    """The people whom a cell names, and why a look at them is needed; "" where it is plain."""

    names: list[Name]
    look: str = ""


def split_name(text: str) -> Name:
    """First and last name in “Maya Okafor”, “Okafor, Maya” or “Juan de la Cruz y Ortega”.

    Titles and degrees are left out, “Jr.” stays with the last name, a name in quotation marks is
    what they go by. Raises Refused for a name that is too long.
    """
    whole, goes_by = without_nickname(one_line(text))
    parts = [part.strip() for part in whole.split(",")]
    parts = [part for part in parts if part and not DEGREES.fullmatch(part)]
    suffix = " ".join(part for part in parts[1:] if SUFFIX.fullmatch(part))
    parts = parts[:1] + [part for part in parts[1:] if not SUFFIX.fullmatch(part)]
    if len(parts) > 1:
        name = Name(" ".join(untitled(" ".join(parts[1:]).split())), parts[0])
    else:
        name = in_order(untitled(whole.split(",")[0].split() if parts else []))
    last = f"{name.last} {suffix}".strip()
    if max(len(name.first), len(last)) > LONGEST:
        raise Refused(f"Keep this to {LONGEST} characters.")
    return replace(name, last=last, goes_by=goes_by if goes_by != name.first else "")


def without_nickname(text: str) -> tuple[str, str]:
    """A name without what stands in quotation marks or brackets, and that as what they go by."""
    found = NICKNAME.search(text)
    if not found:
        return text, ""
    nickname = (found[1] or found[2]).strip()
    rest = one_line(text[: found.start()] + " " + text[found.end() :])
    if not NO_NICKNAME.match(nickname) and len(nickname.split()) <= 2 and rest:
        return rest, nickname
    return (rest, "") if found[2] and rest else (text, "")


def untitled(words: list[str]) -> list[str]:
    """The words of a name without titles before and degrees after it."""
    while (
        len(words) > 1 and fold(words[0]) in TITLES and (words[0].endswith(".") or len(words) > 2)
    ):
        words = words[1:]
    while (
        len(words) > 2 and DEGREES.fullmatch(words[-1]) and words[-1].isupper() | ("." in words[-1])
    ):
        words = words[:-1]
    return words


def in_order(words: list[str]) -> Name:
    """First and last name in words that stand in the order one says them."""
    if len(words) < 2:
        return Name(" ".join(words))
    suffix: list[str] = []
    while len(words) > 2 and SUFFIX.fullmatch(words[-1]):
        suffix.insert(0, words[-1])
        words = words[:-1]
    if words[0].casefold() in FAMILY_FIRST and len(words) > 2:
        return Name(" ".join(words[1:]), words[0], is_guess=True)
    start = last_begins(words)
    is_guess = len(words) > 2 and start == len(words) - 1
    first, last = words[:start], words[start:] + suffix
    return Name(" ".join(first), " ".join(last), is_guess=is_guess)


def last_begins(words: list[str]) -> int:
    """Where the last name begins: at its particle, before what joins it, or with the last word."""
    for place in range(1, len(words) - 1):
        word = fold(words[place])
        if word in BEGINS_LAST and (words[place].islower() or place + 2 <= len(words) - 1):
            return place
        if word in PARTICLES and place == len(words) - 2:
            return place
    for place in range(2, len(words) - 1):
        if words[place] in JOINS:
            return place - 1
    if len(words) > 2 and all(fold(word) in DOUBLE for word in words[-2:]):
        return len(words) - 2
    return len(words) - 1


def split_people(text: str) -> TwoNames:
    """The one or two people whom a cell names: “Mara & Teo Quill”, “Brink, Oda and Nils”.

    Raises Refused, with what to do, where it names more or does not say for certain who they are.
    """
    whole = text.strip()
    parts = people_in(whole)
    if len(parts) > 2:
        raise Refused(MORE_THAN_TWO)
    if FAMILY.search(whole):
        raise Refused(FAMILY_ALONE)
    if len(parts) < 2:
        return alone_or_spanish(one_line(whole))
    left, right = parts
    if not untitled_words(left) or not untitled_words(right):
        raise Refused(WHICH_TWO)
    if "," in right and "," not in left:
        raise Refused(MORE_THAN_TWO if len(right.split(",")[0].split()) == 1 else WHICH_TWO)
    if "," in left:
        return comma_before(left, right)
    return shared_last(left, right)


def people_in(text: str) -> list[str]:
    """The parts of a cell that each seem to name a person; an address of the web is one."""
    if "://" in text:
        return [one_line(text)]
    return [one_line(part) for part in BETWEEN_PEOPLE.split(text) if part.strip(" ,.&")]


def untitled_words(part: str) -> list[str]:
    """The words of a part without any title, also where nothing else is left."""
    return [word for word in part.split() if fold(word) not in TITLES]


def alone_or_spanish(whole: str) -> TwoNames:
    """One person; or two, where a single name stands before “y”, or one last name comes twice.

    Raises Refused where “y” and commas leave it open.
    """
    halves = [half.strip() for half in SPANISH_AND.split(whole)]
    if len(halves) > 2 and all(len(half.split()) == 1 for half in halves[:-1]):
        raise Refused(MORE_THAN_TWO)
    if len(halves) == 2 and "," in whole and len(halves[1].split()) == 1 == whole.count(","):
        raise Refused(MORE_THAN_TWO)
    if len(halves) == 2 and "," not in whole:
        if len(halves[0].split()) == 1:
            found = shared_last(*halves)
            return replace(found, look=f"Read as {told(found.names)}. Is that right?")
        if len(halves[1].split()) > 1 and not last_has_particle(halves[0]):
            raise Refused(WHICH_TWO)
    named = [part.strip() for part in whole.split(",") if name_like(part)]
    if len(named) > 2:
        raise Refused(MORE_THAN_TWO)
    if len(named) == 2 and all(" " in one for one in named) and same_last(*named):
        names = [split_name(one) for one in named]
        return TwoNames(names, f"Read as {told(names)}. Is that right?")
    return TwoNames([split_name(whole)])


def last_has_particle(part: str) -> bool:
    """Whether a name has a particle in it, as in “Juan Carlos de la Cruz”."""
    return any(fold(word) in PARTICLES for word in part.split()[1:])


def same_last(one: str, other: str) -> bool:
    """Whether two names end with the same word."""
    return fold(one.rsplit(maxsplit=1)[-1]) == fold(other.rsplit(maxsplit=1)[-1])


def name_like(part: str) -> bool:
    """Whether a part between commas is a name, and no suffix or degree."""
    word = part.strip()
    return bool(word) and not SUFFIX.fullmatch(word) and not DEGREES.fullmatch(word)


def comma_before(left: str, right: str) -> TwoNames:
    """“Brink, Oda & Nils”, “Quill, Mara & Brink, Teo”. Raises Refused for what may be three."""
    last, _, first = left.partition(",")
    if SUFFIX.fullmatch(first.strip()):
        raise Refused(WHICH_TWO)
    if first.count(",") or not first.strip():
        raise Refused(MORE_THAN_TWO)
    if "," in right:
        return TwoNames([split_name(left), split_name(right)])
    if len(right.split()) > 1:
        raise Refused(MORE_THAN_TWO if len(last.split()) == 1 else WHICH_TWO)
    names = [split_name(f"{last}, {first.strip()}"), split_name(f"{last}, {right}")]
    return TwoNames(names, f"Read as {told(names)}. Is that right?")


def shared_last(left: str, right: str) -> TwoNames:
    """“Mara & Teo Quill”, “Mara Quill & Teo Brink”, “Mara Quill & Teo”."""
    two = split_name(right)
    words = untitled(left.split())
    if len(words) > 1:
        return TwoNames([split_name(left), two])
    one = split_name(left)
    return TwoNames([replace(one, last=two.last), two])


def told(names: list[Name]) -> str:
    """“Oda Brink and Nils Brink”."""
    return " and ".join(name.full for name in names)
