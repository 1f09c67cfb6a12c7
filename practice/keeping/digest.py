"""What a database holds at one moment, so that a copy can be compared with it row by row."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher

from practice.database.sqlcipher import opener
from practice.errors import Refused
from practice.faults import Fault, fault_in, sentence
from practice.formatting import file_size
from practice.key_ring import derived
from practice.page_cipher import is_its_key, is_no_cipher

Say = Callable[[str], None]
AT_ONCE = 2_000
#: Tables a row of which holds a whole file: read one at a time, or they would fill the memory.
WHOLE_FILES = ("attachment_content", "job_result")
LAST_RESTORE = """SELECT detail FROM audit_event WHERE verb = 'restored' AND subject = 'records'
ORDER BY seq DESC LIMIT 1"""
NO_RECORDS = "{database} holds no records yet. Open Rekindle first: rekindle serve"


WRONG_KEY = (
    "The key here does not open {database}: it is the key of other records, or this file holds none "
    "of Rekindle’s. Nothing was changed. Put the right key back, or type it from its recovery "
    "sheet: rekindle key recover"
)


class Damaged(Refused):
    """A database or a backup that is not what it was when it was written."""


class Unusable(Refused):
    """A database that may be whole but cannot be used now; the message says why and what to do."""


@dataclass(frozen=True)
class Table:
    """How many rows a table has, and a digest of every one of them."""

    rows: int
    digest: str


@dataclass(frozen=True)
class Contents:
    """Every table, the revision of the schema, and the end of the audit log (0 when empty)."""

    tables: dict[str, Table]
    revision: str | None
    audit_seq: int
    audit_digest: str
    #: How many restores went before, as the log says: after one it counts on from an earlier line.
    restores: int = 0

    @property
    def order(self) -> tuple[int, int]:
        """What tells which of two is newer, whatever the clock said when they were made."""
        return self.restores, self.audit_seq

    @property
    def rows(self) -> int:
        """All rows of all tables."""
        return sum(table.rows for table in self.tables.values())

    def differing(self, other: "Contents") -> list[str]:
        """The tables that are not the same, row by row, in both."""
        names = self.tables.keys() | other.tables.keys()
        return sorted(name for name in names if self.tables.get(name) != other.tables.get(name))


@contextmanager
def opened(path: Path, key: bytes) -> Iterator[Any]:
    """A plain connection to the database at `path` under a master key.

    Raises Damaged when the file is missing or not as it was written, and Unusable for a wrong key
    or a disk that does not let it be used; also while the connection is used.
    """
    if not path.exists():
        raise Damaged(f"{path} is not there.")
    with in_words(path, key), closing(opener(path, derived(key, "database"))()) as connection:
        yield connection


@contextmanager
def in_words(path: Path, key: bytes) -> Iterator[None]:
    """Turn what SQLite says of the database at `path` into Damaged or Unusable."""
    try:
        yield
    except sqlcipher.DatabaseError as error:
        fault = fault_in(error, path)
        if fault is Fault.OTHER:
            raise  # a mistake in our own question
        raise reason_for(fault, path, key) from error


def reason_for(fault: Fault, path: Path, key: bytes) -> Refused:
    """What to raise for a fault of a database under a master key: a wrong key looks like damage."""
    if fault is not Fault.DAMAGED:
        return Unusable(sentence(fault, path))
    if not is_no_cipher(path) and not is_its_key(path, derived(key, "database")):
        return Unusable(WRONG_KEY.format(database=path))
    return Damaged(sentence(fault, path))


def contents_of(connection: Any) -> Contents:
    """What an open database holds. Call it within a transaction to have it of one moment."""
    tables = {name: read(connection, name, order) for name, order in tables_of(connection)}
    revision = first(connection, "alembic_version", "SELECT version_num FROM alembic_version")
    head = first(
        connection, "audit_event", "SELECT seq, digest FROM audit_event ORDER BY seq DESC LIMIT 1"
    )
    seq, digest = head or (0, "")
    return Contents(tables, revision[0] if revision else None, seq, digest, restores_in(connection))


def restores_in(connection: Any) -> int:
    """How many restores the audit log of an open database tells of."""
    last = first(connection, "audit_event", LAST_RESTORE)
    try:
        return int(json.loads(last[0])["restores"]) if last else 0
    except (KeyError, TypeError, ValueError):
        return 0  # restored before they were counted


def tables_of(connection: Any) -> list[tuple[str, str]]:
    """Every table that holds rows of its own, and what to order them by."""
    listed = connection.execute("PRAGMA main.table_list").fetchall()
    found = []
    for _schema, name, kind, _columns, without_rowid, _strict in listed:
        if kind in ("table", "shadow") and name != "sqlite_schema":
            order = primary_key(connection, name) if without_rowid else "rowid"
            found.append((name, order))
    return sorted(found)


def primary_key(connection: Any, table: str) -> str:
    """The columns of a table's primary key, quoted."""
    columns = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
    return ", ".join(
        f'"{column[1]}"' for column in sorted(columns, key=lambda c: c[5]) if column[5]
    )


