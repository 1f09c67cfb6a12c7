"""The second factor: a code of an authenticator app, a passkey, or one of ten recovery codes.

The sign-in library makes and checks all of them. A code of the app counts once, by the time step
stored with its user; a recovery code is stored encrypted and taken away when it is used.
"""

import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from flask_security import Totp
from sqlalchemy import func, select

from practice.audit.service import record
from practice.database.base import db
from practice.identity.models import User, WebAuthn
from practice.identity.permissions import Permission, may
from practice.identity.service import users

ISSUER = "Rekindle"
APP = "authenticator"
#: Codes of half a minute before and after are taken too: no two clocks agree.
WINDOW = 30
HOW_MANY_CODES = 10
#: Whoever may do one of these is asked for a second factor.
GUARDED = (Permission.READ_FILES, Permission.MANAGE_PEOPLE, Permission.KEEP_SAFE)


class CodesOnce(Totp):
    """Codes of an authenticator app, of which none counts twice."""

    def get_last_counter(self, user: Any) -> int | None:
        """The time step of the last code that was taken."""
        last: int | None = user.last_totp_counter
        return last

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Keep the time step of the code just taken."""
        user.last_totp_counter = tmatch.counter


def configure(app: Flask) -> None:
    """What the library asks for; its own pages for this stay off, ours stand in their place."""
    key: bytes = app.config["SECOND_FACTOR_KEY"]
    app.config.update(
        SECURITY_MULTI_FACTOR_RECOVERY_CODES=True,
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_N=HOW_MANY_CODES,
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS=[urlsafe_b64encode(key)],
        SECURITY_TOTP_SECRETS={"1": key.hex()},
        SECURITY_TOTP_ISSUER=ISSUER,
    )


def library() -> Any:
    """The sign-in library."""
    return current_app.extensions["security"]


def is_demanded_of(user: User) -> bool:
    """Whether this installation asks the user for a second factor."""
    return bool(current_app.config["SECOND_FACTOR"]) and any(may(user, one) for one in GUARDED)


def has_app(user: User) -> bool:
    """Whether the user has set up an authenticator app."""
    return bool(user.tf_totp_secret)


def has_passkey(user: User) -> bool:
    """Whether the user has a passkey."""
    query = select(func.count()).select_from(WebAuthn).where(WebAuthn.user_id == user.id)
    return bool(db.session.scalar(query))


def is_enrolled(user: User) -> bool:
    """Whether the user has a second factor to give."""
    return has_app(user) or has_passkey(user)


def is_owed_by(user: User) -> bool:
    """Whether the password alone does not let the user in."""
    return is_demanded_of(user) or is_enrolled(user)


@dataclass(frozen=True)
class Secret:
    """What an authenticator app has to know: the stored form, the key to type, and its picture."""

    stored: str
    key: str
    picture: str


def secret_of(user: User, stored: str | None = None) -> Secret:
    """A new secret for an app; or one made before, by its stored form."""
    factory = library().totp_factory
    stored = stored or factory.generate_totp_secret()
    shown = factory.fetch_setup_values(stored, user)
    return Secret(stored, shown["key"], shown["image"])


def is_code(user: User, code: str, stored: str | None = None) -> bool:
    """Whether `code` is the app's code now, and was not given before. It counts from here on.

    `stored` is the secret of an app that is just being set up; it has given no code before.
    """
    secret = stored or user.tf_totp_secret
    digits = re.sub(r"\s", "", code)
    if not secret or not re.fullmatch(r"[0-9]{6}", digits):
        return False
    if stored:
        user.last_totp_counter = None
    return bool(library().totp_factory.verify_totp(digits, secret, user, window=WINDOW))


def use_recovery_code(user: User, code: str) -> bool:
    """Whether `code` was one of the user's recovery codes; if so it is used up."""
    letters = re.sub(r"[^0-9a-f]", "", code.casefold())
    spelled = "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))
    codes = library().mf_recovery_codes_util
    if not codes.check_recovery_code(user, spelled):
        return False
    codes.delete_recovery_code(user, spelled)
    record("recovery-code-used", user, left=codes_left(user))
    return True


def set_up_app(user: User, stored: str) -> None:
    """From now on the user’s second factor is the app that knows this secret."""
    users().tf_set(user, APP, stored)
    record("second-factor-set-up", user, kind="app")


def new_recovery_codes(user: User) -> list[str]:
    """Ten new recovery codes, in the place of any before."""
    codes: list[str] = library().mf_recovery_codes_util.create_recovery_codes(user)
    record("recovery-codes-made", user)
    return codes


def codes_left(user: User) -> int:
    """How many recovery codes are left."""
    return len(users().mf_get_recovery_codes(user))


def reset(user: User) -> None:
    """Take away every second factor of a user, who sets up a new one at their next sign-in."""
    users().tf_reset(user)
    users().mf_set_recovery_codes(user, [])
    user.last_totp_counter = None
    for passkey in list(user.webauthn):
        db.session.delete(passkey)
    record("second-factor-reset", user)
