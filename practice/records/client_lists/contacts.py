"""Phone numbers and e-mail addresses in a client list: several in a cell, as people write them."""

import re
from dataclasses import dataclass

from practice.couples.names import fold
from practice.errors import Refused
from practice.plain_text import NOT_AN_ADDRESS, normalize_email
from practice.records.client_lists.cells import is_not_known, one_line

EXTENSION = r"(?:\s*,?\s*(?:x|ext\.?|extension|durchwahl|dw\.?|anexo|#)\s*:?\s*\d{1,6})"
NUMBER = re.compile(rf"\+?\(?\d[\d\s().\-/·–]*\d{EXTENSION}?", re.IGNORECASE)
#: As a spreadsheet writes a large number: 5.550102233E+09.
SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+))?E\+?(\d{1,2})", re.IGNORECASE)
AS_FRACTION = re.compile(r"(\+?\d{6,15})[.,]0+")
FEWEST_DIGITS, MOST_DIGITS, LONGEST_NUMBER = 5, 17, 40
#: Where one number ends and the next begins; a stroke does so only between two whole numbers.
BETWEEN = re.compile(r"\s*(?:[;|\n]|:::|,(?!\s*(?:x|ext))|\s(?:or|and|oder|und|o|y)\s)\s*", re.I)
NO_PHONE = "This does not look like a phone number."
NO_DIGITS = (
    "A spreadsheet has shortened this number, and digits are lost. Write it out, or make the "
    "column text and save the list again."
)
IN_BRACKETS = re.compile(r"<\s*(?:mailto:)?([^<>\s]+)\s*>", re.IGNORECASE)
MOBILE = frozenset(("mobile", "cell", "m", "c", "handy", "mobil", "movil", "celular", "mob"))
#: What stands before and after the @ of an address that is none.
NOBODY = frozenset(("none", "noemail", "no", "na", "unknown", "nomail", "noaddress", "null"))


@dataclass(frozen=True)
class Contact:
    """A phone number or e-mail address, and what the list calls it: “mobile”, a name, or nothing."""

    text: str
    label: str = ""

    @property
    def is_mobile(self) -> bool:
        """Whether the list says that it is a mobile phone."""
        return bool(MOBILE & set(fold(self.label).split()))


def read_phones(text: str) -> list[Contact]:
    """The phone numbers in a cell. Raises Refused when there is none, or one that lost its digits."""
    whole = as_typed(one_line(text) if "\n" not in text else text)
    found: list[Contact] = []
    for part in parts_of(whole):
        number = NUMBER.search(part)
        if not number:
            if is_not_known(part):
                continue
            if found and not found[-1].label:  # “555 010 2233, mobile”
                found[-1] = Contact(found[-1].text, part.strip(" ()[]:."))
                continue
            raise Refused(NO_PHONE)
        digits = re.sub(r"\D", "", re.sub(rf"{EXTENSION}$", "", number[0], flags=re.I))
        rest = part[: number.start()] + " " + part[number.end() :]
        if not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS or re.search(r"\d", rest):
            raise Refused(NO_PHONE)
        if len(set(digits)) > 1:  # 000-000-0000 is nobody's
            found.append(Contact(number_kept(number[0]), fold(rest)))
    return unlike(found)


def number_kept(number: str) -> str:
    """A number as it is kept, on one line. Raises Refused for one that is too long."""
    kept = one_line(number)
    if kept.count(")") > kept.count("("):
        kept = kept.rstrip(")")
    if len(kept) > LONGEST_NUMBER:
        raise Refused(f"Keep this to {LONGEST_NUMBER} characters.")
    return kept


def as_typed(text: str) -> str:
    """A number as it was typed, before a spreadsheet wrote it. Raises Refused when digits are lost."""
    if fraction := AS_FRACTION.fullmatch(text):
        return fraction[1]
    short = SCIENTIFIC.fullmatch(text)
    if not short:
        return text
    digits, power = short[1] + (short[2] or ""), int(short[3])
    if len(digits) < power + 1:
        raise Refused(NO_DIGITS)
    return digits[: power + 1]


def parts_of(text: str) -> list[str]:
    """A cell at the places where one number ends and another begins."""
    found: list[str] = []
    for part in BETWEEN.split(text):
        strokes = part.split("/")
        whole = all(len(re.sub(r"\D", "", one)) >= 7 for one in strokes)
        found += strokes if whole else [part]
    return [part.strip() for part in found if part.strip()]


def read_emails(text: str) -> list[Contact]:
    """The e-mail addresses in a cell. Raises Refused when one is none."""
    in_brackets = IN_BRACKETS.findall(text)
    words = in_brackets or re.split(r"[;,|\s]+|:::", text)
    found = []
    for word in words:
        plain = re.sub(r"^mailto:", "", word.strip("<>()[]\"'"), flags=re.I).rstrip(".")
        if not plain or (is_not_known(plain) and "@" not in plain):
            continue
        if in_brackets or "@" in plain:
            if is_nobodys(plain):
                continue
            found.append(Contact(normalize_email(plain)))
        elif not any("@" in one for one in words):
            raise Refused(NOT_AN_ADDRESS)
    return unlike(found)


def is_nobodys(address: str) -> bool:
    """Whether an address was made up for a field that had to be filled: none@none.com."""
    name, _, domain = address.casefold().partition("@")
    plain = re.sub(r"[^a-z]", "", name)
    host = re.sub(r"[^a-z]", "", domain.partition(".")[0])
    return plain in NOBODY and host in NOBODY | {"email", "mail"}


def unlike(contacts: list[Contact]) -> list[Contact]:
    """The same without what comes twice; a mobile phone first."""
    first: dict[str, Contact] = {}
    for one in contacts:
        first.setdefault(re.sub(r"[^\w@]", "", one.text).casefold(), one)
    return sorted(first.values(), key=lambda one: not one.is_mobile)
