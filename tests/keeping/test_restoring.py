"""A backup put back: in place, elsewhere, on a new machine, and only when it is whole."""

import errno
import shutil
import sqlite3
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from practice.application import create_app
from practice.errors import Refused
from practice.keeping import anchors, archive, restoring, startup_checks, status
from practice.keeping.backups import back_up
from practice.keeping.digest import contents_of, opened
from practice.keeping.locks import OPEN, together
from practice.keeping.restoring import drill, restore
from practice.key_file import new_key
from practice.settings import Settings, Unsafe
from tests.browser import Browser
from tests.factories import PASSWORD, a_couple, a_session
from tests.house import close
from tests.identity.second_factors import app_code, give_code, set_up_app
from tests.security.test_forgotten_passwords import link_from
from tests.security.test_people import invited


@pytest.fixture
def written(dana: Browser, settings: Settings) -> Settings:
    """An installation with a couple and a signed note, closed."""
    a_session(dana, a_couple(of=dana), signed=True)
    close(dana.app)
    return settings


def rows(settings: Settings, database: Path | None = None) -> dict[str, int]:
    """How many rows each table has."""
    with opened(database or settings.database, settings.key) as connection:
        return {name: table.rows for name, table in contents_of(connection).tables.items()}


def lose_a_couple(settings: Settings) -> None:
    """Write something after the backup, and take something away."""
    with opened(settings.database, settings.key) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DELETE FROM partner")


def test_what_was_lost_comes_back_and_what_was_there_is_kept_aside(written: Settings) -> None:
    before = rows(written)
    back_up(written)
    lose_a_couple(written)
    done = restore(written, "latest")
    assert rows(written)["partner"] == before["partner"] == 2
    assert done.kept_aside and rows(written, done.kept_aside)["partner"] == 0
    startup_checks.refuse_unsafe(written)


def test_the_restore_stands_in_the_log_and_among_the_anchors(written: Settings) -> None:
    back_up(written)
    seq = status_seq(written)
    restore(written, "latest")
    assert anchors.read(written)[-1].kind == anchors.RESTORED
    assert status_seq(written) == seq
    assert anchors.fault_in(written) is None
    with opened(written.database, written.key) as connection:
        last = "SELECT verb FROM audit_event ORDER BY seq DESC LIMIT 1"
        assert connection.execute(last).fetchone() == ("restored",)


def status_seq(settings: Settings) -> int:
    """The number of the log's last event."""
    with opened(settings.database, settings.key) as connection:
        return int(connection.execute("SELECT max(seq) FROM audit_event").fetchone()[0])


def test_it_goes_to_another_file_and_touches_nothing(written: Settings, tmp_path: Path) -> None:
    back_up(written)
    before = written.database.read_bytes()
    elsewhere = tmp_path / "elsewhere" / "copy.db"
    done = restore(written, "latest", into=elsewhere)
    assert done.database == elsewhere and rows(written, elsewhere)["partner"] == 2
    assert written.database.read_bytes() == before
    with pytest.raises(Refused, match="is there already"):
        restore(written, "latest", into=elsewhere)


def test_a_new_machine_needs_a_backup_and_the_key_alone(
    written: Settings, dana: Browser, tmp_path: Path
) -> None:
    made = back_up(written)
    kept = written.database.parent / "backups" / made.archive.path.name
    new = replace(
        written,
        database=tmp_path / "new" / "rekindle.db",
        key_file=tmp_path / "new-config" / "rekindle.key",
    )
    assert new.key_file
    new.key_file.parent.mkdir()
    restore(new, str(kept))
    startup_checks.refuse_unsafe(new)
    app = create_app(new)
    answer = Browser(app).post("/sign-in", email=dana.email, password=PASSWORD)
    assert answer.status_code == 302
    close(app)


def test_nothing_is_replaced_while_rekindle_is_open(written: Settings) -> None:
    back_up(written)
    with together(written.database, OPEN, "busy"), pytest.raises(Refused, match="Close it first"):
        restore(written, "latest")


