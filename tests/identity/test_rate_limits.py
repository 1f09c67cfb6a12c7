"""Guessing is slowed, for whoever guesses; nobody else is kept out for long."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from practice import clock
from practice.application import create_app
from practice.audit.models import AuditEvent
from practice.audit.service import AuditEntry, write_apart
from practice.database.base import db
from practice.identity import failed_tries, rate_limit_storage
from practice.identity.models import RateCount
from practice.identity.rate_limit_storage import RateStore
from tests.browser import Browser
from tests.factories import PASSWORD
from tests.house import close
from tests.identity.second_factors import set_up_app

WINDOW = timedelta(minutes=15)
FETCH = {"X-Requested-With": "fetch"}


def guess(browser, email, number=0, address="127.0.0.1"):
    sent = {
        "csrf_token": browser.csrf_token(),
        "email": email,
        "password": f"a guess at it {number}",
    }
    return browser.client.post(
        "/sign-in", data=sent, environ_base={"REMOTE_ADDR": address}, buffered=True
    )


def statuses(browser, email, times, address="127.0.0.1"):
    return [guess(browser, email, number, address).status_code for number in range(times)]


def enter(browser, person, address):
    sent = {"csrf_token": browser.csrf_token(), "email": person.email, "password": PASSWORD}
    return browser.client.post(
        "/sign-in", data=sent, environ_base={"REMOTE_ADDR": address}, buffered=True
    )


@pytest.fixture
def person(app):
    return app.extensions["cast"]["dana"]


def test_after_ten_wrong_tries_the_eleventh_is_not_looked_at(visitor, person):
    assert statuses(visitor, person.email, 12) == [422] * 10 + [429, 429]


def test_hundreds_of_guesses_reach_the_password_ten_times_even_over_a_restart(
    app, settings, visitor, person
):
    seen = statuses(visitor, person.email, 150)
    again = create_app(settings)
    seen += statuses(Browser(again), person.email, 150)
    close(again)
    assert seen.count(422) == 10
    assert seen.count(429) == 290


def test_the_page_says_how_long_to_wait(visitor, person):
    statuses(visitor, person.email, 10)
    answer = guess(visitor, person.email)
    assert answer.status_code == 429
    assert "Wait up to 15 minutes" in answer.text


def test_even_the_right_password_waits_where_someone_guessed(visitor, person):
    statuses(visitor, person.email, 10)
    assert enter(visitor, person, "127.0.0.1").status_code == 429


def test_after_a_quarter_of_an_hour_one_can_try_again_though_it_was_tried_meanwhile(
    visitor, person
):
    with time_machine.travel(clock.now(), tick=False) as there:
        statuses(visitor, person.email, 10)
        for _ in range(14):
            there.shift(timedelta(minutes=1))
            guess(visitor, person.email)
        there.shift(timedelta(minutes=1, seconds=1))
        assert enter(visitor, person, "127.0.0.1").status_code == 302


def test_a_stranger_who_guesses_elsewhere_does_not_keep_the_owner_out(app, visitor, person):
    statuses(visitor, person.email, 40, address="203.0.113.7")
    assert enter(Browser(app), person, "198.51.100.2").status_code == 302


def test_right_tries_do_not_count(app, person):
    for _ in range(12):
        assert Browser(app).sign_in(person).status_code == 302


def test_many_accounts_from_one_address_are_slowed_as_well(visitor):
    seen = [guess(visitor, f"user{number}@alderstreet.org").status_code for number in range(35)]
    assert seen == [422] * 30 + [429] * 5


def test_a_neighbour_who_guesses_does_not_keep_a_colleague_locked(dana, visitor):
    for number in range(35):
        guess(visitor, f"user{number}@alderstreet.org")
    dana.post("/lock")
    assert dana.post("/unlock", password=PASSWORD).status_code == 303


def test_one_account_from_many_addresses_is_slowed_as_well(visitor, person):
    seen = [
        guess(visitor, person.email, number, f"198.51.100.{number}").status_code
        for number in range(55)
    ]
    assert seen == [422] * 50 + [429] * 5


def test_the_doors_count_together(app, dana, visitor):
    dana.post("/lock")
    for _ in range(6):
        dana.post("/unlock", password="not mine at all")
    assert statuses(visitor, dana.email, 5) == [422] * 4 + [429]


def test_a_script_that_unlocks_is_told_in_data(dana):
    dana.post("/lock")
    for _ in range(10):
        dana.post("/unlock", headers=FETCH, password="not mine at all")
    answer = dana.post("/unlock", headers=FETCH, password=PASSWORD)
    assert answer.status_code == 429
    assert "15 minutes" in answer.json["error"]


def test_the_lock_page_says_it_in_words(dana):
    dana.post("/lock")
    for _ in range(10):
        dana.post("/unlock", password="not mine at all")
    answer = dana.post("/unlock", password=PASSWORD)
    assert answer.status_code == 429
    assert "Wait up to 15 minutes" in answer.text
    assert "Your place is kept" in answer.text


def test_guessing_the_password_on_the_page_that_changes_it_is_slowed(dana):
    fields = {
        "new_password": "a lamp on every table",
        "new_password_confirm": "a lamp on every table",
    }
    seen = [dana.post("/password", password="not mine", **fields).status_code for _ in range(11)]
    assert seen == [422] * 10 + [429]


def test_no_address_and_no_email_is_stored_in_clear(app, visitor, person):
    guess(visitor, person.email, address="203.0.113.7")
    with app.app_context():
        keys = list(db.session.scalars(select(RateCount.key)))
    assert len(keys) == 4, "three limits, and how often it failed"
    for key in keys:
        assert len(key) == 64
        assert person.email not in key and "203.0.113.7" not in key


def lines(app, verb):
    with app.app_context():
        query = select(AuditEvent.detail).where(AuditEvent.verb == verb).order_by(AuditEvent.seq)
        return [detail.get("times") for detail in db.session.scalars(query)]


def test_names_nobody_has_fill_no_log_however_many_are_tried(app, visitor):
    """S67: the first ten of a day are lines, then the hundredth; the rest is counted."""
    for number in range(104):
        guess(visitor, f"nobody{number}@example.org", number, f"203.0.113.{number}")
    assert lines(app, "sign-in-failed") == [None] * 10 + [100]
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=False):
        guess(visitor, "nobody@example.org")
        assert len(lines(app, "sign-in-failed")) == 12, "the next day has lines of its own"


@pytest.mark.parametrize("times", [1, 10, 100, 1_000, 10_000, 100_000])
def test_these_have_a_line(times):
    assert failed_tries.has_line(times)


@pytest.mark.parametrize("times", [11, 20, 99, 101, 110, 200, 1_001, 5_000])
def test_these_are_only_counted(times):
    assert not failed_tries.has_line(times)


def test_whoever_knows_the_password_alone_fills_no_log(app, noor):
    set_up_app(noor)
    for _ in range(15):
        Browser(app, noor.person)
    assert len(lines(app, "password-given")) == 10


def test_the_sign_ins_page_says_how_often(app, dana):
    with app.app_context():
        happened = AuditEntry("sign-in-failed", f"user:{dana.user_id}", None, {"times": 100})
        write_apart([happened])
    assert "A wrong password was given (the 100th time that day)" in dana.get("/sign-ins").text


def test_the_table_stays_bounded(app, monkeypatch):
    monkeypatch.setattr(rate_limit_storage, "MOST_ROWS", 50)
    with app.app_context():
        store = RateStore()
        for number in range(120):
            assert store.incr(f"key {number}", 900) == 1
        assert db.session.scalar(select(func.count()).select_from(RateCount)) == 50
        assert store.get("key 119") == 1, "the newest stay"


def test_a_count_is_kept_until_it_is_forgotten(app):
    with app.app_context(), time_machine.travel(clock.now(), tick=False) as there:
        store = RateStore()
        assert [store.incr("key", 60) for _ in range(3)] == [1, 2, 3]
        assert store.get("key") == 3
        assert store.check()
        there.shift(timedelta(seconds=61))
        assert store.get("key") == 0
        assert store.incr("key", 60) == 1
        store.clear("key")
        assert store.get("key") == 0
        store.incr("key", 60)
        assert store.reset() == 1
