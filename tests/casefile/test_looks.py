"""No look at a couple without a line in the audit log."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from sqlalchemy import create_engine, select

from practice.access.load import get_or_404
from practice.audit.models import AuditEvent
from practice.audit.service import verify
from practice.couples.models import Couple
from practice.database import postgres, sqlcipher
from practice.database.base import db
from practice.database.unit_of_work import reading
from tests.browser import Browser
from tests.factories import (
    a_couple,
    a_session,
    an_appointment,
    an_assignment,
    in_the_name_of,
    today,
)
from tests.sessions.forms import the_page
from tests.waiting import PATIENCE


def log_of(browser: Browser) -> list[AuditEvent]:
    """The whole log, in order."""
    with browser.app.app_context():
        events = list(db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq)))
        db.session.expunge_all()
        return events


def is_sound(browser: Browser) -> bool:
    """Whether the chain holds."""
    with browser.app.app_context(), reading() as connection:
        return verify(connection, browser.app.config["AUDIT_KEY"]).fault is None


@pytest.fixture
def pages(dana: Browser) -> dict[str, Any]:
    """Every page that shows something of a couple, with what its line names."""
    couple = a_couple(of=dana)
    appointment = an_appointment(dana, couple, on_day=today())
    made = an_assignment(dana, couple)
    signed = a_session(dana, couple, seen=("busyness",), signed=True)
    session = a_session(dana, couple, seen=("busyness",))
    file = f"/couples/{couple.id}"
    return {
        "couple": couple,
        "session": session,
        "seen": [
            file,
            f"{file}?before=2",
            f"{file}/homework",
            f"{file}/details",
            f"{file}/edit",
            f"{file}/policy",
            f"{file}/team",
            f"{file}/partners/a/screen",
            f"{file}/partners/b/screen",
            f"{file}/appointments/new",
            f"{file}/appointments/{appointment}",
            f"{file}/give/the-two-minute-shared-load",
            f"/homework?couple={couple.id}",
            f"/homework?couple={couple.id}&session={session.id}",
            f"{made.url}/handout-a.pdf",
            *(
                one.url + part
                for one in (session, signed)
                for part in (
                    "",
                    "/sections",
                    "/suggestions",
                    "/given",
                    "/addenda",
                    "/psychotherapy-note",
                    "/give/the-two-minute-shared-load",
                )
            ),
        ],
    }


def test_each_page_of_a_couple_adds_a_line_that_names_it(
    dana: Browser, pages: dict[str, Any]
) -> None:
    for page in pages["seen"]:
        before = len(log_of(dana))
        assert dana.get(page).status_code == 200, page
        added = log_of(dana)[before:]
        looks = [one for one in added if one.couple_id == pages["couple"].id]
        assert looks, page
        assert all(
            (one.user_id, one.practice_id) == (dana.user_id, dana.practice_id) for one in looks
        )
        assert not [one for one in added if one.verb in ("created", "changed", "removed")], page
    assert is_sound(dana)


def test_today_names_every_couple_it_shows(dana: Browser, pages: dict[str, Any]) -> None:
    dana.get("/")
    last = log_of(dana)[-1]
    assert (last.verb, last.subject) == ("viewed", "today")
    assert last.detail == {"couples": [pages["couple"].id]}


def test_a_look_at_a_page_that_came_back_with_errors_stays_written(
    dana: Browser, pages: dict[str, Any]
) -> None:
    url = pages["session"].url
    for sent in (the_page(stopped_at="01:00"), the_page(version="0", data="Other words.")):
        before = len(log_of(dana))
        assert dana.post(url, **sent).status_code in (409, 422)
        assert log_of(dana)[-1].verb == "viewed" and len(log_of(dana)) > before


def test_no_line_holds_a_word_of_the_record(dana: Browser, pages: dict[str, Any]) -> None:
    for page in pages["seen"][:4]:
        dana.get(page)
    dana.post(pages["session"].url, **the_page(data="CANARY in the note"))
    for one in log_of(dana):
        said = f"{one.verb} {one.subject} {one.detail}"
        assert not any(name in said for name in ("Maya", "Okafor", "Jonah", "Reyes", "CANARY"))


def when_shown(browser: Browser, meanwhile: Callable[[], None]) -> None:
    """Have something happen each time a couple's file is drawn, before it is sent."""
    draw = browser.app.view_functions["casefile.show"]

    def draw_and_more(**address: int) -> Any:
        page = draw(**address)
        meanwhile()
        return page

    browser.app.view_functions["casefile.show"] = draw_and_more


def test_nobody_waits_to_write_while_a_page_is_drawn(dana: Browser, noor: Browser) -> None:
    maya, ana = a_couple(of=dana), a_couple(of=noor, a="Ana Ruiz", b="Bo Lind")
    answers: list[int] = []

    def write() -> None:
        with ThreadPoolExecutor() as elsewhere:
            start = elsewhere.submit(noor.post, f"/couples/{ana.id}/sessions")
            answers.append(start.result(timeout=PATIENCE).status_code)

    noor.csrf_token()
    when_shown(dana, write)
    assert dana.get(f"/couples/{maya.id}").status_code == 200
    assert answers == [303]
    assert is_sound(dana)


@contextmanager
def another_writes(browser: Browser) -> Iterator[None]:
    """Somebody else of the practice has the writers' turn, and keeps it."""
    if browser.app.config["DATABASE_URL"]:
        engine = create_engine(postgres.parse_url(browser.app.config["DATABASE_URL"]))
        with engine.begin() as connection:
            connection.exec_driver_sql(postgres.turn_of(browser.practice_id))
            yield
        engine.dispose()
    else:
        with sqlcipher.writer_lock:
            yield


def test_a_page_whose_look_cannot_be_written_down_is_not_sent(
    dana: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    couple = a_couple(of=dana)
    monkeypatch.setattr(sqlcipher, "WAIT_SECONDS", 0.1)
    with ExitStack() as until_answered:
        when_shown(dana, lambda: until_answered.enter_context(another_writes(dana)))
        answer = dana.get(f"/couples/{couple.id}")
    assert answer.status_code == 503
    assert "Maya" not in answer.text


def test_a_page_that_is_only_looked_at_cannot_change_a_record(dana: Browser) -> None:
    couple = a_couple(of=dana)

    def change(couple_id: int) -> str:
        get_or_404(Couple, couple_id).strengths = "Changed by a look."
        return "ok"

    dana.app.view_functions["casefile.show"] = change
    assert dana.get(f"/couples/{couple.id}").status_code == 500
    with in_the_name_of(dana):
        assert db.session.get_one(Couple, couple.id).strengths == ""
