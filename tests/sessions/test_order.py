"""A session entered late takes its place by the day and hour it was held, wherever it is told of."""

import html
import re
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from practice.assignments.models import Assignment, Review
from practice.assignments.service import to_review
from practice.database.base import db
from practice.records.author_export import as_text, found
from practice.sessions.models import PsychotherapyNote, TherapySession
from practice.sessions.sightings import seen_lately, session_number
from practice.sessions.signing import is_intact
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

ALONE = "the-pause-at-the-door"
WEEK = timedelta(days=7)


def words(browser: Browser, url: str) -> str:
    """What a page says, without its tags."""
    page = browser.get(url).text
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def numbers(browser: Browser, *sessions: ASession) -> list[int]:
    """The numbers of these sessions, as their pages say them."""
    shown = [re.search(r"· Session (\d+)", words(browser, one.url)) for one in sessions]
    return [int(one[1]) for one in shown if one]


def titles(browser: Browser, session: ASession) -> list[str]:
    """What is to be talked about first at a session, by the names of the homework."""
    with in_the_name_of(browser):
        found_session = db.session.get_one(TherapySession, session.id)
        return [one.slug for one in to_review(found_session)]


@pytest.fixture
def couple(dana: Browser) -> ACouple:
    """Maya and Jonah."""
    return a_couple(of=dana)


@pytest.fixture
def entered(dana: Browser, couple: ACouple) -> dict[str, ASession]:
    """Four sessions, entered out of order: two of one day, the evening's first, and one late."""
    newest = a_session(dana, couple, today() - WEEK, seen=(("busyness", "both", 3),), plan="New.")
    day = today() - 3 * WEEK
    evening = a_session(
        dana, couple, day, started_at=time(23, 40), stopped_at=time(0, 30), plan="Of the night."
    )
    morning = a_session(
        dana, couple, day, started_at=time(9), stopped_at=time(9, 50), signed=True, plan="Early."
    )
    late = a_session(dana, couple, today() - 2 * WEEK, seen=(("busyness", "a", 1),), plan="Late.")
    return {"morning": morning, "evening": evening, "late": late, "newest": newest}


def test_its_number_follows_the_day_and_the_hour(
    dana: Browser, entered: dict[str, ASession]
) -> None:
    assert numbers(dana, *entered.values()) == [1, 2, 3, 4]
    for page in ("/psychotherapy-note",):
        assert "Session 3" in dana.get(entered["late"].url + page).text
    assert "Session 1" in dana.get(entered["morning"].url + "/addenda").text
    with in_the_name_of(dana):
        assert is_intact(entered["morning"].id), "what was signed is as it was"


def test_the_timeline_and_what_waits_follow_it(
    dana: Browser, couple: ACouple, entered: dict[str, ASession]
) -> None:
    timeline = words(dana, f"/couples/{couple.id}")
    assert re.findall(r"Session (\d)", timeline) == ["4", "3", "2", "1"]
    waiting = dana.get("/").text
    assert re.findall(r"Session (\d),", waiting) == ["2", "3", "4"]
    links = re.findall(rf'href="/couples/{couple.id}/sessions/(\d+)"', waiting)
    assert links == [str(entered[name].id) for name in ("evening", "late", "newest")]


def test_a_session_moved_to_another_day_moves_in_the_order(
    dana: Browser, entered: dict[str, ASession]
) -> None:
    with in_the_name_of(dana):
        session = db.session.get_one(TherapySession, entered["newest"].id)
        session.held_on = today() - 4 * WEEK
    assert numbers(dana, *entered.values()) == [2, 3, 4, 1]


def test_the_chart_runs_by_the_day_it_was_held(dana: Browser, entered: dict[str, ASession]) -> None:
    with in_the_name_of(dana):
        newest = db.session.get_one(TherapySession, entered["newest"].id)
        days = [(row.held_on, row.strength) for row in seen_lately(newest)]
        assert days == [
            (today() - 3 * WEEK, None),
            (today() - 3 * WEEK, None),
            (today() - 2 * WEEK, 1),
            (today() - WEEK, 3),
        ]
        late = db.session.get_one(TherapySession, entered["late"].id)
        assert session_number(late) == len(seen_lately(late)) == 3
    chart = dana.get(entered["newest"].url).text
    assert re.search(r"Busyness, oldest first: [^<]*not seen, [^<]*: 1 of 3, [^<]*: 3 of 3<", chart)
    assert "last time in Maya alone" in words(dana, entered["newest"].url)


