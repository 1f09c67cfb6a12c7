"""Homework over the web: choosing, giving, hearing how it went, printing."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from practice.assignments.models import Assignment, Review
from practice.audit.models import AuditEvent
from practice.couples.partner_details import PartnerDetails
from practice.database.base import db
from practice.formatting import long_date
from practice.library.builtin import builtin_homework
from practice.vocabulary import CORE_OBSTACLES, OBSTACLES, Outcome
from tests.browser import Browser
from tests.factories import (
    ACouple,
    ASession,
    a_couple,
    a_review,
    a_session,
    an_appointment,
    an_assignment,
    in_the_name_of,
    today,
)
from tests.paper import words_on

TOGETHER = "the-two-minute-shared-load"
HOMEWORK = builtin_homework()[TOGETHER]
BY_HTMX = {"HX-Request": "true"}


def where(place: ACouple | ASession, slug: str = TOGETHER) -> str:
    """Where a homework is given: in a session, or between two."""
    base = place.url if isinstance(place, ASession) else f"/couples/{place.id}"
    return f"{base}/give/{slug}"


def give(browser: Browser, place: ACouple | ASession, **agreed: Any) -> TestResponse:
    """Press Give it, with nothing agreed but the date."""
    headers = agreed.pop("headers", None)
    sent = {"due_on": (today() + timedelta(days=7)).isoformat(), "once": "one form"} | agreed
    return browser.post(where(place), headers=headers, **sent)


def given(browser: Browser) -> list[Assignment]:
    """What was given, in order."""
    with in_the_name_of(browser):
        found = list(db.session.scalars(select(Assignment).order_by(Assignment.id)))
        db.session.expunge_all()
        return found


def test_a_homework_is_given_with_nothing_but_its_date(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    answer = give(dana, session)
    assert (answer.status_code, answer.location) == (303, f"{session.url}#given")
    [kept] = given(dana)
    assert (kept.session_id, kept.title, kept.for_whom) == (session.id, HOMEWORK.title, "couple")
    assert HOMEWORK.title in dana.get(session.url).text


def test_a_homework_is_given_between_sessions(dana: Browser) -> None:
    couple = a_couple(of=dana)
    answer = give(dana, couple)
    assert answer.location == f"/couples/{couple.id}/homework"
    assert HOMEWORK.title in dana.get(answer.location).text
    assert given(dana)[0].session_id is None


def test_the_form_offers_the_next_appointment_as_the_date_else_a_week(dana: Browser) -> None:
    couple = a_couple(of=dana)
    in_a_week = f'name="due_on" required type="date" value="{today() + timedelta(days=7)}"'
    assert in_a_week in dana.get(where(couple)).text
    an_appointment(dana, couple, on_day=today() + timedelta(days=9))
    expected = (today() + timedelta(days=9)).isoformat()
    assert f'value="{expected}"' in dana.get(where(couple)).text


def test_the_form_begins_with_the_size_that_fits_and_says_why(dana: Browser) -> None:
    couple = a_couple(of=dana, minutes_a_day=2)
    session = a_session(dana, couple)
    html = dana.get(where(session)).text
    assert "They have about two minutes on a usual day." in html
    assert re.search(r'<input checked[^>]*name="dose"[^>]*value="2"', html)
    assert 'At 6 or below, <a href="#dose">make it smaller</a>' in html and 'id="dose"' in html
    busy = a_session(dana, a_couple(of=dana, a="Ana Ruiz", b="Bo Lind"))
    assert re.search(r'<input checked[^>]*name="dose"[^>]*value="10"', dana.get(where(busy)).text)


def test_everything_agreed_is_kept(dana: Browser) -> None:
    agreed = {
        "for_whom": "couple",
        "dose": str(HOMEWORK.doses[-1].minutes),
        "days": "5",
        "anchor": "the kids are in bed",
        "place_and_time": "On the back step",
        "expected_obstacle": "one of us is on shift",
        "if_then": "we do it by phone",
        "confidence_a": "8",
        "confidence_b": "0",
        "personal_word": "Begin small.\nThen rest.",
    }
    give(dana, a_couple(of=dana), **agreed)
    [kept] = given(dana)
    assert {name: str(getattr(kept, name)) for name in agreed} == agreed


def test_a_double_click_gives_one_homework(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    give(dana, session)
    give(dana, session)
    assert len(given(dana)) == 1


def test_by_htmx_the_sheets_to_print_come_back_in_place(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    answer = give(dana, session, headers=BY_HTMX)
    assert answer.status_code == 200
    assert answer.headers["HX-Trigger"] == "homework-given"
    for copy in ("a", "b", "couple"):
        assert f"/handout-{copy}.pdf" in answer.text
    assert "Maya’s sheet" in answer.text and "<html" not in answer.text


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"due_on": ""}, "Enter the date to talk about it."),
        ({"due_on": "2020-01-31"}, "That date has already passed."),
        ({"due_on": "2199-01-31"}, "Choose a date within a year."),
        ({"confidence_a": "11"}, "Choose a number from 0 to 10."),
        ({"confidence_b": "-1"}, "Choose a number from 0 to 10."),
    ],
)
@pytest.mark.parametrize("headers", [None, BY_HTMX])
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(
    dana: Browser, sent: dict[str, str], words: str, headers: dict[str, str] | None
) -> None:
    session = a_session(dana, a_couple(of=dana))
    answer = give(dana, session, headers=headers, personal_word="Begin <small>.", **sent)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Begin &lt;small&gt;.</textarea>" in answer.text
    assert given(dana) == []


def test_without_a_clear_screen_the_page_asks_for_the_reason_and_keeps_it(dana: Browser) -> None:
    couple = a_couple(of=dana, screens=("none-known", None))
    assert "There is no clear safety screen" in dana.get(where(couple)).text
    answer = give(dana, couple)
    assert answer.status_code == 422 and "Say why" in answer.text
    assert give(dana, couple, safety_reason="Both were seen alone.").status_code == 303
    assert given(dana)[0].safety_reason == "Both were seen alone."


def test_where_nothing_together_is_given_each_may_still_practice_alone(dana: Browser) -> None:
    couple = a_couple(of=dana, screens=("none-known", "coercive"))
    session = a_session(dana, couple, seen=("busyness", "protest-behavior", "low-safety"))
    answer = give(dana, couple, safety_reason="They asked for it.")
    assert answer.status_code == 422
    assert "Exercises done together are not given here" in answer.text
    assert give(dana, couple, for_whom="b", once="two").status_code == 303
    panel = dana.get(f"{session.url}/suggestions").text
    offered = set(re.findall(r"/give/([a-z-]+)", panel))
    assert offered and not any(builtin_homework()[slug].conjoint for slug in offered)


def test_suggestions_say_why_and_follow_each_tap(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    panel = f"{session.url}/suggestions"
    assert "Tap what got in the way" in dana.get(panel).text
    dana.post(f"{session.url}/obstacles", obstacle="busyness", on="1")
    dana.post(f"{session.url}/obstacles", obstacle="busyness", strength="3")
    assert "For busyness, strong today" in dana.get(panel).text


def test_a_homework_that_is_not_in_the_library_is_not_found(dana: Browser) -> None:
    couple = a_couple(of=dana)
    for slug in ("the-perfect-couple", "..", "%2e%2e%2fmodels", TOGETHER.upper()):
        assert dana.get(f"/homework/{slug}").status_code == 404
        assert dana.get(where(couple, slug)).status_code == 404


def test_the_library_narrows_by_obstacle_and_element(dana: Browser) -> None:
    busy = dana.get("/homework?obstacle=busyness&element=safety").text
    for slug, one in builtin_homework().items():
        fits = "busyness" in one.obstacles and "safety" in one.elements
        assert (f'href="/homework/{slug}"' in busy) == fits
    odd = dana.get("/homework?obstacle=<script>&element=7&couple=x&session=y").text
    assert all(f'href="/homework/{slug}"' in odd for slug in builtin_homework())
    assert "<script>&" not in odd


def test_every_homework_of_the_library_can_be_read(dana: Browser) -> None:
    for slug, one in builtin_homework().items():
        page = html.unescape(dana.get(f"/homework/{slug}").text)
        assert one.title in page and one.when_not in page
        assert all(step.lead in page for step in one.steps)


@pytest.fixture
def assigned(dana: Browser) -> tuple[ASession, str]:
    """A session, and where the review of what was given before it goes."""
    couple = a_couple(of=dana)
    made = an_assignment(dana, couple, given_on=today() - timedelta(days=14))
    session = a_session(dana, couple)
    return session, f"{session.url}/assignments/{made.id}/review"


def reviews(browser: Browser) -> dict[str, tuple[str, int | None, str]]:
    """What each of the three said."""
    with in_the_name_of(browser):
        found = db.session.scalars(select(Review))
        return {one.by_whom: (one.outcome, one.usefulness, one.noticed) for one in found}


def test_how_it_went_is_one_tap_for_each_of_the_three(
    dana: Browser, assigned: tuple[ASession, str]
) -> None:
    session, review = assigned
    for by_whom, outcome in zip(("clinician", "a", "b"), Outcome, strict=False):
        answer = dana.post(review, by_whom=by_whom, outcome=outcome.value)
        assert (answer.status_code, answer.location) == (303, session.url)
    assert {by_whom: one[0] for by_whom, one in reviews(dana).items()} == {
        "clinician": "done",
        "a": "partly",
        "b": "tried",
    }


def test_each_control_says_one_thing_and_can_be_taken_back(
    dana: Browser, assigned: tuple[ASession, str]
) -> None:
    review = assigned[1]
    for said in ({"outcome": "partly"}, {"usefulness": "3"}, {"noticed": "Mornings work."}):
        sent = {"by_whom": "a", "opened": "1", "keep": "1", **said}
        answer = dana.post(review, headers=BY_HTMX, **sent)
        assert answer.status_code == 200
        assert '<details class="fold review__more" open' in answer.text
    assert reviews(dana) == {"a": ("partly", 3, "Mornings work.")}
    for said in ({"outcome": ""}, {"usefulness": ""}, {"noticed": ""}):
        dana.post(review, by_whom="a", **said)
    assert reviews(dana) == {"a": ("", None, "")}


@pytest.mark.parametrize(
    "said",
    [
        {"outcome": "obeyed"},
        {"usefulness": "7"},
        {"usefulness": "-1"},
        {"usefulness": "many"},
        {"usefulness": "³"},
        {"by_whom": "c", "outcome": "done"},
        {"noticed": "x" * 601},
        {"noticed": "half a \x00 word"},
    ],
)
@pytest.mark.parametrize("headers", [None, BY_HTMX])
def test_a_review_that_cannot_be_says_so_and_gives_the_words_back(
    dana: Browser,
    assigned: tuple[ASession, str],
    said: dict[str, str],
    headers: dict[str, str] | None,
) -> None:
    answer = dana.post(
        assigned[1], headers=headers, **{"by_whom": "a", "noticed": "Mornings work."} | said
    )
    assert answer.status_code == 422
    typed = said.get("noticed", "Mornings work.")
    assert typed in answer.text or said.get("by_whom") == "c"
    assert reviews(dana) == {}


PRIVATE = PartnerDetails("", came_for="CAMEFOR", diagnosis="DIAGNOSIS", earlier_care="EARLIER")


@pytest.fixture
def sheets(dana: Browser) -> dict[str, str]:
    """Every copy of one assignment, given and reviewed in full, printed and read back."""
    couple = a_couple(of=dana, partner=PRIVATE)
    a_session(dana, couple, seen=tuple(CORE_OBSTACLES), assessment="ASSESSMENT")
    made = an_assignment(
        dana,
        couple,
        days=5,
        anchor="the kids are in bed",
        confidence_a=9,
        confidence_b=3,
        personal_word="Begin small.",
        safety_reason="REASON",
    )
    for by_whom in ("a", "b", "clinician"):
        a_review(dana, made, by_whom, "chose-not-to", noticed=f"TOLDBY{by_whom.upper()}")
    read = {}
    for copy in ("a", "b", "couple"):
        answer = dana.get(f"{made.url}/handout-{copy}.pdf")
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert answer.headers["Content-Disposition"] == f'inline; filename="{TOGETHER}.pdf"'
        read[copy] = words_on(answer.data)
    return read


def test_the_printed_sheets_carry_all_and_only_what_their_readers_may_see(
    dana: Browser, sheets: dict[str, str]
) -> None:
    due = long_date(today() + timedelta(days=7))
    for words in sheets.values():
        for expected in (HOMEWORK.title, due, "5 days a week", "After the kids are in bed",
                         "Begin small.", "Dana Whitfield, LMFT", HOMEWORK.smallest.do):  # fmt: skip
            assert expected in words
        assert all(step.lead in words for step in HOMEWORK.steps)
        for private in ("Okafor", "Reyes", "CAMEFOR", "DIAGNOSIS", "EARLIER", "ASSESSMENT",
                        "REASON", "TOLDBY", "Chose not to"):  # fmt: skip
            assert private not in words
        for key in CORE_OBSTACLES:
            assert OBSTACLES[key].label.lower() not in words.lower()
    assert "For Maya, with Jonah" in sheets["a"]
    assert "For Jonah, with Maya" in sheets["b"]
    assert "For Maya and Jonah" in sheets["couple"]
    [kept] = given(dana)
    for copy, code in (("a", kept.code_a), ("b", kept.code_b)):
        assert [one for one, words in sheets.items() if code in words] == [copy]
    with in_the_name_of(dana):
        printed = select(AuditEvent.detail).where(
            AuditEvent.verb == "printed", AuditEvent.subject == f"assignment:{kept.id}"
        )
        said = [detail["copy"] for detail in db.session.scalars(printed)]
        assert said == ["a", "b", "couple"]


def test_a_sheet_for_one_alone_is_printed_from_the_solo_variant(dana: Browser) -> None:
    couple = a_couple(of=dana)
    made = an_assignment(dana, couple, for_whom="a")
    words = words_on(dana.get(f"{made.url}/handout-a.pdf").data)
    assert "For Maya" in words and "Jonah" not in words
    assert "On your own" in words
    assert all(sentence in words for sentence in re.split(r"(?<=\.) ", HOMEWORK.alone)[:2])
    assert HOMEWORK.steps[0].lead not in words
    on_screen = html.unescape(dana.get(f"{made.url}/handout-a").text)
    large = words_on(dana.get(f"{made.url}/handout-a.pdf?size=large").data)
    tracker = words_on(dana.get(f"{made.url}/handout.pdf?copy=a&kind=tracker&fillable=y").data)
    for page in (words, on_screen, large):
        assert HOMEWORK.solo.promise in page and HOMEWORK.promise not in page
        assert HOMEWORK.solo.title in page and HOMEWORK.title not in page.replace(made.url, "")
    for page in (words, on_screen, large, tracker):
        assert HOMEWORK.solo.track[0].row in page and HOMEWORK.track[0].row not in page
    for copy in ("b", "couple", "c", "", "A"):
        assert dana.get(f"{made.url}/handout-{copy}.pdf").status_code == 404


def test_nobody_else_prints_a_sheet(
    dana: Browser, noor: Browser, stranger: Browser, visitor: Browser
) -> None:
    made = an_assignment(dana, a_couple(of=dana))
    sheet = f"{made.url}/handout-a.pdf"
    assert noor.get(sheet).status_code == stranger.get(sheet).status_code == 404
    answer = visitor.get(sheet)
    assert answer.status_code == 302 and answer.location.startswith("/sign-in")
    others = a_couple(of=noor, a="Ana Ruiz", b="Bo Lind")
    assert noor.get(f"/couples/{others.id}/assignments/{made.id}/handout-a.pdf").status_code == 404
