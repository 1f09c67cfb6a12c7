"""The server's half of being signed in: made, renewed, and ended for good."""

import hashlib
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from practice import clock
from practice.database.base import db
from practice.identity.models import SignInSession, User
from practice.identity.sign_in_sessions import LONGEST, cookie
from tests.browser import Browser
from tests.factories import PASSWORD, kept

NEW_PASSWORD = "a different lamp on every table"


def rows(app):
    with app.app_context():
        return list(db.session.scalars(select(SignInSession)))


def id_in(browser):
    return cookie.read(browser.app, browser.cookie).get("id")


def change_password(browser, now=PASSWORD, new=NEW_PASSWORD, again=None):
    return browser.post(
        "/password", password=now, new_password=new, new_password_confirm=again or new
    )


def test_a_visitor_leaves_no_row_and_carries_no_id(app, visitor):
    visitor.get("/sign-in")
    assert rows(app) == []
    assert set(cookie.read(app, visitor.cookie)) == {"csrf_token"}


def test_the_id_has_256_bits_and_only_its_hash_is_stored(app, dana):
    token = id_in(dana)
    assert len(token) >= 43
    assert [row.id_hash for row in rows(app)] == [hashlib.sha256(token.encode()).hexdigest()]
    assert cookie.read(app, dana.cookie) == {"id": token}


def test_signing_in_gives_a_new_cookie_and_a_new_token(app, visitor):
    visitor.get("/sign-in")
    before, token = visitor.cookie, visitor.token
    visitor.sign_in(app.extensions["cast"]["dana"])
    assert visitor.cookie != before
    assert visitor.client.post("/lock", data={"csrf_token": token}).status_code == 400


def test_a_cookie_somebody_planted_is_worth_nothing_after_signing_in(app, visitor):
    visitor.get("/sign-in")
    planted = visitor.cookie
    visitor.sign_in(app.extensions["cast"]["dana"])
    thief = Browser(app)
    thief.cookie = planted
    assert thief.get("/practice").status_code == 302


@pytest.mark.parametrize("planted", ["", "x", "e30.x", "eyJpZCI6IngifQ.AAAA", "\u00e9"])
def test_a_cookie_that_is_not_ours_is_a_visitors(app, planted):
    browser = Browser(app)
    browser.cookie = planted
    assert browser.get("/practice").status_code == 302


def test_a_cookie_cannot_name_a_user_by_itself(app, dana):
    with app.app_context():
        mark = db.session.get(User, dana.user_id).fs_uniquifier
        forged = cookie.signer(app).dumps({"_user_id": mark, "csrf_token": "x"})
    browser = Browser(app)
    browser.cookie = forged
    assert browser.get("/practice").status_code == 302


def test_after_twelve_hours_it_is_over_however_busy_one_was(dana):
    with time_machine.travel(clock.now(), tick=False) as there:
        for _ in range(int(LONGEST / timedelta(minutes=12)) - 1):
            there.shift(timedelta(minutes=12))
            assert dana.get("/practice").status_code == 200
        there.shift(timedelta(minutes=11, seconds=30))
        assert dana.get("/practice").status_code == 200
        there.shift(timedelta(seconds=31))
        assert dana.get("/practice").status_code == 302


def test_a_clock_set_back_makes_it_no_longer(dana):
    with time_machine.travel(clock.now() - timedelta(hours=2), tick=False):
        assert dana.get("/practice").status_code == 302


def test_rows_that_ran_out_are_swept_when_someone_signs_in(app, dana):
    with time_machine.travel(clock.now() + LONGEST + timedelta(minutes=1), tick=False):
        Browser(app, app.extensions["cast"]["noor"])
    assert [row.user_id for row in rows(app)] == [app.extensions["cast"]["noor"].user_id]


def test_a_disabled_user_is_out_at_the_next_request(app, noor):
    with kept(app):
        db.session.get(User, noor.user_id).active = False
    assert noor.get("/practice").status_code == 302


def test_a_new_password_ends_every_other_sign_in_and_renews_this_one(app, dana):
    other = Browser(app, dana.person)
    before = dana.cookie
    answer = change_password(dana)
    assert answer.status_code == 302
    assert dana.cookie != before
    assert "Your password is changed" in dana.get(answer.location).text
    assert other.get("/practice").status_code == 302
    thief = Browser(app)
    thief.cookie = before
    assert thief.get("/practice").status_code == 302
    assert len(rows(app)) == 1


def test_a_page_open_in_another_window_still_works_after_a_new_password(dana):
    dana.get("/practice")
    token = dana.token
    change_password(dana)
    sent = {"csrf_token": token, "name": "Dana W.", "note_format": "dap"}
    assert dana.client.post("/practice/profile", data=sent).status_code == 303


def test_a_new_password_asks_for_the_one_in_use(app, dana):
    answer = change_password(dana, now="not my password at all")
    assert answer.status_code == 422
    assert "That is not your password" in answer.text
    assert Browser(app).sign_in(dana.person).status_code == 302


@pytest.mark.parametrize(
    ("new", "again", "words"),
    [
        ("short", None, "at least 12 characters"),
        ("passwordpassword", None, "first passwords anyone would try"),
        ("dana whitfield 1", None, "Anyone who knows your name"),
        (NEW_PASSWORD, "something else entirely", "not the same"),
        (PASSWORD, None, "the one you have now"),
    ],
)
def test_a_new_password_follows_the_rules(dana, new, again, words):
    answer = change_password(dana, new=new, again=again)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_look_at_a_page_writes_nothing_while_nothing_changed(app, dana):
    dana.get("/practice")
    before = rows(app)[0].last_input_at
    dana.get("/practice")
    assert rows(app)[0].last_input_at == before


def test_a_racing_answer_does_not_bring_an_ended_sign_in_back(app, dana):
    dana.get("/practice")
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=False):
        with kept(app):
            db.session.query(SignInSession).delete()
        dana.get("/practice")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SignInSession)) == 0


def test_two_practices_do_not_share_a_session(app, dana, stranger):
    assert "Alder Street Couples Therapy" in dana.get("/practice").text
    assert "Alder Street Couples Therapy" not in stranger.get("/practice").text
