"""The order in which a couple's sessions were held: by day and hour, then as they were entered.

A session entered late takes its place among the others, so its number is counted and not stored:
what a signature fixes (`TherapySession.number`) stays as it was.
"""

from datetime import time
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    ScalarSelect,
    Time,
    bindparam,
    func,
    select,
    tuple_,
)
from sqlalchemy.orm import aliased

from practice.sessions.models import TherapySession
from practice.sessions.rows import AnySession


def order_columns(session: Any = TherapySession) -> tuple[ColumnElement[Any], ...]:
    """What sessions are ordered by; one whose hour is not known comes first in its day.

    `session` is the model, an alias of it, or a subquery's columns.
    """
    return session.held_on, func.coalesce(session.started_at, time.min), session.number


def newest_first(session: Any = TherapySession) -> tuple[ColumnElement[Any], ...]:
    """The same, from the last session to the first."""
    return tuple(column.desc() for column in order_columns(session))


def held_at(session: Any = TherapySession) -> ColumnElement[Any]:
    """When a session was held, to be compared with another or with `ASKED`."""
    return tuple_(*order_columns(session))


#: The session that a question is asked with, by the values of `order_of`.
ASKED = tuple_(
    bindparam("held_on", type_=Date()),
    bindparam("started_at", type_=Time()),
    bindparam("number", type_=Integer()),
)


def order_of(session: AnySession) -> dict[str, Any]:
    """When a session was held, as a question with `ASKED` takes it."""
    return {
        "held_on": session.held_on,
        "started_at": session.started_at or time.min,
        "number": session.number,
    }


#: The number of the session that is asked with, inside a question.
NUMBER_ASKED = (
    select(func.count(TherapySession.id))
    .where(TherapySession.couple_id == bindparam("couple_id"), held_at() <= ASKED)
    .scalar_subquery()
)


def order_key(session: TherapySession) -> tuple[Any, ...]:
    """The same order for sessions that are at hand, as `sorted` takes it."""
    return tuple(order_of(session).values())


def number_column(session: Any = TherapySession) -> ScalarSelect[int]:
    """The number of a session as it is shown, inside a query for sessions: 1 for the first held."""
    other = aliased(TherapySession)
    return (
        select(func.count())
        .select_from(other)
        .where(other.couple_id == session.couple_id, held_at(other) <= held_at(session))
        .correlate(session)
        .scalar_subquery()
    )
