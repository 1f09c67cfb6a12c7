"""Whatever is wrong with the files or the arguments, a command says so in a sentence and ends with 1."""

import secrets

import pytest

from practice.cli import main as commands
from practice.database.sqlcipher import opener
from practice.migrate import downgrade, upgrade
from practice.settings import from_environment
from tests.test_commands import machine, run

__all__ = ["machine"]
TYPED = "nine lamps along the river\n" * 2
#: Every command that opens the records, with what it needs to get that far.
NEEDS_RECORDS = (
    ["serve"],
    ["migrate"],
    ["add-clinician", "--name", "N", "--credentials", "", "--email", "n@example.org"],
    ["import", "nowhere.zip"],
    ["audit", "verify"],
    ["backup"],
    ["key", "rotate"],
    ["accounts", "reset", "nobody@example.org"],
)
#: Those that do not, or not at once.
OTHERS = (
    ["backups"],
    ["drill"],
    ["restore", "latest", "--replace"],
    ["restore", "nowhere.backup", "--replace"],
    ["key", "passphrase"],
    ["key", "file"],
    ["key", "recover"],
)
CANNOT_OPEN = "The key here does not open"


@pytest.fixture
def there(machine, monkeypatch):
    """A machine with an empty practice: (its database, its key file)."""
    monkeypatch.setattr(commands.serving, "serve", lambda *_, **__: None)
    monkeypatch.setattr(commands.request_log, "to_standard_error", lambda: None)
    settings = from_environment()
    upgrade(settings)
    return settings.database, settings.key_file


def remove(database):
    for one in database.parent.glob("rekindle.db*"):
        one.unlink()


def said(command, status=(1,)):
    """What a command says; it ends with one of `status`, and never with a traceback."""
    answer = run(*command, input=TYPED)
    assert answer.exception is None or isinstance(answer.exception, SystemExit), command
    assert answer.exit_code in status, (command, answer.output)
    return answer.output


def test_a_key_that_does_not_open_the_records(there):
    database, key = there
    key.write_text(f"{secrets.token_hex(32)}\n")
    for command in NEEDS_RECORDS:
        assert CANNOT_OPEN in said(command), command
    sheet = ["key", "sheet", "--to", str(database.with_name("sheet.pdf"))]
    assert "would be of no use" in said(sheet)
    for command in OTHERS:
        said(command, (0, 1))


def test_records_that_are_no_database(there):
    database, _ = there
    remove(database)
    database.touch(mode=0o600)
    database.write_bytes(secrets.token_bytes(9_000))
    for command in NEEDS_RECORDS:
        assert CANNOT_OPEN in said(command), command


def test_a_database_without_tables(there):
    database, _ = there
    remove(database)
    settings = from_environment()
    opener(database, settings.derive("database"))().close()
    for command in (["audit", "verify"], ["backup"], ["key", "rotate"]):
        assert "no records yet" in said(command), command


def test_no_database_at_all(there):
    database, _ = there
    remove(database)
    for command in (["audit", "verify"], ["backup"], ["key", "rotate"]):
        assert "is not there" in said(command), command
    assert "there are no records in" in said(NEEDS_RECORDS[2])


def test_no_key(there):
    _, key = there
    key.unlink()
    for command in (*NEEDS_RECORDS, *OTHERS[:-1]):
        assert "rekindle key recover" in said(command), command


def test_folders_where_files_should_be(there, monkeypatch):
    database, _ = there
    remove(database)
    database.mkdir()
    for command in (*NEEDS_RECORDS, *OTHERS[:-1]):
        assert "is a folder" in said(command), command
    monkeypatch.setenv("REKINDLE_DATABASE", str(database.parent / "file" / "rekindle.db"))
    database.with_name("file").touch()
    for command in (*NEEDS_RECORDS, *OTHERS[:-1]):
        assert "cannot be made" in said(command), command


def test_records_of_an_older_version_and_of_a_newer(there):
    downgrade(from_environment(), "0005")
    for command in (["audit", "verify"], ["backup"], ["drill"], ["backups"]):
        said(command, (0,))
    assert "in the newer form now" in said(["migrate"], (0,))
    settings = from_environment()
    connection = opener(settings.database, settings.derive("database"))()
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    for command in (["serve"], ["migrate"], ["import", "nowhere.zip"]):
        assert "A newer Rekindle" in said(command), command
    for command in (["audit", "verify"], ["backup"], ["drill"]):
        said(command, (0,))


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["serve", "--port", "99999"], "not in the range"),
        (["serve", "--host", "nonsense"], "without encryption"),
        (["import", "."], "is a directory"),
        (["restore", "latest", "--into", "/dev/null/here.db"], "/dev/null: File exists"),
        (["restore", "/dev/null", "--replace"], "There is no backup /dev/null"),
        (["key", "sheet", "--to", "/nowhere/at/all/sheet.pdf"], "No such file or directory"),
        (["key", "sheet", "--paper", "a7"], "is not one of"),
        (["audit", "verify", "twice"], "unexpected extra argument"),
        (["nothing"], "No such command"),
    ],
)
def test_arguments_that_cannot_be(there, command, words):
    assert words in said(command, (1, 2))


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ("folder = 5", "must be a path in quotes"),
        ("every_hours = 'six'", "must be a number"),
        ("s3 = 4", "must be in quotes"),
        ("[s3]\nendpoint = 'https://[x'\nbucket = 'b'", "must begin with https"),
    ],
)
def test_a_plan_for_backups_that_cannot_be_followed(there, plan, words):
    _, key = there
    path = key.with_name("backup.toml")
    path.touch(mode=0o600)
    path.write_text(plan)
    for command in (["backup"], ["backups"], ["serve"]):
        assert words in said(command), command
