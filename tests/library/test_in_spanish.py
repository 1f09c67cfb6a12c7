"""The Spanish of the library: nothing missing, the same structure, as easy to read."""

import pytest

from practice.library.builtin import builtin_homework
from practice.library.homework import ENGLISH, SPANISH, Homework
from practice.library.readability import ease_in_spanish, sentences, spanish_syllables, words
from practice.worksheets.sheets import SENTENCE

each_translation = pytest.mark.parametrize(
    "homework", builtin_homework(SPANISH).values(), ids=lambda homework: homework.slug
)
PROSE = ("title", "promise", "needs", "why", "example", "if_hard", "care", "alone", "notice")


def shared_prose(homework: Homework) -> str:
    """What the readability rule is about: steps, example and why."""
    steps = (f"{step.lead} {step.text}" for step in homework.steps)
    return "\n".join([homework.why, homework.example, *steps])


def test_every_homework_has_its_spanish():
    assert set(builtin_homework(SPANISH)) == set(builtin_homework(ENGLISH))


@each_translation
def test_no_field_is_missing_or_left_in_english(homework):
    english = builtin_homework(ENGLISH)[homework.slug]
    for field in PROSE:
        assert getattr(homework, field)
        assert getattr(homework, field) != getattr(english, field)


@each_translation
def test_the_structure_matches_the_english(homework):
    english = builtin_homework(ENGLISH)[homework.slug]
    assert len(homework.steps) == len(english.steps)
    assert [dose.minutes for dose in homework.doses] == [dose.minutes for dose in english.doses]
    assert [row.mark for row in homework.track] == [row.mark for row in english.track]
    assert homework.teachings == english.teachings


@each_translation
def test_it_is_easy_to_read(homework):
    prose = shared_prose(homework)
    assert ease_in_spanish(prose) >= 70
    assert len(words(prose)) / len(sentences(prose)) < 20


@each_translation
def test_it_speaks_calmly_and_fits_the_paper(homework):
    prose = " ".join([shared_prose(homework), *(getattr(homework, field) for field in PROSE)])
    assert not {"¡", "!", "“", "”", '"'} & set(prose)
    assert prose.count("«") == prose.count("»")
    english = len(shared_prose(builtin_homework(ENGLISH)[homework.slug]))
    assert len(shared_prose(homework)) <= 1.25 * english


@each_translation
def test_what_asks_for_courage_says_that_stopping_is_allowed(homework):
    first = f"{homework.steps[0].lead} {homework.steps[0].text}".lower()
    if homework.asks:
        assert any(root in first for root in ("par", "deten", "dej", "alto", "termin", "basta"))


@each_translation
def test_the_solo_variant_comes_apart_into_whole_sentences(homework):
    printed = [one.strip() for one in SENTENCE.findall(homework.alone)]
    assert " ".join(printed) == homework.alone


@pytest.mark.parametrize(
    ("word", "count"),
    [("país", 2), ("cuida", 2), ("guerra", 2), ("deberías", 4), ("hoy", 1), ("maya", 2)],
)
def test_spanish_syllables_are_counted_as_spoken(word, count):
    assert spanish_syllables(word) == count
