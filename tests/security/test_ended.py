"""S65: what ended a sign-in is final, also while an answer is still being worked out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread, current_thread
from typing import Any

import pytest
from flask import Flask
from flask_security import core
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from practice import access_gate
from practice.audit.models import AuditEvent
from practice.database.base import db
from practice.identity.models import SignInSession, User
from tests.browser import Browser
from tests.factories import PASSWORD, kept
from tests.identity.passkeys import a_passkey, challenge_for
from tests.identity.second_factors import app_code, set_up_app
from tests.security.test_forgotten_passwords import NEW, link_from

FETCH = {"X-Requested-With": "fetch"}
NEW_PASSWORD = "eleven green boats at anchor"
PATIENCE = 20


class Pause:
    """A place where one thread waits, until the test lets it go on."""

    def __init__(self) -> None:
        self.reached, self.goes_on = Event(), Event()
        self.whose: Thread | None = None

    def __call__(self) -> None:
        """Wait here, once, if it is the thread meant."""
        if current_thread() is self.whose and not self.reached.is_set():
            self.reached.set()
            assert self.goes_on.wait(PATIENCE)

    @contextmanager
    def during(self, work: Callable[[], TestResponse]) -> Iterator[list[TestResponse]]:
        """Have a thread do `work` up to here; it goes on when the block is over."""
        answers: list[TestResponse] = []
        self.whose = Thread(target=lambda: answers.append(work()))
        self.whose.start()
        try:
            assert self.reached.wait(PATIENCE), "the password was never worked out"
            yield answers
        finally:
            self.goes_on.set()
            self.whose.join(PATIENCE)


@pytest.fixture
def hashing(monkeypatch: pytest.MonkeyPatch) -> Pause:
    """Argon2 takes as long as the test wants."""
    pause, verify = Pause(), core.verify_and_update_password

    def slowly(password: str, user: User) -> bool:
        is_right = bool(verify(password, user))
        pause()
        return is_right

    monkeypatch.setattr(core, "verify_and_update_password", slowly)
    return pause


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> Pause:
    """A request takes as long as the test wants between its look at the sign-in and its work."""
    pause, lock_when_idle = Pause(), access_gate.sign_in_sessions.lock_when_idle

    def slowly(now: Any) -> None:
        lock_when_idle(now)
        pause()

    monkeypatch.setattr(access_gate.sign_in_sessions, "lock_when_idle", slowly)
    return pause


def how_many(app: Flask, user_id: int) -> int:
    """How many sign-ins someone has."""
    with app.app_context():
        query = (
            select(func.count()).select_from(SignInSession).where(SignInSession.user_id == user_id)
        )
        return db.session.scalar(query) or 0


def sitting_of(browser: Browser) -> str:
    """The mark of the only sign-in of whoever uses a browser."""
    with browser.app.app_context():
        query = select(SignInSession.sitting).where(SignInSession.user_id == browser.user_id)
        return str(db.session.scalars(query).one())


def by_the_owner(deed: str) -> Callable[[Browser, Browser, str], None]:
    """The owner does something to the account."""

    def end(noor: Browser, dana: Browser, _mark: str) -> None:
        assert dana.post(f"/people/{noor.user_id}/account", deed=deed).status_code == 303

    return end


def by_a_link(noor: Browser, dana: Browser, _mark: str) -> None:
    """A new password is chosen by a link."""
    link = link_from(dana, noor.user_id)
    assert Browser(noor.app).post(link, **NEW).status_code == 303


def elsewhere(which: str) -> Callable[[Browser, Browser, str], None]:
    """Its owner ends it in another browser of theirs."""

    def end(noor: Browser, _dana: Browser, mark: str) -> None:
        other = Browser(noor.app)
        other.cookie = noor.extra.cookie  # type: ignore[attr-defined]
        other.person = noor.person
        assert other.post("/sign-ins/end", which=which or mark).status_code == 303

    return end


def signing_out(noor: Browser, _dana: Browser, _mark: str) -> None:
    """Another tab of the same browser signs out."""
    tab = Browser(noor.app)
    tab.cookie, tab.token, tab.person = noor.cookie, noor.token, noor.person
    assert tab.post("/sign-out").status_code in (302, 303)


ENDINGS = {
    "the owner signs them out": by_the_owner("sign-out"),
    "the owner ends their access": by_the_owner("close"),
    "the owner resets their second factor": by_the_owner("reset"),
    "a new password by a link": by_a_link,
    "they end this one": elsewhere(""),
    "they end all others": elsewhere("others"),
    "they sign out in another tab": signing_out,
}
#: What someone sends: where, what, and whether the screen is locked then.
DOORS: dict[str, tuple[str, dict[str, str], bool]] = {
    "unlock": ("/unlock", {"password": PASSWORD}, True),
    "prove": ("/prove", {"password": PASSWORD}, False),
    "password": (
        "/password",
        {
            "password": PASSWORD,
            "new_password": NEW_PASSWORD,
            "new_password_confirm": NEW_PASSWORD,
        },
        False,
    ),
}


def ready(noor: Browser, *, locked: bool) -> str:
    """Noor’s browser as it is before she sends something; the mark of its sign-in."""
    mark = sitting_of(noor)
    noor.extra = Browser(noor.app, noor.person)  # type: ignore[attr-defined]
    noor.get("/password")
    if locked:
        noor.post("/lock")
    return mark


def assert_over(noor: Browser, answer: TestResponse, left: int) -> None:
    """Nothing came of it: no sign-in, no new cookie that opens anything, and it is said."""
    assert (answer.status_code, answer.json) == (401, {"signed_out": True})
    assert how_many(noor.app, noor.user_id) == left
    assert noor.get("/practice").status_code == 302


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("door", ["unlock", "prove"])
def test_s65_ended_while_the_password_is_worked_out(
    hashing: Pause, dana: Browser, noor: Browser, door: str, ending: str
) -> None:
    path, sent, locked = DOORS[door]
    mark = ready(noor, locked=locked)
    with hashing.during(lambda: noor.post(path, headers=FETCH, **sent)) as answers:
        ENDINGS[ending](noor, dana, mark)
        left = how_many(noor.app, noor.user_id)
        assert left == (1 if ending.startswith("they") else 0)
    assert_over(noor, answers[0], left)


@pytest.mark.parametrize("door", [*DOORS, "passkey", "code"])
def test_s65_ended_after_the_look_at_it_and_before_its_work(
    looked_up: Pause, dana: Browser, noor: Browser, door: str
) -> None:
    path, sent, locked = DOORS.get(door, ("", {}, False))
    if door == "code":
        key, _codes = set_up_app(noor)
        noor.sign_out()
        noor.sign_in(noor.person)  # type: ignore[arg-type]
        path, sent = "/second-factor", {"code": app_code(key)}
    mark = ready(noor, locked=locked) if door != "code" else ""
    if door == "passkey":
        passkey = a_passkey(noor.app, noor.user_id)
        path, sent = "/passkeys/use", {"credential": passkey.answer(challenge_for(noor))}
    noor.csrf_token()
    with looked_up.during(lambda: noor.post(path, headers=FETCH, **sent)) as answers:
        ENDINGS["the owner signs them out"](noor, dana, mark)
    assert_over(noor, answers[0], 0)


@pytest.mark.parametrize(
    "ending",
    ["the owner signs them out", "the owner ends their access", "a new password by a link"],
)
def test_s65_a_sign_in_that_is_worked_out_meanwhile_begins_nothing(
    hashing: Pause, dana: Browser, noor: Browser, ending: str
) -> None:
    person = noor.person
    assert person
    noor.sign_out()
    noor.get("/sign-in")
    sent = {"email": person.email, "password": PASSWORD}
    with hashing.during(lambda: noor.post("/sign-in", headers=FETCH, **sent)) as answers:
        ENDINGS[ending](noor, dana, "")
    assert_over(noor, answers[0], 0)
    if ending.endswith("access"):
        by_the_owner("open")(noor, dana, "")
        assert noor.get("/practice").status_code == 302, "coming back revives nothing"


def test_s65_what_was_typed_comes_along_when_it_was_ended_meanwhile(
    hashing: Pause, dana: Browser, noor: Browser
) -> None:
    noor.post("/lock")
    page = noor.client.post(
        "/practice/profile", data={"csrf_token": noor.token, "name": "Noor of the long evening"}
    )
    assert page.status_code == 401 and "Noor of the long evening" in page.text
    words = {
        "kept_to": "/practice/profile",
        "kept_by": noor.token,
        "kept:name": "Noor of the long evening",
    }
    with hashing.during(lambda: noor.post("/unlock", password=PASSWORD, **words)) as answers:
        ENDINGS["the owner signs them out"](noor, dana, "")
    assert answers[0].status_code == 401
    assert "Noor of the long evening" in answers[0].text


def test_s65_the_log_says_nothing_of_an_unlocking_that_was_not(
    hashing: Pause, dana: Browser, noor: Browser
) -> None:
    ready(noor, locked=True)
    with hashing.during(lambda: noor.post("/unlock", headers=FETCH, password=PASSWORD)):
        ENDINGS["the owner signs them out"](noor, dana, "")
    with noor.app.app_context():
        assert "unlocked" not in set(db.session.scalars(select(AuditEvent.verb)))


def test_s65_a_sign_in_that_was_renewed_is_still_the_one_the_page_names(
    dana: Browser, noor: Browser
) -> None:
    """The list was opened, the other browser unlocked under a new id, and then “End” was pressed."""
    mark = ready(noor, locked=True)
    noor.post("/unlock", password=PASSWORD)
    assert noor.get("/practice").status_code == 200
    elsewhere("")(noor, dana, mark)
    assert noor.get("/practice").status_code == 302


def test_s65_a_lock_holds_though_the_id_is_renewed_meanwhile(
    looked_up: Pause, noor: Browser
) -> None:
    ready(noor, locked=False)
    tab = Browser(noor.app)
    tab.cookie, tab.token, tab.person = noor.cookie, noor.token, noor.person
    with looked_up.during(lambda: tab.post("/lock", headers=FETCH)):
        assert noor.post("/prove", password=PASSWORD).status_code == 303
    assert noor.get("/practice").status_code == 401, "the screen is locked"


def test_access_that_ended_kills_the_links_of_before(
    app: Flask, dana: Browser, noor: Browser, visitor: Browser
) -> None:
    link = link_from(dana, noor.user_id)
    by_the_owner("close")(noor, dana, "")
    by_the_owner("open")(noor, dana, "")
    assert visitor.get(link).status_code == 404
    assert visitor.post(link, **NEW).status_code == 404


@pytest.mark.parametrize("end", ["close", "roles"])
def test_an_owner_who_is_none_any_more_holds_no_link_they_made(
    app: Flask, dana: Browser, noor: Browser, visitor: Browser, end: str
) -> None:
    from tests.security.test_people import invited

    roles = {"roles": ["owner", "clinician"]}
    assert dana.post(f"/people/{noor.user_id}", **roles).status_code == 303
    links = [link_from(noor, dana.user_id), invited(noor)]
    assert [visitor.get(link).status_code for link in links] == [200, 200]
    if end == "close":
        by_the_owner("close")(noor, dana, "")
    else:
        assert dana.post(f"/people/{noor.user_id}", roles=["clinician"]).status_code == 303
    assert [visitor.get(link).status_code for link in links] == [404, 404]


def test_a_password_one_changes_oneself_ends_the_link_there_was(
    dana: Browser, noor: Browser, visitor: Browser
) -> None:
    link = link_from(dana, noor.user_id)
    assert noor.post("/password", **DOORS["password"][1]).status_code == 302
    assert visitor.get(link).status_code == 404


def test_whoever_holds_the_password_alone_fills_no_table(app: Flask, noor: Browser) -> None:
    set_up_app(noor)
    with kept(app):
        db.session.query(SignInSession).delete()
    for _ in range(25):
        Browser(app, noor.person)
    assert how_many(app, noor.user_id) == 20


def test_a_passkey_answer_serves_a_visitor_once_though_the_cookie_is_sent_again(
    app: Flask, noor: Browser, visitor: Browser
) -> None:
    passkey = a_passkey(app, noor.user_id)
    challenge = challenge_for(visitor)
    sent = {"csrf_token": visitor.csrf_token(), "credential": passkey.answer(challenge)}
    thief = Browser(app)
    thief.cookie = visitor.cookie
    assert visitor.client.post("/passkeys/use", data=sent).location == "/"
    assert visitor.get("/practice").status_code == 200
    assert thief.client.post("/passkeys/use", data=sent, headers=FETCH).status_code == 422
    assert thief.get("/practice").status_code == 302


def test_a_passkey_answer_serves_whoever_is_signed_in_once(
    app: Flask, noor: Browser, looked_up: Pause
) -> None:
    passkey = a_passkey(app, noor.user_id)
    noor.post("/lock")
    sent = {"credential": passkey.answer(challenge_for(noor))}
    tab = Browser(app)
    tab.cookie, tab.token, tab.person = noor.cookie, noor.token, noor.person
    with looked_up.during(lambda: tab.post("/passkeys/use", headers=FETCH, **sent)) as answers:
        assert noor.post("/passkeys/use", headers=FETCH, **sent).status_code == 200
    assert answers[0].status_code == 422
