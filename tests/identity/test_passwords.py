"""Which passwords are taken."""

import pytest

from practice.identity.passwords import common, reasons_against

NAMES = ["Alder Street Couples Therapy", "Dana Whitfield", "dana@alderstreet.org"]


@pytest.mark.parametrize(
    "password",
    [
        "seven quiet lanterns",
        "correct pony battery lamp",
        "   spaces   are   fine   ",
        "ñandú ölig žluťoučký",
        "日本語のとても長いパスワード",
        "lantern-7-river-pebble",
        "a" * 3 + "bcdq" * 3 + " then some more words " * 20,
        "Dana’s cousin keeps nine bees",
        "x7#Kq9!mWp2$",
        "🌿🌊🔥🌙⭐🌸🍂🐚🪶🌾🍃🫧",
    ],
)
def test_long_words_of_ones_own_are_taken(password):
    assert reasons_against(password, NAMES) == []


@pytest.mark.parametrize("password", ["", "short", "elevenchars", "x7#Kq9!mWp2"])
def test_fewer_than_twelve_characters_are_not(password):
    assert reasons_against(password) == ["Use at least 12 characters."]


def test_there_is_room_for_a_whole_paragraph_but_not_for_a_flood():
    assert reasons_against("lantern river pebble " * 40) == []
    assert reasons_against("lantern river pebble " * 400) != []


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "Password1234!",
        "P@ssw0rd2026",
        "p4ssw0rdp4ssw0rd",
        "123456789012",
        "098765432109",
        "abcdefghijkl",
        "qwertyuiopas",
        "QwertyUiop123",
        "111111111111",
        "abababababab",
        "iloveyou2026",
        "ILoveYou!!!!!",
        "letmeinletmein",
        "Welcome12345",
        "correcthorsebatterystaple",
        "Rekindle2026!",
        "therapist1234",
        "2026!password",
        "pass word pass word",
    ],
)
def test_what_half_the_world_would_try_is_not(password):
    assert reasons_against(password) == [
        "That is one of the first passwords anyone would try. Choose another."
    ]


@pytest.mark.parametrize(
    "password",
    [
        "alderstreet2026",
        "Dana Whitfield",
        "DanaWhitfield1",
        "alder-street-couples",
        "dana.whitfield.x",
    ],
)
def test_what_stands_on_the_letterhead_is_not(password):
    assert reasons_against(password, NAMES) == [
        "Anyone who knows your name or practice could guess that. Choose another."
    ]


def test_the_list_is_read_in_small_letters():
    assert "password" in common()
    assert all(word == word.casefold() for word in common())
