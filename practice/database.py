"""The encrypted database: one connection recipe, and each request's work kept or discarded whole."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar
from urllib.parse import quote

import sqlcipher3.dbapi2 as sqlcipher
from flask import Flask, Response, current_app, g, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    Executable,
    MetaData,
    create_engine,
    event,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.pool import NullPool
from sqlalchemy.types import TypeDecorator

CONSTRAINT_NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


#: How long a writer waits for another to finish before it says that the records are busy.
WAIT_SECONDS = 5
#: The largest id the database can hold.
LARGEST_ID = 2**63 - 1


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime on both sides; stored without its zone, which is always UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is None:
            return value  # the sign-in library writes UTC without a zone
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


class Base(DeclarativeBase):
    """What every table shares: names for its constraints, and moments kept in UTC."""

    registry = registry(
        metadata=MetaData(naming_convention=CONSTRAINT_NAMES),
        type_annotation_map={datetime: Moment},
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)

KEPT = "kept"
Statement = TypeVar("Statement", bound=Executable)


def kept(statement: Statement) -> Statement:
    """A statement that is built once and asked often: the guard narrows it only once for each user.

    What differs from time to time is a `bindparam` in it. Only for statements that last as long
    as the program.
    """
    return statement.execution_options(**{KEPT: True})


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


def look_only(path: Path, key: bytes, how: str = "immutable=1") -> Any:
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
turn = Lock()
HAS_TURN = "has_turn"
READS_ONLY = "reads_only"


class ChangedByALook(Exception):
    """A page that is only looked at was about to change a record: a mistake in our code."""


def is_look() -> bool:
    """Whether this request only asks for a page, and so changes nothing."""
    return has_request_context() and request.method in ("GET", "HEAD", "OPTIONS")


def begin_immediate(connection: Connection) -> None:
    """Take the write lock at once, so that a read followed by a write can't be refused midway.

    A connection that only reads leaves writers alone, and sees what stood at its first question
    until it is done. Whether it does, it may say itself (`reads_only`); a look's own does.
    """
    if connection.get_execution_options().get(READS_ONLY, is_look()):
        connection.exec_driver_sql("BEGIN")
        return
    if not turn.acquire(timeout=WAIT_SECONDS):
        raise OperationalError("BEGIN", None, sqlcipher.OperationalError("database is locked"))
    connection.info[HAS_TURN] = True
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except BaseException:
        pass_turn(connection)
        raise


def pass_turn(connection: Connection) -> None:
    """Let the next thread write: this transaction is over."""
    if connection.info.pop(HAS_TURN, False):
        turn.release()


def take_turns(engine: Engine) -> None:
    """Have an engine's transactions take and pass the turn to write."""
    event.listen(engine, "begin", begin_immediate)
    event.listen(engine, "commit", pass_turn)
    event.listen(engine, "rollback", pass_turn)


def migration_engine(path: Path, key: bytes) -> Engine:
    """An engine for migrations: foreign keys off while tables are rebuilt, one connection.

    SQLite rebuilds a table to alter it; with foreign keys on, the old table's end would
    cascade into its children. The migration checks every key before it commits. A file that
    is not there is made for its owner alone.
    """
    path.touch(mode=0o600)
    engine = create_engine(
        f"sqlite:///{path}",
        module=sqlcipher,
        creator=opener(path, key, foreign_keys=False),
        poolclass=NullPool,
    )
    take_turns(engine)
    return engine


def init_app(app: Flask) -> None:
    """Bind the database file and key named in the app's config (`DATABASE`, `DATABASE_KEY`)."""
    path = Path(app.config["DATABASE"])
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{path}"
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
        "module": sqlcipher,
        "creator": opener(path, app.config["DATABASE_KEY"]),
        "pool_size": 12,
        "hide_parameters": True,  # an error's text may reach a log; its values must not
        "pool_use_lifo": True,  # the connection used last has the right pages in memory
    }
    db.init_app(app)
    with app.app_context():
        take_turns(db.engine)


@event.listens_for(Session, "before_flush")
def refuse_changes_by_a_look(session: Session, _context: object, _instances: object) -> None:
    """Raise ChangedByALook for a change in a request that only asks for a page: it has no lock."""
    changed = (thing for thing in session.dirty if session.is_modified(thing))
    if is_look() and (session.new or session.deleted or any(changed)):
        raise ChangedByALook


def keep_or_discard(view: Callable[[], Any]) -> Response:
    """Answer a request and keep its work when the answer is a success, discard it when not."""
    try:
        response = current_app.make_response(view())
        is_success = response.status_code < 400
        if is_success:
            keep()
        else:
            db.session.rollback()
    except BaseException:
        db.session.rollback()
        raise
    for follow_up in g.pop("once_kept", ()) if is_success else ():
        follow_up()
    return response


def once_kept(follow_up: Callable[[], None]) -> None:
    """Run `follow_up` when this request's work is committed; never when it is discarded."""
    g.setdefault("once_kept", []).append(follow_up)


def at_last(write: Callable[[], None]) -> None:
    """Run `write` as the last of this request's work, in its transaction, when it is to be kept."""
    g.setdefault("at_last", []).append(write)


def keep() -> None:
    """Keep the request's work so far; what was put off until then is done when this returns."""
    for write in g.pop("at_last", ()):
        write()
    db.session.commit()
    do_what_waits()


@contextmanager
def reading() -> Iterator[Connection]:
    """A connection for one quick look that holds no lock and leaves nothing behind."""
    with db.engine.connect().execution_options(**{READS_ONLY: True}) as connection:
        yield connection


@contextmanager
def short_transaction() -> Iterator[Connection]:
    """A transaction of its own, for what must stay when the request's work is discarded.

    Never open one while the request's own transaction holds the write lock: use
    `afterwards` to have it run once that is over.
    """
    with (
        db.engine.connect().execution_options(**{READS_ONLY: False}) as connection,
        connection.begin(),
    ):
        yield connection


def afterwards(write: Callable[[], None]) -> None:
    """Run `write` when this request's transaction is over, kept or not."""
    g.setdefault("afterwards", []).append(write)


def do_what_waits() -> None:
    """Do what was put off until the request's transaction is over, which it must be."""
    for write in g.pop("afterwards", ()):
        write()


def run_afterwards(response: Response) -> Response:
    """End the request's transaction, then do what was put off until after it."""
    if "afterwards" in g:
        db.session.rollback()
        do_what_waits()
    return response
