"""Migrations build exactly the models, lose no row either way, and happen whole or not at all."""

import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Row, text
from sqlalchemy.exc import DatabaseError

from practice.application import create_app
from practice.database.base import db
from practice.database.engine import backend_for
from practice.database.rules import RULES
from practice.demo.loader import load
from practice.migrate import alembic_config, current, downgrade, upgrade
from practice.settings import ROOT, Settings
from tests.house import KEY, close

SCRIPTS = ScriptDirectory(str(ROOT / "migrations"))
#: Every revision with the one before it, the first of which is none.
STEPS = [(one.revision, one.down_revision) for one in SCRIPTS.walk_revisions()][::-1]


@pytest.fixture(scope="module")
def demo_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the whole demo practice in it."""
    settings = Settings(tmp_path_factory.mktemp("demo") / "demo.db", KEY, testing=True)
    upgrade(settings)
    app = create_app(settings)
    with app.app_context():
        load()
        db.session.commit()
    close(app)
    return settings.database


@pytest.fixture
def demo(demo_database: Path, tmp_path: Path) -> Settings:
    """A copy of the demo's database, to migrate at will."""
    for file in demo_database.parent.glob("demo.db*"):
        shutil.copy(file, tmp_path / file.name)
    return Settings(tmp_path / "demo.db", KEY, testing=True)


def ask(settings: Settings, statement: str) -> list[Row[Any]]:
    """The rows a statement gives."""
    engine = backend_for(settings.database, settings.derive("database")).migration_engine()
    with engine.connect() as connection:
        return list(connection.execute(text(statement)))


def schema(settings: Settings) -> list[Row[Any]]:
    """Every table, index and trigger, as the database was told to make it."""
    return ask(settings, "SELECT type, name, sql FROM sqlite_master ORDER BY type, name")


