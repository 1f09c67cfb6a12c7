"""The measure of reading ease, held against words and sentences that were counted by hand."""

import pytest

from practice.library.readability import grade, sentences, syllables, words


@pytest.mark.parametrize(
    ("word", "spoken"),
    [
        ("safe", 1),
        ("phones", 1),
        ("don’t", 1),
        ("about", 2),
        ("needed", 2),
        ("little", 2),
        ("being", 2),
        ("breathe", 1),
        ("two-minute", 3),
        ("together", 3),
        ("communication", 5),
        ("20", 1),
    ],
)
def test_syllables_are_counted_as_they_are_spoken(word: str, spoken: int) -> None:
    assert syllables(word) == spoken


def test_a_list_mark_is_neither_a_word_nor_a_sentence() -> None:
    steps = "1. **Breathe out.** Slow down.\n2. **Sit.** Stay a while."
    assert words(steps) == ["Breathe", "out", "Slow", "down", "Sit", "Stay", "a", "while"]
    assert sentences(steps) == ["**Breathe out.", "Slow down.", "**Sit.", "Stay a while."]


def test_words_that_someone_says_may_stand_inside_a_sentence() -> None:
    assert sentences("“You never…” makes us step back. “Why?” she said.") == [
        "“You never…” makes us step back.",
        "“Why?” she said.",
    ]


def test_the_grade_is_the_formula_of_flesch_and_kincaid() -> None:
    # Eleven words in two sentences, fourteen syllables.
    text = "The dog ran to the open door. We waited in silence."
    assert grade(text) == pytest.approx(0.39 * 11 / 2 + 11.8 * 14 / 11 - 15.59)


def test_long_words_in_long_sentences_read_harder() -> None:
    plain = "Sit down. Take a breath. Say one true thing."
    heavy = "Consideration of vulnerability facilitates interpersonal communication considerably."
    assert grade(plain) < 7 < grade(heavy)


def test_a_text_without_words_has_no_grade_to_speak_of() -> None:
    assert grade("") == 0.0
    assert grade("1. …") == 0.0
