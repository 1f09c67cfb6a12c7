"""A couple's file: its header, and the timeline that is its spine."""

import html
import re
from datetime import timedelta

import pytest

from practice.couples.partner_details import PartnerDetails
from tests.browser import Browser
from tests.factories import (
    ACouple,
    a_couple,
    a_review,
    a_session,
    an_appointment,
    an_assignment,
    on_the_team,
    today,
)


def words(browser: Browser, url: str) -> str:
    """What a page says, without its tags."""
    page = browser.get(url).text
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def of(couple: ACouple) -> str:
    """Where the file is."""
    return f"/couples/{couple.id}"


def ago(days: int) -> dict[str, object]:
    """A day so long ago, as the factories take it."""
    return {"held_on": today() - timedelta(days=days)}


def test_the_first_page_of_a_file_says_how_to_go_on(dana: Browser) -> None:
    assert "The first page of their file" in words(dana, of(a_couple(of=dana)))


def test_the_header_is_the_same_on_every_page_of_the_file(dana: Browser, noor: Browser) -> None:
    couple = a_couple(of=dana, screens=("none-known", None), children="two, 7 and 4")
    on_the_team(dana, couple, noor)
    an_appointment(dana, couple)
    for page in ("", "/homework", "/details"):
        shown = words(dana, of(couple) + page)
        for part in (
            "Maya Okafor & Jonah Reyes",
            "Dana Whitfield, LMFT and Noor Haddad, PhD",
            "children: two, 7 and 4",
            "No-secrets policy: Maya and Jonah not signed yet",
            "4:00 pm",
            "safety screens",
        ):
            assert part in shown, (page, part)


def test_a_flag_for_care_tells_nobody_whose_screen_it_is(dana: Browser) -> None:
    pages = []
    for screens in (("coercive", "none-known"), ("none-known", "coercive")):
        shown = words(dana, of(a_couple(of=dana, screens=screens)))
        assert "coerciv" not in shown.lower()
        pages.append(shown)
    assert pages[0] == pages[1]


def test_a_closed_file_starts_nothing(dana: Browser) -> None:
    shown = words(dana, of(a_couple(of=dana, closed_on=today())))
    assert "Closed" in shown and "Start session" not in shown


def test_the_timeline_runs_from_the_newest_to_the_first(dana: Browser) -> None:
    couple = a_couple(of=dana)
    first = a_session(dana, couple, **ago(21), assessment="They came.")
    made = an_assignment(dana, couple, given_on=today() - timedelta(days=20))
    a_review(dana, made, "a", "partly", noticed="Mornings work.")
    an_appointment(dana, couple, today() - timedelta(days=14), outcome="no-show")
    a_session(dana, couple, **ago(7), seen=(("busyness", "b", 3),), signed=True)
    an_appointment(dana, couple)
    shown = words(dana, of(couple))
    parts = (
        "Next session",
        "Session 2",
        "No-show",
        "The two-minute shared load",
        "Session 1",
    )
    timeline = shown[shown.index("Next session") :]
    places = [timeline.index(part, 0 if part != parts[3] else 60) for part in parts]
    assert places == sorted(places)
    assert "They came." in shown and "Maya: partly, “Mornings work.”" in shown
    assert "signed" in shown and "unsigned" in shown
    assert f'href="{first.url}"' in dana.get(of(couple)).text


@pytest.fixture
def long_file(dana: Browser) -> ACouple:
    """Forty-five weekly sessions, with homework in every other one, and between the others."""
    couple = a_couple(of=dana, opened_on=today() - timedelta(weeks=46))
    for week in range(45, 0, -1):
        day = today() - timedelta(weeks=week)
        session = a_session(dana, couple, day, assessment=f"Note of week {week}.")
        given_on = day + timedelta(days=week % 2)
        an_assignment(dana, couple, session=session, given_on=given_on)
    return couple


def test_every_session_and_every_homework_is_on_exactly_one_page(
    dana: Browser, long_file: ACouple
) -> None:
    sessions, homework, address, pages = [], [], of(long_file), 0
    while address:
        page = dana.get(address).text
        timeline = page[page.index("timeline") : page.index('aria-label="Beside the timeline"')]
        sessions += re.findall(r">Session (\d+)<", timeline)
        homework += re.findall(r"#assignment-(\d+)", timeline)
        further = re.search(r'href="([^"]+before=\d+)"', timeline)
        address, pages = (html.unescape(further[1]) if further else ""), pages + 1
    assert pages == 3
    assert sessions == [str(number) for number in range(45, 0, -1)]
    assert sorted(map(int, homework)) == list(range(1, 46))
    assert list(map(int, homework)) == sorted(map(int, homework), reverse=True)


@pytest.mark.parametrize("before", ["0", "-1", "1", "999", "x", "", "2e3", "9" * 18])
def test_an_odd_page_number_is_no_harm(dana: Browser, before: str) -> None:
    couple = a_couple(of=dana)
    a_session(dana, couple)
    assert dana.get(f"{of(couple)}?before={before}").status_code == 200


def test_the_file_says_what_they_came_for_and_what_is_out(dana: Browser) -> None:
    couple = a_couple(of=dana, partner=PartnerDetails("", came_for="To laugh again."))
    an_assignment(dana, couple)
    shown = words(dana, of(couple))
    assert "To laugh again." in shown
    assert "Homework out The two-minute shared load" in shown


def test_the_homework_page_holds_all_that_was_agreed_and_said(dana: Browser) -> None:
    couple = a_couple(of=dana)
    made = an_assignment(
        dana, couple, days=5, anchor="the kids are in bed", confidence_a=0, confidence_b=10
    )
    a_review(dana, made, "b", "tried", noticed="I liked being looked for.")
    shown = words(dana, f"{of(couple)}/homework")
    for part in ("5 days a week", "the kids are in bed", "Maya 0, Jonah 10"):
        assert part in shown
    assert "Jonah: tried, “I liked being looked for.”" in shown
    assert f"{made.url}/handout-couple.pdf" in dana.get(f"{of(couple)}/homework").text


def test_the_session_page_opens_on_the_last_homework(dana: Browser) -> None:
    couple = a_couple(of=dana)
    an_assignment(dana, couple, given_on=today() - timedelta(days=14))
    session = a_session(dana, couple, seen=("busyness",))
    shown = words(dana, session.url)
    order = [
        shown.index(part)
        for part in ("how did the homework go?", "What got in the way", "Progress note")
    ]
    assert order == sorted(order)
    assert "For busyness, seen today" in shown
