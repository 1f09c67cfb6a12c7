"""The engine of an installation: which database it keeps its records in.

What engines differ in is behind one protocol; what they share is SQLAlchemy's.
"""

from pathlib import Path
from typing import Any, Protocol

from flask import Flask
from sqlalchemy import URL, Connection, Engine

from practice.database.actor import BACKEND
from practice.database.base import db
from practice.database.sqlcipher import SqlCipher


class Backend(Protocol):
    """What the program asks of a kind of database, beyond SQLAlchemy."""

    #: SQLAlchemy's name of the dialect: "sqlite" or "postgresql".
    dialect: str

    def url(self) -> str | URL:
        """The database's address as SQLAlchemy takes it; never to be shown."""

    def engine_options(self) -> dict[str, Any]:
        """What `create_engine` is given for the pages' engine."""

    def migration_engine(self) -> Engine:
        """An engine that may alter tables: one connection, nothing pooled."""

    def prepare(self, engine: Engine) -> None:
        """Have an engine's transactions begin and end as this database needs it."""

    def enter_practice(self, connection: Connection, practice_id: int | None) -> None:
        """Tell a transaction under way whose practice it is about."""

    def check_references(self, connection: Connection) -> list[str]:
        """The tables in which rows name others that are not there, after a migration."""


def backend_for(path: Path, key: bytes, address: str = "", owner: str = "") -> Backend:
    """The database of an installation: the one on PostgreSQL at `address`, if there is one.

    Else the encrypted file at `path`, opened with the 32-byte `key`. `owner` is the address by
    which migrations sign in. Raises ValueError for an address that is none.
    """
    if not address:
        return SqlCipher(path, key)
    from practice.database.postgres import Postgres  # noqa: PLC0415 - its driver is an extra

    return Postgres(address, owner)


def init_app(app: Flask) -> None:
    """Bind the database that the app's config names (`DATABASE`, `DATABASE_KEY`, `DATABASE_URL`)."""
    backend = backend_for(
        Path(app.config["DATABASE"]), app.config["DATABASE_KEY"], app.config["DATABASE_URL"]
    )
    app.config["SQLALCHEMY_DATABASE_URI"] = backend.url()
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = backend.engine_options()
    app.extensions[BACKEND] = backend
    db.init_app(app)
    with app.app_context():
        backend.prepare(db.engine)
