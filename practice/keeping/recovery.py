"""The key as words that can be written on paper and typed back in, and the sheet they stand on."""

from datetime import date
from functools import cache

from mnemonic import Mnemonic

from practice.errors import Refused
from practice.formatting import full_date
from practice.handouts.kinds.recovery import RecoverySheet
from practice.handouts.sheet import Letterhead, Paper
from practice.keeping.backup_config import plan_of
from practice.keeping.targets import targets_of
from practice.key_file import KEY_BYTES, is_weak
from practice.key_ring import name_of
from practice.settings import Settings

WORDS = 24
ENOUGH_LETTERS = 4


@cache
def dictionary() -> Mnemonic:
    """The list of 2,048 words of BIP-39; the first four letters of each are its own."""
    return Mnemonic("english")


def words_of(key: bytes) -> list[str]:
    """A key as 24 words, the last of which holds a checksum."""
    return dictionary().to_mnemonic(key).split()


def key_from(typed: str) -> bytes:
    """The key that someone typed as words; the first four letters of each are enough.

    Raises Refused with what is wrong: how many words, which one is unknown, or that they do not
    belong together.
    """
    words = typed.lower().replace(",", " ").split()
    words = [word for word in words if not word.strip(".").isdigit()]
    if len(words) != WORDS:
        raise Refused(f"A key has {WORDS} words; these are {len(words)}.")
    full = [in_full(word, number) for number, word in enumerate(words, start=1)]
    try:
        key = bytes(dictionary().to_entropy(full))
    except ValueError as error:
        raise Refused(
            "Every word is known, but together they are no key. Two may have changed places, or one "
            "was misread: compare them with the sheet."
        ) from error
    if len(key) != KEY_BYTES or is_weak(key):
        raise Refused("These words are no key of ours.")
    return key


def in_full(word: str, number: int) -> str:
    """The word of the list that begins so. Raises Refused when there is none."""
    found = [
        one
        for one in dictionary().wordlist
        if one == word or (len(word) >= ENOUGH_LETTERS and one.startswith(word))
    ]
    if len(found) != 1 and word not in found:
        raise Refused(f"Word {number}, “{word}”, is not one that a key can have. Look at it again.")
    return word if word in found else found[0]


def recovery_sheet(settings: Settings, today: date, paper: Paper) -> RecoverySheet:
    """The key of an installation on a sheet; it names no practice, so that it tells no finder whose."""
    return RecoverySheet(
        letterhead=Letterhead("Rekindle", "Practice records", ()),
        paper=paper,
        title="Recovery sheet",
        key_name=name_of(settings.key),
        words=tuple(words_of(settings.key)),
        printed_on=full_date(today),
        places=tuple(target.where for target in targets_of(plan_of(settings))),
    )
