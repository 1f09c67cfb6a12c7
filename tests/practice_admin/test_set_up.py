"""The first day of an installation."""

import pytest
from sqlalchemy import select

from practice.audit.models import AuditEvent
from practice.database.base import db
from practice.identity.models import Practice, User
from practice.identity.permissions import Permission, may
from tests.browser import Browser

FIRST_PASSWORD = "nine lamps along the river"
ANSWERS = {
    "practice_name": "Harbor Couples Practice",
    "address": "12 Harbor Road\r\nPortland, ME 04101",
    "phone": "(555) 010-1212",
    "time_zone": "America/New_York",
    "paper": "letter",
    "name": "Ines Marlow",
    "credentials": "LCSW",
    "email": "Ines@Harbor.example",
    "password": FIRST_PASSWORD,
    "password_again": FIRST_PASSWORD,
}


@pytest.fixture
def first(new_app):
    browser = Browser(new_app)
    browser.get("/set-up")
    return browser


def set_up(browser, **changes):
    return browser.post("/set-up", **(ANSWERS | changes))


def test_the_practice_is_open_and_its_owner_signed_in(new_app, first):
    answer = set_up(first)
    assert (answer.status_code, answer.location) == (303, "/")
    page = first.get("/practice").text
    assert "Harbor Couples Practice" in page
    assert "Ines Marlow, LCSW" in page
    with new_app.app_context():
        practice = db.session.scalars(select(Practice)).one()
        user = db.session.scalars(select(User)).one()
        assert practice.address == "12 Harbor Road\nPortland, ME 04101"
        assert practice.time_zone == "America/New_York"
        assert user.practice_id == practice.id
        assert may(user, Permission.CHANGE_PRACTICE) and user.has_role("clinician")
        assert user.password.startswith("$argon2id$")


def test_the_beginning_is_in_the_audit_log(new_app, first):
    set_up(first)
    with new_app.app_context():
        events = db.session.execute(select(AuditEvent.verb, AuditEvent.subject)).all()
    assert [tuple(event) for event in events] == [
        ("created", "practice:1"),
        ("created", "user:1"),
        ("signed-in", "user:1"),
    ]


def test_after_that_there_is_no_set_up_any_more(new_app, first):
    set_up(first)
    assert first.get("/set-up").status_code == 404
    assert Browser(new_app).get("/set-up").status_code == 404
    assert Browser(new_app).post("/set-up", **ANSWERS).status_code == 404


def test_a_second_set_up_under_way_is_refused(new_app, first):
    other = Browser(new_app)
    other.get("/set-up")
    set_up(first)
    assert set_up(other, practice_name="Another").status_code == 404
    with new_app.app_context():
        assert len(db.session.scalars(select(Practice)).all()) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"practice_name": " "}, "Name the practice"),
        ({"practice_name": "x" * 121}, "Keep this to 120 characters"),
        ({"time_zone": "America/Atlantis"}, "Choose a time zone"),
        ({"time_zone": "../../etc/passwd"}, "Choose a time zone"),
        ({"paper": "papyrus"}, "Not a valid choice"),
        ({"name": " \t "}, "Enter your name"),
        ({"email": "nobody"}, "does not look like an e-mail"),
        ({"email": ""}, "Enter your e-mail"),
        ({"password": "short", "password_again": "short"}, "at least 12 characters"),
        ({"password_again": "something else"}, "are not the same"),
        (
            {"password": "harbor couples", "password_again": "harbor couples"},
            "Anyone who knows your name",
        ),
        ({"name": "a\x00b"}, "cannot be printed"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(new_app, first, changes, words):
    answer = set_up(first, **changes)
    assert answer.status_code == 422
    assert words in answer.text
    assert first.get("/practice").location == "/set-up"


def test_names_in_any_script_and_with_any_mark_are_taken(first):
    name = "Łucja O’Brien-Núñez <b>& {{ 7*7 }}</b> 李"
    assert set_up(first, name=name).status_code == 303
    assert "O’Brien-Núñez &lt;b&gt;&amp; {{ 7*7 }}&lt;/b&gt; 李" in first.get("/practice").text


def test_the_page_offers_time_zones_at_home_first(first):
    page = first.get("/set-up").text
    assert page.index("America/New_York") < page.index("Europe/Madrid")
    assert '<optgroup label="United States">' in page
