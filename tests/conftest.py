"""Every test has an installation of its own: an encrypted file built by the real migrations.

The cast is small: `dana` and `noor` are clinicians of one practice, whose owner is Dana;
`stranger` is a clinician of another practice; `visitor` is signed in nowhere.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from practice.application import create_app
from practice.migrating import upgrade
from practice.settings import Settings
from tests.browser import Browser
from tests.factories import a_practice, a_user

KEY = bytes(range(32))


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with every table and no row, migrated once for the whole run."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    upgrade(Settings(database=path, key=KEY, testing=True))
    return path


@pytest.fixture
def settings(empty_database: Path, tmp_path: Path) -> Settings:
    """An installation with a database of its own, and nobody in it yet."""
    path = tmp_path / "rekindle.db"
    shutil.copy(empty_database, path)
    return Settings(database=path, key=KEY, testing=True)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """The templates, compiled once for the whole run."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def new_app(settings: Settings, compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The application of an installation that is not set up."""
    app = create_app(settings)
    app.jinja_env.bytecode_cache = compiled_templates
    yield app
    close(app)


@pytest.fixture
def app(new_app: Flask) -> Flask:
    """The application of an installation with Dana's and Noor's practice."""
    practice_id = a_practice(new_app)
    dana = a_user(new_app, practice_id, name="Dana Whitfield", owner=True)
    noor = a_user(new_app, practice_id, name="Noor Haddad", credentials="PhD")
    new_app.extensions["cast"] = {"dana": dana, "noor": noor}
    return new_app


@pytest.fixture
def dana(app: Flask) -> Browser:
    """Dana's browser, signed in. She owns the practice."""
    return Browser(app, app.extensions["cast"]["dana"])


@pytest.fixture
def noor(app: Flask) -> Browser:
    """Noor's browser, signed in; another clinician of Dana's practice."""
    return Browser(app, app.extensions["cast"]["noor"])


@pytest.fixture
def stranger(app: Flask) -> Browser:
    """The browser of a clinician of another practice, signed in."""
    elsewhere = a_practice(app, "Harbor Family Practice")
    return Browser(app, a_user(app, elsewhere, name="Ines Marlow", owner=True))


@pytest.fixture
def visitor(app: Flask) -> Browser:
    """A browser nobody signed in with."""
    return Browser(app)


def close(app: Flask) -> None:
    """Let go of the database file."""
    from practice.database import db

    with app.app_context():
        db.session.remove()
        db.engine.dispose()
