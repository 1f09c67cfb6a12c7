"""The owner's page on backups, and the line on Today when they are too old."""

from dataclasses import replace
from datetime import timedelta

from flask import Flask
from sqlalchemy import update

from practice import clock
from practice.database.base import db
from practice.identity.models import SignInSession
from practice.keeping import status
from practice.keeping.backups import back_up
from practice.keeping.scheduler import expect, look
from practice.settings import Settings
from tests.browser import Browser
from tests.factories import kept
from tests.waiting import wait_until

TODAY_LINE = "There is no good backup of the last day"


def grow_old(settings: Settings, hours: int) -> None:
    """Have everything known of the backups be so many hours older."""
    ago = timedelta(hours=hours)
    known = status.read(settings)
    places = {
        where: replace(
            place, kept=tuple(replace(one, made_at=one.made_at - ago) for one in place.kept)
        )
        for where, place in known.places.items()
    }
    since = known.since - ago if known.since else None
    status.write(settings, replace(known, since=since, places=places))


def wait_for_backup(who: Browser) -> None:
    """Wait until the backup that someone asked for is over."""
    progress = "/backups/progress"
    wait_until(lambda: "is being made" not in who.get(progress, X_Autosave="1").text)


def test_the_owner_sees_that_there_is_none_yet(dana: Browser) -> None:
    page = dana.get("/backups")
    assert "There is no backup yet" in page.text
    assert "Back up now" in page.text


def test_a_backup_is_made_and_shown(dana: Browser, settings: Settings) -> None:
    assert dana.post("/backups").location == "/backups"
    wait_for_backup(dana)
    page = dana.get("/backups").text
    assert "The newest backup is a minute old" in page
    assert str(settings.database.parent / "backups") in page
    assert "These backups lie on this machine" in page


def test_s12_sudo_a_backup_is_asked_for_only_right_after_signing_in(
    app: Flask, dana: Browser
) -> None:
    """S12."""
    with kept(app):
        db.session.execute(update(SignInSession).values(proved_at=clock.now() - timedelta(hours=1)))
    dana.get("/backups")
    asked = dana.post("/backups")
    assert asked.status_code == 401
    assert "Is it still you" in asked.text
    assert "There is no backup yet" in dana.get("/backups").text


def test_what_stopped_a_backup_is_said_on_the_page(dana: Browser, settings: Settings) -> None:
    assert settings.key_file
    plan = settings.key_file.with_name("backup.toml")
    plan.touch(mode=0o600)
    plan.write_text('folder = "/nowhere/at/all"')
    dana.post("/backups")
    wait_for_backup(dana)
    assert "Is its disk plugged in?" in dana.get("/backups").text
    plan.write_text("folder = ")
    assert "The plan for backups cannot be followed" in dana.get("/backups").text


def test_today_tells_the_owner_alone_when_the_newest_is_a_day_old(
    dana: Browser, noor: Browser, settings: Settings
) -> None:
    assert TODAY_LINE not in dana.get("/").text, "none is expected before the first start"
    expect(settings)
    assert TODAY_LINE not in dana.get("/").text
    grow_old(settings, 25)
    assert TODAY_LINE in dana.get("/").text
    back_up(settings)
    assert TODAY_LINE not in dana.get("/").text
    grow_old(settings, 25)
    assert TODAY_LINE in dana.get("/").text
    assert TODAY_LINE not in noor.get("/").text
    page = dana.get("/backups").text
    assert "The newest is 25 hours old" in page


def test_the_practice_page_leads_there_for_the_owner(dana: Browser, noor: Browser) -> None:
    assert 'href="/backups"' in dana.get("/practice").text
    assert 'href="/backups"' not in noor.get("/practice").text


def test_rekindle_backs_up_by_itself_when_it_is_time(settings: Settings) -> None:
    look(settings)
    first = status.read(settings).last
    look(settings)
    assert status.read(settings).last == first, "six hours have not passed"
    grow_old(settings, 7)
    look(settings)
    newest = status.read(settings).last
    assert newest and clock.now() - newest.made_at < timedelta(minutes=1)
