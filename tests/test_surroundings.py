"""Odd surroundings: a relative path, no home, a closed terminal, a key without records. Each works or
says one sentence."""

import os
import pwd
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from practice import settings
from practice.application import create_app
from practice.keeping import anchors, startup_checks
from practice.keeping.backup_config import plan_of
from practice.keeping.digest import first, opened
from practice.keeping.locks import OPEN, alone, together
from practice.migrate import downgrade
from practice.settings import ROOT, Settings, Unsafe, from_environment
from tests.factories import a_practice
from tests.house import close
from tests.test_commands import CHOSEN, CLINICIAN, machine, run
from tests.waiting import PATIENCE

__all__ = ["machine"]
OPEN_AT = re.compile(r"open at (http://\S+)")


@pytest.fixture
def made(machine: Path) -> Settings:
    """An installation that was made here."""
    assert run("migrate").exit_code == 0
    return from_environment()


def gone(database: Path) -> None:
    """Take the records away."""
    for path in database.parent.glob("rekindle.db*"):
        path.unlink()


def test_a_relative_path_begins_where_the_command_is_run(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(machine)
    monkeypatch.setenv("REKINDLE_DATABASE", "here/rekindle.db")
    monkeypatch.setenv("REKINDLE_KEY_FILE", "keys/rekindle.key")
    assert run("migrate").exit_code == 0
    found = from_environment()
    assert found.database == machine / "here" / "rekindle.db"
    assert found.key_file == machine / "keys" / "rekindle.key"
    app = create_app(found)
    a_practice(app)
    close(app)
    assert run("audit", "verify").exit_code == 0 and run("backup").exit_code == 0


@pytest.mark.parametrize("name", ["a b.db", "50%.db", "what?.db", "a#b.db", "ñandú & co.db"])
def test_a_path_may_have_any_letters(
    machine: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("REKINDLE_DATABASE", str(machine / "data" / name))
    assert run("migrate").exit_code == 0
    app = create_app(from_environment())
    a_practice(app)
    close(app)
    assert run("migrate").exit_code == 0
    assert run("backup").exit_code == 0 and run("drill").exit_code == 0
    assert (machine / "data" / name).stat().st_size


def test_a_folder_that_is_gone_is_said(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = machine / "left"
    left.mkdir()
    monkeypatch.chdir(left)
    monkeypatch.setenv("REKINDLE_DATABASE", "rekindle.db")
    left.rmdir()
    answer = run("migrate")
    assert answer.exit_code == 1 and "Name the whole path" in answer.output


@pytest.mark.parametrize("home", [None, ""])
def test_without_a_home_the_key_needs_a_place(
    machine: Path, monkeypatch: pytest.MonkeyPatch, home: str | None
) -> None:
    def nobody(_number: int) -> None:
        raise KeyError("no line in passwd")

    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    if home is None:
        monkeypatch.delenv("HOME")
    else:
        monkeypatch.setenv("HOME", home)
    answer = run("migrate")
    assert answer.exit_code == 1
    assert "REKINDLE_KEY_FILE" in answer.output and "Traceback" not in answer.output
    monkeypatch.setenv("REKINDLE_KEY_FILE", str(machine / "keys" / "rekindle.key"))
    assert run("migrate").exit_code == 0


def test_a_relative_place_for_settings_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "somewhere")
    monkeypatch.setenv("HOME", "/home/dana")
    found = settings.default_key_file(Path("/data/rekindle.db"))
    assert found == Path("/home/dana/.config/rekindle/rekindle.key")


def test_a_plans_folder_is_a_whole_path(made: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert made.key_file
    plan = made.key_file.with_name("backup.toml")
    plan.touch(mode=0o600)
    plan.write_text('folder = "backups"')
    with pytest.raises(Unsafe, match="whole path"):
        plan_of(made)
    monkeypatch.setenv("HOME", "/home/dana")
    plan.write_text('folder = "~/backups"')
    assert plan_of(made).folder == Path("/home/dana/backups")


@pytest.fixture
def served(made: Settings) -> Iterator[subprocess.Popen[str]]:
    """The real command, open."""
    process = subprocess.Popen(
        [sys.executable, "-m", "practice.cli.main", "serve", "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert process.stdout
    for line in process.stdout:
        if "Press Ctrl+C" in line:
            break
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize("word", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
def test_a_closed_terminal_closes_it_as_it_should(
    served: subprocess.Popen[str], made: Settings, word: signal.Signals
) -> None:
    served.send_signal(word)
    assert served.wait(PATIENCE) == 0
    assert not Path(f"{made.database}-wal").exists()
    with opened(made.database, made.key) as connection:
        head = first(connection, "audit_event", anchors.LAST)
    assert not head or anchors.read(made)[-1].seq == head[0]


def test_a_key_without_records_asks_before_it_makes_a_practice(made: Settings) -> None:
    gone(made.database)
    for command in (
        ["serve"],
        ["migrate"],
        ["import", "nowhere.zip"],
        ["add-clinician", *CLINICIAN, "--password", CHOSEN],
    ):
        for answered in ("", "n\n"):
            answer = run(*command, input=answered)
            assert answer.exit_code == 1, command
            assert "there are no records in" in answer.output
            assert "No practice was made" in answer.output
            assert not made.database.exists()
    answer = run("migrate", input="y\n")
    assert answer.exit_code == 0 and made.database.exists()


def test_an_emptied_file_is_no_reason_to_begin_anew(made: Settings) -> None:
    made.database.write_bytes(b"")
    assert "No practice was made" in run("migrate", input="n\n").output
    assert made.database.read_bytes() == b""


def test_records_that_are_known_to_have_been_there_are_not_asked_about(made: Settings) -> None:
    app = create_app(made)
    a_practice(app)
    assert run("backup").exit_code == 0
    close(app)
    gone(made.database)
    answer = run("migrate", input="y\n")
    assert answer.exit_code == 1 and "are gone" in answer.output


def test_a_very_first_start_asks_nothing(machine: Path) -> None:
    answer = run("migrate", input="")
    assert answer.exit_code == 0 and "no records" not in answer.output


def test_a_second_migrate_says_that_it_is_a_command_and_not_rekindle(made: Settings) -> None:
    gone(made.database)
    with alone(made.database, OPEN, "busy"):
        answer = run("migrate", input="y\n")
    assert answer.exit_code == 1
    assert "Another command is changing the records" in answer.output
    with together(made.database, OPEN, "busy"):
        answer = run("migrate", input="y\n")
    assert "Rekindle is open on this machine" in answer.output


def test_two_that_migrate_at_once_do_it_once(made: Settings) -> None:
    downgrade(made, "0005")
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "practice.cli.main", "migrate"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    said = [process.communicate()[0] for process in both]
    assert not any("Traceback" in one or "restore" in one for one in said), said
    assert any("is up to date" in one for one in said), said
    assert run("migrate").exit_code == 0


@pytest.mark.parametrize("end", ["", "-wal", "-shm"])
def test_a_file_left_read_only_says_how_to_mend_it(
    made: Settings, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    path = Path(f"{made.database}{end}")
    path.touch()
    path.chmod(0o400)
    may = os.access
    monkeypatch.setattr(  # whoever runs the tests may be root, who may do all
        os, "access", lambda one, mode: Path(one) != path and may(one, mode)
    )
    with pytest.raises(Unsafe, match=f"Run: chmod 600 {re.escape(str(path))}$"):
        startup_checks.refuse_unwritable(made.database)
    path.chmod(0o600)
    with pytest.raises(Unsafe, match="may not read and write"):
        startup_checks.refuse_unwritable(made.database)
