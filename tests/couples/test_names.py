"""Names, folded for the search box and told apart on a page."""

import pytest

from practice.couples.models import Couple, Partner
from practice.couples.names import fold, folded_names, folded_person, initials, told_apart


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Łukasz Wiśniewski", "lukasz wisniewski"),
        ("Minh Trần", "minh tran"),
        ("ĐẶNG", "dang"),
        ("Søren", "soren"),
        ("Straße", "strasse"),
        ("O’Neil", "oneil"),
        ("O'Neil", "oneil"),
        ("Anne-Marie", "anne marie"),
        ("  Maya \n Okafor ", "maya okafor"),
        ("Анна Петрова", "анна петрова"),
        ("דָּוִד", "דוד"),
        ("王 芳", "王 芳"),
        ("Tom & Co", "tom co"),
        ("100% sure_thing", "100 sure thing"),
        ("\u200eMaya\u200f", "maya"),
        ("🙂", "🙂"),
        ("", ""),
        ("...", ""),
    ],
)
def test_a_name_is_found_whatever_its_accents_and_capitals(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize("name", ["Łukasz", "Trần", "דָּוִד", "Ǆ", "ﷺ", "İstanbul", "각", "が"])
def test_folding_twice_is_folding_once(name: str) -> None:
    assert fold(fold(name)) == fold(name)


def a_pair(a: tuple[str, str], b: tuple[str, str]) -> Couple:
    """Two partners, each a first and a last name."""
    couple = Couple()
    couple.partners = [
        Partner(letter=letter, first_name=first, last_name=last, goes_by="")
        for letter, (first, last) in zip("ab", (a, b), strict=True)
    ]
    return couple


def test_two_different_names_stand_alone() -> None:
    assert told_apart(a_pair(("Maya", "Okafor"), ("Jonah", "Reyes"))) == {"a": "Maya", "b": "Jonah"}


@pytest.mark.parametrize(
    ("surnames", "shown"),
    [
        (("Ortiz", "Romero"), ("Alex O.", "Alex R.")),
        (("Romero", "Rossi"), ("Alex Rom.", "Alex Ros.")),
        (("Reyes", "Reyes"), ("Alex (A)", "Alex (B)")),
        (("", "Reyes"), ("Alex (A)", "Alex (B)")),
    ],
)
def test_two_equal_names_get_some_of_the_surname(
    surnames: tuple[str, str], shown: tuple[str, str]
) -> None:
    couple = a_pair(("Alex", surnames[0]), ("alex".title(), surnames[1]))
    assert tuple(told_apart(couple).values()) == shown


def test_equal_initials_get_a_second_letter() -> None:
    assert initials(a_pair(("Maya", "Okafor"), ("Jonah", "Reyes"))) == {"a": "M", "b": "J"}
    assert initials(a_pair(("Jo", "Okafor"), ("Jonah", "Reyes"))) == {"a": "JO", "b": "JR"}
    assert initials(a_pair(("Jo", ""), ("Jonah", ""))) == {"a": "A", "b": "B"}


def test_a_first_name_that_is_not_used_is_still_found() -> None:
    couple = a_pair(("Jonathan", "Reyes"), ("Maya", "Okafor"))
    couple.a.goes_by = "Jonah"
    assert folded_names(couple.a, couple.b) == "jonah reyes maya okafor jonathan"


def test_names_that_grow_when_folded_still_fit_their_column() -> None:
    assert len(folded_person("ﷺ" * 80, "ﷺ" * 80)) <= 200
