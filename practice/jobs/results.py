"""What a job makes: written part by part, each sealed, so that it need never be in memory whole."""

from collections.abc import Callable, Iterator
from typing import cast

from sqlalchemy import Connection, Table, insert, select

from practice.database.base import db
from practice.database.unit_of_work import short_transaction
from practice.jobs.models import Job, JobResult
from practice.jobs.sealing import Row, seal, unseal

PART_BYTES = 4 * 2**20
results = cast(Table, JobResult.__table__)


class ResultWriter:
    """A file that is written from its beginning to its end, such as `zipfile` writes into.

    Each part is kept in a short transaction of its own: not to be used within one that writes.
    `hold` is asked in each whether the job is still this worker's, and raises when it is not.
    """

    def __init__(self, row: Row, hold: Callable[[Connection], None]) -> None:
        self._row, self._hold = row, hold
        self._waiting = bytearray()
        self.parts = 0

    def write(self, content: bytes) -> int:
        """Take in some more."""
        self._waiting += content
        while len(self._waiting) >= PART_BYTES:
            self._keep(bytes(self._waiting[:PART_BYTES]))
            del self._waiting[:PART_BYTES]
        return len(content)

    def flush(self) -> None:
        """Nothing: a part is kept when it is full, or all is written."""

    def close(self) -> None:
        """Keep what is left: all is written."""
        if self._waiting:
            self._keep(bytes(self._waiting))
            self._waiting.clear()

    def _keep(self, content: bytes) -> None:
        sealed = seal(content, self._row, str(self.parts))
        with short_transaction() as connection:
            self._hold(connection)
            connection.execute(
                insert(results).values(
                    practice_id=self._row.practice_id,
                    job_id=self._row.job_id,
                    number=self.parts,
                    sealed=sealed,
                )
            )
        self.parts += 1


def row_of(job: Job, user_id: int | None) -> Row:
    """A job as its result was sealed, if it is that user's."""
    return Row(job.id, job.name, job.practice_id, user_id, job.kind)


def parts_of(job: Job, user_id: int | None) -> Iterator[bytes]:
    """What a job made, part by part. Raises InvalidTag for anybody but its user."""
    row = row_of(job, user_id)
    numbers = select(results.c.number).where(results.c.job_id == job.id).order_by("number")
    for number in list(db.session.scalars(numbers)):
        query = select(results.c.sealed).filter_by(job_id=job.id, number=number)
        yield unseal(db.session.scalars(query).one(), row, str(number))
