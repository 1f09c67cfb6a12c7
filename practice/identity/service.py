"""Users of a practice: set up, added, found by e-mail."""

import hashlib
import hmac
from typing import cast

from flask import current_app
from flask_security import SQLAlchemyUserDatastore, hash_password
from sqlalchemy import select

from practice.audit.service import act_as, record
from practice.database.base import db
from practice.database.unit_of_work import reading
from practice.errors import Refused
from practice.identity.models import Practice, User
from practice.identity.passwords import reasons_against
from practice.identity.permissions import CLINICIAN, OWNER
from practice.plain_text import normalize_email


def users() -> SQLAlchemyUserDatastore:
    """The sign-in library's way to the users."""
    return cast(SQLAlchemyUserDatastore, current_app.extensions["security"].datastore)


def normal_password(password: str) -> str:
    """A password in the one form of Unicode that is hashed."""
    return str(current_app.extensions["security"].password_util.normalize(password))


def user_called(email: str) -> User | None:
    """Whoever signs in with that e-mail, however it is spelled; None when nobody does.

    Raises Refused when it is not an e-mail address.
    """
    address = normalize_email(email)
    return cast(User | None, users().find_user(case_insensitive=True, email=address))


def is_set_up() -> bool:
    """Whether this installation has a practice. Once it has, it always will."""
    if not current_app.extensions.get("is_set_up"):
        with reading() as connection:
            found = connection.scalar(select(Practice.id).limit(1))
        current_app.extensions["is_set_up"] = found is not None
    return bool(current_app.extensions["is_set_up"])


def set_up_code() -> str:
    """What the first set-up asks for where strangers can reach it; "" where only this machine can.

    It is printed where the program is started, and stays the same until the practice is set up.
    """
    if not current_app.config["HTTPS"]:
        return ""
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, b"set-up", hashlib.sha256).hexdigest()[:16]


def set_up(practice: Practice, owner: User, password: str) -> None:
    """Begin an installation: its practice, and the first user, who owns it and sees couples.

    Raises Refused when there is a practice already, or the password is not taken.
    """
    if db.session.scalar(select(Practice.id).limit(1)) is not None:
        raise Refused("This installation is set up already. Sign in instead.")
    db.session.add(practice)
    db.session.flush()
    act_as(practice.id, None)
    record("created", practice)
    add_user(practice, owner, password, OWNER, CLINICIAN)


def add_clinician(practice: Practice, clinician: User, password: str) -> None:
    """Add someone who sees couples in a practice. Raises Refused as `add_user` does."""
    add_user(practice, clinician, password, CLINICIAN)


def add_user(practice: Practice, user: User, password: str, *roles: str) -> None:
    """Add a user with a name, credentials and e-mail to a practice, in those roles.

    Raises Refused when someone signs in with that e-mail already, when it is not an e-mail
    address, or when the password is not taken.
    """
    user.email = normalize_email(user.email)
    if users().find_user(case_insensitive=True, email=user.email):
        raise Refused("Someone signs in with that e-mail already.", "email")
    password = normal_password(password)
    if reasons := reasons_against(password, [practice.name, user.name, user.email]):
        raise Refused(reasons[0], "password")
    user.practice = practice
    user.password = hash_password(password)
    user.active = True
    users().set_uniquifier(user)
    for role in roles:
        users().add_role_to_user(user, users().find_or_create_role(role))
    db.session.add(user)
    db.session.flush()
    record("created", user)


def is_password_of(user: User, password: str) -> bool:
    """Whether `password` is the user's own."""
    return bool(user.verify_and_update_password(normal_password(password)))
