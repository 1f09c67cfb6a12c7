"""A backup put back: in place, elsewhere, on a new machine, and only when it is whole."""

import sqlite3
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from practice.application import create_app
from practice.errors import Refused
from practice.keeping import anchors, archive, restoring, starting, status
from practice.keeping.backups import back_up
from practice.keeping.contents import contents_of, opened
from practice.keeping.locks import OPEN, together
from practice.keeping.restoring import drill, restore
from practice.key_file import new_key
from practice.settings import Settings, Unsafe
from tests.browser import Browser
from tests.factories import PASSWORD, a_couple, a_session
from tests.house import close


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
    starting.refuse_unsafe(written)


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
    starting.refuse_unsafe(new)
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
        starting.refuse_unsafe(written)
    restore(written, "latest")
    starting.refuse_unsafe(written)
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
