"""Signing in and out, and what is written down of it."""

import json

import pytest
from argon2 import low_level
from sqlalchemy import select

from practice.audit.models import AuditEvent
from practice.database.base import db
from practice.database.sqlcipher import writer_lock
from practice.identity.models import SignInSession, User
from tests.browser import Browser
from tests.factories import PASSWORD, kept


def cast(app, name):
    return app.extensions["cast"][name]


def events(app, verb):
    with app.app_context():
        found = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == verb))
        return [(event.user_id, event.subject, event.detail) for event in found]


def try_password(browser, email, password, **more):
    return browser.post("/sign-in", email=email, password=password, **more)


def test_the_right_password_opens_the_practice(app, visitor):
    answer = try_password(visitor, cast(app, "dana").email, PASSWORD)
    assert (answer.status_code, answer.location) == (302, "/")


def test_an_email_is_the_same_in_capitals(app, visitor):
    answer = try_password(visitor, cast(app, "dana").email.upper(), PASSWORD)
    assert answer.status_code == 302


def test_a_wrong_password_is_refused_in_words(app, visitor):
    answer = try_password(visitor, cast(app, "dana").email, "not the password at all")
    assert answer.status_code == 422
    assert "The e-mail or the password is not right" in answer.text


def test_an_unknown_account_is_answered_like_a_known_one(app, visitor):
    known = cast(app, "dana").email
    unknown = "x" * (len(known) - len("@alderstreet.org")) + "@alderstreet.org"

    def answer_to(email):
        page = try_password(visitor, email, "not the password at all")
        return page.status_code, page.text.replace(email, "").replace(visitor.token, "")

    def without_token(page):
        return [line for line in page[1].splitlines() if "csrf" not in line]

    first, second = answer_to(known), answer_to(unknown)
    assert first[0] == second[0]
    assert without_token(first) == without_token(second)


def test_an_unknown_account_costs_the_same_work_as_a_known_one(app, visitor, monkeypatch):
    """Argon2 runs once for either; the rest of an answer is the same page. No clock decides this."""
    runs = []
    for name in ("hash_secret", "verify_secret"):
        real = getattr(low_level, name)
        monkeypatch.setattr(
            low_level, name, lambda *a, _real=real, **k: runs.append(1) or _real(*a, **k)
        )
    for email in (cast(app, "dana").email, "nobody@alderstreet.org"):
        runs.clear()
        assert try_password(visitor, email, "not the password at all").status_code == 422
        assert len(runs) == 1, email


def test_nobody_waits_to_write_while_a_password_is_worked_out(app, dana, visitor, monkeypatch):
    free = []
    for name in ("hash_secret", "verify_secret"):
        real = getattr(low_level, name)

        def watched(*given, _real=real, **named):
            free.append(not writer_lock.locked())
            return _real(*given, **named)

        monkeypatch.setattr(low_level, name, watched)
    wrong = "not the password at all"
    for email in (dana.email, "nobody@alderstreet.org"):
        assert try_password(visitor, email, wrong).status_code == 422
    assert try_password(visitor, dana.email, PASSWORD).status_code == 302
    dana.post("/lock")
    assert dana.post("/unlock", password=wrong).status_code == 422
    assert dana.post("/unlock", password=PASSWORD).status_code == 303
    assert free == [True] * 5


def test_a_disabled_user_is_refused_like_a_stranger(app, visitor):
    person = cast(app, "noor")
    with kept(app):
        db.session.get(User, person.user_id).active = False
    answer = try_password(visitor, person.email, PASSWORD)
    assert answer.status_code == 422
    assert "The e-mail or the password is not right" in answer.text


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "///evil.example", "\t//evil"],
)
def test_signing_in_never_leads_to_another_site(app, visitor, elsewhere):
    person = cast(app, "dana")
    answer = try_password(visitor, person.email, PASSWORD, next=elsewhere)
    assert (answer.status_code, answer.location) == (302, "/")


@pytest.mark.parametrize("body", [[1, 2], "words", {"email": "x", "password": "y"}, None])
def test_a_script_cannot_sign_in_by_json(visitor, body):
    token = visitor.csrf_token()
    answer = visitor.client.post(
        "/sign-in",
        data=json.dumps(body),
        content_type="application/json",
        headers={"X-CSRFToken": token},
    )
    assert answer.status_code == 415


def test_no_token_but_the_cookie_signs_anyone_in(app, dana, visitor):
    with app.app_context():
        token = db.session.get(User, dana.user_id).get_auth_token()
    assert visitor.get("/practice", Authentication_Token=token).status_code == 302
    assert visitor.get(f"/practice?auth_token={token}").status_code == 302


def test_what_the_library_could_also_do_is_off(app, dana):
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    assert not {"/register", "/reset", "/confirm", "/verify", "/login", "/fs-static"} & rules
    assert dana.get("/sign-out").status_code == 405


def test_signing_in_and_out_is_in_the_audit_log(app, dana):
    dana.sign_out()
    assert events(app, "signed-in") == [(dana.user_id, f"user:{dana.user_id}", {})]
    assert events(app, "signed-out") == [(dana.user_id, f"user:{dana.user_id}", {})]


def test_a_refusal_is_in_the_audit_log_without_the_email(app, visitor):
    person = cast(app, "dana")
    try_password(visitor, person.email, "not the password at all")
    try_password(visitor, "someone@unknown.example", "not the password at all")
    refused = events(app, "sign-in-failed")
    assert refused == [
        (None, f"user:{person.user_id}", {}),
        (None, "no such account", {}),
    ]


def test_after_signing_out_the_practice_is_closed_and_the_browser_forgets(dana):
    answer = dana.sign_out()
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert dana.get("/practice").status_code == 302


def test_a_cookie_from_before_signing_out_is_dead(app, dana):
    old = dana.cookie
    dana.sign_out()
    thief = Browser(app)
    thief.cookie = old
    assert thief.get("/practice").status_code == 302


def test_a_password_is_stored_as_argon2id_only(app, dana):
    with app.app_context():
        assert db.session.get(User, dana.user_id).password.startswith("$argon2id$")


def test_outside_tests_a_password_costs_real_work():
    from practice.identity.security_setup import CAREFUL_HASH

    assert CAREFUL_HASH["argon2__memory_cost"] >= 19 * 1024
    assert CAREFUL_HASH["argon2__time_cost"] >= 2


def test_nobody_is_signed_in_by_a_row_alone(app, dana):
    with app.app_context():
        stored = db.session.scalars(select(SignInSession.id_hash)).one()
    assert stored not in dana.cookie
    thief = Browser(app)
    thief.cookie = stored
    assert thief.get("/practice").status_code == 302