def test_a_damaged_backup_replaces_nothing(written: Settings) -> None:
    back_up(written)
    [kept] = (written.database.parent / "backups").iterdir()
    content = bytearray(kept.read_bytes())
    content[len(content) // 2] ^= 1
    kept.write_bytes(content)
    before = written.database.read_bytes()
    with pytest.raises(Refused, match="damaged"):
        restore(written, "latest")
    assert written.database.read_bytes() == before


def test_a_backup_of_another_key_says_which_key_it_needs(written: Settings) -> None:
    back_up(written)
    with pytest.raises(Refused, match="rekindle key recover"):
        restore(replace(written, key=new_key()), "latest")


def test_an_unknown_name_and_no_backup_at_all_are_said(written: Settings) -> None:
    with pytest.raises(Refused, match="No backup was found"):
        restore(written, "latest")
    with pytest.raises(Refused, match="There is no backup spring"):
        restore(written, "spring")


def test_a_file_that_is_no_backup_is_refused(written: Settings, tmp_path: Path) -> None:
    path = tmp_path / "photo.backup"
    path.write_bytes(b"not a zip")
    with pytest.raises(Refused, match="cannot be read as a backup"):
        restore(written, str(path))


@pytest.mark.parametrize("cut_at", ["settle_folder", "keep_aside"])
def test_a_restore_that_was_cut_off_is_noticed_and_can_be_run_again(
    written: Settings, monkeypatch: pytest.MonkeyPatch, cut_at: str
) -> None:
    back_up(written)

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(restoring, cut_at, cut_off)
        with pytest.raises(KeyboardInterrupt):
            restore(written, "latest")
    with pytest.raises(Unsafe, match="A restore was cut off"):
        startup_checks.refuse_unsafe(written)
    restore(written, "latest")
    startup_checks.refuse_unsafe(written)
    assert rows(written)["partner"] == 2


def test_a_stale_wal_never_meets_the_restored_records(written: Settings) -> None:
    back_up(written)
    stale = written.database.with_name("rekindle.db-wal")
    stale.write_bytes(b"left over by something that was killed" * 100)
    done = restore(written, "latest")
    assert not stale.exists()
    assert done.kept_aside
    assert done.kept_aside.with_name(f"{done.kept_aside.name}-wal").exists()
    assert rows(written)["partner"] == 2


def test_a_drill_restores_compares_and_says_how_long(written: Settings) -> None:
    made = back_up(written)
    before = written.database.read_bytes()
    done = drill(written)
    assert done.name == made.archive.path.name
    assert done.rows == made.archive.contents.rows > 20
    assert status.read(written).drill == done
    assert written.database.read_bytes() == before


def test_a_backup_is_nothing_to_an_ordinary_reader(written: Settings, tmp_path: Path) -> None:
    back_up(written)
    [kept] = (written.database.parent / "backups").iterdir()
    with zipfile.ZipFile(kept) as file:
        file.extract(archive.RECORDS, tmp_path)
    with pytest.raises(sqlite3.DatabaseError), sqlite3.connect(tmp_path / archive.RECORDS) as read:
        read.execute("SELECT * FROM sqlite_master")


def fields(settings: Settings, query: str, database: Path | None = None) -> list[tuple[Any, ...]]:
    """What a database holds now, past the program."""
    with opened(database or settings.database, settings.key) as connection:
        return list(connection.execute(query).fetchall())


@pytest.fixture
def backed_up(dana: Browser, noor: Browser, settings: Settings) -> tuple[Settings, list[str]]:
    """A backup made while Dana is signed in, has recovery codes, and two links are open: the codes."""
    _key, codes = set_up_app(dana)
    invited(dana)
    link_from(dana, noor.user_id)
    close(dana.app)
    back_up(settings)
    return settings, codes


@pytest.mark.parametrize("elsewhere", [False, True])
def test_s66_a_restored_copy_revives_no_sign_in_and_no_link(
    backed_up: tuple[Settings, list[str]], tmp_path: Path, elsewhere: bool
) -> None:
    settings, _codes = backed_up
    into = tmp_path / "copy" / "copy.db" if elsewhere else None
    restore(settings, "latest", into=into)
    assert fields(settings, "SELECT * FROM sign_in_session", into) == []
    for table in ("invitation", "password_link"):
        ended = fields(settings, f"SELECT ended_at IS NOT NULL FROM {table}", into)
        assert ended == [(1,)], table


def test_s66_whoever_was_signed_in_signs_in_anew(
    backed_up: tuple[Settings, list[str]], dana: Browser
) -> None:
    settings, _codes = backed_up
    restore(settings, "latest")
    app = create_app(settings)
    browser = Browser(app)
    browser.cookie = dana.cookie
    assert browser.get("/").status_code == 302
    close(app)


def left(settings: Settings) -> int:
    """How many recovery codes stand in the records."""
    [(held,)] = fields(settings, "SELECT mf_recovery_codes FROM user WHERE name LIKE 'Dana%'")
    return len([code for code in (held or "").split(",") if code])


def use_a_code(settings: Settings, dana: Browser, code: str) -> int:
    """Come in by the password and a recovery code."""
    app = create_app(settings)
    browser = Browser(app, dana.person)
    status = give_code(browser, code).status_code
    close(app)
    return status


def test_s66_a_recovery_code_used_since_is_used_and_the_others_are_not(
    backed_up: tuple[Settings, list[str]], dana: Browser
) -> None:
    settings, codes = backed_up
    assert use_a_code(settings, dana, codes[0]) == 303
    restore(settings, "latest")
    assert left(settings) == 9
    assert use_a_code(settings, dana, codes[0]) == 422
    assert use_a_code(settings, dana, codes[1]) == 303


@pytest.mark.parametrize("gone", ["lost", "damaged"])
def test_s66_where_nobody_knows_which_codes_were_used_all_are_over(
    backed_up: tuple[Settings, list[str]], dana: Browser, gone: str
) -> None:
    settings, codes = backed_up
    if gone == "lost":
        settings.database.unlink()
    else:
        settings.database.write_bytes(b"no records " * 5_000)
    before = settings.database.read_bytes() if gone == "damaged" else b""
    done = restore(settings, "latest")
    assert left(settings) == 0
    assert use_a_code(settings, dana, codes[0]) == 422
    if done.kept_aside:
        assert done.kept_aside.read_bytes() == before, "what is damaged is left as it is"


def test_s66_a_code_of_the_app_given_before_counts_no_more(
    dana: Browser, settings: Settings
) -> None:
    key, _codes = set_up_app(dana)
    close(dana.app)
    back_up(settings)
    assert use_a_code(settings, dana, app_code(key, 0)) in (303, 422)
    restore(settings, "latest")
    assert use_a_code(settings, dana, app_code(key, 0)) == 422


@pytest.mark.parametrize("writer", ["archive.shutil.copyfileobj", "targets.shutil.copyfile"])
def test_a_full_disk_is_named_and_no_backup_is_called_damaged(
    written: Settings, monkeypatch: pytest.MonkeyPatch, writer: str
) -> None:
    back_up(written)
    before = written.database.read_bytes()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(f"practice.keeping.{writer}", full)
    with pytest.raises(Refused, match="no room left on the disk of") as refused:
        restore(written, "latest")
    assert "damaged" not in str(refused.value) and "backups" not in str(refused.value)
    assert written.database.read_bytes() == before


def test_what_a_backup_and_a_restore_take_is_counted_first(
    written: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(written)
    nearly_full = shutil.disk_usage("/")._replace(free=300_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: nearly_full)
    for what in (lambda: back_up(written), lambda: restore(written, "latest")):
        with pytest.raises(Refused, match=r"it takes about .* are free"):
            what()
    [place] = status.read(written).places.values()
    assert "no room left" in place.failure


def test_a_failing_disk_is_no_damaged_backup(
    written: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(written)

    def failing(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(archive.shutil, "copyfileobj", failing)
    with pytest.raises(Refused, match="does not read or write as it should"):
        restore(written, "latest")
