"""A clock that ran ahead once stops no backup, hides no age, and makes no old one the newest (P22)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine

from practice import clock
from practice.keeping import anchors, archive, scheduler, status
from practice.keeping.backups import all_there, back_up, is_due
from practice.keeping.digest import contents_of, opened
from practice.keeping.pruning import to_keep
from practice.keeping.restoring import restore
from practice.keeping.status_page import CLOCK_BACK, NO_BACKUP, age_of, overview
from practice.settings import Settings
from tests.browser import Browser
from tests.factories import a_couple
from tests.house import close

AHEAD = timedelta(days=800)
NOW = datetime.fromisoformat("2026-12-01T12:00:00+00:00")


@contextmanager
def ahead(by: timedelta = AHEAD) -> Iterator[None]:
    """The clock of the machine runs ahead meanwhile."""
    with time_machine.travel(clock.now() + by):
        yield


def couples(settings: Settings) -> int:
    """How many couples the records hold."""
    with opened(settings.database, settings.key) as connection:
        return contents_of(connection).tables["couple"].rows


@pytest.fixture
def after(dana: Browser, settings: Settings) -> Settings:
    """An installation whose clock ran ahead for a backup, went back, and more was written."""
    scheduler.expect(settings)
    with ahead():
        back_up(settings)
    a_couple(of=dana)
    return settings


def test_it_stops_no_backup(after: Settings) -> None:
    assert is_due(after, clock.now())
    scheduler.look(after)
    known = status.read(after).as_of(clock.now())
    assert known.last and clock.now() - known.last.made_at < timedelta(minutes=1)
    assert not is_due(after, clock.now())


def test_a_try_that_failed_then_stops_none_either(settings: Settings) -> None:
    back_up(settings)
    known = status.read(settings)
    places = {
        where: replace(place, kept=(), failed_at=clock.now() + AHEAD, failure="It failed.")
        for where, place in known.places.items()
    }
    status.write(settings, replace(known, places=places))
    assert is_due(settings, clock.now())


def test_the_owners_page_says_nothing_good_of_it(dana: Browser, after: Settings) -> None:
    page = dana.get("/backups").text
    assert "There is no backup yet" in page and ">Good<" not in page
    shown = overview(after, clock.now())
    assert shown.is_too_old and shown.age == ""
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert status.read(after).is_too_old(clock.now())


def test_expected_since_a_day_that_has_not_come_is_expected_now(settings: Settings) -> None:
    with ahead():
        scheduler.expect(settings)
    assert status.read(settings).is_too_old(clock.now())
    back_up(settings)
    assert not status.read(settings).is_too_old(clock.now())


def test_no_age_is_below_zero() -> None:
    known = status.Status(
        since=NOW, places={"here": status.Place("here", (status.Kept("x", NOW + AHEAD, 1),))}
    )
    assert known.as_of(NOW).last is None
    assert known.as_of(NOW + AHEAD).last is not None
    assert age_of(NOW, NOW) == "a minute old"


def test_the_newest_is_the_one_whose_log_is_longest(after: Settings, dana: Browser) -> None:
    newest = back_up(after)
    close(dana.app)
    assert all_there(after)[0].name == newest.archive.path.name
    restore(after, "latest")
    assert couples(after) == 1


def test_after_a_restore_the_newest_is_of_the_records_that_were_restored(
    settings: Settings, dana: Browser
) -> None:
    first = back_up(settings)
    for _ in range(3):
        a_couple(of=dana)
    with ahead(timedelta(hours=1)):
        abandoned = back_up(settings)
    close(dana.app)
    restore(settings, first.archive.path.name)
    with ahead(timedelta(hours=2)):
        after = back_up(settings)
    assert after.archive.contents.audit_seq < abandoned.archive.contents.audit_seq
    close(dana.app)
    restore(settings, "latest")
    assert couples(settings) == 0


def test_a_backup_made_before_restores_were_counted_is_ordered_by_its_log(
    settings: Settings, dana: Browser
) -> None:
    back_up(settings)
    [there] = all_there(settings)
    assert there.sealed
    inside = {"tables": {}, "revision": "0001", "audit_seq": 7, "audit_digest": "x"}
    assert archive.contents_from(json.loads(json.dumps(inside))).order == (0, 7)


def test_one_that_cannot_be_read_is_passed_over_and_named(
    settings: Settings, dana: Browser
) -> None:
    good = back_up(settings)
    folder = settings.database.parent / "backups"
    name = archive.name_for("rekindle", clock.now() + timedelta(hours=1))
    (folder / name).write_bytes(b"not a backup")
    said: list[str] = []
    close(dana.app)
    restore(settings, "latest", say=said.append)
    assert any(name in words for words in said)
    assert good.archive.path.name not in " ".join(said)


def test_the_owner_alone_is_told_that_the_clock_went_back(
    dana: Browser, noor: Browser, after: Settings
) -> None:
    assert CLOCK_BACK not in dana.get("/").text
    scheduler.look(after)
    page = dana.get("/").text
    assert CLOCK_BACK in page and NO_BACKUP not in page
    assert CLOCK_BACK not in noor.get("/").text
    assert "The clock of this computer went back" in dana.get("/backups").text


@pytest.mark.parametrize("trace", ["log", "anchor", "since"])
def test_whatever_is_dated_ahead_tells_of_it(dana: Browser, settings: Settings, trace: str) -> None:
    with ahead():
        if trace == "log":
            a_couple(of=dana)
        elif trace == "anchor":
            anchors.write(settings, 1, "0" * 64)
        else:
            scheduler.expect(settings)
    a_couple(of=dana)
    scheduler.expect(settings)
    noticed = status.read(settings).clock
    assert noticed and noticed.ahead > clock.now() + AHEAD - timedelta(hours=1)
    scheduler.expect(settings)
    assert status.read(settings).clock == noticed, "it is noticed once"


def test_a_clock_set_right_by_seconds_is_nothing_to_tell(dana: Browser, settings: Settings) -> None:
    with ahead(timedelta(seconds=90)):
        back_up(settings)
        scheduler.expect(settings)
    scheduler.expect(settings)
    assert status.read(settings).clock is None
    assert not is_due(settings, clock.now())


def test_a_clock_that_runs_ahead_has_no_other_backup_removed() -> None:
    real = [NOW - timedelta(hours=6 * n) for n in range(400)]
    kept = to_keep(real, NOW)
    jumped = NOW + AHEAD
    left = to_keep(kept | {jumped}, jumped)
    assert len(kept - left) <= len(kept) // 2, "a week’s worth of thinning, and no more"
    assert max(kept) in left and min(kept) in left
    back = NOW + timedelta(hours=6)
    assert {jumped, back} <= to_keep(left | {back}, back)


def test_what_is_dated_ahead_thins_out_nothing_of_the_last_two_days() -> None:
    real = {NOW - timedelta(hours=6 * n) for n in range(8)}
    assert real <= to_keep(real | {NOW + AHEAD}, NOW)
