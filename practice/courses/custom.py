"""Courses that clinicians make: who may use them, and how they are kept."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select

from practice.assignments.service import homework_called
from practice.courses.catalog import FEWEST, MOST, Course, Week, built_in
from practice.courses.models import CustomCourse
from practice.database.base import db
from practice.errors import Refused
from practice.identity.models import User
from practice.library.homework import ENGLISH, Homework

OWN = "own-"


@dataclass(frozen=True)
class Draft:
    """What a clinician writes down for a course."""

    title: str
    promise: str
    weeks: tuple[Week, ...]
    purpose: str = ""
    when_not: str = ""
    close: str = ""
    is_shared: bool = False


def of_practice(user: User) -> list[CustomCourse]:
    """The user's own courses, archived ones too, and those that colleagues share; by title."""
    found = db.session.scalars(
        select(CustomCourse)
        .where((CustomCourse.author_id == user.id) | CustomCourse.archived_on.is_(None))
        .order_by(CustomCourse.title, CustomCourse.id)
    )
    return list(found)


def own_course(own_id: int, user: User) -> CustomCourse | None:
    """A course of the practice's own that the user may look at, or None."""
    return next((one for one in of_practice(user) if one.id == own_id), None)


def course_called(key: str, user: User) -> Course | None:
    """The course of that name: a built-in one, or one of the practice's own the user may look at."""
    number = key.removeprefix(OWN)
    if key.startswith(OWN) and number.isascii() and number.isdigit():
        own = own_course(int(number), user)
        return as_course(own) if own else None
    return built_in().get(key)


def as_course(own: CustomCourse) -> Course:
    """A course of the practice's own, as any other; what it is for follows from its homeworks."""
    weeks = tuple(Week(**week) for week in own.weeks)
    homeworks = [one for week in weeks if (one := homework_called(week.homework))]
    return Course(
        key=f"{OWN}{own.id}",
        language=ENGLISH,
        title=own.title,
        promise=own.promise,
        obstacles=most_common(key for one in homeworks for key in one.obstacles[:1]),
        elements=most_common(key for one in homeworks for key in one.elements),
        weeks=weeks,
        purpose=own.purpose,
        when_not=own.when_not,
        close=own.close,
    )


def most_common(found: Iterable[str]) -> tuple[str, ...]:
    """The two that come most often."""
    return tuple(key for key, _ in Counter(found).most_common(2))


def make(draft: Draft, user: User, now: datetime, once: str | None = None) -> CustomCourse:
    """Keep a new course. Sending the same `once` again finds the one it made.

    Raises Refused for weeks that cannot be, as `check_weeks` does.
    """
    check_weeks(draft.weeks)
    if once:
        there = db.session.scalar(
            select(CustomCourse).where(CustomCourse.author_id == user.id, CustomCourse.once == once)
        )
        if there:
            return there
    own = CustomCourse(practice_id=user.practice_id, author_id=user.id, once=once, version=0)
    write(own, draft, now)
    db.session.add(own)
    db.session.flush()
    return own


def change(own: CustomCourse, draft: Draft, version: int, now: datetime) -> None:
    """Write a course anew. Couples who are in it go on with the words they began with.

    Raises Refused when it was changed since `version`, and as `check_weeks` does.
    """
    check_weeks(draft.weeks)
    if own.version != version:
        raise Refused(
            "This course was changed in another window. Your words are still here: "
            "open the course beside them, and send them again from a fresh page."
        )
    write(own, draft, now)


def write(own: CustomCourse, draft: Draft, now: datetime) -> None:
    """Put a draft's words into the row."""
    for name in ("title", "promise", "purpose", "when_not", "close", "is_shared"):
        setattr(own, name, getattr(draft, name))
    own.weeks = [asdict(week) for week in draft.weeks]
    own.saved_at = now
    own.version += 1


def archive(own: CustomCourse, today: date | None) -> None:
    """Offer a course no more, from a day on; None offers it again."""
    own.archived_on = today


def check_weeks(weeks: tuple[Week, ...]) -> None:
    """Raise Refused when there are too few or too many weeks, or a dose its homework has not."""
    if not FEWEST <= len(weeks) <= MOST:
        raise Refused(f"Choose homework for at least {FEWEST} weeks, and at most {MOST}.")
    for week in weeks:
        homework = homework_called(week.homework)
        if homework is None:
            raise Refused("A homework of this course is not on your shelf. Choose another.")
        if week.dose not in {dose.minutes for dose in homework.doses}:
            raise Refused(wrong_dose(homework))


def wrong_dose(homework: Homework) -> str:
    """“One clear ask” comes in 2, 10 or 20 minutes."""
    *most, last = sorted(dose.minutes for dose in homework.doses)
    sizes = f"{', '.join(map(str, most))} or {last}" if most else str(last)
    return f"“{homework.title}” comes in {sizes} minutes."
