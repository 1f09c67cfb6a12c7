"""Courses: several homeworks over weeks, one Markdown file for each course and language.

A file's front matter (TOML) holds the title, the promise and the weeks; its headings hold the
prose. What is said to the clinician is in English alone, and a translation leaves homeworks and
doses to the English file.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from practice.library.builtin import builtin_homework
from practice.library.homework import ENGLISH, LANGUAGES, SPANISH
from practice.library.parse import Malformed, flow, front_and_body
from practice.vocabulary import OBSTACLES, Element

COURSES = Path(__file__).parent / "content"
HEADINGS = {
    ENGLISH: {
        "purpose": "What it is for",
        "when_not": "When not to use it",
        "close": "How to close",
    },
    SPANISH: {"close": "Cómo cerrar"},
}
#: What a translation leaves to the English file.
FACTS = ("obstacles", "elements")
FEWEST, MOST = 2, 8


@dataclass(frozen=True)
class Week:
    """One step of a course: a homework, the minutes to begin with, a word to the couple on it."""

    homework: str
    dose: int
    focus: str
    #: Said on purpose where a homework comes a second time.
    again: bool = False


@dataclass(frozen=True)
class Course:
    """A sequence of homeworks, from small to larger, in one language."""

    key: str
    language: str
    title: str
    promise: str
    obstacles: tuple[str, ...]
    elements: tuple[str, ...]
    weeks: tuple[Week, ...]
    purpose: str
    when_not: str
    #: A word to the couple for the last time.
    close: str

    @property
    def span(self) -> str:
        """“6 weeks”."""
        return f"{len(self.weeks)} weeks"


def read(path: Path) -> Course:
    """The course in one file. Raises Malformed when something is missing, unknown or twice."""
    try:
        facts, prose = parts_of(path)
        if path.parent.name != ENGLISH:
            original, english = parts_of(path.parent.parent / ENGLISH / path.name)
            weeks = zip(original["weeks"], facts["weeks"], strict=True)
            facts["weeks"] = [{**week, **words} for week, words in weeks]
            facts |= {key: original[key] for key in FACTS}
            prose = english | prose
        course = Course(
            key=path.stem,
            language=path.parent.name,
            title=facts["title"],
            promise=facts["promise"],
            obstacles=tuple(facts["obstacles"]),
            elements=tuple(facts["elements"]),
            weeks=tuple(Week(**week) for week in facts["weeks"]),
            **prose,
        )
    except (KeyError, TypeError, ValueError, OSError) as fault:
        raise Malformed(path.name, fault) from fault
    if found := faults(course):
        raise Malformed(path.name, f"check {', '.join(found)}")
    return course


def parts_of(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """A file's front matter, and its prose by field. Raises ValueError for an unknown heading."""
    facts, body = front_and_body(path)
    parts = re.split(r"^## (.+)$", body, flags=re.MULTILINE)
    found = dict(zip(parts[1::2], parts[2::2], strict=True))
    headings = HEADINGS[path.parent.name]
    if unknown := set(found) - set(headings.values()):
        raise ValueError(f"unknown heading {sorted(unknown)}")
    return facts, {field: flow(found[heading]) for field, heading in headings.items()}


def faults(course: Course) -> list[str]:
    """What the format does not know, in the words of a message."""
    known = builtin_homework()
    weeks = course.weeks
    twice = [
        week.homework
        for number, week in enumerate(weeks)
        if week.homework in {before.homework for before in weeks[:number]} and not week.again
    ]
    return [
        fault
        for fault, present in (
            ("obstacles", not course.obstacles or not set(course.obstacles) <= set(OBSTACLES)),
            ("elements", not course.elements or not set(course.elements) <= set(Element)),
            (f"weeks, {FEWEST} to {MOST}", not FEWEST <= len(weeks) <= MOST),
            ("a word to the couple on each week", not all(week.focus for week in weeks)),
            *((f"homework {week.homework}", week.homework not in known) for week in weeks),
            *(
                (f"the dose of {week.homework}", week.dose not in doses_of(week.homework))
                for week in weeks
                if week.homework in known
            ),
            *((f"{slug}, which comes twice", True) for slug in twice),
        )
        if present
    ]


def doses_of(slug: str) -> set[int]:
    """The minutes in which a homework of the library can be done."""
    return {dose.minutes for dose in builtin_homework()[slug].doses}


@cache
def built_in(language: str = ENGLISH) -> dict[str, Course]:
    """Every built-in course in a language by key, shortest first; read once."""
    found = [read(path) for path in (COURSES / language).glob("*.md")]
    found.sort(key=lambda one: (len(one.weeks), one.title))
    return {course.key: course for course in found}


def in_every_language(course: Course) -> dict[str, Course]:
    """A course in each language it is written in."""
    others = {language: built_in(language).get(course.key) for language in LANGUAGES[1:]}
    return {course.language: course, **{key: one for key, one in others.items() if one}}
