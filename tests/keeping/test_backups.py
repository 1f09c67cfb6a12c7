"""Backups: of one moment, read back, in every place, and the old ones pruned."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from practice import clock
from practice.audit.models import AuditEvent
from practice.database.base import db
from practice.errors import Refused
from practice.keeping import archive, backups, status, targets
from practice.keeping.backup_config import plan_of
from practice.keeping.backups import back_up, is_due
from practice.keeping.digest import Damaged, contents_of, opened
from practice.keeping.pruning import to_keep
from practice.settings import Settings, Unsafe
from tests.browser import Browser
from tests.factories import a_couple, a_session, in_the_name_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def folder_of(settings: Settings) -> list[Path]:
    """The backups in the installation's own folder."""
    return sorted((settings.database.parent / "backups").glob("*"))


def plan(settings: Settings, text: str) -> None:
    """Write the installation's plan."""
    assert settings.key_file
    path = settings.key_file.with_name("backup.toml")
    path.write_text(text)
    path.chmod(0o600)


def test_a_backup_holds_every_row_and_opens_with_the_key(dana: Browser, settings: Settings) -> None:
    a_session(dana, a_couple(of=dana), signed=True)
    made = back_up(settings)
    [kept] = folder_of(settings)
    assert kept.name == made.archive.path.name
    assert made.archive.contents.tables["couple"].rows == 1
    assert made.archive.contents.audit_seq > 5
    scratch = settings.database.parent / "look"
    scratch.mkdir()
    again = archive.unpack(kept, settings.key, scratch)
    assert again.contents == made.archive.contents
    with pytest.raises(Damaged, match="not the key"):
        archive.unpack(kept, bytes(range(1, 33)), scratch)


def test_a_backup_under_writers_is_of_one_moment(dana: Browser, settings: Settings) -> None:
    over = threading.Event()

    def write() -> None:
        while not over.is_set():
            a_couple(of=dana)

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    try:
        made = [back_up(settings) for _ in range(3)]
    finally:
        over.set()
        for writer in writers:
            writer.join()
    for one in made:
        tables = one.archive.contents.tables
        assert tables["partner"].rows == 2 * tables["couple"].rows, "no couple was torn apart"
        assert tables["audit_event"].rows == one.archive.contents.audit_seq


@pytest.mark.parametrize("at", [0.02, 0.4, 0.7, 0.999])
def test_a_flipped_byte_is_found_wherever_it_is(settings: Settings, at: float) -> None:
    back_up(settings)
    [kept] = folder_of(settings)
    content = bytearray(kept.read_bytes())
    content[int(len(content) * at)] ^= 1
    kept.write_bytes(content)
    scratch = settings.database.parent / "look"
    scratch.mkdir()
    with pytest.raises(Damaged):
        archive.unpack(kept, settings.key, scratch)


def test_a_backup_that_lacks_its_end_is_found(settings: Settings) -> None:
    back_up(settings)
    [kept] = folder_of(settings)
    kept.write_bytes(kept.read_bytes()[:-3000])
    with pytest.raises(Damaged, match="may be damaged"):
        archive.about(kept)


def test_a_copy_that_is_not_equal_is_not_kept(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lossy(source: Path, target: Path, key: bytes) -> object:
        held = contents_copy(source, target, key)
        with opened(target, key) as connection:
            connection.execute("DELETE FROM alembic_version")
        return held

    contents_copy = archive.copy
    monkeypatch.setattr(archive, "copy", lossy)
    with pytest.raises(Damaged):
        back_up(settings)
    assert folder_of(settings) == []
    [place] = status.read(settings).places.values()
    assert "do not match" in place.failure and place.last is None


def test_a_backup_is_a_line_of_the_audit_log(dana: Browser, settings: Settings) -> None:
    made = back_up(settings, acting=(dana.practice_id, dana.user_id))
    with in_the_name_of(dana):
        last = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
        assert last and last.verb == "backed-up" and last.user_id == dana.user_id
        assert last.detail["file"] == made.archive.path.name


def test_nothing_unfinished_stays_behind(settings: Settings) -> None:
    left = settings.database.parent / ".keeping-killed"
    left.mkdir()
    back_up(settings)
    names = {path.name for path in settings.database.parent.iterdir()}
    assert not [name for name in names if name.startswith(".keeping")]
    assert (settings.database.parent / "backups").stat().st_mode & 0o077 == 0
    assert folder_of(settings)[0].stat().st_mode & 0o077 == 0


def test_one_backup_at_a_time(settings: Settings) -> None:
    with (
        backups.alone(settings.database, backups.BACKUP, "busy"),
        pytest.raises(Refused, match="being made already"),
    ):
        back_up(settings)


def test_a_named_folder_that_is_not_there_is_not_made(settings: Settings, tmp_path: Path) -> None:
    plan(settings, f'folder = "{tmp_path / "usb"}"')
    with pytest.raises(Refused, match="Is its disk plugged in"):
        back_up(settings)
    assert not (tmp_path / "usb").exists()
    (tmp_path / "usb").mkdir()
    assert back_up(settings).where == (str(tmp_path / "usb"),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("folder = ", "cannot be read"),
        ("fodler = 'x'", "“fodler” is not known"),
        ("every_hours = 48", "up to 24"),
        ("[s3]\nbucket = 'x'", "needs an endpoint and a bucket"),
        ("[s3]\nendpoint = 'http://store.example'\nbucket = 'x'", "must begin with https"),
    ],
)
def test_a_plan_that_cannot_be_followed_is_refused_in_words(
    settings: Settings, text: str, words: str
) -> None:
    plan(settings, text)
    with pytest.raises(Unsafe, match=words):
        plan_of(settings)


