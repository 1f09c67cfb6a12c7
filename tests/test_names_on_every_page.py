"""Two partners of one name: told apart on every page of a clinician's, and plainly named on paper."""

import re
from collections.abc import Iterator
from datetime import time
from html import unescape
from typing import Any

import pytest
from werkzeug.routing import Rule

from practice.couples.models import Couple
from practice.couples.names import both_told_apart
from practice.database.base import db
from practice.identity.permissions import FRONT_DESK
from tests.browser import Browser
from tests.factories import (
    ACouple,
    a_couple,
    a_review,
    a_session,
    a_user,
    an_appointment,
    an_assignment,
    in_the_name_of,
    today,
)
from tests.test_every_page import FOR_EVERYONE, FOR_THE_OWNER, FOR_THE_TEAM, LEADS_ON, examples_of

#: Both partners of the examples go by this name; their surnames begin differently.
NAME = "Gtwin"
#: What may follow the name: enough of the surname, or the letter.
APART = r"(?: O\.| R\.| Okafortwin| Reyestwin| \([AB]\))"
ALONE = re.compile(rf"{NAME}(?!{APART})")
#: A sheet on screen says what is on paper, where no surname stands.
SHEET = re.compile(r'<article class="sheet".*?</article>', re.DOTALL)
#: Where the name itself is what is told, under the partner's own heading.
ITSELF = re.compile(r"<dt>Goes by</dt><dd>[^<]*</dd>|<input[^>]*goes_by[^>]*>")


def unclear(page: str) -> list[str]:
    """Every place on a page where it does not show which of the two is meant."""
    page = unescape(ITSELF.sub("", SHEET.sub("", page)))
    return [page[max(0, at.start() - 60) : at.end() + 30] for at in ALONE.finditer(page)]


@pytest.fixture
def twins(dana: Browser) -> dict[str, Any]:
    """A file with something of every kind, of two who go by one name; ids by argument."""
    return examples_of(dana, "twin")


def addresses(dana: Browser, values: dict[str, Any]) -> Iterator[str]:
    """Every page that one may look at, with these values in its address."""
    with dana.app.test_request_context():
        adapter = dana.app.url_map.bind("localhost")
        for rule in dana.app.url_map.iter_rules():
            if is_page(rule):
                yield adapter.build(rule.endpoint, {one: values[one] for one in rule.arguments})
    couple, session = f"couple={values['couple_id']}", f"session={values['session_id']}"
    for place in ("", "/courses", f"/{values['slug']}", f"/courses/{values['key']}"):
        yield f"/homework{place}?{couple}"
        yield f"/homework{place}?{couple}&{session}"
    yield "/couples?show=all"
    yield f"/couples?q={NAME}"


def is_page(rule: Rule) -> bool:
    """Whether it is looked at by Dana, who owns the practice, and is no paper."""
    seen = FOR_THE_TEAM | FOR_THE_OWNER | FOR_EVERYONE - LEADS_ON
    return "GET" in (rule.methods or set()) and rule.endpoint in seen


def test_no_page_leaves_open_which_of_the_two_is_meant(
    dana: Browser, twins: dict[str, Any]
) -> None:
    file = f"/couples/{twins['couple_id']}"
    dana.post(f"{file}/policy", kind="limited", in_force_from=str(today()))
    couple = ACouple(twins["couple_id"])
    alone = a_session(dana, couple, seen=(("busyness", "a", 2),), kind="individual-b")
    a_session(
        dana,
        couple,
        seen=(("busyness", "both", 3),),
        signed=True,
        b_attended=False,
        place_a="home",
        place_b="work",
        modality="video",
    )
    for letter in "ab":
        made = an_assignment(
            dana, couple, "one-clear-ask", for_whom=letter, confidence_a=4, confidence_b=5
        )
        a_review(dana, made, letter, outcome="done", usefulness=4)
    looked_at = 0
    for address in [
        *addresses(dana, twins),
        alone.url,
        f"{alone.url}/suggestions",
        f"{alone.url}/give/one-clear-ask",
    ]:
        answer = dana.get(address)
        assert answer.status_code == 200 or address == "/logo.png", address
        if answer.mimetype == "text/html":
            assert not unclear(answer.text), (address, unclear(answer.text))
            looked_at += NAME in answer.text
    assert looked_at > 25


