"""Text as people paste it: control characters cleaned, what nobody sees empty, addresses checked."""

import pytest

from practice.errors import Refused
from practice.forms import tidy, tidy_line
from practice.plain_text import NOT_AN_ADDRESS, is_blank, normalize_email

UNSEEN = {
    "spaces": " \t\n\xa0\u3000",
    "zero-width space": "\u200b",
    "soft hyphen": "\xad",
    "word joiner": "\u2060",
    "byte-order mark": "\ufeff",
    "Hangul fillers": "\u3164\uffa0\u115f\u1160",
    "combining marks": "\u0301\u20dd\u0903",
    "direction of writing": "\u200e\u202e\u202c\u2066\u2069\u061c",
    "variation selectors": "\ufe0f\U000e0100",
    "tags": "\U000e0041",
    "grapheme joiner": "\u034f",
    "braille blank": "\u2800",
    "place of an object": "\ufffc",
    "what shall be ignored": "\u2065\ufff0",
    "Khmer inherent vowels": "\u17b4\u17b5",
    "Mongolian separator": "\u180e",
    "annotation": "\ufff9",
    "line and page breaks": "\x0b\x0c\x85\u2028\u2029",
    "control characters": "\x07\x1b\x7f\x9f",
}
SEEN = ["a", "Ł", "王", "❤️", "👩‍👩‍👧", "é", "نام", "\ue000", "-", "\x00", "\ud800"]


@pytest.mark.parametrize("kind", UNSEEN)
def test_what_nobody_could_see_is_blank(kind: str) -> None:
    for text in (UNSEEN[kind], *UNSEEN[kind], f" {UNSEEN[kind]} "):
        assert is_blank(text), ascii(text)
        assert tidy(text) == ""


@pytest.mark.parametrize("text", SEEN)
def test_what_is_seen_is_kept(text: str) -> None:
    assert not is_blank(text)
    assert tidy(f"\u200b{text}") != ""


@pytest.mark.parametrize("mark", ["\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_every_line_break_becomes_one_of_ours(mark: str) -> None:
    assert tidy(f"Pasted from slides:{mark}second line") == "Pasted from slides:\nsecond line"
    assert tidy_line(f"Anna{mark}Maria {mark} Lind") == "Anna Maria Lind"


@pytest.mark.parametrize("mark", [*map(chr, range(1, 9)), *map(chr, range(14, 32)), "\x7f", "\x9b"])
def test_other_control_characters_become_nothing(mark: str) -> None:
    assert tidy(f"non{mark}stop\tand on") == "nonstop\tand on"


@pytest.mark.parametrize("mark", ["\u200b", "\u2060", "\ufeff", "\xad"])
def test_what_is_invisible_in_a_name_is_dropped_so_that_names_are_alike(mark: str) -> None:
    assert tidy_line(f"{mark}Ma{mark}ya{mark} ") == "Maya"
    assert tidy(f"{mark} A note.{mark}\n{mark}") == "A note."


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("dana@alderstreet.example", "dana@alderstreet.example"),
        ("  Dana@Alder.Example \n", "Dana@alder.example"),
        ("a@example.com\u200b", "a@example.com"),
        ("\ufeff\u202aa@exam\xadple.com\u202c\xa0", "a@example.com"),
        ("müller@bücher.example", "müller@bücher.example"),
    ],
)
def test_an_address_is_cleaned_and_kept_in_one_form(typed: str, kept: str) -> None:
    assert normalize_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "nobody",
        "a@example,com",
        "a..b@example",
        "a..b@example.com",
        ".a@example.com",
        "a@example.com.",
        "a@example..com",
        "a@localhost",
        "a b@example.com",
        "a@exam\nple.com",
        "a@b.com, c@d.com",
        "A <a@example.com>",
        "a\x00@example.com",
        "a\ud800@example.com",
        f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.example.com",
    ],
)
def test_what_is_no_address_is_refused_in_words(typed: str) -> None:
    with pytest.raises(Refused) as reason:
        normalize_email(typed)
    assert str(reason.value) == NOT_AN_ADDRESS
    assert reason.value.field == "email"
