"""The built-in courses: sound, graded from small to larger, easy to read in both languages."""

import re

import pytest

from practice.courses.catalog import COURSES, Course, built_in, read
from practice.library.builtin import builtin_homework
from practice.library.homework import ENGLISH, LANGUAGES, SPANISH
from practice.library.parse import Malformed
from practice.library.readability import ease_in_spanish, grade, sentences, words
from practice.suggestions.ranking import EXPOSED
from practice.vocabulary import CORE_OBSTACLES
from tests.library.test_texts import BRITISH_SPELLINGS, FORBIDDEN_WORDS

each_course = pytest.mark.parametrize("key", built_in())


def for_the_couple(course: Course) -> str:
    """What the couple reads of it."""
    focus = (week.focus for week in course.weeks)
    return "\n".join([course.title, course.promise, *focus, course.close])


def exposed(course: Course) -> list[bool]:
    """Week by week, whether its homework asks for touch, gaze or disclosure."""
    return [bool(EXPOSED & set(builtin_homework()[week.homework].asks)) for week in course.weeks]


def test_there_is_one_for_each_core_obstacle_one_on_trust_and_one_on_conflict() -> None:
    served = {course.obstacles[0] for course in built_in().values()}
    assert served >= {*CORE_OBSTACLES, "resentment", "conflict-avoidance"}
    assert set(built_in(SPANISH)) == set(built_in())


@each_course
def test_it_grows_from_small_to_larger(key: str) -> None:
    course = built_in()[key]
    assert len(course.weeks) in ({2} if key == "two-weeks-to-begin" else {4, 5, 6})
    doses = [week.dose for week in course.weeks]
    assert doses[0] == 2 and doses[-1] >= 10


@each_course
def test_what_asks_for_daring_comes_late(key: str) -> None:
    daring = exposed(built_in()[key])
    assert not any(daring[: len(daring) // 2])


def test_one_course_asks_for_nothing_together() -> None:
    alone = built_in()["your-own-ground"]
    assert not any(builtin_homework()[week.homework].conjoint for week in alone.weeks)


@each_course
def test_the_spanish_follows_the_english_and_leaves_nothing_untold(key: str) -> None:
    english, spanish = built_in(ENGLISH)[key], built_in(SPANISH)[key]
    ours, theirs = (
        [(week.homework, week.dose, week.again) for week in one.weeks] for one in (english, spanish)
    )
    assert ours == theirs
    assert not set(for_the_couple(english).split("\n")) & set(for_the_couple(spanish).split("\n"))


@each_course
def test_it_reads_easily_and_calmly(key: str) -> None:
    english, spanish = built_in(ENGLISH)[key], built_in(SPANISH)[key]
    assert grade(for_the_couple(english)) <= 7
    assert ease_in_spanish(for_the_couple(spanish)) >= 70
    for text in (for_the_couple(english), for_the_couple(spanish)):
        assert max(len(words(line)) for line in sentences(text)) <= 20
        assert not {"!", "¡", '"', "'"} & set(text)
    raw = for_the_couple(english) + english.purpose + english.when_not
    for word in [*FORBIDDEN_WORDS, BRITISH_SPELLINGS]:
        assert not re.search(rf"\b{word}\b", raw, re.IGNORECASE), word


@each_course
def test_it_says_when_not_to_use_it_and_how_to_close(key: str) -> None:
    course = built_in()[key]
    assert course.when_not.startswith("Not ") and course.purpose.startswith("For ")
    assert all(len(week.focus) <= 200 for week in course.weeks)


FINE = (COURSES / ENGLISH / "two-weeks-to-begin.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("catch-one-good-thing", "catch-one-bad-thing"), "homework catch-one-bad-thing"),
        (("dose = 10", "dose = 11"), "the dose of a-friday-walk"),
        (("a-friday-walk-with-no-agenda", "catch-one-good-thing"), "which comes twice"),
        (('"routine"', '"boredom"'), "obstacles"),
        (("promise", "praise"), "promise"),
        (("## How to close", "## How to end"), "unknown heading"),
    ],
)
def test_a_file_with_a_fault_is_named(tmp_path, change, message) -> None:
    folder = tmp_path / ENGLISH
    folder.mkdir()
    path = folder / "two-weeks-to-begin.md"
    path.write_text(FINE.replace(*change), encoding="utf-8")
    with pytest.raises(Malformed, match=message):
        read(path)


def test_a_translation_with_a_week_too_few_is_named(tmp_path) -> None:
    for language in LANGUAGES:
        (tmp_path / language).mkdir()
    (tmp_path / ENGLISH / "begin.md").write_text(FINE, encoding="utf-8")
    spanish = (COURSES / SPANISH / "two-weeks-to-begin.md").read_text(encoding="utf-8")
    first, _, rest = spanish.partition("[[weeks]]")
    short = first + rest[rest.index("[[weeks]]") :]
    (tmp_path / SPANISH / "begin.md").write_text(short, encoding="utf-8")
    with pytest.raises(Malformed, match=r"begin\.md"):
        read(tmp_path / SPANISH / "begin.md")
