"""P08 at the doors: where there is no room left, every way in says so, and works again with room."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from bench.drills.disks import small_disk
from practice import clock
from practice.application import create_app
from practice.database.base import db
from practice.identity.models import User
from practice.identity.password_reset import make_link
from practice.migrate import upgrade
from practice.practice_admin.users import invite
from practice.settings import Settings
from tests.browser import Browser
from tests.factories import PASSWORD, Person, a_practice, a_user, kept
from tests.house import KEY, close
from tests.identity.passkeys import a_passkey, challenge_for
from tests.identity.second_factors import app_code, set_up_app
from tests.security.test_people import NEW

CHOSEN = "eleven green boats at anchor"
Send = Callable[[], int]


class Office:
    """An installation on a disk that can be filled, and a browser before each of its doors."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings(folder / "rekindle.db", KEY, testing=True)
        upgrade(self.settings)
        self.app = create_app(self.settings)
        self.app.config["PROPAGATE_EXCEPTIONS"] = False
        practice_id = a_practice(self.app)
        self.owner = a_user(self.app, practice_id, owner=True)
        self.sam = a_user(self.app, practice_id, name="Sam Field")

    def browser(self, person: Person | None = None) -> Browser:
        """A browser, in which a person is signed in."""
        return Browser(self.app, person)

    def fill(self) -> None:
        """Leave no room at all: the log of the database holds nothing that could be written over."""
        with self.app.app_context():
            db.session.remove()
            with db.engine.connect() as connection:
                connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with (self.folder / "ballast").open("wb", buffering=0) as ballast:
            for size in (65_536, 4_096, 1):
                try:
                    while ballast.write(b"0" * size) == size:
                        pass
                except OSError:
                    continue

    def free(self) -> None:
        """Give the room back."""
        (self.folder / "ballast").unlink()


@pytest.fixture
def office() -> Iterator[Office]:
    """Such an installation."""
    with small_disk() as disk:
        if not disk.is_real:
            pytest.skip("only root may make a small disk")
        office = Office(disk.folder)
        yield office
        close(office.app)


def sends(browser: Browser, path: str, **fields: object) -> Send:
    """What sends a form, with its page’s token, and says how it was answered."""
    token = browser.csrf_token()
    sent = {"csrf_token": token, **fields}
    return lambda: browser.client.post(path, data=sent).status_code


def signing_in(office: Office) -> Send:
    """The right password."""
    return sends(office.browser(), "/sign-in", email=office.owner.email, password=PASSWORD)


def unlocking(office: Office) -> Send:
    """The right password on a locked screen."""
    browser = office.browser(office.owner)
    browser.csrf_token()
    browser.post("/lock")
    return sends(browser, "/unlock", password=PASSWORD)


def proving(office: Office) -> Send:
    """The password once more."""
    return sends(office.browser(office.owner), "/prove", password=PASSWORD)


def second_factor(office: Office) -> Send:
    """The code of the app, after the password."""
    browser = office.browser(office.sam)
    key, _codes = set_up_app(browser)
    browser.sign_out()
    browser.sign_in(office.sam)
    browser.get("/second-factor")
    return sends(browser, "/second-factor", code=app_code(key))


def passkey(office: Office) -> Send:
    """A passkey in the place of both."""
    held, browser = a_passkey(office.app, office.sam.user_id), office.browser()
    return sends(browser, "/passkeys/use", credential=held.answer(challenge_for(browser)))


def new_password(office: Office) -> Send:
    """A new password."""
    browser = office.browser(office.owner)
    return sends(
        browser,
        "/password",
        password=PASSWORD,
        new_password=CHOSEN,
        new_password_confirm=CHOSEN,
    )


def by_a_link(office: Office) -> Send:
    """A new password by a link."""
    with kept(office.app):
        token = make_link(db.session.get_one(User, office.sam.user_id), None, clock.now())
    chosen = {"password": CHOSEN, "password_again": CHOSEN}
    return sends(office.browser(), f"/new-password/{token}", **chosen)


def joining(office: Office) -> Send:
    """An invitation taken up."""
    with kept(office.app):
        owner = db.session.get_one(User, office.owner.user_id)
        token = invite(owner.practice, owner, "kim@alderstreet.org", "clinician", clock.now())
    return sends(office.browser(), f"/join/{token}", **NEW)


def inviting(office: Office) -> Send:
    """An invitation made."""
    browser = office.browser(office.owner)
    return sends(browser, "/people/invitations", email="kim@alderstreet.org", role="clinician")


def locking(office: Office) -> Send:
    """The screen locked by hand: nobody may believe it is when it is not."""
    return sends(office.browser(office.owner), "/lock")


def signing_out(office: Office) -> Send:
    """Signing out."""
    return sends(office.browser(office.owner), "/sign-out")


def ending(office: Office) -> Send:
    """Ending all other sign-ins."""
    office.browser(office.owner)
    return sends(office.browser(office.owner), "/sign-ins/end", which="others")


WAYS = (
    *(signing_in, unlocking, proving, second_factor, passkey, new_password, by_a_link, joining),
    *(inviting, locking, signing_out, ending),
)


@pytest.mark.parametrize("way", WAYS)
def test_p08_a_full_disk_is_said_at_every_door_and_forgotten_with_room(
    office: Office, way: Callable[[Office], Send]
) -> None:
    send = way(office)
    office.fill()
    assert send() == 507
    office.free()
    assert send() in (200, 302, 303)


def test_p08_on_a_full_disk_a_wrong_password_is_answered_like_the_right_one(
    office: Office,
) -> None:
    browser = office.browser()
    wrong = sends(browser, "/sign-in", email=office.owner.email, password="not the password")
    nobody = sends(browser, "/sign-in", email="nobody@example.org", password="not the password")
    office.fill()
    assert [wrong(), nobody()] == [507, 507]
    assert browser.get("/sign-in").status_code == 200
    office.free()
    assert wrong() == 422


def test_p08_the_first_set_up_on_a_full_disk_begins_nothing(office: Office) -> None:
    settings = replace(office.settings, database=office.folder / "new.db")
    upgrade(settings)
    app: Flask = create_app(settings)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    browser = Browser(app)
    browser.get("/set-up")
    fields = {
        "practice_name": "Alder Street",
        "time_zone": "America/New_York",
        "paper": "letter",
        "name": "Dana Whitfield",
        "email": "dana@alderstreet.org",
        "password": PASSWORD,
        "password_again": PASSWORD,
    }
    with app.app_context(), db.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    office.fill()
    assert browser.post("/set-up", **fields).status_code == 507
    with app.app_context():
        assert db.session.execute(text("SELECT count(*) FROM practice")).scalar() == 0
    office.free()
    assert browser.post("/set-up", **fields).status_code == 303
    close(app)
