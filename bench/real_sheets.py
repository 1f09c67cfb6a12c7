"""Real sheets of the library, each for other people, so that no two are alike."""

from datetime import timedelta

from bench.words import FIRST
from practice.handouts.kinds.exercise import ExerciseSheet
from practice.library.builtin import builtin_homework
from practice.library.homework import Homework
from tests.handouts.as_given import GIVEN_ON, as_given


def sheets(how_many: int) -> list[ExerciseSheet]:
    """As many sheets: one homework after another, for A, B and both, each with other names."""
    shelf = list(builtin_homework().values())
    return [one_sheet(shelf[at % len(shelf)], at) for at in range(how_many)]


def one_sheet(homework: Homework, at: int) -> ExerciseSheet:
    """One homework as it is given, for the couple number `at`."""
    names = (FIRST[at % 30], FIRST[(at + 7) % 30])
    return as_given(
        homework,
        names,
        copy=("a", "b", "couple")[at % 3],
        given_on=GIVEN_ON + timedelta(days=at),
        personal_word=f"{names[0]} and {names[1]}, take it slowly this week.",
    )
