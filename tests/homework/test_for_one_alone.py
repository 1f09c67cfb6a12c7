"""An individual session proposes what that partner does alone; a closed file proposes nothing."""

import re

import pytest

from practice.assignments.models import Assignment
from practice.courses.catalog import built_in
from practice.database.base import db
from practice.library.builtin import builtin_homework
from practice.suggestions.facts import CoupleFacts, SightingFact
from practice.suggestions.ranking import suggest
from practice.vocabulary import OBSTACLES
from tests.browser import Browser
from tests.factories import (
    a_couple,
    a_session,
    in_the_name_of,
    today,
)

INDIVIDUAL = [("individual-a", "a", "Maya"), ("individual-b", "b", "Jonah")]
CLOSED = "This file is closed, so no homework is suggested or given."


@pytest.mark.parametrize("obstacle", OBSTACLES)
@pytest.mark.parametrize("letter", ["a", "b"])
def test_each_obstacle_has_something_for_one_alone(obstacle: str, letter: str) -> None:
    known = CoupleFacts((SightingFact(obstacle),), names=("Maya", "Jonah"), alone=letter)
    found = suggest(builtin_homework().values(), known)
    made_for_one = [one for one in found if not one.homework.conjoint]
    assert len(found) >= 2
    assert len(made_for_one) == len(found) or len(made_for_one) < 2
    assert found[: len(made_for_one)] == made_for_one
    for one in found:
        assert one.meta.startswith("Maya alone · " if letter == "a" else "Jonah alone · ")
        assert not re.search(r"singled out|begin alone|done together|either may", one.why)


@pytest.mark.parametrize(("kind", "letter", "name"), INDIVIDUAL)
def test_an_individual_session_suggests_what_that_partner_does_alone(
    dana: Browser, kind: str, letter: str, name: str
) -> None:
    session = a_session(dana, a_couple(of=dana), seen=("busyness",), kind=kind)
    panel = dana.get(f"{session.url}/suggestions").text
    metas = re.findall(r'suggestion__meta">([^<]+)<', panel)
    assert metas and all(meta.startswith(f"{name} alone · ") for meta in metas)
    both = a_session(dana, a_couple(of=dana, a="Ana Ruiz"), seen=("busyness",))
    assert " alone · " not in dana.get(f"{both.url}/suggestions").text


@pytest.mark.parametrize(("kind", "letter", "name"), INDIVIDUAL)
def test_the_form_stands_on_that_partner_and_the_solo_copy_is_made(
    dana: Browser, kind: str, letter: str, name: str
) -> None:
    couple = a_couple(of=dana)
    session = a_session(dana, couple, kind=kind)
    address = f"{session.url}/give/the-two-minute-shared-load"
    assert chosen(dana.get(address).text) == letter
    assert (
        chosen(dana.get(f"/couples/{couple.id}/give/the-two-minute-shared-load").text) == "couple"
    )
    dana.post(address, for_whom=letter, dose="2", due_on=str(today()))
    with in_the_name_of(dana):
        made = db.session.query(Assignment).one()
        assert made.for_whom == letter
    assert f"{name}’s sheet" in dana.get(f"{session.url}/given").text


def chosen(page: str) -> str:
    """For whom the form stands."""
    found = [one for one in re.findall(r"<input[^>]*>", page) if 'name="for_whom"' in one]
    (one,) = [one for one in found if " checked" in one]
    assert [other for other in found if "autofocus" in other] == [one]
    value = re.search(r'value="(\w+)"', one)
    assert value
    return value[1]


def test_a_course_waits_with_what_is_done_together_for_a_session_with_both(dana: Browser) -> None:
    couple = a_couple(of=dana)
    session = a_session(dana, couple, held_on=today(), kind="individual-a")
    dana.post(f"{session.url}/courses/start/two-weeks-to-begin")
    panel = dana.get(f"{session.url}/suggestions").text
    first = builtin_homework()[built_in()["two-weeks-to-begin"].weeks[0].homework]
    assert first.conjoint
    assert "so it waits for a session with both" in panel and 'id="give-step"' not in panel
    both = a_session(dana, couple, held_on=today())
    assert 'id="give-step"' in dana.get(f"{both.url}/suggestions").text


@pytest.mark.parametrize("seen", [(), ("busyness",)])
def test_a_closed_file_suggests_nothing_and_says_why_wherever_homework_is_offered(
    dana: Browser, seen: tuple[str, ...]
) -> None:
    couple = a_couple(of=dana)
    session = a_session(dana, couple, seen=seen)
    dana.post(f"{session.url}/courses/start/two-weeks-to-begin")
    named = dana.post(f"/couples/{couple.id}/close", closed_on=str(today())).text
    mark = re.search(r'name="confirmed"[^>]*value="([^"]+)"', named)
    closing = {"closed_on": str(today()), "confirmed": mark[1] if mark else ""}
    assert dana.post(f"/couples/{couple.id}/close", **closing).status_code == 303
    inside = f"couple={couple.id}&session={session.id}"
    for address in (
        session.url,
        f"{session.url}/suggestions",
        f"/couples/{couple.id}/homework",
        f"/homework?{inside}",
        f"/homework/one-clear-ask?{inside}",
        f"/homework/courses?{inside}",
        f"/homework/courses/two-weeks-to-begin?{inside}",
        f"{session.url}/give/one-clear-ask",
        f"/couples/{couple.id}/give/one-clear-ask",
        f"/couples/{couple.id}/courses/start/your-own-ground",
    ):
        page = dana.get(address).text
        assert CLOSED in page, address
        assert not re.search(r'(href|hx-get)="[^"]*/give/', page), address
        assert ">Assign<" not in page and 'id="give-it"' not in page, address
        assert "suggestion__promise" not in page and 'id="course-step"' not in page, address
    assert "no homework is suggested or given" in dana.get(f"/couples/{couple.id}").text


def test_what_was_typed_is_kept_when_the_file_closed_meanwhile(dana: Browser) -> None:
    couple = a_couple(of=dana, closed_on=today())
    sent = {"for_whom": "a", "dose": "2", "due_on": str(today()), "anchor": "the kids sleep"}
    answer = dana.post(f"/couples/{couple.id}/give/one-clear-ask", **sent)
    assert answer.status_code == 422
    assert CLOSED in answer.text and "the kids sleep" in answer.text
