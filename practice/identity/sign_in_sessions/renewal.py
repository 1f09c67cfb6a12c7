"""A sign-in begun, unlocked or proved: each gives the browser a new id, once its work is kept.

The row is written as the last of the request's own work, in its transaction. So a request that
was worked out while someone ended the sign-in finds nothing to renew, and all it did is discarded.
"""

import secrets
from datetime import datetime
from typing import Any

from flask import g, request
from sqlalchemy import delete, insert, select, update

from practice import clock
from practice.database.base import db
from practice.database.unit_of_work import after_commit, before_commit
from practice.identity import known_places
from practice.identity.devices import device_in_words
from practice.identity.models import SignInSession, User
from practice.identity.sign_in_sessions.state import BrowserSession, SignIn, current
from practice.identity.sign_in_sessions.store import LONGEST, end, hash_of

ID_BYTES = 32
SITTING_BYTES = 8
#: How many sign-ins of one user may wait for a second factor; whoever holds the password alone
#: makes room for no more.
MOST_OWING = 20


class SignInEnded(Exception):
    """The sign-in was ended while an answer was being worked out; there is nothing to renew."""


def begin(user: User, owing: bool = False) -> None:
    """Sign `user` in under a new id; an id this browser had before is dead.

    With `owing`, nothing opens to them until they give their second factor.

    The page token names its user (see `owner_of`). Whoever signed in already keeps it, so that
    the forms in their other windows still work.
    """
    session = current()
    session.starts_for, session.starts_owing = user.id, owing
    session.came_in = None if owing else user.email
    if not session.get("csrf_token", "").startswith(f"{user.id}."):
        session["csrf_token"] = f"{user.id}.{secrets.token_hex(20)}"
        g.pop("csrf_token", None)
    renew_at_last()


def unlock(now: datetime) -> None:
    """Open the screen again, under a new id: the password was just given."""
    current().changed.update(locked_at=None)
    prove(now)


def prove(now: datetime) -> None:
    """Whoever is signed in has just shown again who they are: they go on under a new id."""
    session = current()
    session.changed.update(proved_at=now, last_input_at=now)
    if session.sign_in and not session.owes_second_factor:
        session.came_in = session.sign_in.colleague.email
    if not session.renews:
        session.renews = True
        renew_at_last()


def complete(now: datetime) -> None:
    """The second factor was given: nothing is owed any more, and the screen is open."""
    current().changed.update(owes_second_factor=False)
    unlock(now)


def renew_at_last() -> None:
    """Write the row under a new id when all else of this request is done, and give it if kept."""
    token, session = secrets.token_urlsafe(ID_BYTES), current()
    before_commit(lambda: renew(session, hash_of(token), clock.now()))
    after_commit(lambda: setattr(session, "given", token))


def renew(session: BrowserSession, id_hash: str, now: datetime) -> None:
    """Put a row under a new id in the place of the one before, in the request's transaction.

    Someone who signs in anew begins twelve new hours; whoever unlocks does not. Rows that ran
    out go at the same time. Raises SignInEnded when the row before is gone, or when meanwhile
    the user's access ended or their password changed.
    """
    before = session.sign_in
    user_id = session.starts_for or (before.user_id if before else None)
    query = select(User.active, User.fs_uniquifier).where(User.id == user_id)
    user = db.session.execute(query).one()
    if not user.active or user.fs_uniquifier != session.get("_user_id"):
        raise SignInEnded
    if session.starts_for is None and before:
        go_on(session, before, id_hash)
    else:
        start(session, before, id_hash, now)
    end(SignInSession.began_at < now - LONGEST)
    if session.came_in:
        known_places.note_network(session.came_in)


def go_on(session: BrowserSession, before: SignIn, id_hash: str) -> None:
    """The same sign-in under a new id. Raises SignInEnded when it is over."""
    renewed = db.session.execute(
        update(SignInSession)
        .where(SignInSession.id_hash == before.id_hash)
        .values(id_hash=id_hash, data=dict(session), device=device(), **session.changed)
        .execution_options(synchronize_session=False)
    )
    refuse_none(renewed)


def start(session: BrowserSession, before: SignIn | None, id_hash: str, now: datetime) -> None:
    """A new sign-in, in the place of the one this browser had. Raises SignInEnded when that is over."""
    if before:
        gone = delete(SignInSession).where(SignInSession.id_hash == before.id_hash)
        refuse_none(db.session.execute(gone))
    if session.starts_owing:
        make_room(session.starts_for)
    db.session.execute(
        insert(SignInSession).values(
            id_hash=id_hash,
            sitting=secrets.token_hex(SITTING_BYTES),
            user_id=session.starts_for,
            data=dict(session),
            began_at=now,
            last_input_at=now,
            locked_at=None,
            owes_second_factor=session.starts_owing,
            proved_at=now,
            device=device(),
        )
    )


def refuse_none(result: Any) -> None:
    """Raise SignInEnded when a statement found no row."""
    if not result.rowcount:
        raise SignInEnded


def make_room(user_id: int | None) -> None:
    """Let go of the oldest of a user's sign-ins that still wait for a second factor."""
    owing = (SignInSession.user_id == user_id, SignInSession.owes_second_factor)
    newest = select(SignInSession.id_hash).where(*owing)
    newest = newest.order_by(SignInSession.began_at.desc()).limit(MOST_OWING - 1)
    end(*owing, SignInSession.id_hash.not_in(newest))


def device() -> str:
    """The browser that asks, in words."""
    return device_in_words(request.user_agent.string)