def tables(settings: Settings) -> list[str]:
    """The names of our tables."""
    found = ask(settings, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [name for (name,) in found if name != "alembic_version"]


def contents(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, by column."""
    return {
        name: [dict(row._mapping) for row in ask(settings, f'SELECT * FROM "{name}"')]
        for name in tables(settings)
    }


def only(columns: Iterable[str], rows: list[dict[str, Any]]) -> list[str]:
    """What these columns hold, row by row, in an order of its own."""
    return sorted(repr([row[column] for column in columns]) for row in rows)


def trigger_names(settings: Settings) -> set[str]:
    """The triggers that are there."""
    return {name for kind, name, _ in schema(settings) if kind == "trigger"}


def expected_triggers(settings: Settings) -> set[str]:
    """The triggers of the tables that are there."""
    there = set(tables(settings))
    return {rule.name for rule in RULES if rule.table in there}


def test_the_migrations_build_exactly_the_models(settings: Settings) -> None:
    command.check(alembic_config(settings))


def test_the_newest_revision_is_where_an_upgrade_leads(settings: Settings) -> None:
    assert current(settings) == SCRIPTS.get_current_head() == STEPS[-1][0]
    before = schema(settings)
    upgrade(settings)
    assert schema(settings) == before


def test_down_to_nothing_and_up_again_is_the_same_schema(settings: Settings) -> None:
    before = schema(settings)
    downgrade(settings, "base")
    assert tables(settings) == [] and trigger_names(settings) == set()
    assert current(settings) is None
    upgrade(settings)
    assert schema(settings) == before


def test_a_full_practice_can_be_taken_down_to_nothing_and_begun_again(demo: Settings) -> None:
    downgrade(demo, "base")
    assert tables(demo) == []
    upgrade(demo)
    assert not any(contents(demo).values())
    assert trigger_names(demo) == {rule.name for rule in RULES}


@pytest.mark.parametrize(("revision", "before"), STEPS[1:])
def test_a_step_down_and_up_again_loses_no_row(demo: Settings, revision: str, before: str) -> None:
    downgrade(demo, revision)
    kept, built = contents(demo), schema(demo)
    downgrade(demo, before)
    assert trigger_names(demo) == expected_triggers(demo)
    lower = contents(demo)
    upgrade(demo, revision)
    again = contents(demo)
    for table in set(lower) & set(kept):
        assert len(lower[table]) == len(again[table]) == len(kept[table]), table
        columns = lower[table][0] if lower[table] else ()  # what a step adds, it takes away with it
        assert only(columns, again[table]) == only(columns, kept[table]), table
    assert schema(demo) == built


@pytest.mark.parametrize("revision", [revision for revision, _ in STEPS])
def test_the_triggers_are_there_at_every_revision(demo: Settings, revision: str) -> None:
    downgrade(demo, revision)
    assert trigger_names(demo) == expected_triggers(demo) != set()
    [(signed,)] = ask(demo, "SELECT session_id FROM note_signature LIMIT 1")
    with pytest.raises(DatabaseError, match="never changes"):
        ask(demo, f"UPDATE progress_note SET plan = '' WHERE session_id = {signed}")


def test_the_demo_fills_every_table_that_a_couple_has(demo: Settings) -> None:
    empty = {name for name, rows in contents(demo).items() if not rows}
    assert empty <= {
        "client_list_import",
        "emergency_access",
        "handover",
        "job",
        "job_result",
        "homework_favourite",
        "password_link",
        "invitation",
        "note_addendum",
        "own_homework",
        "own_homework_draft",
        "own_homework_version",
        "practice_logo",
        "rate_count",
        "retired_key",
        "sign_in_session",
        "supervision",
        "webauthn",
    }


Migration = Callable[[str], Config]


@pytest.fixture
def migration(demo: Settings, tmp_path: Path) -> Migration:
    """A migration that comes after ours, made of the statements given."""

    def write(upgrade_by: str) -> Config:
        folder = tmp_path / "more"
        folder.mkdir()
        head = f'revision = "next"\ndown_revision = "{STEPS[-1][0]}"\n'
        imports = "import sqlalchemy as sa\nfrom alembic import op\n"
        body = indent(dedent(upgrade_by).strip(), "    ")
        (folder / "next.py").write_text(f"{imports}{head}\ndef upgrade():\n{body}\n")
        config = alembic_config(demo)
        ours = ROOT / "migrations" / "versions"
        config.set_main_option("version_locations", f"{ours}{os.pathsep}{folder}")
        config.set_main_option("path_separator", "os")
        return config

    return write


def test_rebuilding_tables_keeps_their_rows_and_triggers(
    demo: Settings, migration: Migration
) -> None:
    kept = contents(demo)
    rebuilt = ("couple", "therapy_session", "progress_note", "sighting", "audit_event")
    config = migration(
        f"""
        for table in {rebuilt}:
            with op.batch_alter_table(table, recreate="always") as batch:
                batch.add_column(sa.Column("extra", sa.Text(), server_default="x"))
        """
    )
    command.upgrade(config, "head")
    now = contents(demo)
    assert now.keys() == kept.keys()
    for table, rows in kept.items():
        added = [{**row, "extra": "x"} for row in rows] if table in rebuilt else rows
        assert now[table] == added, table
    assert trigger_names(demo) == {rule.name for rule in RULES}
    assert ask(demo, "PRAGMA foreign_key_check") == []


def test_a_migration_may_correct_what_the_triggers_protect(
    demo: Settings, migration: Migration
) -> None:
    command.upgrade(migration("op.execute(\"UPDATE progress_note SET data = 'x'\")"), "head")
    assert ask(demo, "SELECT DISTINCT data FROM progress_note") == [("x",)]
    assert trigger_names(demo) == {rule.name for rule in RULES}


@pytest.mark.parametrize(
    ("steps", "error"),
    [
        ("op.drop_table('review'); raise RuntimeError('half way')", "half way"),
        (
            "op.execute('DELETE FROM sighting'); op.execute('SELECT nonsense FROM nowhere')",
            "nowhere",
        ),
        ("op.create_table('new', sa.Column('id', sa.Integer())); 1 / 0", "division"),
        ("op.execute('DELETE FROM therapy_session')", "lost their parents"),
        ("op.execute('UPDATE review SET assignment_id = id + 99999')", "lost their parents"),
    ],
)
def test_a_migration_that_fails_leaves_everything_as_it_was(
    demo: Settings, migration: Migration, steps: str, error: str
) -> None:
    rows, built = contents(demo), schema(demo)
    with pytest.raises(Exception, match=error):
        command.upgrade(migration(steps), "head")
    assert (contents(demo), schema(demo)) == (rows, built)
    assert current(demo) == STEPS[-1][0]


def test_the_application_holds_every_reference_to_its_parent(settings: Settings) -> None:
    app = create_app(settings)
    with app.app_context():
        assert db.session.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert db.session.execute(text("PRAGMA recursive_triggers")).scalar() == 1
    close(app)


def test_a_start_makes_the_triggers_afresh_even_when_there_is_nothing_to_migrate(settings):
    engine = backend_for(settings.database, settings.derive("database")).migration_engine()
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_event_no_delete")
    upgrade(settings)
    with engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT count(*) FROM sqlite_master WHERE name = 'audit_event_no_delete'"
        )
        assert found.scalar() == 1
