"""Ties between suggestions: a draw decides, never the title; everything has its turn."""

import itertools
from collections import Counter
from dataclasses import replace
from functools import cache
from math import sqrt

from practice.library.builtin import builtin_homework
from practice.suggestions.facts import CoupleFacts, PastAssignment, ReviewFact, SightingFact
from practice.suggestions.ranking import Suggestion, suggest
from practice.vocabulary import OBSTACLES
from tests.suggestions.catalog import homework

#: Sixteen homeworks alike in everything but the title, from A to P.
ALIKE = [
    replace(homework(f"homework-{letter}", "busyness"), title=f"{letter} title")
    for letter in "ABCDEFGHIJKLMNOP"
]
BUSY = CoupleFacts((SightingFact("busyness"),))


@cache
def over_the_grid() -> tuple[list[Suggestion], ...]:
    """What is suggested for each pair of obstacles and strengths, each in a session of its own."""
    pairs = itertools.combinations(OBSTACLES, 2)
    grid = itertools.product(pairs, itertools.product(range(4), repeat=2))
    shelf = list(builtin_homework().values())
    return tuple(
        suggest(
            shelf,
            CoupleFacts(
                (SightingFact(one, "", first), SightingFact(other, "", second)), tie=f"{at}.{at}"
            ),
        )
        for at, ((one, other), (first, second)) in enumerate(grid)
    )


def test_every_homework_of_the_library_is_suggested_to_someone() -> None:
    shown = {one.homework.slug for found in over_the_grid() for one in found}
    assert builtin_homework().keys() - shown == set()


def test_over_the_grid_another_title_changes_nothing() -> None:
    renamed = [replace(one, title=one.title[::-1]) for one in builtin_homework().values()]
    grid = [(pair, number) for number, pair in enumerate(itertools.combinations(OBSTACLES, 2))]
    for (one, other), number in grid:
        known = CoupleFacts(
            (SightingFact(one, "", 2), SightingFact(other, "", 2)), tie=f"{number}.5"
        )
        before = [found.homework.slug for found in suggest(builtin_homework().values(), known)]
        assert [found.homework.slug for found in suggest(renamed, known)] == before


def test_a_titles_first_letters_decide_nothing() -> None:
    """The half of the shelf that comes first by title has half of the places, as chance gives."""
    drawn = 400
    first = Counter(
        suggest(ALIKE, replace(BUSY, tie=f"{number}.1"))[0].homework.title[0]
        for number in range(drawn)
    )
    assert len(first) == len(ALIKE)
    early = sum(first[one.title[0]] for one in ALIKE[: len(ALIKE) // 2])
    assert abs(early - drawn / 2) < 4 * sqrt(drawn) / 2


def test_another_title_changes_nothing() -> None:
    for number in range(30):
        known = replace(BUSY, tie=f"{number}.7")
        renamed = [replace(one, title=f"Z{one.title[::-1]}") for one in ALIKE]
        before = [one.homework.slug for one in suggest(ALIKE, known)]
        assert [one.homework.slug for one in suggest(renamed, known)] == before


def test_the_same_session_is_told_the_same_each_time_and_another_something_else() -> None:
    first = [suggest(ALIKE, replace(BUSY, tie="4.9"))[0].homework.slug for _ in range(3)]
    assert len(set(first)) == 1
    others = {
        suggest(ALIKE, replace(BUSY, tie=f"4.{session}"))[0].homework.slug for session in range(40)
    }
    assert len(others) > 5


def test_the_library_shares_its_first_places_among_what_fits_equally_well() -> None:
    """Of the eight that answer busyness alike, each is first for some couple."""
    shelf = [one for one in builtin_homework().values() if one.obstacles[0] == "busyness"]
    first = Counter(
        suggest(shelf, CoupleFacts((SightingFact("busyness", "both", 2),), tie=f"{number}.3"))[
            0
        ].homework.slug
        for number in range(200)
    )
    assert first.keys() == {one.slug for one in shelf}


def test_of_what_fits_equally_well_the_least_lately_given_comes_first() -> None:
    had = tuple(PastAssignment(one.slug, ReviewFact("done", 2)) for one in ALIKE[2:])
    for number in range(20):
        found = suggest(ALIKE[:4], replace(BUSY, tie=f"{number}.1", given=had[::-1]))
        assert found[0].homework in ALIKE[:2]
    older = (
        PastAssignment("x"),
        PastAssignment("y"),
        PastAssignment(ALIKE[0].slug, ReviewFact("done", 2)),
    )
    given = (*older, PastAssignment(ALIKE[1].slug, ReviewFact("done", 2)))
    for number in range(20):
        known = replace(BUSY, tie=f"{number}.1", given=given)
        assert suggest(ALIKE[:2], known)[0].homework is ALIKE[1]
