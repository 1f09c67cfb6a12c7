"""The queue of jobs: leased, renewed, finished and swept, by statements that both engines run.

A lease is an UPDATE that takes the next job that is due: SQLite lets one writer in at a time,
PostgreSQL skips rows that another worker is just taking. Whoever dies over a job loses its lease
by time, and the next worker begins it anew. Each statement is a short transaction of its own.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    case,
    delete,
    exists,
    or_,
    select,
    update,
)

from practice import clock
from practice.database.unit_of_work import reading, short_transaction
from practice.formatting import count_of
from practice.identity.models import User
from practice.jobs.kinds import Interrupted, JobKind
from practice.jobs.models import Job, State
from practice.jobs.results import results
from practice.jobs.sealing import Row

#: How long a worker has a job to itself without renewing its lease.
LEASE = timedelta(seconds=30)
CUT_SHORT = (
    "It was begun {times} and cut short each time. Try again, or ask who looks after this computer."
)
jobs = cast(Table, Job.__table__)
users = cast(Table, User.__table__)
Kinds = Mapping[str, JobKind]


@dataclass(frozen=True)
class Leased:
    """A job that this worker has to itself for a while."""

    row: Row
    lease: str
    payload: dict[str, Any]
    sealed_input: bytes | None
    is_unwanted: bool
    #: Whether its user may still come in; always so for the installation's own.
    is_active: bool

    @property
    def ours(self) -> ColumnElement[bool]:
        """Whether it is still this worker's, asked in a statement."""
        return and_(jobs.c.id == self.row.job_id, jobs.c.lease == self.lease)

    def hold(self, connection: Connection) -> None:
        """Renew the lease within a transaction. Raises Interrupted when another has the job."""
        renewed = update(jobs).where(self.ours).values(lease_until=clock.now() + LEASE)
        if connection.execute(renewed.returning(jobs.c.id)).first() is None:
            raise Interrupted


def is_due(kinds: Kinds, now: datetime) -> ColumnElement[bool]:
    """Whether a job can be begun: it is due, wanted still, and nobody has it."""
    return and_(
        jobs.c.kind.in_(kinds),
        jobs.c.due_at <= now,
        jobs.c.expires_at > now,
        or_(
            jobs.c.state == State.WAITING,
            and_(jobs.c.state == State.RUNNING, jobs.c.lease_until < now),
        ),
        or_(
            *(
                and_(jobs.c.kind == name, jobs.c.attempts < kind.attempts)
                for name, kind in kinds.items()
            )
        ),
    )


def lease_next(kinds: Kinds) -> Leased | None:
    """Take the job that is due for longest; None when there is none."""
    now, word = clock.now(), secrets.token_urlsafe(12)
    following = (
        select(jobs.c.id)
        .where(is_due(kinds, now))
        .order_by(jobs.c.due_at, jobs.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taken = (
        update(jobs)
        .where(jobs.c.id == following)
        .values(
            state=State.RUNNING,
            lease=word,
            lease_until=now + LEASE,
            attempts=jobs.c.attempts + 1,
        )
        .returning(*jobs.c)
    )
    with short_transaction() as connection:
        found = connection.execute(taken).first()
        if found is None:
            return None
        connection.execute(delete(results).where(results.c.job_id == found.id))
        row = Row(found.id, found.name, found.practice_id, found.user_id, found.kind)
        return Leased(
            row,
            word,
            found.payload,
            found.sealed_input,
            found.stop_at is not None,
            found.user_id is None or is_active(connection, found.user_id),
        )


def is_active(connection: Connection, user_id: int) -> bool:
    """Whether a user may still come in."""
    return bool(connection.scalar(select(users.c.active).where(users.c.id == user_id)))


def renew(leased: Leased, progress: Mapping[str, Any]) -> None:
    """Write down how far a job is, and keep it for this worker. Raises Interrupted as `hold`."""
    with short_transaction() as connection:
        leased.hold(connection)
        connection.execute(update(jobs).where(leased.ours).values(progress=dict(progress)))


def is_unwanted(leased: Leased) -> bool:
    """Whether a job shall stop: its user said so, or may not come in any more.

    Raises Interrupted when it is not this worker's any more.
    """
    with reading() as connection:
        found = connection.execute(
            select(jobs.c.stop_at).where(leased.ours, jobs.c.state == State.RUNNING)
        ).first()
        if found is None:
            raise Interrupted
        user_id = leased.row.user_id
        return found.stop_at is not None or (
            user_id is not None and not is_active(connection, user_id)
        )


def finish(
    leased: Leased,
    state: State,
    progress: Mapping[str, Any],
    keep_for: timedelta,
    trouble: str = "",
) -> None:
    """Note what came of a job; nothing when it is another's by now. Stopped, nothing of it stays."""
    now = clock.now()
    ended = (
        update(jobs)
        .where(leased.ours)
        .values(
            state=case((jobs.c.stop_at.is_not(None), State.STOPPED), else_=state),
            progress=dict(progress),
            trouble=trouble,
            finished_at=now,
            expires_at=now + keep_for,
            lease=None,
            lease_until=None,
            sealed_input=None,
        )
        .returning(jobs.c.state)
    )
    with short_transaction() as connection:
        came_of_it = connection.execute(ended).scalar()
        if came_of_it is not None and came_of_it != State.DONE:
            connection.execute(delete(results).where(results.c.job_id == leased.row.job_id))


def give_back(leased: Leased) -> None:
    """Let another worker have a job that could not be ended here, as if it had not been begun."""
    waiting = {"state": State.WAITING, "lease": None, "lease_until": None}
    with short_transaction() as connection:
        connection.execute(
            update(jobs).where(leased.ours).values(**waiting, attempts=jobs.c.attempts - 1)
        )


def let_go(leased: Leased) -> None:
    """Let another worker begin a job anew, over which this one's process died."""
    with short_transaction() as connection:
        connection.execute(update(jobs).where(leased.ours).values(lease_until=clock.now()))


def has_work(kinds: Kinds) -> bool:
    """Whether a job could be begun now."""
    with reading() as connection:
        return bool(connection.scalar(select(exists().where(is_due(kinds, clock.now())))))


def sweep(kinds: Kinds) -> None:
    """Remove what is past its date, and give up what was cut short too often. Mostly it only reads."""
    now = clock.now()
    lost = and_(jobs.c.state == State.RUNNING, jobs.c.lease_until < now)
    with reading() as connection:
        query = select(jobs.c.id, jobs.c.kind, jobs.c.attempts).where(lost)
        gone = [
            one
            for one in connection.execute(query).all()
            if one.kind in kinds and one.attempts >= kinds[one.kind].attempts
        ]
        is_old = connection.scalar(select(exists().where(jobs.c.expires_at <= now)))
    if not (gone or is_old):
        return
    with short_transaction() as connection:
        for one in gone:
            times = count_of(one.attempts, "time", "times")
            connection.execute(
                update(jobs)
                .where(jobs.c.id == one.id, lost)
                .values(
                    state=State.FAILED,
                    trouble=CUT_SHORT.format(times=times),
                    lease=None,
                    lease_until=None,
                    sealed_input=None,
                    finished_at=now,
                    expires_at=now + kinds[one.kind].keep_for,
                )
            )
        connection.execute(delete(jobs).where(jobs.c.expires_at <= now))
