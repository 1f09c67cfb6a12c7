"""PostgreSQL: one server for a group of practices. What a transaction is told when it begins.

Every transaction says whose practice it is about, for row-level security, and one that writes takes
its practice's turn: within a practice, writers come one after another as they do in the embedded
file, so that what was read is still true when it is written on. Practices do not wait for one
another.
"""

from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from practice.database import actor

DRIVER = "postgresql+psycopg"
SCHEMES = frozenset({"postgres", "postgresql", DRIVER})
#: How long a writer waits for another before it says that the records are busy, in seconds.
WAIT_SECONDS = 5
#: How long a server that does not answer is waited for, in seconds.
CONNECT_SECONDS = 5
#: The advisory locks of the program: one for migrations, one for each practice's writers.
LOCKS = 727274 << 40
MIGRATION_LOCK = LOCKS - 1
READ_ONLY = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
#: The setting by which row-level security knows whose rows are seen.
PRACTICE = "app.practice_id"


def parse_url(said: str) -> URL:
    """The address of a PostgreSQL database, whichever of its usual schemes it is written with.

    Raises ValueError for what is none; the message holds nothing of the address.
    """
    try:
        url = make_url(said)
    except (ArgumentError, ValueError):
        raise ValueError("not an address") from None
    if url.drivername not in SCHEMES:
        raise ValueError("not PostgreSQL")
    if not url.database:
        raise ValueError("no database")
    return url.set(drivername=DRIVER)


def begin(connection: Connection) -> None:
    """Tell a transaction, as it begins, whether it reads only and whose practice it is about."""
    practice_id, _ = actor.current()
    if actor.only_reads(connection):
        connection.exec_driver_sql(f"{READ_ONLY}; {whose(practice_id)}")
    else:
        connection.exec_driver_sql(turn_of(practice_id))


def whose(practice_id: int | None) -> str:
    """The statement that says whose rows are seen until the transaction ends; None: nobody's."""
    number = "" if practice_id is None else int(practice_id)
    return f"SELECT set_config('{PRACTICE}', '{number}', true)"


def turn_of(practice_id: int | None) -> str:
    """The statements by which a writer enters a practice: whose it is, and its turn in it."""
    if practice_id is None:
        return whose(None)
    return f"{whose(practice_id)}; {lock(LOCKS + int(practice_id))}"


def lock(number: int) -> str:
    """The statement that waits for an advisory lock and holds it until the transaction ends."""
    return f"SELECT pg_advisory_xact_lock({number})"


def begin_migration(connection: Connection) -> None:
    """Wait until nobody else migrates, so that two processes do not both."""
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = 0; {lock(MIGRATION_LOCK)}")


class Postgres:
    """The database at an address: a `Backend` of `engine`.

    `address` is where the pages sign in, `owner` where migrations do; one role may be both.
    """

    dialect = "postgresql"

    def __init__(self, address: str, owner: str = "") -> None:
        self.address = parse_url(address)
        self.owner = parse_url(owner) if owner else self.address

    def url(self) -> URL:
        """The address as SQLAlchemy takes it."""
        return self.address

    def engine_options(self) -> dict[str, Any]:
        """What the pages' engine is made with."""
        return {
            "pool_size": 12,
            "max_overflow": 0,
            "pool_timeout": WAIT_SECONDS,
            "pool_pre_ping": True,  # a server that was restarted is found again without a fault
            "pool_use_lifo": True,
            "hide_parameters": True,  # an error's text may reach a log; its values must not
            "connect_args": connect_args(),
        }

    def migration_engine(self) -> Engine:
        """An engine for migrations, as the tables' owner: one connection, one migration at a time."""
        engine = create_engine(
            self.owner, poolclass=NullPool, hide_parameters=True, connect_args=connect_args()
        )
        event.listen(engine, "begin", begin_migration)
        return engine

    def prepare(self, engine: Engine) -> None:
        """Have each transaction of an engine told what it needs when it begins."""
        event.listen(engine, "begin", begin)

    def enter_practice(self, connection: Connection, practice_id: int | None) -> None:
        """Tell a transaction under way whose practice it is about, as a sign-in learns it."""
        reads = actor.only_reads(connection)
        connection.exec_driver_sql(whose(practice_id) if reads else turn_of(practice_id))

    def check_references(self, connection: Connection) -> list[str]:
        """Nothing: PostgreSQL checks every reference by itself."""
        return []


def connect_args() -> dict[str, Any]:
    """How every connection is made: by UTC, and with an end to waiting."""
    options = {"timezone": "UTC", "lock_timeout": WAIT_SECONDS * 1000}
    return {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "rekindle",
        "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
    }
