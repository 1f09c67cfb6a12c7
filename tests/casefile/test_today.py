"""Today: what one needs to know a minute before they come."""

import re
from datetime import time, timedelta

from tests.browser import Browser
from tests.factories import (
    a_couple,
    a_review,
    a_session,
    an_appointment,
    an_assignment,
    on_the_team,
    today,
)

ALONE = "the-pause-at-the-door"


def words(browser: Browser) -> str:
    """What Today says, without its tags."""
    page = browser.get("/").text
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_an_empty_day_says_how_to_begin(dana: Browser) -> None:
    shown = words(dana)
    assert "Nobody comes today" in shown
    assert "Every note is signed." in shown


def test_who_comes_today_stands_before_who_comes_next_each_by_the_clock(dana: Browser) -> None:
    names = ("Ana Ruiz", "Eva Bo", "Ida Fox", "Una Gray", "Zoe Hill")
    times = [(0, time(17)), (0, time(9, 5)), (3, time(8)), (1, time(19)), (8, time(8))]
    for name, (days, at) in zip(names, times, strict=True):
        couple = a_couple(of=dana, a=name, b="Bo Lind")
        an_appointment(dana, couple, today() + timedelta(days=days), at)
    shown = words(dana)
    order = [shown.index(name) for name in ("Eva Bo", "Ana Ruiz", "Una Gray", "Ida Fox")]
    assert order == sorted(order)
    assert shown.index("Ana Ruiz") < shown.index("Next") < shown.index("Una Gray")
    assert "Zoe Hill" not in shown, "a week ahead is as far as Today looks"
    assert "9:05 am" in shown and "5:00 pm" in shown


def test_the_last_notes_plan_and_what_is_out_are_there_at_a_glance(dana: Browser) -> None:
    couple = a_couple(of=dana)
    an_appointment(dana, couple, on_day=today())
    a_session(dana, couple, today() - timedelta(days=14), plan="An older plan.")
    session = a_session(dana, couple, plan="Begin at the front door.")
    done = an_assignment(dana, couple, ALONE, session=session)
    a_review(dana, done, "clinician", "done")
    out = an_assignment(dana, couple, session=session)
    a_review(dana, out, "a", "done")
    shown = words(dana)
    assert "Begin at the front door." in shown and "An older plan." not in shown
    assert "The two-minute shared load" in shown and "The pause at the door" not in shown


def test_a_first_meeting_says_so(dana: Browser) -> None:
    an_appointment(dana, a_couple(of=dana), on_day=today())
    assert "Their first session." in words(dana)


def test_a_session_begun_today_is_opened_and_not_begun_again(dana: Browser) -> None:
    couple = a_couple(of=dana)
    an_appointment(dana, couple, on_day=today())
    assert "Start session" in words(dana) and "Open session" not in words(dana)
    begun = dana.post(f"/couples/{couple.id}/sessions", once="x").location
    assert "Open session" in words(dana) and "Start session" not in words(dana)
    assert f'href="{begun}"' in dana.get("/").text


def test_who_cancelled_or_did_not_come_is_not_expected(dana: Browser) -> None:
    for name, outcome in (("Ana Ruiz", "cancelled"), ("Eva Bo", "no-show")):
        couple = a_couple(of=dana, a=name, b="Bo Lind")
        an_appointment(dana, couple, today(), outcome=outcome)
    assert "Nobody comes today" in words(dana)


def test_unsigned_notes_of_ones_own_wait_the_oldest_first(dana: Browser, noor: Browser) -> None:
    couple = a_couple(of=dana)
    on_the_team(dana, couple, noor)
    for days in range(9, 1, -1):
        a_session(dana, couple, today() - timedelta(days=days))
    a_session(dana, couple, today() - timedelta(days=1), signed=True)
    a_session(noor, couple, today() - timedelta(days=30))
    shown = words(dana)
    assert "Unsigned notes 8" in shown
    assert re.findall(r"Session (\d+),", shown) == ["2", "3", "4", "5", "6", "7"], "after Noor's"
    assert "Unsigned notes 1" in words(noor)


def test_nobody_elses_day_is_shown(dana: Browser, noor: Browser, stranger: Browser) -> None:
    couple = a_couple(of=dana)
    an_appointment(dana, couple, on_day=today())
    a_session(dana, couple, plan="CANARY")
    for other in (noor, stranger):
        shown = words(other)
        assert "Nobody comes today" in shown and "Every note is signed." in shown
        assert "Maya" not in shown and "CANARY" not in shown


def test_a_visit_says_how_many_of_the_couples_notes_wait_for_a_signature(dana: Browser) -> None:
    couple = a_couple(of=dana)
    an_appointment(dana, couple, on_day=today())
    for days in (14, 7):
        a_session(dana, couple, today() - timedelta(days=days))
    an_appointment(dana, a_couple(of=dana, a="Eva Bo"), on_day=today())
    assert words(dana).count("2 unsigned notes") == 1
    assert words(dana).count("unsigned note") == 1
