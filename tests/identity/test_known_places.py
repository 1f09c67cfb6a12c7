"""A stranger who guesses elsewhere shuts nobody out of a place from which they came in before."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from practice import clock
from practice.identity import known_places
from tests.browser import Browser
from tests.factories import PASSWORD, Person
from tests.identity.second_factors import app_code, give_code, set_up_app
from tests.identity.test_rate_limits import enter, guess, statuses

HOME, TRAIN = "198.51.100.20", "192.0.2.44"


def besieged(app: Flask, person: Person) -> None:
    """Strangers all over the world guess at the account until no guess is looked at."""
    stranger = Browser(app)
    seen = [guess(stranger, person.email, n, f"203.0.113.{n}").status_code for n in range(1, 53)]
    assert seen == [422] * 50 + [429, 429]


@pytest.fixture
def person(app: Flask) -> Person:
    """Noor, whose account is guessed at."""
    noor: Person = app.extensions["cast"]["noor"]
    return noor


@pytest.fixture
def laptop(app: Flask, person: Person) -> Browser:
    """A browser in which Noor came in once, at home, and signed out."""
    browser = Browser(app)
    assert enter(browser, person, HOME).status_code == 302
    browser.person = person
    browser.token = ""
    browser.sign_out()
    browser.person, browser.token = None, ""
    return browser


def test_the_right_password_opens_in_a_known_browser_wherever_it_is(
    app: Flask, person: Person, laptop: Browser
) -> None:
    besieged(app, person)
    assert enter(laptop, person, TRAIN).status_code == 302


def test_the_right_password_opens_from_a_known_network_in_any_browser(
    app: Flask, person: Person, laptop: Browser
) -> None:
    besieged(app, person)
    assert enter(Browser(app), person, TRAIN).status_code == 429
    assert enter(Browser(app), person, HOME).status_code == 302


def test_the_newer_addresses_of_one_customer_are_one_network(app: Flask, person: Person) -> None:
    first, second = "2001:db8:1:2::7", "2001:db8:1:2:ffff::1"
    assert enter(Browser(app), person, first).status_code == 302
    besieged(app, person)
    assert enter(Browser(app), person, "2001:db8:1:3::7").status_code == 429
    assert enter(Browser(app), person, second).status_code == 302


def test_a_stranger_with_a_whole_network_of_addresses_counts_as_one(
    app: Flask, person: Person
) -> None:
    stranger = Browser(app)
    seen = [
        guess(stranger, person.email, n, f"2001:db8:9:9::{n:x}").status_code for n in range(1, 13)
    ]
    assert seen == [422] * 10 + [429, 429]


def test_a_known_browser_has_a_limit_of_its_own(
    app: Flask, person: Person, laptop: Browser
) -> None:
    assert statuses(laptop, person.email, 12, TRAIN) == [422] * 10 + [429, 429]
    assert enter(laptop, person, TRAIN).status_code == 429, "the right one waits there, too"
    assert enter(Browser(app), person, TRAIN).status_code == 302, "and nowhere else"


def test_whoever_is_signed_in_unlocks_and_proves_while_strangers_guess(
    app: Flask, noor: Browser
) -> None:
    assert noor.person
    besieged(app, noor.person)
    noor.post("/lock")
    assert noor.post("/unlock", password=PASSWORD).status_code == 303
    assert noor.post("/prove", password=PASSWORD).status_code == 303


def test_a_browser_is_known_for_those_who_came_in_there_alone(
    app: Flask, person: Person, laptop: Browser
) -> None:
    dana: Person = app.extensions["cast"]["dana"]
    besieged(app, dana)
    assert enter(laptop, dana, TRAIN).status_code == 429


def test_several_people_share_one_browser(app: Flask, person: Person, laptop: Browser) -> None:
    dana: Person = app.extensions["cast"]["dana"]
    laptop.token = ""
    assert enter(laptop, dana, HOME).status_code == 302
    laptop.person, laptop.token = dana, ""
    laptop.sign_out()
    laptop.person, laptop.token = None, ""
    for someone in (dana, person):
        besieged(app, someone)
    assert enter(laptop, person, TRAIN).status_code == 302


def test_the_password_alone_makes_no_place_known(app: Flask, person: Person) -> None:
    noor = Browser(app, person)
    key, _codes = set_up_app(noor)
    thief = Browser(app)
    assert enter(thief, person, TRAIN).status_code == 302
    assert thief.client.get_cookie(known_places.cookie_name(app)) is None
    besieged(app, person)
    assert enter(Browser(app), person, TRAIN).status_code == 429
    noor.sign_out()
    noor.sign_in(person)
    assert give_code(noor, app_code(key)).status_code == 303
    assert noor.client.get_cookie(known_places.cookie_name(app)) is not None


def test_the_cookie_names_nobody_opens_nothing_and_is_forgotten(
    app: Flask, person: Person, laptop: Browser
) -> None:
    held = laptop.client.get_cookie(known_places.cookie_name(app))
    assert held is not None
    assert held.http_only and held.same_site == "Lax" and held.max_age == known_places.LONGEST
    with app.app_context():
        mark, *hashes = known_places.signer(app).loads(held.value)
    assert person.email not in str([mark, *hashes]) and len(hashes) == 1
    assert laptop.get("/practice").status_code == 302
    with time_machine.travel(clock.now() + timedelta(days=181), tick=False):
        besieged(app, person)
        assert enter(laptop, person, HOME).status_code == 429


@pytest.mark.parametrize("value", ["", "x", "e30.x.y", "\u00e9", "a" * 4_000, "[" * 500])
def test_a_cookie_that_is_not_ours_makes_no_place_known(
    app: Flask, person: Person, value: str
) -> None:
    besieged(app, person)
    forger = Browser(app)
    forger.client.set_cookie(known_places.cookie_name(app), value)
    assert enter(forger, person, TRAIN).status_code == 429
