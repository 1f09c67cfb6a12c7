"""The unit of work: each request's work committed or rolled back whole, and what runs after it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Response, current_app, g
from sqlalchemy import (
    Connection,
    event,
)
from sqlalchemy.orm import Session

from practice.database.base import READS_ONLY, db, is_safe_method


class ChangedBySafeMethod(Exception):
    """A page that is only looked at was about to change a record: a mistake in our code."""


@event.listens_for(Session, "before_flush")
def refuse_changes_by_safe_methods(session: Session, _context: object, _instances: object) -> None:
    """Raise ChangedByALook for a change in a request that only asks for a page: it has no lock."""
    changed = (thing for thing in session.dirty if session.is_modified(thing))
    if is_safe_method() and (session.new or session.deleted or any(changed)):
        raise ChangedBySafeMethod


def commit_or_rollback(view: Callable[[], Any]) -> Response:
    """Answer a request and keep its work when the answer is a success, discard it when not."""
    try:
        response = current_app.make_response(view())
        is_success = response.status_code < 400
        if is_success:
            commit_now()
        else:
            db.session.rollback()
    except BaseException:
        db.session.rollback()
        raise
    for follow_up in g.pop("once_kept", ()) if is_success else ():
        follow_up()
    return response


def after_commit(follow_up: Callable[[], None]) -> None:
    """Run `follow_up` when this request's work is committed; never when it is discarded."""
    g.setdefault("once_kept", []).append(follow_up)


def before_commit(write: Callable[[], None]) -> None:
    """Run `write` as the last of this request's work, in its transaction, when it is to be kept."""
    g.setdefault("at_last", []).append(write)


def commit_now() -> None:
    """Keep the request's work so far; what was put off until then is done when this returns."""
    for write in g.pop("at_last", ()):
        write()
    db.session.commit()
    run_waiting()


@contextmanager
def reading() -> Iterator[Connection]:
    """A connection for one quick look that holds no lock and leaves nothing behind."""
    with db.engine.connect().execution_options(**{READS_ONLY: True}) as connection:
        yield connection


@contextmanager
def short_transaction() -> Iterator[Connection]:
    """A transaction of its own, for what must stay when the request's work is discarded.

    Never open one while the request's own transaction holds the write lock: use
    `after_transaction` to have it run once that is over.
    """
    with (
        db.engine.connect().execution_options(**{READS_ONLY: False}) as connection,
        connection.begin(),
    ):
        yield connection


def after_transaction(write: Callable[[], None]) -> None:
    """Run `write` when this request's transaction is over, kept or not."""
    g.setdefault("afterwards", []).append(write)


def run_waiting() -> None:
    """Do what was put off until the request's transaction is over, which it must be."""
    for write in g.pop("afterwards", ()):
        write()


def run_after_transaction(response: Response) -> Response:
    """End the request's transaction, then do what was put off until after it."""
    if "afterwards" in g:
        db.session.rollback()
        run_waiting()
    return response
