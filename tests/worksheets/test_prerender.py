"""The sheets of an assignment are ready before anybody asks for them, and gone when it changes."""

from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from practice.couples.models import Couple
from practice.couples.safety import agree_policy
from practice.database.base import db
from practice.homework import giving_views
from tests.browser import Browser
from tests.factories import ACouple, AnAssignment, a_couple, in_the_name_of, today
from tests.waiting import wait_until

SLUG = "the-two-minute-shared-load"


@pytest.fixture
def dana(dana: Browser) -> Browser:
    """Dana, where sheets are printed ahead."""
    dana.app.config["PRINTS_AHEAD"] = True
    return dana


def give(dana: Browser, couple: ACouple, **agreed: Any) -> TestResponse:
    """Press Give it, with nothing agreed but the date."""
    sent = {"due_on": (today() + timedelta(days=7)).isoformat(), "once": "one form"} | agreed
    return dana.post(f"/couples/{couple.id}/give/{SLUG}", **sent)


def finished(dana: Browser) -> dict[str, bytes]:
    """The copies that lie finished on the shelf, as they are sealed, once printing has ended."""
    slots = dana.app.extensions["pdf_cache"]._slots
    wait_until(lambda: all(slot.sealed for slot in list(slots.values())))
    return {name[3]: slot.sealed for name, slot in slots.items()}


def test_every_copy_is_ready_once_a_homework_is_given(
    dana: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(dana, a_couple(of=dana))
    ready = finished(dana)
    assert set(ready) == {"a", "b", "couple"}
    press = dana.app.extensions["renderer"]
    monkeypatch.setattr(press, "room", None)  # whoever prints now fails
    sheet = AnAssignment(1, 1).url + "/handout-a.pdf"
    assert dana.get(sheet).data.startswith(b"%PDF")


def test_a_homework_that_is_refused_or_not_kept_prints_nothing(
    dana: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    couple = a_couple(of=dana)
    assert give(dana, couple, due_on="2020-01-01").status_code == 422
    monkeypatch.setattr(giving_views, "given_answer", lambda *_: ("It failed.", 500))
    assert give(dana, couple).status_code == 500
    assert finished(dana) == {}


def test_a_homework_given_otherwise_leaves_none_of_the_old_sheets(dana: Browser) -> None:
    couple = a_couple(of=dana)
    give(dana, couple)
    first = finished(dana)
    give(dana, couple, personal_word="Begin small.")
    second = finished(dana)
    assert set(second) == set(first)
    assert not set(second.values()) & set(first.values())
    give(dana, couple, for_whom="a")
    assert set(finished(dana)) == {"a"}


def test_a_new_policy_on_what_is_told_alone_drops_the_sheets_that_quote_it(dana: Browser) -> None:
    couple = a_couple(of=dana)
    give(dana, couple)
    assert finished(dana)
    with in_the_name_of(dana):
        its = db.session.get_one(Couple, couple.id)
        agree_policy(its, "no-secrets", in_force_from=today(), today=today())
    assert finished(dana) == {}
