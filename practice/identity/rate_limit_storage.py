"""Where tries are counted: in the database, so that counts outlive a restart and are shared."""

import hashlib
import hmac
import time
from typing import Any

from flask import current_app
from limits.storage import Storage
from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import DatabaseError

from practice.database.base import db
from practice.database.unit_of_work import reading, short_transaction
from practice.identity.models import RateCount

#: More than a practice ever needs; without a bound, a stranger could fill the disk with tries.
MOST_ROWS = 10_000
counts = RateCount.__table__


def stored(key: str) -> str:
    """What is stored of a key: a keyed hash, from which no address or e-mail can be read."""
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, b"rates " + key.encode(), hashlib.sha256).hexdigest()


class RateStore(Storage):
    """Counts of tries, each with the second it is forgotten."""

    STORAGE_SCHEME = ["rekindle"]  # noqa: RUF012 - as its base has it

    @property
    def base_exceptions(self) -> type[Exception]:
        """What goes wrong here."""
        return DatabaseError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count `amount` tries more, forgotten `expiry` seconds after the first; the sum so far.

        Called before a request's work begins or after it is over, never in between.
        """
        db.session.rollback()
        now, hashed = time.time(), stored(key)
        with short_transaction() as connection:
            connection.execute(delete(RateCount).where(counts.c.expires_at <= now))
            mine = counts.c.key == hashed
            raised = connection.execute(
                update(RateCount).where(mine).values(count=counts.c.count + amount)
            )
            if not raised.rowcount:
                keep_bounded(connection)
                connection.execute(
                    insert(RateCount).values(key=hashed, count=amount, expires_at=now + expiry)
                )
            return int(connection.scalar(select(counts.c.count).where(mine)) or 0)

    def get(self, key: str) -> int:
        """How many tries are counted now."""
        with reading() as connection:
            found = connection.scalar(select(counts.c.count).where(*self.living(key)))
        return found or 0

    def get_expiry(self, key: str) -> float:
        """When the count is forgotten, in seconds since 1970; now, when there is none."""
        with reading() as connection:
            found = connection.scalar(select(counts.c.expires_at).where(*self.living(key)))
        return found or time.time()

    @staticmethod
    def living(key: str) -> tuple[Any, ...]:
        """The conditions for a count that still counts."""
        return counts.c.key == stored(key), counts.c.expires_at > time.time()

    def clear(self, key: str) -> None:
        """Forget one count."""
        db.session.rollback()
        with short_transaction() as connection:
            connection.execute(delete(RateCount).where(counts.c.key == stored(key)))

    def reset(self) -> int:
        """Forget every count; how many there were."""
        db.session.rollback()
        with short_transaction() as connection:
            return connection.execute(delete(RateCount)).rowcount

    def check(self) -> bool:
        """Whether the table answers."""
        with reading() as connection:
            connection.scalar(select(func.count()).select_from(counts))
        return True


def keep_bounded(connection: Connection) -> None:
    """Make room for one more row, letting go of those that would be forgotten first."""
    too_many = (connection.scalar(select(func.count()).select_from(counts)) or 0) - MOST_ROWS + 1
    if too_many > 0:
        oldest = select(counts.c.key).order_by(counts.c.expires_at).limit(too_many)
        connection.execute(delete(RateCount).where(counts.c.key.in_(oldest)))
