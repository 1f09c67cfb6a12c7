# ruff: noqa: F811 - fixtures are asked for by their names
"""What a thief of the disk finds (S47, S48), and what a start refuses (S49, S58)."""

import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from practice.cli import main as commands
from practice.keeping import anchors, archive
from practice.keeping.backups import back_up
from practice.keeping.digest import opened
from practice.keeping.restoring import drill
from practice.settings import Settings
from tests.browser import Browser
from tests.factories import a_couple, a_session
from tests.house import close
from tests.keeping.conftest import app, machine, new_app, quick_passphrases, settings  # noqa: F401

CANARY = "Quincecanary"


def files_under(folder: Path) -> dict[Path, bytes]:
    """Every file under a folder with its content."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_s47_no_word_of_a_record_is_readable_on_the_disk(
    dana: Browser, settings: Settings, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(machine))
    half_way: dict[Path, bytes] = {}
    unpack = archive.unpack

    def look(path: Path, key: bytes, folder: Path) -> archive.Archive:
        found = unpack(path, key, folder)
        half_way.update(files_under(machine))
        return found

    monkeypatch.setattr(archive, "unpack", look)
    a_session(dana, a_couple(of=dana, a=f"{CANARY} Okafor"), data=CANARY)
    back_up(settings)
    drill(settings)
    there = files_under(machine)
    names = {path.name for path in {**half_way, **there}}
    assert {"rekindle.db", "rekindle.db-wal", archive.RECORDS} <= names
    for path, content in [*half_way.items(), *there.items()]:
        assert CANARY.encode() not in content, path
        assert CANARY.encode("utf-16-le") not in content, path


def test_s48_the_key_is_its_owners_and_in_no_backup(
    dana: Browser, settings: Settings, machine: Path
) -> None:
    back_up(settings)
    assert settings.key_file
    assert settings.key_file.stat().st_mode & 0o077 == 0
    key = settings.key
    for path, content in files_under(machine / "data").items():
        assert key not in content and key.hex().encode() not in content, path


def test_s49_the_secret_of_the_cookies_is_no_ones_choice(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "dev")
    assert settings.config()["SECRET_KEY"] != "dev" and len(settings.derive("cookies")) == 32
    assert settings.key_file
    settings.key_file.write_text("11" * 32)
    answer = CliRunner().invoke(commands.main, ["serve"])
    assert answer.exit_code == 1
    assert "is damaged" in answer.output


def test_s58_truncated_chain_is_found_by_a_check_and_stops_a_start(
    dana: Browser, settings: Settings
) -> None:
    a_session(dana, a_couple(of=dana), signed=True)
    close(dana.app)
    run = CliRunner().invoke
    assert run(commands.main, ["audit", "verify"]).exit_code == 0
    assert anchors.read(settings)[-1].seq > 5
    with opened(settings.database, settings.key) as connection:
        connection.execute("DROP TRIGGER audit_event_no_delete")
        connection.execute("DELETE FROM audit_event WHERE seq > 5")
    for command in (["audit", "verify"], ["serve"]):
        answer = run(commands.main, command)
        assert answer.exit_code == 1
        assert "Its end was cut off" in answer.output
