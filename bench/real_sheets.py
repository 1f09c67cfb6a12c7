"""Real sheets of the library, each for other people, so that no two are alike."""

from datetime import date, timedelta

from bench.words import FIRST, LAST
from practice.accounts.models import Practice, User
from practice.couples.models import Couple, Partner
from practice.handouts.kinds.exercise import ExerciseSheet
from practice.homework.library import Homework, library
from practice.homework.models import Assignment
from practice.homework.sheets import sheet


def sheets(how_many: int) -> list[ExerciseSheet]:
    """As many sheets: one homework after another, for A, B and both, each with other names."""
    shelf = list(library().values())
    return [one_sheet(shelf[at % len(shelf)], at) for at in range(how_many)]


def one_sheet(homework: Homework, at: int) -> ExerciseSheet:
    """One homework as it is given, for the couple number `at`."""
    names = (FIRST[at % 30], FIRST[(at + 7) % 30])
    couple = Couple(
        partners=[
            Partner(
                letter=letter, first_name=name, last_name=LAST[at % 30], goes_by="", language="en"
            )
            for letter, name in zip("ab", names, strict=True)
        ]
    )
    given_on = date(2026, 3, 5) + timedelta(days=at)
    assignment = Assignment(
        slug=homework.slug,
        for_whom="couple",
        wording=homework.wording(),
        title=homework.title,
        given_on=given_on,
        due_on=given_on + timedelta(days=7),
        dose=homework.smallest.minutes,
        days=5,
        place_and_time="In the kitchen",
        anchor="the dishes are done",
        expected_obstacle="one of us comes home late",
        if_then="we do it by phone",
        personal_word=f"{names[0]} and {names[1]}, take it slowly this week.",
        code_a="7F3K-29QD",
        code_b="8G4M-37RE",
    )
    practice = Practice(
        name="Harrow Lane",
        address="1 Harrow Lane\nPortland",
        phone="(555) 010-4477",
        paper="letter",
    )
    wren = User(name="Wren Castellan", credentials="LMFT")
    return sheet(assignment, couple, ("a", "b", "couple")[at % 3], practice, wren, "no-secrets")
