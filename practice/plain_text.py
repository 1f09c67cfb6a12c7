"""Text input as it is kept: control characters cleaned, blank text known, e-mail addresses checked."""

import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

from practice.errors import Refused

NOT_AN_ADDRESS = "That does not look like an e-mail address. Write it like name@example.com."
#: Slides and word processors break lines with U+000B and U+000C; U+0085, U+2028, U+2029 break them too.
LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
#: Control characters that a keyboard does not make. U+0000 is left in, to be refused.
CONTROL = re.compile("[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
#: Characters without ink that Unicode counts among letters, symbols or the unassigned: Hangul
#: fillers, the empty braille cell, the place of an object, a null notehead, what shall be ignored.
INKLESS = re.compile(
    "[\u115f\u1160\u3164\uffa0\u2800\ufffc\U0001d159\u2065\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
#: Characters without width that come with pasted text; soft hyphens only show where a line ends.
NO_WIDTH = "\u200b\u2060\ufeff\xad"
EDGE = NO_WIDTH + "".join(one for one in map(chr, range(0x3001)) if one.isspace())
#: Marks that choose how the character before them is drawn.
SELECTOR = re.compile("[\u034f\u180b-\u180f\ufe00-\ufe0f]")


def without_controls(text: str) -> str:
    """`text` with every kind of line break as `\\n`, and no other control character but the tab."""
    return CONTROL.sub("", LINE_BREAK.sub("\n", text))


def is_unseen(character: str) -> bool:
    """Whether a character leaves no ink when it stands alone.

    So do separators, format and control characters, and marks that belong on a letter. U+0000
    counts as seen: it is no text, and whoever sends it is told.
    """
    if character == "\0":
        return False
    category = unicodedata.category(character)
    return category[0] in "ZM" or category in ("Cc", "Cf") or bool(INKLESS.match(character))


def is_blank(text: str) -> bool:
    """Whether nothing of a text can be seen: spaces, invisible characters, marks without a letter."""
    return all(is_unseen(character) for character in text)


def normalize_email(text: str) -> str:
    """An e-mail address in the one form it is kept in, without what pasting left around or in it.

    Whether mail arrives there is not asked. Raises Refused (field `email`) when it is no address.
    """
    whole = SELECTOR.sub("", INKLESS.sub("", without_controls(text)))
    address = "".join(one for one in whole if unicodedata.category(one) != "Cf").strip()
    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise Refused(NOT_AN_ADDRESS, "email") from error
