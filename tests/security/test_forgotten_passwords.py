"""A forgotten password: a link that an owner or the machine itself makes, good once, for an hour."""

import logging
import re

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from practice import clock
from practice.application import create_app
from practice.audit.models import AuditEvent
from practice.database.base import db
from practice.identity.models import PasswordLink, SignInSession, User
from practice.plain_text import NOT_AN_ADDRESS
from practice.request_log import FORMAT, OneLine
from practice.settings import from_environment
from tests.browser import Browser
from tests.factories import PASSWORD, Person, a_practice, a_user, kept
from tests.house import close
from tests.identity.second_factors import app_code, give_code, set_up_app
from tests.security.test_people import forget_proof
from tests.security.test_second_factor import strict
from tests.test_commands import machine, run

__all__ = ["machine", "strict"]

LINK = re.compile(r"http://localhost(?::\d+)?(/new-password/[\w-]+)")
CHOSEN = "eleven green boats at anchor"
NEW = {"password": CHOSEN, "password_again": CHOSEN}


def link_from(owner: Browser, user_id: int, **more: object) -> str:
    """Have an owner make a colleague a link; its path."""
    page = owner.post(f"/people/{user_id}/new-password", **more)
    found = LINK.search(page.text)
    assert found, page.text
    return found[1]


@pytest.fixture
def link(dana: Browser, noor: Browser) -> str:
    """A link that Dana made for Noor."""
    return link_from(dana, noor.user_id)


def signs_in_with(app: Flask, person: Person, password: str) -> bool:
    """Whether someone comes in with a password."""
    browser = Browser(app)
    browser.get("/sign-in")
    return browser.post("/sign-in", email=person.email, password=password).status_code == 302


def log_of(app: Flask, user_id: int) -> list[tuple[int | None, str]]:
    """Who did what to an account, as the audit log has it."""
    with app.app_context():
        query = select(AuditEvent.user_id, AuditEvent.verb).where(
            AuditEvent.subject == f"user:{user_id}", AuditEvent.verb.contains("link")
        )
        return [(row.user_id, row.verb) for row in db.session.execute(query)]


def test_whoever_forgot_their_password_chooses_one_and_is_told_at_the_next_sign_in(
    app: Flask, dana: Browser, noor: Browser, visitor: Browser, link: str
) -> None:
    assert noor.person
    page = visitor.get(link)
    assert noor.email in page.text
    assert visitor.post(link, **NEW).location == "/sign-in"
    assert "Your new password is kept" in visitor.get("/sign-in").text
    assert noor.get("/practice").status_code == 302, "every sign-in is over"
    assert not signs_in_with(app, noor.person, PASSWORD)
    visitor.post("/sign-in", email=noor.email, password=CHOSEN)
    assert "a new password was chosen by a link" in visitor.get("/").text
    assert "a new password was chosen by a link" not in visitor.get("/").text
    assert "A new password was chosen by that link" in visitor.get("/sign-ins").text
    made, chosen = ("password-link-made", "password-chosen-by-link")
    assert log_of(app, noor.user_id) == [(dana.user_id, made), (None, chosen)]
    assert "Made a link to choose a new password" in dana.get("/log").text


def test_s53_looking_at_the_link_changes_nothing_and_it_works_once(
    app: Flask, noor: Browser, visitor: Browser, link: str
) -> None:
    """S53."""
    for _ in range(5):
        assert visitor.get(link).status_code == 200
        assert visitor.client.head(link).status_code == 200
    assert noor.get("/practice").status_code == 200
    assert visitor.post(link, **NEW).status_code == 303
    assert visitor.get(link).status_code == 404
    assert visitor.post(link, **NEW).status_code == 404


def test_s53_used_expired_taken_back_replaced_closed_and_unknown_get_one_same_page(
    app: Flask, dana: Browser, noor: Browser, visitor: Browser
) -> None:
    """S53."""
    unknown = visitor.get("/new-password/no-such-link")
    assert unknown.status_code == 404
    replaced, taken_back = (link_from(dana, noor.user_id) for _ in range(2))
    assert visitor.get(taken_back).status_code == 200
    dana.post(f"/people/{noor.user_id}/new-password/take-back")
    used = link_from(dana, noor.user_id)
    visitor.get(used)
    visitor.post(used, **NEW)
    expired = link_from(dana, noor.user_id)
    with kept(app):
        db.session.execute(update(PasswordLink).values(expires_at=clock.now()))
    closed = link_from(dana, noor.user_id)
    dana.post(f"/people/{noor.user_id}/account", deed="close")
    for one in (replaced, taken_back, used, expired, closed):
        answer = visitor.get(one)
        assert (answer.status_code, answer.data) == (404, unknown.data), one


def test_s54_only_the_hash_is_stored_and_the_token_is_written_nowhere(
    app: Flask, visitor: Browser, link: str, caplog: pytest.LogCaptureFixture
) -> None:
    """S54."""
    caplog.set_level(logging.DEBUG)
    token = link.rpartition("/")[2]
    assert len(token) >= 43, "256 bits"
    page = visitor.get(link)
    visitor.post(link, password="short", password_again="short")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert token not in page.text.partition("</title>")[0]
    assert token not in "\n".join(OneLine(FORMAT).format(one) for one in caplog.records)
    with app.app_context():
        for name in ("audit_event", "password_link", "sign_in_session"):
            assert token not in str(db.session.execute(text(f"SELECT * FROM {name}")).all())


