"""Courses over the web: taking a couple through one, and making one's own."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from practice.assignments.models import Assignment
from practice.audit.models import AuditEvent
from practice.couples.partner_details import PartnerDetails
from practice.courses.catalog import built_in
from practice.courses.models import CourseEnrollment, CourseStep, CustomCourse
from practice.database.base import db
from practice.library.builtin import builtin_homework
from tests.browser import Browser
from tests.factories import (
    ACouple,
    ASession,
    a_couple,
    a_review,
    a_session,
    in_the_name_of,
    today,
)
from tests.factories import AnAssignment as Given
from tests.library.test_custom import begin, publish
from tests.paper import words_on

KEY = "from-rushed-to-a-daily-ritual"
COURSE = built_in()[KEY]
FIRST, SECOND = (week.homework for week in COURSE.weeks[:2])
BY_HTMX = {"HX-Request": "true"}


def start(dana: Browser, couple: ACouple, key: str = KEY, **sent: Any) -> TestResponse:
    return dana.post(f"/couples/{couple.id}/courses/start/{key}", **sent)


def steps(browser: Browser) -> list[CourseStep]:
    """Every step there is, by week and turn."""
    with in_the_name_of(browser):
        found = list(
            db.session.scalars(select(CourseStep).order_by(CourseStep.number, CourseStep.turn))
        )
        db.session.expunge_all()
        return found


def the_course(browser: Browser) -> CourseEnrollment:
    with in_the_name_of(browser):
        found = db.session.scalars(select(CourseEnrollment)).one()
        db.session.expunge_all()
        return found


def states(browser: Browser) -> list[tuple[int, int, str]]:
    return [(step.number, step.turn, step.state) for step in steps(browser)]


def move(dana: Browser, place: ACouple | ASession, name: str, **sent: Any) -> TestResponse:
    base = place.url if isinstance(place, ASession) else f"/couples/{place.id}"
    return dana.post(f"{base}/courses/{the_course(dana).id}/move", move=name, **sent)


def give(dana: Browser, session: ASession, slug: str, step: int, **sent: Any) -> TestResponse:
    due = (today() + timedelta(days=7)).isoformat()
    address = f"{session.url}/give/{slug}?step={step}"
    return dana.post(address, due_on=due, once=f"form {step}", **sent)


@pytest.fixture
def in_course(dana: Browser) -> ASession:
    """A couple who begin a course, at a session of today."""
    couple = a_couple(of=dana)
    assert start(dana, couple).status_code == 303
    return a_session(dana, couple, today())


def test_the_next_step_stands_first_among_what_fits(dana: Browser, in_course: ASession) -> None:
    page = dana.get(in_course.url).text
    assert "Week 1 of 6 · From rushed to a daily ritual" in page
    assert COURSE.weeks[0].focus in html.unescape(page)
    for words in ("Give", "Skip", "Choose another", "End the course"):
        assert words in page
    assert page.index('id="course-step"') < page.index("Choose from the whole library")


def test_giving_the_step_starts_from_its_dose_and_word_and_links_it(
    dana: Browser, in_course: ASession
) -> None:
    [step] = [one for one in steps(dana) if one.number == 1]
    form = html.unescape(dana.get(f"{in_course.url}/give/{FIRST}?step={step.id}").text)
    assert COURSE.weeks[0].focus in form
    assert "Week 1 of their course" in form
    assert give(dana, in_course, FIRST, step.id).status_code == 303
    assert give(dana, in_course, FIRST, step.id).status_code == 303
    assert states(dana)[:2] == [(1, 1, "given"), (2, 1, "waiting")]
    assert steps(dana)[0].assignment_id is not None
    assert "Given today." in dana.get(in_course.url).text


def test_the_couples_timeline_names_the_course_that_a_homework_is_of(
    dana: Browser, in_course: ASession
) -> None:
    give(dana, in_course, FIRST, steps(dana)[0].id)
    give(dana, in_course, "weather-report", 0)
    timeline = dana.get(f"/couples/{in_course.couple_id}").text
    assert timeline.count("Week 1 of 6 · From rushed to a daily ritual") == 1
    assert timeline.index(builtin_homework()[FIRST].title) < timeline.index("Week 1 of 6")


def test_a_word_on_a_step_is_in_the_language_both_read(dana: Browser) -> None:
    couple = a_couple(of=dana, partner=PartnerDetails("", language="es"))
    start(dana, couple)
    form = dana.get(f"/couples/{couple.id}/give/{FIRST}?step={steps(dana)[0].id}").text
    assert built_in("es")[KEY].weeks[0].focus in html.unescape(form)


def test_another_homework_takes_the_place_of_a_step(dana: Browser, in_course: ASession) -> None:
    step = steps(dana)[0]
    shelf = dana.get(
        f"/homework?couple={in_course.couple_id}&session={in_course.id}&step={step.id}"
    )
    assert f"/give/ten-silly-minutes?step={step.id}" in shelf.text
    give(dana, in_course, "ten-silly-minutes", step.id)
    assert states(dana)[:3] == [(1, 1, "replaced"), (1, 2, "given"), (2, 1, "waiting")]
    page = dana.get(f"/couples/{in_course.couple_id}/homework").text
    assert "Replaced" in page and "Ten silly minutes" in page


def test_a_step_may_be_repeated_and_then_comes_again_before_the_next(
    dana: Browser, in_course: ASession
) -> None:
    give(dana, in_course, FIRST, steps(dana)[0].id)
    later = a_session(dana, ACouple(in_course.couple_id), today())
    first = steps(dana)[0]
    a_review(dana, Given(first.assignment_id, in_course.couple_id), outcome="not-yet")
    assert "It may serve them better once more" in dana.get(later.url).text
    for _ in range(2):
        answer = move(dana, later, "repeat", step=first.id, headers=BY_HTMX)
    assert answer.status_code == 200 and "once more" in answer.text
    assert states(dana)[:3] == [(1, 1, "repeated"), (1, 2, "waiting"), (2, 1, "waiting")]


def test_a_step_is_skipped_once_and_may_be_taken_up_after_all(
    dana: Browser, in_course: ASession
) -> None:
    first = steps(dana)[0].id
    for _ in range(2):
        assert move(dana, in_course, "skip", step=first).status_code == 303
    assert [state for *_, state in states(dana)] == ["skipped", *["waiting"] * 5]
    assert "Take it up after all" in dana.get(f"/couples/{in_course.couple_id}/homework").text
    move(dana, ACouple(in_course.couple_id), "take-up", step=first)
    assert {state for *_, state in states(dana)} == {"waiting"}


def test_a_course_rests_and_goes_on(dana: Browser, in_course: ASession) -> None:
    move(dana, in_course, "pause")
    assert "Paused since" in dana.get(in_course.url).text
    move(dana, in_course, "resume")
    assert "Week 1 of 6" in dana.get(in_course.url).text


def test_after_the_last_step_it_closes_with_a_kind_word(dana: Browser, in_course: ASession) -> None:
    for step in steps(dana):
        move(dana, in_course, "skip", step=step.id)
    assert COURSE.close in html.unescape(dana.get(in_course.url).text)
    answer = move(dana, in_course, "end")
    assert "is complete. What they keep of it is theirs." in dana.get(answer.location).text
    assert the_course(dana).ended_as == "completed"
    assert 'id="course-step"' not in dana.get(in_course.url).text


def test_a_course_ended_early_keeps_the_reason_and_moves_no_more(
    dana: Browser, in_course: ASession
) -> None:
    couple = ACouple(in_course.couple_id)
    move(dana, couple, "end", because="A new baby came first.")
    assert the_course(dana).ended_as == "stopped"
    assert "A new baby came first." in dana.get(f"/couples/{couple.id}/homework").text
    answer = move(dana, couple, "skip", step=steps(dana)[0].id)
    assert answer.status_code == 422 and "This course is over." in answer.text
    assert start(dana, couple, "two-weeks-to-begin").status_code == 303


def test_a_couple_is_in_one_course_at_a_time_and_a_double_click_starts_one(dana: Browser) -> None:
    couple = a_couple(of=dana)
    assert [start(dana, couple).status_code for _ in range(2)] == [303, 303]
    assert len(steps(dana)) == 6
    answer = start(dana, couple, "two-weeks-to-begin")
    assert answer.status_code == 422 and "End it before you start another" in answer.text


def test_the_gate_holds_for_courses_too(dana: Browser) -> None:
    refused = a_couple(of=dana, screens=("none-known", "coercive"))
    answer = start(dana, refused, safety_reason="They asked for it.")
    assert answer.status_code == 422
    assert "Choose a course that each of them does alone." in answer.text
    assert start(dana, refused, "your-own-ground").status_code == 303
    unclear = a_couple(of=dana, a="Ana Ruiz", screens=("none-known", None))
    asked = start(dana, unclear)
    assert asked.status_code == 422 and "Say why this course is right now." in asked.text
    assert start(dana, unclear, safety_reason="Both seen alone today.").status_code == 303


@pytest.mark.parametrize("sent", [{"move": "fly"}, {"move": ""}, {"because": "x" * 201}])
def test_what_is_no_move_is_said_and_changes_nothing(
    dana: Browser, in_course: ASession, sent: dict[str, str]
) -> None:
    before = states(dana)
    address = f"{in_course.url}/courses/{the_course(dana).id}/move"
    assert dana.post(address, **{"move": "skip"} | sent).status_code == 422
    assert states(dana) == before


@pytest.mark.parametrize("step", ["", "0", "x", "-1", str(2**70), "99"])
def test_a_step_that_is_not_of_this_course_is_not_found(
    dana: Browser, in_course: ASession, step: str
) -> None:
    assert move(dana, in_course, "skip", step=step).status_code == 404


def test_the_outline_is_printed_in_the_readers_language_and_written_down(dana: Browser) -> None:
    couple = a_couple(of=dana, partner=PartnerDetails("", language="es"))
    start(dana, couple)
    address = f"/couples/{couple.id}/courses/{the_course(dana).id}"
    answer = dana.get(f"{address}/outline-couple.pdf")
    assert built_in("es")[KEY].title in words_on(answer.data)
    assert "Maya y Jonah" in words_on(answer.data)
    assert dana.get(f"{address}/outline-c.pdf").status_code == 404
    with in_the_name_of(dana):
        assert db.session.scalar(select(AuditEvent.verb).where(AuditEvent.verb == "printed"))


def test_every_course_can_be_read_and_its_outline_printed_for_no_one(dana: Browser) -> None:
    for key, course in built_in().items():
        page = html.unescape(dana.get(f"/homework/courses/{key}").text)
        assert course.when_not in page and course.close in page
    words = words_on(dana.get(f"/homework/courses/{KEY}/outline.pdf?language=es").data)
    assert "Semana 6" in words
    assert dana.get(f"/homework/courses/{KEY}/outline.pdf?language=xx").status_code == 404
    for key in ("nothing", "own-", "own-99", "own-²"):
        assert dana.get(f"/homework/courses/{key}").status_code == 404


WRITTEN = {
    "title": "Slow <evenings>",
    "promise": "Two weeks of slow evenings.",
    "weeks-0-homework": FIRST,
    "weeks-0-dose": "2",
    "weeks-0-focus": "Begin small.",
    "weeks-1-homework": SECOND,
    "weeks-1-dose": "10",
    "once": "one form",
}


def make(browser: Browser, **changes: str) -> TestResponse:
    return browser.post("/homework/courses/new", **WRITTEN | changes)


def own_courses(browser: Browser) -> list[CustomCourse]:
    with in_the_name_of(browser):
        found = list(db.session.scalars(select(CustomCourse)))
        db.session.expunge_all()
        return found


def test_a_clinician_makes_a_course_and_takes_a_couple_through_it(dana: Browser) -> None:
    answer = make(dana)
    assert make(dana).location == answer.location
    assert "Slow &lt;evenings&gt;" in dana.get(answer.location).text
    couple = a_couple(of=dana)
    start(dana, couple, answer.location.rsplit("/", 1)[1])
    assert [(step.slug, step.dose) for step in steps(dana)] == [(FIRST, 2), (SECOND, 10)]


def test_it_is_ones_own_until_it_is_shared_and_only_its_author_changes_it(
    dana: Browser, noor: Browser, stranger: Browser
) -> None:
    page = make(dana).location
    [own] = own_courses(dana)
    edit = f"/homework/courses/own/{own.id}/edit"
    assert noor.get(page).status_code == 404
    dana.post(edit, **WRITTEN | {"is_shared": "y", "version": "1"})
    assert noor.get(page).status_code == 200
    assert "by Dana Whitfield" in noor.get("/homework/courses").text
    for other in (noor, stranger):
        assert other.get(edit).status_code == 404
        assert other.post(f"/homework/courses/own/{own.id}/archive").status_code == 404
    assert stranger.get(page).status_code == 404
    dana.post(f"/homework/courses/own/{own.id}/archive", on="1")
    assert noor.get(page).status_code == 404
    assert "Offer it again" in dana.get("/homework/courses").text


def test_a_change_leaves_couples_in_it_as_they_began_and_two_windows_apart(dana: Browser) -> None:
    make(dana)
    [own] = own_courses(dana)
    start(dana, a_couple(of=dana), f"own-{own.id}")
    edit = f"/homework/courses/own/{own.id}/edit"
    changed = WRITTEN | {"weeks-0-homework": "ten-silly-minutes", "version": "1"}
    assert dana.post(edit, **changed).status_code == 303
    assert steps(dana)[0].slug == FIRST
    answer = dana.post(edit, **changed | {"title": "Slower still"})
    assert answer.status_code == 422 and "changed in another window" in answer.text
    assert "Slower still" in answer.text


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"title": ""}, "Give the course a title."),
        ({"promise": " "}, "Say in one sentence what the course is."),
        ({"weeks-1-homework": ""}, "Choose homework for at least 2 weeks"),
        ({"weeks-1-homework": "bliss"}, "Choose a homework for this week"),
        ({"weeks-2-focus": "For nothing."}, "Choose a homework for this week"),
        ({"weeks-1-dose": "7"}, "comes in 2, 10 or 20 minutes."),
        ({"weeks-0-focus": "x" * 301}, "Keep this to 300 characters."),
    ],
)
def test_what_a_course_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(
    dana: Browser, sent: dict[str, str], words: str
) -> None:
    answer = make(dana, close="Keep <one>.", **sent)
    assert answer.status_code == 422
    assert words in html.unescape(answer.text)
    assert "Keep &lt;one&gt;.</textarea>" in answer.text
    assert own_courses(dana) == []


def test_a_homework_of_ones_own_may_be_a_week_and_waits_for_who_does_not_see_it(
    dana: Browser, noor: Browser
) -> None:
    slug = publish(dana, begin(dana), title="Grumble, then ask").rsplit("/", 1)[1]
    page = make(dana, **{"weeks-0-homework": slug, "is_shared": "y"}).location
    couple = a_couple(of=dana)
    assert start(dana, couple, page.rsplit("/", 1)[1]).status_code == 303
    assert steps(dana)[0].slug == slug
    words = words_on(dana.get(f"/couples/{couple.id}/courses/1/outline-couple.pdf").data)
    assert "Grumble, then ask" in words
    assert "Not on your shelf" in noor.get(page).text
    assert noor.get(f"{page}/outline.pdf").status_code == 200
    refused = start(noor, a_couple(of=noor), page.rsplit("/", 1)[1])
    assert refused.status_code == 422 and "is not on your shelf" in refused.text


def test_a_week_moves_up_without_scripts_and_nothing_is_kept_yet(dana: Browser) -> None:
    page = make(dana, up="2").text
    chosen = re.findall(r'<option selected value="([a-z-]+)"', page)
    assert chosen[:2] == [SECOND, FIRST]
    assert 'value="Begin small."' in page and WRITTEN["promise"] in page
    assert own_courses(dana) == []


def test_a_course_like_a_built_in_one_begins_with_its_words(dana: Browser) -> None:
    page = html.unescape(dana.get(f"/homework/courses/new?like={KEY}").text)
    assert COURSE.purpose in page and COURSE.weeks[-1].focus in page


def test_what_is_given_as_a_step_stays_when_the_step_was_settled_meanwhile(
    dana: Browser, in_course: ASession
) -> None:
    first = steps(dana)[0].id
    move(dana, in_course, "skip", step=first)
    assert give(dana, in_course, FIRST, first).status_code == 303
    assert states(dana)[0] == (1, 1, "skipped")
    with in_the_name_of(dana):
        assert db.session.scalar(select(Assignment.slug)) == FIRST
