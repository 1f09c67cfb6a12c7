"""Bringing a database to the schema the code expects, forwards or back, whole or not at all."""

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from practice.database.engine import Backend, backend_for
from practice.database.triggers import make_triggers
from practice.settings import ROOT, Settings

MIGRATIONS = ROOT / "migrations"


def database_of(settings: Settings) -> Backend:
    """The database of an installation, by its settings."""
    return backend_for(
        settings.database,
        settings.derive("database"),
        settings.database_url,
        settings.database_owner_url,
    )


def alembic_config(settings: Settings) -> Config:
    """Alembic's configuration for one installation."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["backend"] = database_of(settings)
    config.attributes["signature_key"] = settings.derive("signatures")
    return config


def upgrade(settings: Settings, to: str = "head") -> None:
    """Bring the database to revision `to`; one that is there already gets its triggers afresh."""
    config = alembic_config(settings)
    if to == "head" and current(settings) == newest_revision():
        with config.attributes["backend"].migration_engine().begin() as connection:
            make_triggers(connection)
        return
    command.upgrade(config, to)


def downgrade(settings: Settings, to: str) -> None:
    """Take the database back to revision `to`, or to nothing with `base`."""
    command.downgrade(alembic_config(settings), to)


@cache
def scripts() -> ScriptDirectory:
    """The migrations of this version of the program, read off their files once."""
    return ScriptDirectory(str(MIGRATIONS))


def newest_revision() -> str | None:
    """The revision this version of the program expects."""
    return scripts().get_current_head()


def is_known(revision: str) -> bool:
    """Whether this version of the program knows a revision; one of a newer version it does not."""
    return any(one.revision == revision for one in scripts().walk_revisions())


def current(settings: Settings) -> str | None:
    """The revision the database is at; None when it is empty."""
    with database_of(settings).migration_engine().connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
