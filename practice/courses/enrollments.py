"""Taking a couple through a course: starting it, giving its steps, and every way to leave the path.

What the session page asks is built once, when this is loaded.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select

from practice.access.prepared import PreparedQuery
from practice.assignments.models import Assignment, Review
from practice.assignments.service import homework_called
from practice.couples.models import Couple
from practice.couples.safety import gate
from practice.courses.catalog import Course, in_every_language
from practice.courses.models import (
    COMPLETED,
    GIVEN,
    REPEATED,
    REPLACED,
    SKIPPED,
    STOPPED,
    WAITING,
    CourseEnrollment,
    CourseStep,
)
from practice.courses.steps import CourseNow, Step
from practice.database.base import db
from practice.errors import Refused
from practice.identity.models import User
from practice.library import custom
from practice.library.homework import ENGLISH, Homework


def start(
    couple: Couple, course: Course, user: User, today: date, safety_reason: str = ""
) -> CourseEnrollment:
    """Begin a course with a couple, its wording frozen as it reads today.

    Starting again the course they are in changes nothing. Raises Refused when the file is
    closed, they are in another course, a homework of it is gone, or the couple's safety gate
    forbids it or asks a reason.
    """
    there = db.session.scalar(
        select(CourseEnrollment).where(
            CourseEnrollment.couple_id == couple.id, CourseEnrollment.ended_on.is_(None)
        )
    )
    if there and there.key == course.key:
        return there
    if not couple.is_open:
        raise Refused("This file is closed. Reopen it to start a course.")
    if there:
        raise Refused(f"They are in “{there.title}”. End it before you start another.")
    homeworks = homeworks_of(course)
    pass_gate(couple, homeworks, safety_reason)
    taken = CourseEnrollment(
        couple_id=couple.id,
        by_user_id=user.id,
        key=course.key,
        title=course.title,
        outline={key: frozen(one) for key, one in in_every_language(course).items()},
        started_on=today,
        safety_reason=safety_reason,
    )
    db.session.add(taken)
    db.session.flush()
    for number, (week, homework) in enumerate(zip(course.weeks, homeworks, strict=True), 1):
        db.session.add(
            CourseStep(
                couple_id=couple.id,
                course_id=taken.id,
                number=number,
                slug=homework.slug,
                title=homework.title,
                dose=week.dose,
                focus=week.focus,
            )
        )
    db.session.flush()
    return taken


def homeworks_of(course: Course) -> list[Homework]:
    """The homework of each week. Raises Refused when one is no longer there."""
    found = [homework_called(week.homework) for week in course.weeks]
    there = [one for one in found if one]
    if len(there) < len(found):
        raise Refused("A homework of this course is not on your shelf. Change the course first.")
    return there


def pass_gate(couple: Couple, homeworks: Iterable[Homework], safety_reason: str) -> None:
    """Raise Refused when the couple's gate does not let a course with these homeworks begin."""
    if not any(homework.conjoint for homework in homeworks):
        return
    safety = gate(couple)
    if safety.level == "refused":
        raise Refused(f"{safety.why} Choose a course that each of them does alone.")
    if safety.level == "reason-needed" and not safety_reason:
        raise Refused(f"{safety.why} Say why this course is right now.", "safety_reason")


