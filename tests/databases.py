"""Where tests' installations keep their records: copies of a migrated database, on either engine."""

import shutil
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, inspect

from practice.migrate import upgrade
from practice.settings import Settings

EMPTY = "empty"


class Databases(Protocol):
    """What tests ask of an engine beyond what the program does."""

    #: SQLAlchemy's name of the dialect.
    dialect: str

    def installation(self, folder: Path) -> Settings:
        """An installation in a folder, with every table and no row."""

    def lay_out(self, kept: str, settings: Settings) -> None:
        """Have an installation's records be as those that were kept under a name."""

    def keep(self, settings: Settings, kept: str) -> None:
        """Keep an installation's records under a name. Nobody may have them open."""


class FileDatabases:
    """Encrypted files, one for each name, in a folder."""

    dialect = "sqlite"

    def __init__(self, folder: Path, key: bytes) -> None:
        self.folder = folder
        self.key = key
        upgrade(Settings(database=self.file(EMPTY), key=key, testing=True))

    def file(self, kept: str) -> Path:
        """The file of a name."""
        return self.folder / f"{kept}.db"

    def installation(self, folder: Path) -> Settings:
        """An installation in a folder, with every table and no row."""
        settings = Settings(database=folder / "rekindle.db", key=self.key, testing=True)
        self.lay_out(EMPTY, settings)
        return settings

    def lay_out(self, kept: str, settings: Settings) -> None:
        """Have an installation's file be a copy of the one kept under a name."""
        settings.database.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.file(kept), settings.database)

    def keep(self, settings: Settings, kept: str) -> None:
        """Keep a copy of an installation's file, which nobody has open."""
        shutil.copy(settings.database, self.file(kept))


def table_names(connection: Connection) -> list[str]:
    """The tables that are there, in order."""
    return sorted(inspect(connection).get_table_names())


TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


def trigger_names(connection: Connection) -> set[str]:
    """The triggers that are there."""
    return {name for (name,) in connection.exec_driver_sql(TRIGGERS[connection.dialect.name])}