def test_a_plan_that_others_can_read_is_refused(settings: Settings) -> None:
    plan(settings, "every_hours = 6")
    assert settings.key_file
    settings.key_file.with_name("backup.toml").chmod(0o644)
    with pytest.raises(Unsafe, match="chmod 600"):
        plan_of(settings)


def test_the_rule_keeps_days_then_weeks_then_months() -> None:
    every_six_hours = [NOW - timedelta(hours=6 * n) for n in range(4 * 500)]
    kept = to_keep(every_six_hours, NOW)
    ages = sorted((NOW - moment).days for moment in kept)
    assert sum(age < 2 for age in ages) >= 8
    assert sum(2 <= age < 14 for age in ages) in (12, 13)
    assert sum(14 <= age < 56 for age in ages) in (6, 7, 8)
    assert 9 <= sum(age >= 56 for age in ages) <= 12
    assert max(ages) <= 366


def test_the_rule_keeps_the_same_when_it_is_followed_every_day() -> None:
    there: set[datetime] = set()
    for day in range(500):
        now = NOW + timedelta(days=day)
        there = to_keep(there | {now}, now)
    at_once = to_keep([NOW + timedelta(days=day) for day in range(500)], now)
    assert there == at_once


def test_the_newest_is_kept_however_old() -> None:
    old = NOW - timedelta(days=4000)
    assert to_keep([old, old - timedelta(days=1)], NOW) == {old}


def test_old_backups_are_removed_and_other_files_left_alone(settings: Settings) -> None:
    folder = settings.database.parent / "backups"
    folder.mkdir()
    old = clock.now() - timedelta(days=900)
    for name in (archive.name_for("rekindle", old), "holiday.backup", "notes.txt"):
        (folder / name).write_text("x")
    back_up(settings)
    names = [path.name for path in folder_of(settings)]
    assert archive.name_for("rekindle", old) not in names
    assert {"holiday.backup", "notes.txt"} < set(names)


def test_the_next_is_due_after_its_hours_and_not_at_once_after_a_failure(
    settings: Settings, tmp_path: Path
) -> None:
    assert is_due(settings, clock.now())
    back_up(settings)
    assert not is_due(settings, clock.now())
    assert is_due(settings, clock.now() + timedelta(hours=6))
    plan(settings, f'folder = "{tmp_path / "usb"}"')
    with pytest.raises(Refused):
        back_up(settings)
    assert not is_due(settings, clock.now() + timedelta(minutes=5))
    assert is_due(settings, clock.now() + timedelta(minutes=31))


def test_a_place_is_too_old_after_a_day(settings: Settings) -> None:
    now = back_up(settings).archive.made_at
    known = status.read(settings)
    assert not known.is_too_old(now + timedelta(hours=24))
    assert known.is_too_old(now + timedelta(hours=25))
    second = known.of([*known.places, "elsewhere"])
    assert not second.is_too_old(now + timedelta(hours=1))
    assert second.is_too_old(now + timedelta(hours=25))


def test_a_full_disk_is_told_in_words(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(targets.shutil, "copyfileobj", full)
    with pytest.raises(Refused, match="No space left on device"):
        back_up(settings)
    assert not [path for path in folder_of(settings) if path.is_file()]


def test_the_records_can_be_read_while_and_after(dana: Browser, settings: Settings) -> None:
    back_up(settings)
    with opened(settings.database, settings.key) as connection:
        assert contents_of(connection).tables["user"].rows == 2
    assert dana.get("/").status_code == 200
