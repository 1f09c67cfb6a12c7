"""The cells of a client list: invisible marks dropped, placeholders for what is not known."""

import re
import unicodedata

from practice.couples.names import fold
from practice.plain_text import INKLESS, is_blank, without_controls
from practice.records.safe_csv import unmarked

#: Joiners that some scripts need between two of their own letters, and no other place.
JOINERS = "\u200c\u200d"
#: What a spreadsheet writes so that a number keeps its zeros: ="0123".
NUMBER_AS_TEXT = re.compile(r'="([^"]*)"')
NOT_KNOWN = frozenset(
    fold(words)
    for words in (
        *("n/a", "n.a.", "#n/a", "not known", "unknown", "unk", "none", "(none)", "null", "nil"),
        *("nan", "na", "no", "not given", "not provided", "not specified", "not available"),
        *("not applicable", "not on file", "declined", "refused", "prefer not to say", "missing"),
        *("blank", "empty", "undefined", "tbd", "tba", "xx", "xxx", "no email", "no phone"),
        *("no phone number", "no email address", "does not have one", "#ref!", "#value!", "#name?"),
        *(
            "keine",
            "kein",
            "keine angabe",
            "k.a.",
            "unbekannt",
            "nicht bekannt",
            "ohne",
            "entfällt",
        ),
        *(
            "ninguno",
            "ninguna",
            "desconocido",
            "desconocida",
            "no tiene",
            "sin datos",
            "s/d",
            "n/d",
        ),
        *("no se sabe", "sin correo", "sin teléfono", "no consta", "no aplica", "inconnu", "aucun"),
    )
)
#: The same for a name. “Null”, “Nan”, “Na”, “No” and “Nil” are names that people have.
NO_NAME = NOT_KNOWN - {fold(word) for word in ("null", "nan", "na", "no", "nil", "blank", "xx")}
LONGEST_PLACEHOLDER = 24
#: What `fold` makes a blank of in a text of ASCII alone.
IN_ASCII = re.compile(r"[^a-z0-9]+")
#: Nothing but zeros, dashes and the like; as a date it is what a database writes for none.
NOTHING = re.compile(r"[\W_]*|[0\s./:T-]*0[0\s./:TZ-]*")
#: First and last days of calendars, which programs write where they know of no date.
NO_DATE = re.compile(
    r"(?:0?1[/.-]0?[01][/.-](?:1900|0001|1753|1800)|(?:1900|0001|1753|1800)[/.-]0?1[/.-]0?[01]"
    r"|1899[/.-]12[/.-]3[01]|12[/.-]3[01][/.-]1899|3[01][/.-]12[/.-]1899)(?:[T ]+0{1,2}:00.*)?"
)


def clean_cell(text: str) -> str:
    """The text of a cell as a person sees it: composed, without invisible marks or our own mark."""
    if not text.isascii() or not text.isprintable():
        text = visible(text)
    kept = unmarked(text.strip())
    number = NUMBER_AS_TEXT.fullmatch(kept)
    return number[1].strip() if number else kept


def visible(text: str) -> str:
    """What is seen of `text`, composed: its line breaks are `\\n`, other space is a blank each."""
    whole = unicodedata.normalize("NFC", INKLESS.sub("", without_controls(text)))
    kept = []
    for place, character in enumerate(whole):
        kind = unicodedata.category(character)
        if character in JOINERS:
            before, after = whole[place - 1 : place], whole[place + 1 : place + 2]
            if before.isalpha() and after.isalpha() and not (before + after).isascii():
                kept.append(character)
        elif kind == "Zs" or character == "\t":
            kept.append(" ")
        elif kind not in ("Cf", "Co", "Cn", "Cs") and character != "\0":
            kept.append(character)
    seen = "".join(kept)
    return "" if is_blank(seen) else seen


def one_line(text: str) -> str:
    """`text` on one line, one space between its words."""
    return " ".join(text.split())


def is_not_known(text: str, *, a_name: bool = False, a_date: bool = False) -> bool:
    """Whether a cell says that nothing is known: “N/A”, “–”, “0000-00-00”, or nothing at all."""
    if not text or NOTHING.fullmatch(text) or (a_date and NO_DATE.fullmatch(text)):
        return True
    if len(text) > LONGEST_PLACEHOLDER or "@" in text:
        return False
    plain = IN_ASCII.sub(" ", text.lower()).strip() if text.isascii() else fold(text)
    return plain in (NO_NAME if a_name else NOT_KNOWN)
