"""Every test has an installation of its own: an encrypted file built by the real migrations.

The cast is small: `dana` and `noor` are clinicians of one practice, whose owner is Dana;
`stranger` is a clinician of another practice; `visitor` is signed in nowhere.

What Hypothesis makes up is the same at each run, so that one commit has one answer. Whoever wants
it to look further sets HYPOTHESIS_PROFILE=explore.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from practice.settings import Settings
from tests import quick
from tests.browser import Browser
from tests.databases import EMPTY, Databases, FileDatabases
from tests.engine_free import is_for_the_file_alone
from tests.factories import a_practice, a_user
from tests.house import KEY, House, close, signed_in

#: How long it takes is never at fault: the machine may be busy.
UNHURRIED: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [hypothesis.HealthCheck.too_slow],
}
hypothesis.settings.register_profile("same", derandomize=True, max_examples=150, **UNHURRIED)
hypothesis.settings.register_profile("explore", max_examples=2000, print_blob=True, **UNHURRIED)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--quick`: half a minute of the tests. `--engine`: the database that they run on."""
    parser.addoption("--quick", action="store_true", help="leave out what tests/quick.py names")
    parser.addoption(
        "--engine",
        choices=("sqlcipher", "postgres"),
        default="sqlcipher",
        help="the database the tests run on; sqlcipher is the encrypted file",
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what takes long; what is named on the command line runs all the same."""
    if config.getoption("--quick") and quick.takes_long(collection_path):
        return True
    return None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL leave out what is the same on every engine, and what is about the file."""
    if config.getoption("--engine") == "sqlcipher":
        return
    here = Path(__file__).parent
    left_out = [item for item in items if is_for_the_file_alone(item.path.relative_to(here))]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


@pytest.fixture(scope="session")
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Databases:
    """The databases of this run's engine; one with every table and no row is migrated once."""
    if request.config.getoption("--engine") == "postgres":
        from tests.postgres import ServerDatabases

        return ServerDatabases(KEY)
    return FileDatabases(tmp_path_factory.mktemp("databases"), KEY)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encrypted file with every table and no row, for the tests about the file."""
    return FileDatabases(tmp_path_factory.mktemp("template"), KEY).file(EMPTY)


@pytest.fixture(scope="session")
def house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The installation that the tests of one process use in turn, each from its beginning."""
    return House(tmp_path_factory.mktemp("installation"), databases)


@pytest.fixture
def settings(house: House) -> Iterator[Settings]:
    """An installation with a database of its own, and nobody in it yet."""
    house.begin()
    yield house.settings
    close(house.app)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """The templates, compiled once for the whole run."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def new_app(house: House, settings: Settings) -> Flask:
    """The application of an installation that is not set up."""
    return house.app


@pytest.fixture
def app(house: House, settings: Settings, request: pytest.FixtureRequest) -> Flask:
    """The application of an installation with Dana's and Noor's practice."""
    house.open_practice(request.fixturenames)
    return house.app


@pytest.fixture
def dana(app: Flask) -> Browser:
    """Dana's browser, signed in. She owns the practice."""
    return signed_in(app, "dana")


@pytest.fixture
def noor(app: Flask) -> Browser:
    """Noor's browser, signed in; another clinician of Dana's practice."""
    return signed_in(app, "noor")


@pytest.fixture
def stranger(app: Flask) -> Browser:
    """The browser of a clinician of another practice, signed in."""
    elsewhere = a_practice(app, "Harbor Family Practice")
    return Browser(app, a_user(app, elsewhere, name="Ines Marlow", owner=True))


@pytest.fixture
def visitor(app: Flask) -> Browser:
    """A browser nobody signed in with."""
    return Browser(app)
