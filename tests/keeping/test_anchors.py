"""Where the audit log stands is written down outside (P24): each few minutes, at each stop, short."""

import pytest

from practice.keeping import anchors, scheduler, startup_checks
from practice.keeping.anchors import HEAD, LATEST, RESTORED, keep_up
from practice.keeping.digest import first, opened
from practice.settings import Settings, Unsafe
from tests.browser import Browser
from tests.factories import a_couple
from tests.house import close
from tests.waiting import wait_until


def kinds(settings: Settings) -> list[str]:
    """The kind of each anchor, in order."""
    return [one.kind for one in anchors.read(settings)]


def end_of_log(settings: Settings) -> tuple[int, str]:
    """The number and the digest of the log's last line."""
    with opened(settings.database, settings.key) as connection:
        seq, digest = first(connection, "audit_event", anchors.LAST)
    return seq, digest


def test_the_anchor_of_minutes_ago_gives_way_to_the_next(dana: Browser, settings: Settings) -> None:
    keep_up(settings)
    for _ in range(3):
        a_couple(of=dana)
        keep_up(settings)
        keep_up(settings)
    assert kinds(settings) == [HEAD, LATEST]
    assert anchors.read(settings)[-1].seq == end_of_log(settings)[0]
    assert anchors.fault_in(settings) is None


def test_a_backup_begun_before_it_does_not_take_it_away(dana: Browser, settings: Settings) -> None:
    keep_up(settings)
    earlier = end_of_log(settings)
    a_couple(of=dana)
    keep_up(settings)
    anchors.write(settings, *earlier)
    assert kinds(settings) == [HEAD, HEAD, LATEST]
    assert anchors.read(settings)[-1].seq == end_of_log(settings)[0]


def test_a_restore_takes_it_away(dana: Browser, settings: Settings) -> None:
    keep_up(settings)
    earlier = end_of_log(settings)
    a_couple(of=dana)
    keep_up(settings)
    anchors.write(settings, *earlier, RESTORED)
    assert kinds(settings) == [HEAD, RESTORED]


def test_it_is_written_at_the_beginning_every_few_minutes_and_at_the_end(
    dana: Browser, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "SECONDS_BETWEEN_ANCHORS", 0.05)
    with scheduler.anchoring(settings):
        assert anchors.read(settings)[-1].seq == end_of_log(settings)[0]
        a_couple(of=dana)
        wait_until(lambda: anchors.read(settings)[-1].seq >= end_of_log(settings)[0])
    monkeypatch.setattr(scheduler, "SECONDS_BETWEEN_ANCHORS", 999)
    with scheduler.anchoring(settings):
        a_couple(of=dana)
    assert anchors.read(settings)[-1].seq == end_of_log(settings)[0]


def test_no_anchor_is_older_than_five_minutes() -> None:
    assert scheduler.SECONDS_BETWEEN_ANCHORS <= 300


@pytest.mark.parametrize("shm_too", [True, False])
def test_a_lost_write_ahead_log_is_noticed(
    dana: Browser, settings: Settings, shm_too: bool
) -> None:
    before = settings.database.read_bytes()
    a_couple(of=dana)
    keep_up(settings)
    shm = settings.database.with_name("rekindle.db-shm").read_bytes()
    close(dana.app)
    settings.database.write_bytes(before)
    if not shm_too:
        beside = settings.database.with_name("rekindle.db-shm")
        beside.touch(mode=0o600)
        beside.write_bytes(shm)
    with pytest.raises(Unsafe, match="what was written last"):
        startup_checks.refuse_unsafe(settings)
