"""What a course proposes at a session: plain values in, a proposal and its reason out."""

from dataclasses import replace
from datetime import date

import pytest

from practice.couples.safety import CAUTION, OPEN, REASON_NEEDED, REFUSED
from practice.courses.steps import CourseNow, Proposal, Step, proposed
from practice.library.builtin import builtin_homework

TODAY = date(2026, 3, 5)
NOW = 70
ALONE, TOGETHER, DARING = "the-pause-at-the-door", "one-chore-side-by-side", "a-gentle-minute"
#: Its caution speaks of no control, fear or being watched.
UNTOUCHED = "a-kind-word-to-the-younger-me"
SLUGS = (ALONE, TOGETHER, DARING)
FRESH = CourseNow(
    1,
    "slow",
    "Slow evenings",
    "Keep one.",
    TODAY,
    steps=tuple(
        Step(n, n, 1, "waiting", slug, builtin_homework()[slug].title, 2)
        for n, slug in enumerate(SLUGS, 1)
    ),
)


def after(**first: object) -> CourseNow:
    """The course with its first step settled."""
    return FRESH.with_steps(replace(FRESH.steps[0], **first), *FRESH.steps[1:])


def propose(course: CourseNow, gate=OPEN, session: int | None = NOW) -> Proposal:
    return proposed(course, gate, builtin_homework().get, session)


GIVEN = {"state": "given", "assignment_id": 5, "session_id": 60}
ONCE_MORE = FRESH.with_steps(
    replace(FRESH.steps[0], state="repeated", assignment_id=5, session_id=60, outcome="tried"),
    replace(FRESH.steps[0], id=9, turn=2),
    *FRESH.steps[1:],
)
REPLACED = FRESH.with_steps(
    replace(FRESH.steps[0], state="replaced"),
    replace(FRESH.steps[0], id=9, turn=2, slug="half-the-speed", title="Half the speed", **GIVEN),
    *FRESH.steps[1:],
)


@pytest.mark.parametrize(
    ("course", "number", "why"),
    [
        (FRESH, 1, "The first step."),
        (after(state="skipped"), 2, "The first step that was not skipped."),
        (after(**GIVEN), 2, "“The pause at the door” is not talked through yet."),
        (after(**GIVEN, outcome="done"), 2, "“The pause at the door” is done."),
        (after(**GIVEN, outcome="not-yet"), 2, "It may serve them better once more, or smaller."),
        (after(**GIVEN, outcome="chose-not-to"), 2, "Ask what would fit instead."),
        (ONCE_MORE, 1, "Once more, as you chose. “The pause at the door” was tried."),
        (REPLACED, 2, "“Half the speed” is not talked through yet."),
    ],
)
def test_the_next_step_is_the_first_that_waits_and_says_why(course, number, why) -> None:
    found = propose(course)
    assert (found.kind, found.step.number) == ("next", number)
    assert why in found.why


@pytest.mark.parametrize(
    ("slug", "gate", "kind"),
    [
        (UNTOUCHED, REFUSED, "next"),
        (ALONE, REFUSED, "held"),
        (ALONE, REASON_NEEDED, "next"),
        (TOGETHER, REFUSED, "held"),
        (TOGETHER, REASON_NEEDED, "next"),
        (DARING, REASON_NEEDED, "held"),
        (DARING, CAUTION, "next"),
        ("gone-from-here", OPEN, "gone"),
    ],
)
def test_a_step_is_proposed_only_as_the_gate_and_the_shelf_allow(slug, gate, kind) -> None:
    found = propose(FRESH.with_steps(replace(FRESH.steps[0], slug=slug)), gate)
    assert found.kind == kind
    assert (gate.why in found.why) if kind == "held" else True


def test_what_was_given_in_this_session_is_not_followed_by_another_at_once() -> None:
    found = propose(after(**GIVEN | {"session_id": NOW}))
    assert found.kind == "today"
    assert found.why == "Next time: “One chore, side by side.”"
    assert propose(after(**GIVEN | {"session_id": NOW}), session=None).kind == "next"


def test_after_the_last_step_the_course_is_through_and_at_rest_it_asks_for_nothing() -> None:
    done = FRESH.with_steps(*(replace(step, state="skipped") for step in FRESH.steps))
    assert propose(done).kind == "through"
    assert propose(replace(FRESH, paused_on=TODAY)).kind == "paused"


def test_a_step_that_waits_to_be_repeated_is_not_repeated_again() -> None:
    assert after(**GIVEN).to_repeat is not None
    assert ONCE_MORE.to_repeat is None
    assert FRESH.to_repeat is None


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({}, "To come"),
        ({"state": "skipped"}, "Skipped"),
        ({"state": "replaced"}, "Replaced"),
        (GIVEN, "Given, not talked through yet"),
        ({**GIVEN, "outcome": "done", "usefulness": 3}, "Done, of use 3 of 4"),
    ],
)
def test_how_each_step_went_is_said_in_words(step, words) -> None:
    assert replace(FRESH.steps[0], **step).how == words
