"""An installation whose key is in a file, with backups in a folder beside its database."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from practice import key_file
from practice import settings as settings_module
from practice.application import create_app
from practice.key_file import Keys
from practice.settings import Settings
from tests.house import CAST, KEY, close, found_practice


@pytest.fixture(autouse=True)
def quick_passphrases(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A guess at a passphrase costs little here; and none is remembered from test to test."""
    cheap = {"time_cost": 1, "memory_cost": 64, "parallelism": 1}
    monkeypatch.setattr(key_file, "COST", cheap)
    settings_module.passphrase.cache_clear()
    yield
    settings_module.passphrase.cache_clear()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine of its own: its database in `data`, its key in `config`."""
    monkeypatch.setenv("REKINDLE_DATABASE", str(tmp_path / "data" / "rekindle.db"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in ("REKINDLE_KEY_FILE", "REKINDLE_PASSPHRASE_FILE", "FLASK_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def settings(empty_database: Path, machine: Path) -> Settings:
    """An installation on that machine, with nobody in it yet."""
    database = machine / "data" / "rekindle.db"
    database.parent.mkdir(mode=0o700)
    shutil.copy(empty_database, database)
    database.chmod(0o600)
    key_path = machine / "config" / "rekindle" / "rekindle.key"
    key_file.write(key_path, Keys(KEY))
    return Settings(database=database, key=KEY, key_file=key_path, testing=True)


@pytest.fixture
def new_app(settings: Settings, compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The application of this very installation."""
    app = create_app(settings)
    app.jinja_env.bytecode_cache = compiled_templates
    yield app
    close(app)


@pytest.fixture
def app(new_app: Flask, request: pytest.FixtureRequest) -> Flask:
    """The same with Dana's and Noor's practice."""
    present = [name for name in CAST if name in request.fixturenames]
    cast, cookies = found_practice(new_app, present)
    new_app.extensions |= {"cast": cast, "cookies": cookies}
    return new_app
