"""The second factor: asked of everyone who can read clinical text, and each proof good once."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import select

from practice import clock
from practice.application import create_app
from practice.audit.models import AuditEvent
from practice.database.base import db
from practice.identity import second_factor
from practice.identity.models import SignInSession, User
from practice.identity.password_reset import make_link
from practice.identity.permissions import FRONT_DESK
from practice.settings import Settings
from tests.browser import Browser
from tests.factories import PASSWORD, Person, a_practice, a_user, kept
from tests.house import close
from tests.identity.second_factors import app_code, give_code, set_up_app
from tests.identity.test_pending_form import end_sign_ins, send_as_shown

FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def strict(
    settings: Settings, compiled_templates: FileSystemBytecodeCache
) -> Iterator[tuple[Flask, Person]]:
    """An installation as it is by default, with Dana in it, who has set up nothing yet."""
    app = create_app(replace(settings, second_factor=True))
    app.jinja_env.bytecode_cache = compiled_templates
    yield app, a_user(app, a_practice(app), owner=True)
    close(app)


def verbs(app: Flask) -> list[str]:
    """What the audit log holds, in order."""
    with app.app_context():
        return list(db.session.scalars(select(AuditEvent.verb).order_by(AuditEvent.seq)))


def is_in(browser: Browser) -> bool:
    """Whether Today opens."""
    return browser.get("/").status_code == 200


def test_a_real_installation_demands_it_and_the_demo_does_not(settings: Settings) -> None:
    real = replace(settings, testing=False)
    assert real.demands_second_factor
    assert not replace(real, is_demo=True).demands_second_factor
    assert not replace(real, second_factor=False).demands_second_factor


def test_s05_mfa_gate_nothing_opens_between_password_and_code(
    strict: tuple[Flask, Person],
) -> None:
    """S05: every route and method, for someone enrolled and for someone who is not."""
    app, dana = strict
    new = Browser(app, a_user(app, dana.practice_id, name="Noor Haddad"))
    new.get("/second-factor/app")
    enrolled = Browser(app, dana)
    set_up_app(enrolled)
    enrolled.sign_out()
    enrolled.sign_in(dana)
    enrolled.get("/second-factor")
    opened = {"static", "front_door.alive", "front_door.ready", "security.logout"}
    for browser in (new, enrolled):
        for rule in app.url_map.iter_rules():
            if rule.endpoint in opened or "passkey" in rule.endpoint or rule.arguments:
                continue
            if rule.endpoint in ("identity.second_factor", "identity.set_up_second_factor"):
                continue
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                ask = browser.get if method == "GET" else browser.post
                answer = ask(rule.rule)
                assert answer.status_code in (302, 401), rule
                if answer.status_code == 302:
                    assert answer.location.startswith(("/second-factor", "/sign-in")), rule
    assert enrolled.get("/couples/1").location == "/second-factor?next=/couples/1"


def test_the_first_time_leads_through_set_up_to_ten_codes_and_in(
    strict: tuple[Flask, Person],
) -> None:
    app, dana = strict
    browser = Browser(app, dana)
    assert browser.get("/").location == "/second-factor"
    assert browser.get("/second-factor").location == "/second-factor/app"
    _key, codes = set_up_app(browser)
    assert len(set(codes)) == 10
    assert is_in(browser)
    assert verbs(app)[-4:-1] == ["second-factor-set-up", "signed-in", "recovery-codes-made"]


def test_the_code_lets_in_and_leads_where_one_wanted_to_go(strict: tuple[Flask, Person]) -> None:
    app, dana = strict
    browser = Browser(app, dana)
    key, _ = set_up_app(browser)
    browser.sign_out()
    browser.sign_in(dana)
    assert give_code(browser, "000000").status_code == 422
    answer = browser.post("/second-factor", code=f" {app_code(key)} ", next="/couples")
    assert answer.location == "/couples"
    assert is_in(browser)


def test_a_script_whose_sign_in_ended_is_asked_for_both_in_place(
    strict: tuple[Flask, Person],
) -> None:
    app, dana = strict
    browser = Browser(app, dana)
    key, _ = set_up_app(browser)
    browser.get("/practice")
    end_sign_ins(app)
    assert browser.get("/practice", X_Requested_With="fetch").json == {"signed_out": True}
    said = browser.post("/unlock", headers=FETCH, password=PASSWORD).json
    browser.token = said.pop("csrf_token")
    owed = {"second_factor": True, "enrolled": True, "passkey": False}
    assert said == owed
    assert browser.get("/practice", X_Requested_With="fetch").json == owed
    wrong = browser.post("/second-factor", headers=FETCH, code="000000")
    assert (wrong.status_code, "not the code" in wrong.json["error"]) == (422, True)
    done = browser.post("/second-factor", headers=FETCH, code=app_code(key))
    assert (done.status_code, "csrf_token" in done.json) == (200, True)
    assert is_in(browser)


def test_a_new_password_says_that_the_second_factor_is_asked_for_again(
    strict: tuple[Flask, Person],
) -> None:
    app, dana = strict
    browser = Browser(app, dana)
    key, _ = set_up_app(browser)
    assert "your second factor is asked for again right after it" in browser.get("/password").text
    new = "eleven green boats at anchor"
    fields = {"password": PASSWORD, "new_password": new, "new_password_confirm": new}
    answer = browser.post("/password", **fields)
    asked = browser.get(browser.get(answer.location).location)
    assert "Your password is changed" in asked.text
    assert "Now your second factor is asked for again" in asked.text
    assert give_code(browser, app_code(key)).status_code == 303
    assert is_in(browser)


@pytest.mark.parametrize(
    ("is_enrolled", "words"),
    [(True, "your second factor is asked for again"), (False, "you set up a second factor")],
)
def test_a_link_for_a_new_password_says_what_is_asked_for_next(
    strict: tuple[Flask, Person], is_enrolled: bool, words: str
) -> None:
    app, dana = strict
    if is_enrolled:
        set_up_app(Browser(app, dana))
    with kept(app):
        link = make_link(db.session.get_one(User, dana.user_id), None, clock.now())
    visitor = Browser(app)
    assert words in visitor.get(f"/new-password/{link}").text
    new = "eleven green boats at anchor"
    visitor.post(f"/new-password/{link}", password=new, password_again=new)
    assert words in visitor.get("/sign-in").text


def test_nothing_is_said_of_a_second_factor_where_none_is_asked_for(dana: Browser) -> None:
    assert "second factor is asked for again" not in dana.get("/password").text
    new = "eleven green boats at anchor"
    answer = dana.post("/password", password=PASSWORD, new_password=new, new_password_confirm=new)
    assert "second factor is asked for again" not in dana.get(answer.location).text


def test_a_script_is_told_when_there_is_no_second_factor_to_give_yet(
    strict: tuple[Flask, Person],
) -> None:
    app, dana = strict
    browser = Browser(app, dana)
    owed = {"second_factor": True, "enrolled": False, "passkey": False}
    assert browser.get("/practice", X_Requested_With="fetch").json == owed
    browser.get("/second-factor/app")
    answer = browser.post("/second-factor", headers=FETCH, code="123456")
    assert (answer.status_code, answer.json) == (401, owed)


def test_words_sent_after_a_night_come_back_after_both(strict: tuple[Flask, Person]) -> None:
    app, dana = strict
    browser = Browser(app, dana)
    key, _ = set_up_app(browser)
    browser.get("/practice")
    fields = {"name": "Dana Whitfield and more", "credentials": "LMFT", "note_format": "soap"}
    browser.post("/lock")
    locked = browser.post("/practice/profile", **fields)
    assert "Your place is kept" in locked.text
    end_sign_ins(app)
    asked = send_as_shown(browser, "/unlock", locked.text, password=PASSWORD)
    assert "One more step" in asked.text and "What you typed is kept" in asked.text
    back = send_as_shown(browser, "/second-factor", asked.text, code=app_code(key))
    assert "Your words are still here" in back.text
    assert send_as_shown(browser, "/practice/profile", back.text).status_code == 303
    assert "Dana Whitfield and more" in browser.get("/practice").text


def test_s06_totp_replay_a_code_counts_once_even_after_a_failed_try(
    strict: tuple[Flask, Person],
) -> None:
    """S06."""
    app, dana = strict
    first, second = Browser(app, dana), Browser(app, dana)
    key, _ = set_up_app(first)
    code = app_code(key)
    second.sign_out()
    second.sign_in(dana)
    assert give_code(second, code).status_code == 303
    second.sign_out()
    second.sign_in(dana)
    give_code(second, "123456")
    assert give_code(second, code).status_code == 422
    assert not is_in(second)


def test_s07_recovery_codes_count_once_are_unreadable_at_rest_and_can_be_replaced(
    strict: tuple[Flask, Person],
) -> None:
    """S07."""
    app, dana = strict
    browser = Browser(app, dana)
    _, codes = set_up_app(browser)
    with app.app_context():
        stored = repr(db.session.get_one(User, dana.user_id).mf_recovery_codes)
    assert not any(code in stored for code in codes)
    browser.sign_out()
    browser.sign_in(dana)
    assert give_code(browser, codes[0].upper().replace("-", " ")).status_code == 303
    browser.sign_out()
    browser.sign_in(dana)
    assert give_code(browser, codes[0]).status_code == 422
    assert give_code(browser, codes[1]).status_code == 303
    assert "8 left" in browser.get("/security").text
    assert browser.post("/second-factor/codes").status_code == 200
    browser.sign_out()
    browser.sign_in(dana)
    assert give_code(browser, codes[2]).status_code == 422


def test_s05_mfa_idor_enrolment_is_for_oneself_and_never_with_the_password_alone(
    strict: tuple[Flask, Person],
) -> None:
    """S05: a thief of the password cannot add a factor; nobody adds one for someone else."""
    app, dana = strict
    noor = a_user(app, dana.practice_id, name="Noor Haddad")
    browser = Browser(app, dana)
    set_up_app(browser)
    thief = Browser(app, dana)
    assert thief.get("/second-factor/app").location.startswith("/second-factor?")
    thief.get("/second-factor")
    assert thief.post("/second-factor/app", code="123456").status_code == 401
    assert thief.post("/passkeys/new", credential="{}").status_code == 401
    assert thief.post("/passkeys/new/challenge").status_code == 401
    other = Browser(app, noor)
    set_up_app_for = {"user_id": dana.user_id, "user": dana.user_id, "email": dana.email}
    other.get("/second-factor/app")
    other.post("/second-factor/app", code="123456", **set_up_app_for)
    with app.app_context():
        assert not second_factor.has_app(db.session.get_one(User, noor.user_id))


def test_s13_the_session_is_a_new_one_after_the_code(strict: tuple[Flask, Person]) -> None:
    """S13, session_fix."""
    app, dana = strict
    browser = Browser(app, dana)
    half = browser.cookie
    set_up_app(browser)
    assert browser.cookie != half
    browser.cookie = half
    assert browser.get("/").location.startswith("/sign-in")


def test_s11_a_new_app_needs_a_recent_sign_in_and_ends_the_other_sign_ins(
    strict: tuple[Flask, Person],
) -> None:
    """S11, change_evicts."""
    app, dana = strict
    here, there = Browser(app, dana), Browser(app, dana)
    key, _ = set_up_app(here)
    there.sign_in(dana)
    assert give_code(there, app_code(key)).status_code == 303
    with app.app_context():
        for row in db.session.scalars(select(SignInSession)):
            row.proved_at = None
        db.session.commit()
    assert here.get("/second-factor/app").status_code == 401
    assert here.post("/prove", password=dana.password, next="/security").location == "/security"
    set_up_app(here)
    assert is_in(here)
    assert there.get("/").location.startswith("/sign-in")


def test_the_front_desk_may_do_without(strict: tuple[Flask, Person]) -> None:
    app, dana = strict
    sam = Browser(app, a_user(app, dana.practice_id, name="Sam Field", roles=(FRONT_DESK,)))
    assert sam.get("/practice").status_code == 200


def test_words_typed_before_the_sign_in_ended_come_through_the_code_too(
    strict: tuple[Flask, Person],
) -> None:
    app, dana = strict
    browser = Browser(app, dana)
    key, _ = set_up_app(browser)
    browser.get("/practice")
    with app.app_context():
        db.session.query(SignInSession).delete()
        db.session.commit()
    of_the_page = browser.token
    asked = browser.post("/couples/new", a_first_name="Ana", came_for="Words that took a while.")
    assert asked.status_code == 401
    words = {
        "kept_to": "/couples/new",
        "kept_by": of_the_page,
        "kept:came_for": "Words that took a while.",
    }
    signed = browser.post("/sign-in", email=dana.email, password=dana.password, **words)
    assert "One more step" in signed.text
    assert "Words that took a while." in signed.text
    back = browser.post("/second-factor", code=app_code(key), **words)
    assert "Your words are still here" in back.text
    assert "Words that took a while." in back.text


def test_wrong_codes_are_slowed_like_passwords(strict: tuple[Flask, Person]) -> None:
    app, dana = strict
    browser = Browser(app, dana)
    set_up_app(browser)
    browser.sign_out()
    browser.sign_in(dana)
    statuses = [give_code(browser, f"{number:06}").status_code for number in range(11)]
    assert statuses[-1] == 429
    assert "second-factor-failed" in verbs(app)


def test_someone_elses_code_is_of_no_use(strict: tuple[Flask, Person]) -> None:
    app, dana = strict
    noor = Browser(app, a_user(app, dana.practice_id, name="Noor Haddad"))
    key, _ = set_up_app(noor)
    browser = Browser(app, dana)
    set_up_app(browser)
    browser.sign_out()
    browser.sign_in(dana)
    assert give_code(browser, app_code(key)).status_code == 422
