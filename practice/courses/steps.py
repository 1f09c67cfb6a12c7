"""Which step of a course is next, and why, in words: pure rules over plain values."""

from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from practice.couples.safety import Gate
from practice.courses.models import GIVEN, REPEATED, SKIPPED, WAITING
from practice.library.cautions import EXPOSED, is_of_control
from practice.library.homework import Homework
from practice.vocabulary import Outcome

#: next: may be given. held: the safety gate keeps it back. gone: its homework is no longer there.
#: today: one was given in this session. through: none is left. paused: the course rests.
Kind = Literal["next", "held", "gone", "today", "through", "paused"]

#: How the last step went, by the clinician's review; "" while there is none.
AFTER = {
    "": "{} is not talked through yet.",
    Outcome.DONE: "{} is done.",
    Outcome.PARTLY: "{} is partly done.",
    Outcome.TRIED: "{} was tried.",
    Outcome.NOT_YET: "{} is not done yet. It may serve them better once more, or smaller.",
    Outcome.CHOSE_NOT_TO: "They chose not to do {}. Ask what would fit instead.",
}


@dataclass(frozen=True)
class Step:
    """One step of a course a couple is in, and how it went."""

    id: int
    number: int
    turn: int
    state: str
    slug: str
    title: str
    dose: int
    focus: str = ""
    assignment_id: int | None = None
    #: The session it was given in; None when it was given between two, or not yet.
    session_id: int | None = None
    #: The clinician's review: "" and None while there is none.
    outcome: str = ""
    usefulness: int | None = None

    @property
    def how(self) -> str:
        """“Done, of use 3 of 4”, “Skipped”: what is known of it."""
        if self.state == WAITING:
            return "To come" if self.turn == 1 else "To come again"
        if self.assignment_id is None:
            return "Skipped" if self.state == SKIPPED else "Replaced"
        said = Outcome(self.outcome).label if self.outcome else "Given, not talked through yet"
        use = f", of use {self.usefulness} of 4" if self.usefulness is not None else ""
        return said + use


@dataclass(frozen=True)
class CourseNow:
    """A course a couple is in, or was, with its steps by week and turn."""

    id: int
    key: str
    title: str
    #: A word to the couple for the last time.
    close: str
    started_on: date
    paused_on: date | None = None
    ended_on: date | None = None
    ended_as: str = ""
    ended_because: str = ""
    steps: tuple[Step, ...] = ()

    @property
    def weeks(self) -> int:
        """How many weeks it has."""
        return max((step.number for step in self.steps), default=0)

    @property
    def waiting(self) -> Step | None:
        """The first step that waits, in the order of the weeks."""
        return next((step for step in self.steps if step.state == WAITING), None)

    @property
    def last(self) -> Step | None:
        """The step that was given last, whichever its week."""
        given = [step for step in self.steps if step.assignment_id is not None]
        return max(given, key=lambda step: step.assignment_id or 0, default=None)

    @property
    def to_repeat(self) -> Step | None:
        """The step that may be given once more: the last one, unless that waits already."""
        return self.last if self.last and self.last.state == GIVEN else None

    def with_steps(self, *steps: Step) -> "CourseNow":
        """The same course with these steps."""
        return replace(self, steps=steps)


@dataclass(frozen=True)
class Proposal:
    """What a course has to say at a session; `step` is what it speaks of, if any."""

    course: CourseNow
    kind: Kind
    why: str
    step: Step | None = None
    homework: Homework | None = None


def proposed(
    course: CourseNow,
    gate: Gate,
    homework_called: Callable[[str], Homework | None],
    session_id: int | None = None,
    alone: str = "",
    of_control: Container[str] = (),
) -> Proposal:
    """What comes next in a course at a session, or between two where `session_id` is None.

    `homework_called` finds a homework by its slug, or None. Nothing is decided here: the
    clinician may give it, skip it, or choose another. `alone` is the letter of the partner whom
    an individual session is with, else ""; `of_control` are homeworks whose caution speaks of it.
    """
    if course.paused_on:
        return Proposal(course, "paused", "The course rests. Take it up when the time is right.")
    last, step = course.last, course.waiting
    if session_id is not None and last and last.session_id == session_id and last.state == GIVEN:
        return Proposal(course, "today", what_follows(step), last)
    if step is None:
        return Proposal(course, "through", after(last))
    homework = homework_called(step.slug)
    if homework is None:
        return Proposal(course, "gone", "This homework is not on your shelf.", step)
    if kept_back := held_back(homework, gate, alone, of_control):
        return Proposal(course, "held", kept_back, step, homework)
    return Proposal(course, "next", why_next(course, step), step, homework)


def held_back(
    homework: Homework, gate: Gate, alone: str = "", of_control: Container[str] = ()
) -> str:
    """Why a step is kept back; empty when it is not. As suggestions have it."""
    is_cautioned = homework.slug in of_control or is_of_control(homework)
    if gate.level == "refused" and not homework.conjoint and is_cautioned:
        return f"{gate.why} This step’s own caution speaks against it here, so it waits."
    if alone and homework.conjoint and gate.level != "refused":
        return "This step is done together, so it waits for a session with both."
    if not homework.conjoint or gate.level == "open":
        return ""
    if gate.level == "refused":
        return f"{gate.why} This step is done together, so it waits."
    if EXPOSED & set(homework.asks):
        return f"{gate.why} This step asks for closeness, so it waits until there is."
    return ""


def why_next(course: CourseNow, step: Step) -> str:
    """Why this step is proposed: what came before it, and how that went."""
    if course.last is None:
        return "The first step." if step.number == 1 else "The first step that was not skipped."
    if step.turn > 1 and course.last.state == REPEATED:
        return f"Once more, as you chose. {after(course.last)}"
    return after(course.last)


def after(last: Step | None) -> str:
    """How the last step went, in a sentence or two."""
    if last is None:
        return "No step was given."
    return AFTER[last.outcome].format(f"“{last.title}”")


def what_follows(step: Step | None) -> str:
    """What comes after the step that was given today."""
    return f"Next time: “{step.title}.”" if step else "It was the last step. Next time, you close."