def test_the_last_plan_is_that_of_the_last_hour_before_they_come(
    dana: Browser, couple: ACouple, entered: dict[str, ASession]
) -> None:
    an_appointment(dana, couple, today(), time(17))
    assert "New." in words(dana, "/") and "Late." not in words(dana, "/")
    a_session(dana, couple, today(), started_at=time(9), stopped_at=time(9, 50), plan="At nine.")
    assert "At nine." in words(dana, "/")
    a_session(dana, couple, today(), started_at=time(20), stopped_at=time(21), plan="At eight.")
    assert "At nine." in words(dana, "/") and "At eight." not in words(dana, "/")


def test_the_last_homework_is_what_was_out_at_that_hour(
    dana: Browser, couple: ACouple, entered: dict[str, ASession]
) -> None:
    morning, evening, late, newest = entered.values()
    of_morning = an_assignment(dana, couple, ALONE, session=morning, given_on=today() - 3 * WEEK)
    an_assignment(dana, couple, session=evening, given_on=today() - 3 * WEEK)
    assert titles(dana, morning) == []
    assert titles(dana, evening) == [ALONE]
    assert titles(dana, late) == ["the-two-minute-shared-load", ALONE]
    a_review(dana, of_morning, session=late)
    assert titles(dana, late) == ["the-two-minute-shared-load", ALONE]
    assert titles(dana, newest) == ["the-two-minute-shared-load"]


def test_what_was_talked_about_later_is_read_and_not_tapped(
    dana: Browser, couple: ACouple, entered: dict[str, ASession]
) -> None:
    given = an_assignment(dana, couple, session=entered["morning"], given_on=today() - 3 * WEEK)
    a_review(dana, given, "clinician", "partly", session=entered["newest"])
    page = dana.get(entered["late"].url).text
    first = page[page.index('id="last-homework"') : page.index('id="obstacles"')]
    assert "Partly" in first and "talked about on" in first and "<button" not in first
    newest = dana.get(entered["newest"].url).text
    assert 'aria-pressed="true">Partly' in newest


def test_what_is_given_and_said_in_it_carries_its_day(
    dana: Browser, couple: ACouple, entered: dict[str, ASession]
) -> None:
    late = entered["late"]
    due = (today() - WEEK).isoformat()
    sent = {"for_whom": "couple", "dose": "2", "due_on": due, "once": "x"}
    answer = dana.post(f"{late.url}/give/the-two-minute-shared-load", **sent)
    assert answer.status_code == 303, answer.text
    out = an_assignment(dana, couple, ALONE, given_on=today() - 3 * WEEK)
    path = f"{late.url}/assignments/{out.id}/review"
    dana.post(path, by_whom="clinician", outcome="done")
    with in_the_name_of(dana):
        given = db.session.scalars(select(Assignment).filter_by(session_id=late.id)).one()
        assert given.given_on == today() - 2 * WEEK
        assert db.session.scalars(select(Review)).one().reviewed_on == today() - 2 * WEEK


def test_exports_and_notes_handed_on_count_as_the_pages_do(
    dana: Browser, couple: ACouple, entered: dict[str, ASession]
) -> None:
    for name, session in entered.items():
        dana.post(f"{session.url}/psychotherapy-note", text=f"Of {name}.", version="0")
    with in_the_name_of(dana):
        text = as_text(found(PsychotherapyNote, couple.id))
    shown = re.findall(r"session (\d), [^\n]*\n\nOf (\w+)\.", text)
    assert {name: int(number) for number, name in shown} == {
        "morning": 1,
        "evening": 2,
        "late": 3,
        "newest": 4,
    }


@pytest.mark.parametrize("size", [21, 45])
def test_a_long_file_entered_backwards_has_each_session_once_on_its_pages(
    dana: Browser, couple: ACouple, size: int
) -> None:
    first = today() - timedelta(days=size)
    for day in range(size, 0, -1):
        a_session(dana, couple, date.fromordinal(first.toordinal() + day // 2))
    address, seen = f"/couples/{couple.id}", []
    while address:
        page = dana.get(address).text
        timeline = page[page.index("timeline") : page.index('aria-label="Beside the timeline"')]
        seen += re.findall(r">Session (\d+)<", timeline)
        further = re.search(r'href="([^"]+before=\d+)"', timeline)
        address = html.unescape(further[1]) if further else ""
    assert seen == [str(number) for number in range(size, 0, -1)]
