"""The engine of an installation: which database it keeps its records in.

What engines differ in is behind one protocol; what they share is SQLAlchemy's.
"""

from pathlib import Path
from typing import Any, Protocol

from flask import Flask
from sqlalchemy import Connection, Engine

from practice.database.base import db
from practice.database.sqlcipher import SqlCipher


class Backend(Protocol):
    """What the program asks of a kind of database, beyond SQLAlchemy."""

    #: SQLAlchemy's name of the dialect: "sqlite" or "postgresql".
    dialect: str

    def url(self) -> str:
        """The database's address as SQLAlchemy takes it, without a password."""

    def engine_options(self) -> dict[str, Any]:
        """What `create_engine` is given for the pages' engine."""

    def migration_engine(self) -> Engine:
        """An engine that may alter tables: one connection, nothing pooled."""

    def prepare(self, engine: Engine) -> None:
        """Have an engine's transactions begin and end as this database needs it."""

    def check_references(self, connection: Connection) -> list[str]:
        """The tables in which rows name others that are not there, after a migration."""


def backend_for(path: Path, key: bytes) -> Backend:
    """The database of an installation: the encrypted file at `path`, opened with the 32-byte `key`."""
    return SqlCipher(path, key)


def init_app(app: Flask) -> None:
    """Bind the database that the app's config names (`DATABASE`, `DATABASE_KEY`)."""
    backend = backend_for(Path(app.config["DATABASE"]), app.config["DATABASE_KEY"])
    app.config["SQLALCHEMY_DATABASE_URI"] = backend.url()
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = backend.engine_options()
    db.init_app(app)
    with app.app_context():
        backend.prepare(db.engine)