def test_s12_sudo_a_link_is_made_only_right_after_signing_in_and_never_for_oneself(
    app: Flask, dana: Browser, noor: Browser
) -> None:
    """S12."""
    dana.get("/people")
    assert dana.post(f"/people/{dana.user_id}/new-password").status_code == 400
    forget_proof(app)
    asked = dana.post(f"/people/{noor.user_id}/new-password", device_lost="y")
    assert asked.status_code == 401
    assert "Is it still you" in asked.text
    assert noor.post(f"/people/{dana.user_id}/new-password").status_code == 403


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [
        ("short", "short", "at least 12"),
        ("noor haddad 12", "noor haddad 12", "Anyone who knows your name"),
        (CHOSEN, "eleven green boats", "are not the same"),
        ("", "", "Choose a new password"),
    ],
)
def test_a_password_that_is_not_taken_leaves_the_link_open(
    visitor: Browser, link: str, password: str, again: str, words: str
) -> None:
    visitor.get(link)
    answer = visitor.post(link, password=password, password_again=again)
    assert answer.status_code == 422
    assert words in answer.text
    assert visitor.post(link, **NEW).status_code == 303


def test_the_second_factor_stays_unless_the_owner_says_that_the_device_is_lost(
    strict: tuple[Flask, Person],
) -> None:
    app, owner = strict
    dana = Browser(app, owner)
    set_up_app(dana)
    noor = Browser(app, a_user(app, owner.practice_id, name="Noor Haddad"))
    assert noor.person
    key, codes = set_up_app(noor)
    visitor = Browser(app)
    for lost in ({}, {"device_lost": "y"}):
        link = link_from(dana, noor.user_id, **lost)
        visitor.get(link)
        visitor.post(link, **NEW)
        back = Browser(app)
        back.get("/sign-in")
        back.post("/sign-in", email=noor.email, password=CHOSEN)
        where = "/second-factor/app" if lost else "/second-factor"
        asked = back.get("/second-factor")
        assert (asked.location or "/second-factor") == where
        if not lost:
            assert back.get("/").status_code == 302
            assert give_code(back, app_code(key)).status_code == 303
            assert "a new password was chosen" in back.get("/").text
    back.get("/second-factor/app")
    assert back.post("/second-factor", code=codes[0]).location == "/second-factor/app"
    set_up_app(back)
    assert "The second factor was reset" in back.get("/sign-ins").text
    with app.app_context():
        assert len(db.session.get_one(User, noor.user_id).mf_recovery_codes) == 10


def test_s11_a_link_ends_the_sign_ins_of_its_user_alone(
    app: Flask, dana: Browser, noor: Browser, visitor: Browser, link: str
) -> None:
    """S11."""
    visitor.get(link)
    visitor.post(link, **NEW)
    with app.app_context():
        owners = set(db.session.scalars(select(SignInSession.user_id)))
    assert owners == {dana.user_id}


def test_a_link_opens_over_a_locked_screen_and_for_whoever_is_signed_in(
    noor: Browser, link: str
) -> None:
    noor.post("/lock")
    page = noor.get(link)
    assert "Choose a new password" in page.text
    assert noor.post(link, **NEW).location == "/sign-in"
    assert noor.get("/practice").location == "/sign-in?next=/practice"


def test_the_sign_in_page_says_what_to_do_and_tells_nothing_of_any_account(
    visitor: Browser, noor: Browser
) -> None:
    page = visitor.get("/sign-in").text
    assert "Forgot your password" in page
    assert "rekindle accounts reset" in page
    assert noor.email not in page


def test_the_owner_alone_makes_a_link_by_a_command_on_the_machine(machine, monkeypatch):
    run("migrate")
    monkeypatch.setenv("REKINDLE_SECOND_FACTOR", "0")
    app = create_app(from_environment())
    dana = a_user(app, a_practice(app), owner=True)
    answer = run("accounts", "reset", dana.email.upper(), "--port", "8431")
    assert answer.exit_code == 0, answer.output
    assert "http://localhost:8431/new-password/" in answer.output
    browser = Browser(app)
    link = LINK.search(answer.output)[1]
    assert dana.email in browser.get(link).text
    assert browser.post(link, **NEW).location == "/sign-in"
    assert signs_in_with(app, dana, CHOSEN)
    verbs = [verb for _, verb in log_of(app, dana.user_id)]
    assert verbs == ["password-link-made-here", "password-chosen-by-link"]
    unknown = run("accounts", "reset", "nobody@example.org")
    assert unknown.exit_code == 1
    assert "Nobody signs in here with nobody@example.org" in unknown.output
    assert NOT_AN_ADDRESS in run("accounts", "reset", "nobody@example,org").output
    assert "/new-password/" in run("accounts", "reset", f" {dana.email}\u200b").output
    monkeypatch.setenv("REKINDLE_HTTPS", "1")
    monkeypatch.setenv("REKINDLE_HOSTS", "notes.example.org")
    assert "https://notes.example.org/new-password/" in run("accounts", "reset", dana.email).output
    close(app)