def read(connection: Any, table: str, order: str) -> Table:
    """Every row of a table, counted and digested."""
    rows, digest = 0, hashlib.sha256()
    cursor = connection.execute(f'SELECT * FROM "{table}" ORDER BY {order}')  # noqa: S608  # nosec
    while batch := cursor.fetchmany(1 if table in WHOLE_FILES else AT_ONCE):
        rows += len(batch)
        digest.update(repr(batch).encode("utf-8", "surrogatepass"))
    return Table(rows, digest.hexdigest())


def first(connection: Any, table: str, query: str, values: tuple[Any, ...] = ()) -> Any:
    """The first row of a query on a table; None when there is none, or no such table."""
    there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    return connection.execute(query, values).fetchone() if there else None


def refuse_if_damaged(connection: Any, *, thoroughly: bool = True) -> None:
    """Read every page of an open database. Raises Damaged when one is not as it was written.

    `thoroughly` also checks that every index agrees with its table.
    """
    check = "integrity_check" if thoroughly else "quick_check"
    try:
        found = [row[0] for row in connection.execute(f"PRAGMA {check}(1)").fetchall()]
        pages = connection.execute("PRAGMA cipher_integrity_check").fetchall() if thoroughly else []
    except sqlcipher.DatabaseError as error:
        if fault_in(error) is not Fault.DAMAGED:
            raise  # the disk, perhaps; `opened` says so
        raise Damaged("The database is damaged: part of it cannot be read.") from error
    if found != ["ok"] or pages:
        raise Damaged("The database is damaged: part of it is not as it was written.")


def copy(source: Path, target: Path, key: bytes) -> Contents:
    """Copy a database that may be in use, as it is at one moment; what it held at that moment.

    The copy is encrypted under the same key. Writers are not kept waiting. Raises Refused when
    there is nothing in it yet.
    """
    with opened(source, key) as original:
        original.execute("BEGIN")
        held = contents_of(original)
        if not held.tables:
            raise Refused(NO_RECORDS.format(database=source))
        target.touch(mode=0o600)
        with opened(target, key) as fresh:
            fresh.execute("PRAGMA journal_mode = DELETE")
            original.backup(fresh)
            fresh.execute("PRAGMA journal_mode = DELETE")
        original.execute("ROLLBACK")
    return held


def refuse_without_room(folder: Path, needed: int, what: str) -> None:
    """Raise Unusable when a disk has not room for so many bytes: said before anything is begun."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Unusable(
            f"There is no room left for {what} on the disk of {folder}: it takes about "
            f"{file_size(needed)}, and {file_size(free)} are free. Nothing was changed. Free some "
            "space, then try again."
        )
