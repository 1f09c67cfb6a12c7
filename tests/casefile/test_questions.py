"""What the hot pages ask of the database: few questions, each narrowed to its asker.

How long they take is measured by `bench/`; here stands what keeps them quick in a large practice.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from practice.database.base import db
from tests.browser import Browser
from tests.factories import (
    ASession,
    a_couple,
    a_review,
    a_session,
    an_appointment,
    an_assignment,
    today,
)

#: What begins and ends a transaction, which is not a question.
AROUND = ("BEGIN", "COMMIT", "ROLLBACK", "SET TRANSACTION", "SELECT set_config", "SELECT pg_adv")


@contextmanager
def asked(browser: Browser) -> Iterator[list[str]]:
    """Every question that is put to the database meanwhile."""
    heard: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(AROUND):
            heard.append(statement)

    with browser.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def a_known_couple(dana: Browser, name: str = "Maya Okafor") -> ASession:
    """A couple with two sessions, homework reviewed and out, and an appointment today."""
    couple = a_couple(of=dana, a=name)
    week = timedelta(days=7)
    first = a_session(dana, couple, today() - 2 * week, seen=("busyness",), signed=True)
    done = an_assignment(dana, couple, session=first, given_on=today() - 2 * week)
    last = a_session(dana, couple, today() - week, seen=("screens", "busyness"))
    a_review(dana, done, session=last)
    an_assignment(dana, couple, "the-pause-at-the-door", session=last, given_on=today() - week)
    an_appointment(dana, couple, on_day=today())
    return last


def page_of(name: str, session: ASession) -> str:
    """The address of a hot page."""
    file = f"/couples/{session.couple_id}"
    return {"today": "/", "file": file, "older": f"{file}?before=2", "session": session.url}[name]


#: Of Today's, two are the owner's: what they may look after, and what waits for them there; one
#: asks for past appointments of which nobody said what became of them.
@pytest.mark.parametrize(("page", "most"), [("today", 13), ("file", 13), ("session", 16)])
def test_a_hot_page_asks_few_questions(dana: Browser, page: str, most: int) -> None:
    session = a_known_couple(dana)
    dana.get("/")
    with asked(dana) as heard:
        dana.get(page_of(page, session))
    assert 5 < len(heard) <= most, heard


def test_today_asks_as_much_for_five_couples_as_for_one(dana: Browser) -> None:
    a_known_couple(dana)
    with asked(dana) as heard:
        dana.get("/")
    for name in ("Ana Ruiz", "Eva Bo", "Ida Fox", "Una Gray"):
        a_known_couple(dana, name)
    with asked(dana) as heard_again:
        dana.get("/")
    assert len(heard_again) == len(heard)


def test_two_clinicians_in_turns_each_find_only_their_own(dana: Browser, noor: Browser) -> None:
    danas = a_known_couple(dana)
    noors = a_known_couple(noor, "Ana Ruiz")
    for _ in range(2):
        assert "Maya Okafor" in dana.get("/").text
        assert "Maya Okafor" not in noor.get("/").text
        assert "Ana Ruiz" not in dana.get("/").text
        assert noor.get(noors.url).status_code == dana.get(danas.url).status_code == 200
        assert noor.get(danas.url).status_code == dana.get(noors.url).status_code == 404
