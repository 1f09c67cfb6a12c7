"""A forgotten password: a link, good once and for an hour, by which its user chooses a new one.

An owner makes it for a colleague, or a command on the machine itself for anyone. Whoever makes it
never learns or chooses a password. The second factor stays as it is unless the link says that the
device is lost, too.
"""

import secrets
from datetime import datetime, timedelta

from flask_security import hash_password
from sqlalchemy import or_, select, update

from practice.audit.service import act_as, record
from practice.database.base import db
from practice.errors import Refused
from practice.identity import second_factor, sign_in_sessions
from practice.identity.models import PasswordLink, User
from practice.identity.passwords import reasons_against
from practice.identity.service import normal_password, users
from practice.identity.tokens import TOKEN_BYTES, hash_of

GOOD_FOR = timedelta(hours=1)


def open_link(user: User, now: datetime) -> PasswordLink | None:
    """The link by which a user can choose a new password now; None when there is none."""
    return db.session.scalar(
        select(PasswordLink).where(
            PasswordLink.user_id == user.id,
            PasswordLink.ended_at.is_(None),
            PasswordLink.expires_at > now,
        )
    )


def make_link(user: User, by: User | None, now: datetime, *, device_lost: bool = False) -> str:
    """Make a link for someone who forgot their password; its token, which is stored nowhere.

    `by` is the owner who makes it, None on the machine itself. One made before ends. Raises
    Refused for someone whose access was ended.
    """
    if not user.active:
        raise Refused(f"{user.name} has no access. Give it back first.")
    if earlier := open_link(user, now):
        earlier.ended_at = now
    token = secrets.token_urlsafe(TOKEN_BYTES)
    made = PasswordLink(
        practice_id=user.practice_id,
        user_id=user.id,
        token_hash=hash_of(token),
        by_user_id=by.id if by else None,
        device_lost=device_lost,
        expires_at=now + GOOD_FOR,
    )
    db.session.add(made)
    verb = "password-link-made" if by else "password-link-made-here"
    record(verb, user, device_lost=device_lost)
    return token


def take_back(user: User, now: datetime) -> None:
    """End a user's link; it opens nothing any more."""
    if link := open_link(user, now):
        link.ended_at = now
        record("password-link-taken-back", user)


def end_links(user: User, now: datetime) -> None:
    """End every link that opens this user's account, and every one they made for a colleague."""
    db.session.execute(
        update(PasswordLink)
        .where(
            PasswordLink.ended_at.is_(None),
            or_(PasswordLink.user_id == user.id, PasswordLink.by_user_id == user.id),
        )
        .values(ended_at=now)
    )


def link_for(token: str, now: datetime) -> tuple[PasswordLink, User] | None:
    """The open link of that token and its user; None for one wrong, used, old or taken back."""
    found = db.session.scalar(select(PasswordLink).filter_by(token_hash=hash_of(token)))
    if found is None or found.ended_at is not None or found.expires_at <= now:
        return None
    user = db.session.get_one(User, found.user_id)
    return (found, user) if user.active else None


def choose(link: PasswordLink, user: User, password: str, now: datetime) -> None:
    """Use a link: the user's new password, with which their sign-ins and their link are over.

    Raises Refused when the password is not taken. Whether it is the one they had is not told:
    that would let a stranger with the link find it out.
    """
    password = normal_password(password)
    if reasons := reasons_against(password, [user.practice.name, user.name, user.email]):
        raise Refused(reasons[0], "password")
    act_as(user.practice_id, None)
    user.password = hash_password(password)
    users().set_uniquifier(user)
    sign_in_sessions.end_all(user.id)
    link.ended_at = link.used_at = now
    record("password-chosen-by-link", user)
    if link.device_lost:
        second_factor.reset(user)


def to_be_told(user: User, now: datetime) -> PasswordLink | None:
    """A link that was used and whose user was not told yet; from here on they were."""
    link = db.session.scalar(
        select(PasswordLink)
        .where(
            PasswordLink.user_id == user.id,
            PasswordLink.used_at.is_not(None),
            PasswordLink.told_at.is_(None),
        )
        .order_by(PasswordLink.id.desc())
    )
    if link:
        link.told_at = now
    return link
