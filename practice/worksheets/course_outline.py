"""A course's outline on paper: week by week, in a partner's language."""

from typing import Any

from practice.assignments.service import homework_called
from practice.couples.models import Couple
from practice.courses.catalog import Course
from practice.courses.enrollments import frozen
from practice.courses.models import CourseEnrollment
from practice.handouts.kinds.outline import OutlineSheet, OutlineWeek
from practice.identity.models import Practice, User
from practice.library.homework import ENGLISH
from practice.worksheets.sheets import credit, language_of, letterhead, paper_of
from practice.worksheets.texts import WORDS


def outline(course: Course, practice: Practice, clinician: User) -> OutlineSheet:
    """The outline of a course for no one yet."""
    return printable(frozen(course), course.language, practice, clinician)


def outline_for(
    taken: CourseEnrollment, couple: Couple, copy: str, practice: Practice, clinician: User
) -> OutlineSheet:
    """A couple's course as it read when it was started, for one reader or for both."""
    language = language_of(couple, copy)
    words = taken.outline.get(language)
    if words is None:
        language, words = ENGLISH, taken.outline[ENGLISH]
    spoken = WORDS[language]
    names = spoken.both.format(a=couple.a.known_as, b=couple.b.known_as)
    if copy != "couple":
        names = (couple.a if copy == "a" else couple.b).known_as
    return printable(words, language, practice, clinician, names)


def printable(
    words: dict[str, Any], language: str, practice: Practice, clinician: User, for_name: str = ""
) -> OutlineSheet:
    """An outline's words as plain values for the press."""
    spoken = WORDS[language]
    return OutlineSheet(
        letterhead(practice, clinician),
        language=language,
        paper=paper_of(practice),
        for_name=for_name,
        title=words["title"],
        promise=words["promise"],
        weeks=tuple(
            OutlineWeek(
                f"{spoken.week} {number}",
                week["title"],
                week["focus"],
                spoken.minutes(week["dose"]),
            )
            for number, week in enumerate(words["weeks"], 1)
        ),
        source_line=credit(teachings_of(words), spoken),
    )


def teachings_of(words: dict[str, Any]) -> tuple[str, ...]:
    """The teachings that an outline's homeworks are drawn from."""
    there = [one for week in words["weeks"] if (one := homework_called(week["homework"]))]
    return tuple(dict.fromkeys(teaching for one in there for teaching in one.teachings))
