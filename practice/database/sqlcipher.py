"""SQLCipher: the encrypted embedded file. One connection recipe, and writers one after another."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import (
    Connection,
    Engine,
    create_engine,
    event,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from practice.database.actor import only_reads

#: How long a writer waits for another to finish before it says that the records are busy.
WAIT_SECONDS = 5


def opener(path: Path, key: bytes, *, foreign_keys: bool = True) -> Callable[[], Any]:
    """A function that opens the database file at `path` with the 32-byte `key`.

    The raw key skips SQLCipher's slow derivation; ours is random already.
    """

    def open_file() -> Any:
        connection = sqlcipher.connect(
            str(path), check_same_thread=False, timeout=WAIT_SECONDS, isolation_level=None
        )
        try:
            for pragma in (
                "cipher_log_level = NONE",
                f"key = \"x'{key.hex()}'\"",
                "journal_mode = WAL",
                "synchronous = FULL",
                f"busy_timeout = {WAIT_SECONDS * 1000}",
                "cache_size = -16000",
                f"foreign_keys = {'ON' if foreign_keys else 'OFF'}",
                "recursive_triggers = ON",
            ):
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()
            raise
        return connection

    return open_file


def open_read_only(path: Path, key: bytes, how: str = "immutable=1") -> Any:
    """A connection to the database file at `path` that cannot change it. Raises sqlcipher.DatabaseError.

    `immutable=1` reads the file alone, past a write-ahead log beside it, and leaves no trace;
    `mode=ro` reads both, and makes SQLite's shared memory file beside them.
    """
    address = f"file:{quote(str(path.absolute()))}?{how}"
    connection = sqlcipher.connect(address, uri=True, timeout=WAIT_SECONDS, isolation_level=None)
    try:
        for pragma in (
            "cipher_log_level = NONE",
            f"key = \"x'{key.hex()}'\"",
            "cache_size = -16000",
        ):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the key is tried here
    except BaseException:
        connection.close()
        raise
    return connection


#: Whose turn it is to write, among the threads of this process. SQLite makes waiting writers
#: poll, and the unlucky ones wait longest; here they queue.
writer_lock = Lock()


HAS_WRITER_LOCK = "has_turn"


def begin_immediate(connection: Connection) -> None:
    """Take the write lock at once, so that a read followed by a write can't be refused midway.

    A connection that only reads leaves writers alone, and sees what stood at its first question
    until it is done. Whether it does, it may say itself (`reads_only`); a look's own does.
    """
    if only_reads(connection):
        connection.exec_driver_sql("BEGIN")
        return
    if not writer_lock.acquire(timeout=WAIT_SECONDS):
        raise OperationalError("BEGIN", None, sqlcipher.OperationalError("database is locked"))
    connection.info[HAS_WRITER_LOCK] = True
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except BaseException:
        release_writer_lock(connection)
        raise


def release_writer_lock(connection: Connection) -> None:
    """Let the next thread write: this transaction is over."""
    if connection.info.pop(HAS_WRITER_LOCK, False):
        writer_lock.release()


class SqlCipher:
    """The encrypted file at `path`, opened with the 32-byte `key`: a `Backend` of `engine`."""

    dialect = "sqlite"

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self.key = key

    def url(self) -> str:
        """The file's address as SQLAlchemy takes it."""
        return f"sqlite:///{self.path}"

    def engine_options(self) -> dict[str, Any]:
        """What the pages' engine is made with."""
        return {
            "module": sqlcipher,
            "creator": opener(self.path, self.key),
            "pool_size": 12,
            "hide_parameters": True,  # an error's text may reach a log; its values must not
            "pool_use_lifo": True,  # the connection used last has the right pages in memory
        }

    def migration_engine(self) -> Engine:
        """An engine for migrations: foreign keys off while tables are rebuilt, one connection.

        SQLite rebuilds a table to alter it; with foreign keys on, the old table's end would
        cascade into its children. The migration checks every key before it commits. A file that
        is not there is made for its owner alone.
        """
        self.path.touch(mode=0o600)
        engine = create_engine(
            self.url(),
            module=sqlcipher,
            creator=opener(self.path, self.key, foreign_keys=False),
            poolclass=NullPool,
        )
        self.prepare(engine)
        return engine

    def prepare(self, engine: Engine) -> None:
        """Have an engine's transactions take the write lock when they begin, and let go of it."""
        event.listen(engine, "begin", begin_immediate)
        event.listen(engine, "commit", release_writer_lock)
        event.listen(engine, "rollback", release_writer_lock)

    def enter_practice(self, connection: Connection, practice_id: int | None) -> None:
        """Nothing: the file's own triggers and the guard are all there is to it."""

    def check_references(self, connection: Connection) -> list[str]:
        """The tables in which rows name others that are not there, after keys were off."""
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        return sorted({row[0] for row in broken})
