"""Nothing typed is lost when the sign-in is over or the screen is locked."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest
import time_machine

from practice import clock
from practice.database.base import db
from practice.identity.models import SignInSession
from practice.identity.pending_form import local_path
from tests.factories import PASSWORD, kept

WORDS = "Dana Whitfield & a few more words, <b>kept</b>"
PROFILE = {"name": WORDS, "credentials": "LMFT", "note_format": "soap"}


def end_sign_ins(app):
    with kept(app):
        db.session.query(SignInSession).delete()


class HiddenFields(HTMLParser):
    """Collects the hidden fields of a page: (name, value)."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "input" and given.get("type") == "hidden":
            self.found.append((given["name"], given.get("value") or ""))


def hidden_fields(page):
    fields = HiddenFields()
    fields.feed(page)
    return fields.found


def send_as_shown(browser, url, page, **typed):
    """Send the form of a page: its hidden fields as they are, and what is typed into it."""
    return browser.client.post(url, data={**dict(hidden_fields(page)), **typed})


def test_words_sent_after_the_sign_in_ended_come_back_and_can_be_sent_again(app, dana):
    dana.get("/practice")
    end_sign_ins(app)
    asked = dana.post("/practice/profile", **PROFILE)
    assert asked.status_code == 401
    assert "What you typed is kept" in asked.text
    back = send_as_shown(dana, "/sign-in", asked.text, email=dana.email, password=PASSWORD)
    assert "Your words are still here" in back.text
    assert "a few more words, &lt;b&gt;kept&lt;/b&gt;" in back.text
    sent = send_as_shown(dana, "/practice/profile", back.text)
    assert sent.status_code == 303
    assert "a few more words" in dana.get("/practice").text


def test_words_survive_a_wrong_password_on_the_way(app, dana):
    dana.get("/practice")
    end_sign_ins(app)
    page = dana.post("/practice/profile", **PROFILE)
    for _ in range(3):
        page = send_as_shown(dana, "/sign-in", page.text, email=dana.email, password="not mine")
        assert page.status_code == 422
    back = send_as_shown(dana, "/sign-in", page.text, email=dana.email, password=PASSWORD)
    assert dict(hidden_fields(back.text))["name"] == WORDS


def test_words_sent_to_a_locked_screen_come_back_after_the_password(dana):
    dana.get("/practice")
    dana.post("/lock")
    asked = dana.post("/practice/profile", **PROFILE)
    assert asked.status_code == 401
    assert "What you typed is kept too" in asked.text
    wrong = send_as_shown(dana, "/unlock", asked.text, password="not mine")
    back = send_as_shown(dana, "/unlock", wrong.text, password=PASSWORD)
    assert "Your words are still here" in back.text
    assert send_as_shown(dana, "/practice/profile", back.text).status_code == 303


def test_words_from_a_window_older_than_the_sign_in_come_back(app, dana):
    dana.get("/practice")
    old = dana.token
    dana.sign_out()
    dana.sign_in(dana.person)
    back = dana.client.post("/practice/profile", data={"csrf_token": old, **PROFILE})
    assert back.status_code == 400
    assert "Your words are still here" in back.text
    assert send_as_shown(dana, "/practice/profile", back.text).status_code == 303


def test_a_script_in_a_window_older_than_the_sign_in_gets_a_fresh_token(dana):
    dana.get("/practice")
    old = dana.token
    dana.sign_out()
    dana.sign_in(dana.person)
    headers = {"X-Requested-With": "fetch"}
    answer = dana.client.post("/still-here", data={"csrf_token": old}, headers=headers)
    assert answer.status_code == 401
    fresh = {"csrf_token": answer.json["csrf_token"]}
    assert dana.client.post("/still-here", data=fresh, headers=headers).status_code == 204


def test_a_forged_token_brings_no_fresh_one(dana):
    headers = {"X-Requested-With": "fetch"}
    answer = dana.client.post("/still-here", data={"csrf_token": "IjEuYSI.a.b"}, headers=headers)
    assert answer.status_code == 400
    assert "csrf_token" not in answer.text


def test_nobody_else_is_shown_the_words(app, dana):
    dana.get("/practice")
    end_sign_ins(app)
    asked = dana.post("/practice/profile", **PROFILE)
    noor = app.extensions["cast"]["noor"]
    answer = send_as_shown(dana, "/sign-in", asked.text, email=noor.email, password=PASSWORD)
    assert answer.status_code == 303
    page = dana.get("/practice").text
    assert "a few more words" not in page
    assert "it was not shown" in page


def test_words_of_a_page_that_is_not_ours_are_not_carried(visitor):
    answer = visitor.post("/practice/profile", name="planted words")
    assert answer.status_code == 401
    assert "planted words" not in answer.text


def test_passwords_are_never_carried(app, dana):
    dana.get("/password")
    end_sign_ins(app)
    asked = dana.post("/password", password=PASSWORD, new_password="one more secret lamp")
    assert PASSWORD not in asked.text
    assert "one more secret lamp" not in asked.text


def test_the_same_mark_is_sent_again_so_that_no_second_record_is_made(app, dana):
    dana.get("/practice")
    end_sign_ins(app)
    asked = dana.post("/couples/new", once="the-same-mark", words="a b")
    back = send_as_shown(dana, "/sign-in", asked.text, email=dana.email, password=PASSWORD)
    fields = dict(hidden_fields(back.text))
    assert fields["once"] == "the-same-mark"
    assert 'action="/couples/new"' in back.text


def test_several_values_of_one_field_are_all_kept(app, dana):
    dana.get("/practice")
    end_sign_ins(app)
    asked = dana.post("/couples/new", days=["mon", "wed"])
    pairs = [pair for pair in hidden_fields(asked.text) if pair[0] == "kept:days"]
    both_ways_in = 2  # by password, and by passkey
    assert pairs == [("kept:days", "mon"), ("kept:days", "wed")] * both_ways_in


def test_long_words_and_every_script_are_kept_as_they_were(app, dana):
    text = "שלום мир 你好 🌿\nline two " * 3000
    dana.get("/practice")
    with time_machine.travel(clock.now() + timedelta(minutes=20), tick=False):
        asked = dana.post("/couples/new", words=text)
        back = send_as_shown(dana, "/unlock", asked.text, password=PASSWORD)
    assert dict(hidden_fields(back.text))["words"].splitlines() == text.splitlines()


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/couples/3", "/couples/3"),
        ("/couples/3?tab=2", "/couples/3?tab=2"),
        ("https://evil.example/", None),
        ("//evil.example", None),
        ("/\\evil.example", None),
        ("\\\\evil.example", None),
        ("/\t/evil.example", None),
        ("javascript:alert(1)", None),
        ("couples", None),
        ("", None),
        (None, None),
    ],
)
def test_only_a_path_of_ours_is_a_path(address, path):
    assert local_path(address) == path
