"""The screen that locks when nobody is there, and opens again where it was."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from practice import clock
from practice.audit.models import AuditEvent
from practice.database.base import db
from practice.identity.models import Practice, SignInSession, User
from tests.browser import Browser
from tests.factories import PASSWORD, kept

IDLE = timedelta(minutes=15)
MORE = timedelta(seconds=30)
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def later(app):
    """Lets time pass: `later.shift(…)`."""
    with time_machine.travel(clock.now(), tick=False) as there:
        yield there


def fetch(browser, url, **fields):
    return browser.post(url, headers=FETCH, **fields)


def is_locked(browser):
    return browser.client.get("/practice", headers=FETCH).status_code == 401


def test_a_quarter_of_an_hour_without_input_locks_the_screen(later, dana):
    later.shift(IDLE + MORE)
    answer = dana.get("/practice")
    assert answer.status_code == 401
    assert "Your place is kept" in answer.text
    assert "Alder Street" not in answer.text


def test_every_page_opened_counts_as_input(later, dana):
    for _ in range(4):
        later.shift(IDLE - MORE)
        assert dana.get("/practice").status_code == 200


def test_the_practice_chooses_how_long(app, later, dana):
    with kept(app):
        db.session.get(Practice, dana.practice_id).idle_minutes = 5
    later.shift(timedelta(minutes=5) + MORE)
    assert dana.get("/practice").status_code == 401


def test_a_script_is_told_in_data_that_the_screen_is_locked(later, dana):
    later.shift(IDLE + MORE)
    for headers in ({"X_Requested_With": "fetch"}, {"HX_Request": "true"}):
        answer = dana.get("/practice", **headers)
        assert (answer.status_code, answer.json) == (401, {"locked": True})


def test_drafts_that_save_themselves_do_not_keep_the_screen_open(later, dana):
    for _ in range(16):
        later.shift(timedelta(minutes=1))
        last = dana.client.get("/practice", headers={"X-Autosave": "1", **FETCH})
    assert last.status_code == 401


def test_a_script_alone_does_not_keep_the_screen_open(later, dana):
    for _ in range(16):
        later.shift(timedelta(minutes=1))
        last = dana.client.get("/practice", headers=FETCH)
    assert last.status_code == 401


def test_typing_for_an_hour_keeps_the_screen_open(later, dana):
    for _ in range(60):
        later.shift(timedelta(minutes=1))
        assert fetch(dana, "/still-here", ago=3).status_code == 204
    assert dana.get("/practice").status_code == 200


def test_input_counts_from_when_it_was(later, dana):
    dana.get("/practice")
    later.shift(timedelta(minutes=10))
    fetch(dana, "/still-here", ago=60)
    later.shift(IDLE - timedelta(seconds=50))
    assert is_locked(dana)


@pytest.mark.parametrize("ago", ["-99999", "99999999999999999999", "x", "", "1e9"])
def test_no_odd_number_keeps_the_screen_open_longer(later, dana, ago):
    later.shift(timedelta(minutes=10))
    assert fetch(dana, "/still-here", ago=ago).status_code == 204
    later.shift(IDLE + MORE)
    assert is_locked(dana)


def test_asking_whether_one_may_go_on_is_no_input(later, dana):
    dana.get("/practice")
    for _ in range(16):
        later.shift(timedelta(minutes=1))
        headers = {"X-Autosave": "1", **FETCH}
        last = dana.post("/still-here", headers=headers)
    assert last.status_code == 401


@pytest.mark.parametrize("query", ["?skip=1", "?skip_timeout_reset=1", "?ago=0&locked=0"])
def test_no_parameter_opens_a_locked_screen(later, dana, query):
    later.shift(IDLE + MORE)
    assert dana.get(f"/practice{query}").status_code == 401


def test_the_screen_can_be_locked_at_once(dana):
    answer = dana.post("/lock", next="/practice")
    assert (answer.status_code, answer.location) == (303, "/practice")
    assert "Your place is kept" in dana.get("/practice").text


def test_the_password_opens_it_where_it_was(later, dana):
    later.shift(IDLE + MORE)
    page = dana.get("/practice?part=2")
    assert 'value="/practice?part=2"' in page.text
    answer = dana.post("/unlock", password=PASSWORD, next="/practice?part=2")
    assert (answer.status_code, answer.location) == (303, "/practice?part=2")
    assert dana.get("/practice").status_code == 200


def test_unlocking_gives_the_sign_in_a_new_id_and_no_new_hours(app, later, dana):
    with app.app_context():
        began = db.session.scalars(select(SignInSession.began_at)).one()
    dana.post("/lock")
    before = dana.cookie
    later.shift(MORE)
    dana.post("/unlock", password=PASSWORD)
    assert dana.cookie != before
    with app.app_context():
        assert db.session.scalars(select(SignInSession.began_at)).one() == began


@pytest.mark.parametrize("password", ["", "not my password at all", "x" * 100_000])
def test_a_wrong_password_leaves_it_locked(dana, password):
    dana.post("/lock")
    answer = dana.post("/unlock", password=password, next="/practice")
    assert answer.status_code == 422
    assert is_locked(dana)


def test_unlocking_and_failing_to_are_in_the_audit_log(app, dana):
    dana.post("/lock")
    dana.post("/unlock", password="not my password at all")
    dana.post("/unlock", password=PASSWORD)
    with app.app_context():
        verbs = set(db.session.scalars(select(AuditEvent.verb)))
    assert {"unlock-failed", "unlocked"} <= verbs


def test_a_colleagues_password_does_not_open_it(app, dana, noor):
    with kept(app):
        user = db.session.get(User, noor.user_id)
        from practice.identity.service import hash_password

        user.password = hash_password("noor has a password of her own")
    dana.post("/lock")
    answer = dana.post("/unlock", password="noor has a password of her own")
    assert answer.status_code == 422


def test_never_lead_to_another_site_after_unlocking(dana):
    dana.post("/lock")
    answer = dana.post("/unlock", password=PASSWORD, next="https://evil.example")
    assert answer.location == "/"


def test_a_script_unlocks_in_place_and_its_page_works_on(dana):
    dana.get("/practice")
    page = dana.token
    fetch(dana, "/lock")
    assert fetch(dana, "/unlock", password="not mine at all").json == {
        "error": "That is not your password."
    }
    answer = fetch(dana, "/unlock", password=PASSWORD)
    assert answer.status_code == 200
    for token in (page, answer.json["csrf_token"]):
        sent = {"csrf_token": token, "name": "Dana W.", "note_format": "dap"}
        assert dana.client.post("/practice/profile", data=sent).status_code == 303


def test_a_page_left_open_overnight_is_unlocked_by_its_own_user(app, later, dana):
    dana.get("/practice")
    later.shift(timedelta(hours=14))
    assert is_locked(dana)
    answer = fetch(dana, "/unlock", password=PASSWORD)
    assert answer.status_code == 200
    sent = {"csrf_token": answer.json["csrf_token"], "name": "Dana W.", "note_format": "dap"}
    assert dana.client.post("/practice/profile", data=sent).status_code == 303


def test_a_page_left_open_overnight_is_not_unlocked_without_its_password(later, dana):
    dana.get("/practice")
    later.shift(timedelta(hours=14))
    dana.get("/practice", X_Requested_With="fetch")
    assert fetch(dana, "/unlock", password="not mine at all").status_code == 422
    assert is_locked(dana)


def test_a_page_of_one_user_is_not_unlocked_into_anothers_session(app, dana):
    dana.get("/practice")
    old = dana.token
    dana.sign_out()
    dana.sign_in(app.extensions["cast"]["noor"])
    sent = {"csrf_token": old, "password": PASSWORD}
    answer = dana.client.post("/unlock", data=sent, headers=FETCH)
    assert answer.status_code == 409
    assert "Someone else is signed in" in answer.json["error"]


@pytest.mark.parametrize("token", ["", "x", "IjEuYWJjIg.aaaa.bbbb"])
def test_nothing_is_unlocked_for_a_page_that_is_not_ours(app, visitor, token):
    sent = {"csrf_token": token, "password": PASSWORD}
    assert visitor.client.post("/unlock", data=sent, headers=FETCH).status_code == 409
    assert Browser(app).get("/practice").status_code == 302


def test_a_disabled_user_cannot_unlock(app, later, dana):
    dana.get("/practice")
    with kept(app):
        db.session.get(User, dana.user_id).active = False
    assert fetch(dana, "/unlock", password=PASSWORD).status_code == 409


def test_one_can_sign_out_of_a_locked_screen(dana):
    dana.post("/lock")
    assert dana.sign_out().status_code == 302
    assert dana.get("/practice").location == "/sign-in?next=/practice"
