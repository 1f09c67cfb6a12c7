"""The rows of those who are signed in: found, listed and ended.

A look-up takes no lock. Whatever ends a sign-in names it by its mark, which stays the same while
its id is renewed, so that it cannot slip away under another id.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, bindparam, delete, func, select

from practice import clock
from practice.database.base import db
from practice.database.unit_of_work import reading, short_transaction
from practice.identity.models import Practice, Role, SignInSession, User, roles_users, signature
from practice.identity.sign_in_sessions.state import CLOCK_SLACK, Colleague, SignIn, current, here

LONGEST = timedelta(hours=12)
rows = SignInSession.__table__


def hash_of(token: str) -> str:
    """What is stored of an id."""
    return hashlib.sha256(token.encode()).hexdigest()


def resume() -> SignIn | None:
    """Take up the sign-in that the cookie names; None for a visitor, or when it is over."""
    session = current()
    if session.token is None:
        return None
    session.sign_in = look_up(hash_of(session.token), clock.now())
    session.looked_up = True
    if session.sign_in is None:
        session.modified = True  # the cookie has nothing behind it: replace it
        return None
    session.update(session.sign_in.data)
    session.modified = False
    return session.sign_in


#: Every request asks this first, so the statement is built once.
LOOK_UP = (
    select(
        rows,
        *(User.active, User.fs_uniquifier, User.practice_id, User.name, User.credentials),
        *(User.email, User.single_keys),
        *(Practice.idle_minutes, Practice.time_zone, Practice.is_demo),
        select(func.aggregate_strings(Role.name, ","))
        .join(roles_users, roles_users.c.role_id == Role.id)
        .where(roles_users.c.user_id == rows.c.user_id)
        .correlate(rows)
        .scalar_subquery()
        .label("roles"),
    )
    .join(User, User.id == rows.c.user_id)
    .join(Practice, Practice.id == User.practice_id)
    .where(rows.c.id_hash == bindparam("id_hash"))
)


def look_up(id_hash: str, now: datetime) -> SignIn | None:
    """The sign-in of that hash, unless it is over.

    It is over after twelve hours, when its user was disabled, or when their password changed.
    """
    with reading() as connection:
        found = connection.execute(LOOK_UP, {"id_hash": id_hash}).first()
    if found is None or not found.active or found.data.get("_user_id") != found.fs_uniquifier:
        return None
    if not -CLOCK_SLACK <= now - found.began_at <= LONGEST:
        return None
    return SignIn(
        id_hash=found.id_hash,
        sitting=found.sitting,
        user_id=found.user_id,
        data=found.data,
        began_at=found.began_at,
        last_input_at=found.last_input_at,
        locked_at=found.locked_at,
        owes_second_factor=found.owes_second_factor,
        proved_at=found.proved_at,
        colleague=Colleague(
            id=found.user_id,
            practice_id=found.practice_id,
            signature=signature(found.name, found.credentials),
            email=found.email,
            single_keys=found.single_keys,
            roles=tuple((found.roles or "").split(",")),
            time_zone=found.time_zone,
            idle_minutes=found.idle_minutes,
            is_demo=found.is_demo,
        ),
    )


def of_user(user_id: int) -> list[SignInSession]:
    """A user's sign-ins that are not over, the one used last first."""
    return list(
        db.session.scalars(
            select(SignInSession)
            .where(SignInSession.user_id == user_id, rows.c.began_at > clock.now() - LONGEST)
            .order_by(SignInSession.last_input_at.desc())
        )
    )


def end_one(user_id: int, mark: str) -> bool:
    """End one sign-in of a user by its mark, never this one; whether there was such a one."""
    return end(SignInSession.user_id == user_id, SignInSession.sitting == mark, not_here())


def end_others(user_id: int) -> None:
    """End every other sign-in of a user."""
    end(SignInSession.user_id == user_id, not_here())


def end_all(user_id: int) -> None:
    """End every sign-in of a user."""
    end(SignInSession.user_id == user_id)


def end_here() -> None:
    """End this browser's sign-in."""
    end(SignInSession.sitting == here())


def not_here() -> Any:
    """The condition for a sign-in that is not this browser's."""
    return SignInSession.sitting != here()


def end(*which: Any) -> bool:
    """End those sign-ins, in the request's transaction; whether there were any."""
    ended = cast(CursorResult[Any], db.session.execute(delete(SignInSession).where(*which)))
    return ended.rowcount > 0


def write(*statements: Any) -> None:
    """Run statements in a short transaction, once the request's own is over."""
    db.session.rollback()
    with short_transaction() as connection:
        for statement in statements:
            connection.execute(statement)