def frozen(course: Course) -> dict[str, Any]:
    """A course's words in one language as plain values, the titles of its homeworks with them.

    A homework that is not on the user's shelf is left out.
    """
    there = custom.catalog().in_language(course.language)
    return {
        "title": course.title,
        "promise": course.promise,
        "close": course.close,
        "weeks": [
            {
                "homework": week.homework,
                "title": there[week.homework].title,
                "dose": week.dose,
                "focus": week.focus,
            }
            for week in course.weeks
            if week.homework in there
        ],
    }


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A row of a course and one of its steps, with how the step went."""

    id: int
    key: str
    title: str
    close: str
    started_on: date
    paused_on: date | None
    ended_on: date | None
    ended_as: str
    ended_because: str
    step_id: int
    number: int
    turn: int
    state: str
    slug: str
    step_title: str
    dose: int
    focus: str
    assignment_id: int | None
    session_id: int | None
    outcome: str
    usefulness: int | None

    def course(self) -> CourseNow:
        """The course, as yet without steps."""
        return CourseNow(
            self.id,
            self.key,
            self.title,
            self.close,
            self.started_on,
            self.paused_on,
            self.ended_on,
            self.ended_as,
            self.ended_because,
        )

    def step(self) -> Step:
        """The step."""
        return Step(
            self.step_id,
            self.number,
            self.turn,
            self.state,
            self.slug,
            self.step_title,
            self.dose,
            self.focus,
            self.assignment_id,
            self.session_id,
            self.outcome,
            self.usefulness,
        )


COURSES = (
    select(
        CourseEnrollment.id,
        CourseEnrollment.key,
        CourseEnrollment.title,
        CourseEnrollment.outline[(ENGLISH, "close")].label("close"),
        CourseEnrollment.started_on,
        CourseEnrollment.paused_on,
        CourseEnrollment.ended_on,
        CourseEnrollment.ended_as,
        CourseEnrollment.ended_because,
        CourseStep.id.label("step_id"),
        CourseStep.number,
        CourseStep.turn,
        CourseStep.state,
        CourseStep.slug,
        CourseStep.title.label("step_title"),
        CourseStep.dose,
        CourseStep.focus,
        CourseStep.assignment_id,
        Assignment.session_id,
        func.coalesce(Review.outcome, "").label("outcome"),
        Review.usefulness,
    )
    .join(CourseStep, CourseStep.course_id == CourseEnrollment.id)
    .outerjoin(Assignment, Assignment.id == CourseStep.assignment_id)
    .outerjoin(
        Review, (Review.assignment_id == CourseStep.assignment_id) & (Review.by_whom == "clinician")
    )
    .where(CourseEnrollment.couple_id == bindparam("couple_id"))
    .order_by(CourseEnrollment.id.desc(), CourseStep.number, CourseStep.turn)
)
RUNNING = PreparedQuery(CourseRow, COURSES.where(CourseEnrollment.ended_on.is_(None)))
EVERY = PreparedQuery(CourseRow, COURSES)


def running(couple_id: int) -> CourseNow | None:
    """The course a couple is in, if any."""
    return next(iter(read(RUNNING, couple_id)), None)


def courses_of(couple_id: int) -> list[CourseNow]:
    """Every course a couple has begun, newest first."""
    return read(EVERY, couple_id)


def read(query: PreparedQuery[CourseRow], couple_id: int) -> list[CourseNow]:
    """The courses that a prepared query finds, each with its steps."""
    found: dict[CourseNow, list[Step]] = {}
    for row in query.rows(couple_id=couple_id):
        found.setdefault(row.course(), []).append(row.step())
    return [course.with_steps(*steps) for course, steps in found.items()]


def give_as(step: CourseStep, assignment: Assignment, today: date) -> None:
    """Link what was given to the step it was given as; another homework takes the step's place.

    A step that waits no longer stays as it is.
    """
    if step.state != WAITING:
        return
    step.settled_on = today
    if assignment.slug == step.slug:
        step.state, step.assignment_id = GIVEN, assignment.id
        return
    step.state = REPLACED
    add_turn(
        step,
        state=GIVEN,
        slug=assignment.slug,
        title=assignment.title,
        dose=assignment.dose,
        assignment_id=assignment.id,
        settled_on=today,
    )


def add_turn(step: CourseStep, **values: Any) -> None:
    """Have a step's week come up once more, with other values where they differ."""
    newest = db.session.scalar(
        select(func.max(CourseStep.turn)).where(
            CourseStep.course_id == step.course_id, CourseStep.number == step.number
        )
    )
    same = {name: getattr(step, name) for name in ("slug", "title", "dose", "focus")}
    if "slug" in values:
        same["focus"] = ""
    db.session.add(
        CourseStep(
            couple_id=step.couple_id,
            course_id=step.course_id,
            number=step.number,
            turn=(newest or 0) + 1,
            **{**same, **values},
        )
    )
    db.session.flush()


def skip(step: CourseStep, today: date) -> None:
    """Leave a step out. One that waits no longer stays as it is."""
    if step.state == WAITING:
        step.state, step.settled_on = SKIPPED, today


def take_up(step: CourseStep) -> None:
    """Have a step that was skipped wait again, in its own place."""
    if step.state == SKIPPED:
        step.state, step.settled_on = WAITING, None


def repeat(step: CourseStep) -> None:
    """Have a step that was given come up once more, before what follows it."""
    if step.state == GIVEN:
        step.state = REPEATED
        add_turn(step)


def pause(course: CourseEnrollment, today: date) -> None:
    """Let a course rest."""
    if course.paused_on is None:
        course.paused_on = today


def resume(course: CourseEnrollment) -> None:
    """Go on with a course that rests."""
    course.paused_on = None


def end(course: CourseEnrollment, today: date, because: str = "") -> None:
    """End a course: completed when no step waits, else stopped, with the reason if one is given.

    One that is over stays as it is.
    """
    if course.ended_on is not None:
        return
    left = db.session.scalar(
        select(func.count(CourseStep.id)).where(
            CourseStep.course_id == course.id, CourseStep.state == WAITING
        )
    )
    course.ended_on, course.ended_because = max(today, course.started_on), because
    course.ended_as = STOPPED if left else COMPLETED


def word_on(course: CourseEnrollment, step: CourseStep, language: str) -> str:
    """The course's word to the couple on a step, in a language it was written in, else as it is."""
    words = course.outline.get(language)
    return words["weeks"][step.number - 1]["focus"] if words and step.focus else step.focus