def test_neither_do_answers_to_what_is_sent(dana: Browser, twins: dict[str, Any]) -> None:
    file, day = f"/couples/{twins['couple_id']}", str(today())
    session = f"{file}/sessions/{twins['session_id']}"
    sent: list[tuple[str, dict[str, Any]]] = [
        (f"{file}/give/{twins['slug']}/preview", {"for_whom": "a", "dose": "2", "due_on": day}),
        (f"{file}/give/{twins['slug']}", {"for_whom": "a", "dose": "2", "due_on": "x"}),
        (f"{file}/packet", {"reader": "b", "assignments": str(twins["assignment_id"])}),
        (f"{session}/obstacles", {"obstacle": "busyness", "on": "1"}),
        (f"{file}/policy", {"kind": "limited", "in_force_from": "2199-01-01"}),
        (f"{file}/screens/a", {"asked_on": "2199-01-01", "outcome": "none-known"}),
        (f"{file}/appointments/new", {"on_day": "2020-01-01", "at_time": "10:00"}),
        (f"{file}/close", {"closed_on": day}),
        (f"{file}/appointments/new", {"on_day": day, "at_time": "10:00", "minutes": "50"}),
        (f"{file}/reopen", {}),
    ]
    for address, fields in sent:
        answer = dana.post(address, **fields)
        assert not unclear(answer.text), (address, unclear(answer.text))
        if answer.status_code == 303:
            shown = dana.get(answer.location).text
            assert not unclear(shown), (address, unclear(shown))


def test_the_front_desk_can_tell_them_apart(dana: Browser) -> None:
    for number, (a, b) in enumerate([("Alex Reyes", "Alex Reyes"), ("Sam", "Sam Ortiz")]):
        couple = a_couple(of=dana, a=a, b=b)
        an_appointment(dana, couple, on_day=today(), at_time=time(10 + number))
    rae = Browser(dana.app, a_user(dana.app, dana.practice_id, name="Rae", roles=(FRONT_DESK,)))
    page = rae.get("/desk").text
    for name in ("Alex Reyes (A)", "Alex Reyes (B)", "Sam (A)", "Sam Ortiz (B)"):
        assert name in page


def test_on_a_sheet_no_surname_stands_and_the_letter_stands_by_the_code(
    dana: Browser, twins: dict[str, Any]
) -> None:
    own = f"/couples/{twins['couple_id']}/assignments/{twins['assignment_id']}"
    for letter in "ab":
        (sheet,) = SHEET.findall(dana.get(f"{own}/handout-{letter}").text)
        assert f"<b>{NAME}</b>" in sheet and "Okafor" not in sheet and "Reyes" not in sheet
        assert re.search(rf">{letter.upper()} · \w{{4}}-\w{{4}}<", sheet)


@pytest.mark.parametrize(
    ("a", "b", "short", "whole"),
    [
        ("Alex Otis", "Alex Reyes", "Alex O. and Alex R.", "Alex Otis & Alex Reyes"),
        ("Alex Okafor", "alex Otis", "Alex Ok. and alex Ot.", "Alex Okafor & alex Otis"),
        ("Alex Reyes", "Alex Reyes", "Alex (A) and Alex (B)", "Alex Reyes (A) & Alex Reyes (B)"),
        ("Alex", "Alex", "Alex (A) and Alex (B)", "Alex (A) & Alex (B)"),
        ("Alex", "Alex Reyes", "Alex (A) and Alex (B)", "Alex (A) & Alex Reyes (B)"),
        ("Maya Okafor", "Jonah Reyes", "Maya and Jonah", "Maya Okafor & Jonah Reyes"),
    ],
)
def test_short_and_whole_names_tell_them_apart(
    dana: Browser, a: str, b: str, short: str, whole: str
) -> None:
    couple = a_couple(of=dana, a=a, b=b)
    an_appointment(dana, couple, on_day=today())
    with in_the_name_of(dana):
        file = db.session.get_one(Couple, couple.id)
        assert (both_told_apart(file), file.name) == (short, whole)
    for page in ("/", f"/couples/{couple.id}"):
        assert whole in unescape(dana.get(page).text), page
    first, second = whole.split(" & ")
    row = re.sub(r"</?bdi>", "", unescape(dana.get("/couples").text))
    assert f"{first} & {second}" in row
