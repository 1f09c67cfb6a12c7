"""Which passwords are taken: long ones of any characters, unless anyone would guess them."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from flask_security import PasswordUtil

SHORTEST = 12
#: Far beyond any sentence; a password of megabytes would only keep the machine busy.
LONGEST = 1024
FEWEST_LETTERS = 5
#: What must be left of a password once the names everybody knows are taken out.
OF_ONES_OWN = 8
LOOK_ALIKES = str.maketrans("013457@$!", "oieastasi")
RUNS = ("0123456789" * 4, "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


@cache
def common() -> frozenset[str]:
    """The words that common passwords are made of, small letters only."""
    listed = Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8")
    lines = (line for line in listed.splitlines() if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.split())


def reasons_against(password: str, names: Iterable[str] = ()) -> list[str]:
    """Why `password` is not taken, in words; empty when it is.

    `names` are what anyone might guess: the practice's name, the user's name and e-mail.
    """
    if len(password) < SHORTEST:
        return [f"Use at least {SHORTEST} characters."]
    if len(password) > LONGEST:
        return [f"Keep it to {LONGEST:,} characters."]
    if is_common(password):
        return ["That is one of the first passwords anyone would try. Choose another."]
    if is_made_of(password, names):
        return ["Anyone who knows your name or practice could guess that. Choose another."]
    return []


def is_common(password: str) -> bool:
    """Whether it is a common password, however it was dressed up."""
    small = password.casefold()
    if len(set(small)) < FEWEST_LETTERS or is_run(small):
        return True
    bare = re.sub(r"[\W_]", "", small)
    trimmed = re.sub(r"^\d+|\d+$", "", bare)
    dressed = re.sub(r"[\W_]", "", small.translate(LOOK_ALIKES))
    return any(once_over(form) in common() for form in (bare, trimmed, dressed, letters_of(small)))


def letters_of(text: str) -> str:
    """Its letters alone, look-alikes read as letters once the digits at its ends are gone."""
    ends_off = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)
    return re.sub(r"[\W\d_]", "", ends_off.translate(LOOK_ALIKES))


def once_over(text: str) -> str:
    """A text said several times, said once: “secretsecret” is “secret”."""
    found = re.fullmatch(r"(.+?)\1+", text)
    return found[1] if found else text


def is_run(text: str) -> bool:
    """Whether it only walks along the digits, the alphabet or the keyboard, one way or back."""
    return any(text in run or text in run[::-1] for run in RUNS)


def is_made_of(password: str, names: Iterable[str]) -> bool:
    """Whether little is left once the names that everybody knows are taken out."""
    left = password.casefold()
    parts = re.findall(r"[^\W_]{3,}", " ".join(names).casefold())
    for part in sorted(set(parts), key=len, reverse=True):
        left = left.replace(part, "")
    shortened = left != password.casefold()
    return shortened and len(re.sub(r"[\W\d_]", "", left)) < OF_ONES_OWN


class PasswordRules(PasswordUtil):
    """Our rules, asked by the sign-in library when a password is changed."""

    def validate(
        self,
        password: str,
        is_register: bool,  # the library’s; our rules are the same for everyone
        **kwargs: Any,
    ) -> tuple[list[str] | None, str]:
        """(reasons against it or None, the password in one form of Unicode)."""
        normal = self.normalize(password)
        user = kwargs.get("user")
        names = [user.name, user.email, user.practice.name] if user else []
        return reasons_against(normal, names) or None, normal
