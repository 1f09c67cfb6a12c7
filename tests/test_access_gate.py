"""Who may come in, what a visitor is told, and where things must come from."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from practice.access_gate import OPEN_TO_ALL
from practice.application import create_app
from practice.database.base import db
from tests.browser import Browser
from tests.house import close

PAGES = ["/", "/couples", "/practice", "/password", "/no/such/page", "/couples/1"]


def test_the_list_of_open_pages_stays_short():
    assert sorted(OPEN_TO_ALL) == [
        "front_door.alive",
        "front_door.ready",
        "identity.new_password",
        "identity.passkey_challenge",
        "identity.unlock",
        "identity.use_passkey",
        "practice_admin.join",
        "practice_admin.set_up",
        "security.login",
        "static",
    ]


@pytest.mark.parametrize("address", PAGES)
def test_a_visitor_who_opens_a_page_is_led_to_sign_in(visitor, address):
    answer = visitor.get(address)
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


@pytest.mark.parametrize("address", PAGES)
def test_a_visitor_who_sends_something_is_asked_who_they_are(visitor, address):
    answer = visitor.post(address, words="a few words")
    assert answer.status_code == 401
    assert "Sign in" in answer.text


def test_every_rule_and_method_is_closed_to_visitors_but_the_open_ones(app, visitor):
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN_TO_ALL or rule.endpoint == "security.logout":
            continue
        address = rule.rule
        for name in rule.arguments:
            address = address.replace(f"<int:{name}>", "1").replace(f"<{name}>", "x")
        for method in rule.methods or ():
            answer = visitor.client.open(address, method=method)
            assert answer.status_code in (302, 401, 404), (method, address)
            assert "Alder Street" not in answer.text


def test_signing_in_leads_to_the_page_that_was_wanted(app, visitor):
    wanted = visitor.get("/practice").location
    person = app.extensions["cast"]["dana"]
    visitor.get(wanted)
    answer = visitor.post(
        "/sign-in", email=person.email, password=person.password, next="/practice"
    )
    assert answer.location == "/practice"


def test_a_script_is_told_in_data_that_nobody_is_signed_in(visitor):
    for headers in ({"X_Requested_With": "fetch"}, {"HX_Request": "true"}):
        answer = visitor.get("/couples", **headers)
        assert (answer.status_code, answer.json) == (401, {"signed_out": True})


def test_a_visitor_who_signs_out_is_led_to_sign_in(visitor):
    answer = visitor.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")


@pytest.mark.parametrize("address", ["/", "/sign-in", "/practice", "/couples", "/nowhere"])
def test_everything_in_an_empty_installation_leads_to_its_set_up(new_app, address):
    answer = Browser(new_app).get(address)
    assert (answer.status_code, answer.location) == (302, "/set-up")


def test_an_empty_installation_says_that_it_is_alive(new_app):
    assert Browser(new_app).get("/alive").text == "alive\n"


def is_ready(app):
    answer = Browser(app).get("/ready")
    return answer.status_code, answer.text


def test_an_installation_at_the_newest_migration_is_ready(new_app, app):
    assert is_ready(new_app) == is_ready(app) == (200, "ready\n")


def test_one_that_stands_at_an_older_migration_is_not_and_tells_strangers_no_more(app, caplog):
    with app.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        db.session.commit()
    assert is_ready(app) == (503, "not ready\n")
    assert "migrations at 0001, not at" in caplog.text


def test_one_whose_database_does_not_open_is_not_ready(app, caplog):
    close(app)
    database = Path(app.config["DATABASE"])
    for left in database.parent.glob(f"{database.name}-*"):
        left.unlink()
    database.write_bytes(os.urandom(8192))
    assert is_ready(app) == (503, "not ready\n")
    assert "the database does not open" in caplog.text
    assert str(database) not in caplog.text


def test_whoever_is_locked_out_may_ask_whether_it_is_ready(dana):
    dana.post("/lock")
    assert dana.get("/ready").text == "ready\n"


def test_a_host_that_is_not_ours_is_refused(settings):
    app = create_app(replace(settings, hosts=("127.0.0.1", "localhost", "rekindle.example")))
    for host, status in (
        ("localhost", 302),
        ("localhost:8000", 302),
        ("rekindle.example", 302),
        ("evil.example", 400),
        ("rekindle.example.evil.example", 400),
    ):
        assert app.test_client().get("/", headers={"Host": host}).status_code == status, host
    close(app)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
    ],
)
def test_a_form_from_another_site_is_refused_even_with_the_right_token(dana, headers):
    answer = dana.post("/practice/profile", headers=headers, name="Somebody Else")
    assert answer.status_code == 403
    assert "another site" in answer.text
    assert "Dana Whitfield" in dana.get("/practice").text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
        {"Origin": "null"},
        {},
    ],
)
def test_a_form_of_our_own_is_taken(dana, headers):
    answer = dana.post("/practice/profile", headers=headers, name="Dana W.", note_format="dap")
    assert answer.status_code == 303


@pytest.mark.parametrize(
    "address", ["/practice/profile", "/sign-out", "/lock", "/still-here", "/password"]
)
def test_a_form_without_its_token_changes_nothing(dana, address):
    answer = dana.client.post(address, data={"name": "Somebody Else"})
    assert answer.status_code == 400
    assert "open a long time" in answer.text
    assert dana.get("/practice").status_code == 200


def test_a_page_says_which_place_it_belongs_to(dana):
    rail = dana.get("/practice").text.partition("</header>")[0]
    assert 'href="/practice" aria-current="page"' in rail
    assert rail.count('aria-current="page"') == 1


def test_every_page_names_who_is_signed_in_and_when_the_screen_locks(dana):
    page = dana.get("/practice").text
    assert "Dana Whitfield, LMFT" in page
    assert 'data-idle-minutes="15"' in page


def test_a_page_that_is_not_there_says_so_in_words(dana):
    answer = dana.get("/no/such/page")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
    assert '<a class="button" href="/">Go to the first page</a>' in answer.text
