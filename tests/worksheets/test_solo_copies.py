"""The copy that one partner alone gets of a homework for two speaks to one, and promises no more."""

import re
from dataclasses import replace

import pytest

from practice.handouts.sheet import Sheet, TrackerRow
from practice.library.builtin import builtin_homework
from practice.library.homework import ENGLISH, LANGUAGES, SPANISH, Homework, Solo, thaw
from practice.library.readability import ease_in_spanish, grade, words
from practice.library.readability import sentences as whole_sentences
from practice.worksheets.sheets import fitted
from practice.worksheets.variants import cards_sheet, reflection_sheet, sentences, tracker_sheet
from tests.handouts.as_given import as_given
from tests.handouts.conftest import Printed
from tests.paper import the_press

FOR_TWO = sorted(slug for slug, one in builtin_homework().items() if one.conjoint)
each_solo = pytest.mark.parametrize(
    ("language", "slug"), [(language, slug) for language in LANGUAGES for slug in FOR_TWO]
)
#: What is said to two. In Spanish also whatever is asked of *ustedes* or told of *nosotros*.
OF_TWO = {
    ENGLISH: re.compile(
        r"\b(together|side by side|each other|both|between you|you two|(?:the )?two of you|we did|"
        r"we kept|(?:one|each|either) of you|take turns|trade places|same team|our)\b",
        re.IGNORECASE,
    ),
    SPANISH: re.compile(
        r"\b(juntos|juntas|en pareja|lado a lado|a la par|hombro con hombro|ustedes|cada quien|"
        r"entre (?:los |las )?dos|los dos|uno al otro|túrnense|nuestr[ao]s?|hicimos|cumplimos)\b",
        re.IGNORECASE,
    ),
}
#: Words of ours that stand around every homework and tell of who agreed and who talks.
AROUND = re.compile(
    r"our next talk|In our own words\.|nuestra próxima conversación|nuestras propias"
)
#: How each language says that one may stop, and that something may be left undone.
STOP = {ENGLISH: re.compile(r"\bstop\b"), SPANISH: re.compile(r"\b(para[rs]?|detente|termina)\b")}
WAY_OUT = {
    ENGLISH: re.compile(
        r"\b(stop|skip|leave|let (?:it|that) be|enough|put .* away|rest|stay away|day without)\b"
    ),
    SPANISH: re.compile(
        r"\b(para[rs]?|pares|detente|salta\w*|deja\w*|basta\w*|guard\w+|descansa|no vuelvas|"
        r"día sin|no pasa nada)\b"
    ),
}


def solo_sheet(slug: str, language: str) -> Sheet:
    """The copy for Maya alone, with nothing agreed besides the size."""
    nothing = dict.fromkeys(("place_and_time", "expected_obstacle", "if_then", "personal_word"), "")
    given = as_given(builtin_homework()[slug], language=language, for_whom="a", **nothing)
    return replace(given, goes_to=None, anchor=None)


def every_sheet(slug: str, language: str) -> list[Sheet]:
    """Each kind there is of that copy."""
    alone = solo_sheet(slug, language)
    return [
        *(replace(alone, paper=paper) for paper in ("letter", "a4")),
        tracker_sheet(alone, weeks=1),
        reflection_sheet(alone),
        cards_sheet(alone),
    ]


def texts_of(solo: Solo) -> list[str]:
    """Everything that a solo copy says of its own."""
    rows = [row.row for row in solo.track]
    return [solo.title, solo.promise, solo.why, solo.if_hard, solo.care, solo.notice, *rows]


def test_there_are_thirty_five_homeworks_for_two():
    assert len(FOR_TWO) == 35
    assert all(one.solo == Solo() for one in builtin_homework().values() if not one.conjoint)


@each_solo
def test_every_part_of_a_solo_copy_is_written(language, slug):
    homework = builtin_homework(language)[slug]
    solo = homework.solo
    assert solo.promise and solo.why and solo.if_hard and solo.notice
    assert 1 <= len(solo.track) <= 2
    asked = sentences(solo.notice)
    assert len(asked) == 2 and all(one.endswith("?") for one in asked)
    told = [homework.title, homework.promise, homework.why, homework.if_hard, homework.care]
    assert not set(told) & set(filter(None, texts_of(solo)))


@each_solo
def test_no_printed_word_of_a_solo_copy_is_for_two(language, slug):
    sheets = every_sheet(slug, language)
    for _, pdf in the_press().print_many(sheets):
        printed = AROUND.sub("", Printed(pdf).words)
        assert not OF_TWO[language].search(printed), OF_TWO[language].search(printed)
        assert "Jonah" not in printed


@each_solo
def test_a_solo_copy_stands_on_one_side_of_either_paper(language, slug):
    for paper in ("letter", "a4"):
        given = as_given(builtin_homework()[slug], language=language, for_whom="a")
        assert len(Printed(the_press().print(replace(given, paper=paper))).file.pages) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_the_wordiest_solo_copies_take_four_large_sides_at_most(language, paper):
    wordiest = sorted(
        FOR_TWO, key=lambda slug: len("".join(texts_of(builtin_homework(language)[slug].solo)))
    )
    for slug in wordiest[-3:]:
        given = as_given(builtin_homework()[slug], language=language, for_whom="a")
        printed = Printed(the_press().print(replace(given, paper=paper, large=True)))
        assert len(printed.file.pages) <= 4


@each_solo
def test_what_is_marked_is_what_one_does(language, slug):
    homework = builtin_homework(language)[slug]
    rows = [TrackerRow(row.row, row.mark) for row in homework.solo.track]
    alone = solo_sheet(slug, language)
    assert list(alone.tracker) == rows == list(tracker_sheet(alone, weeks=4).rows)
    assert not any(re.match(r"(We|Our) ", row.label) for row in rows)


@each_solo
def test_caution_and_the_way_out_are_on_it(language, slug):
    homework = builtin_homework(language)[slug]
    alone = fitted(homework, "a")
    assert alone.care == (homework.solo.care or homework.care)
    assert {ENGLISH: "therapist", SPANISH: "terapeuta"}[language] in alone.care
    told = " ".join([*(step.lead for step in alone.steps), alone.if_hard]).lower()
    assert WAY_OUT[language].search(told)
    if homework.asks:
        assert STOP[language].search(told)


#: A step that sends one to the other, with no “if” or “when” before it.
SENT = {
    ENGLISH: re.compile(r"^(Ask|Tell|Greet|Offer|Send|Show)\b.*\bpartner"),
    SPANISH: re.compile(r"^(Dile|Pregúntale|Ofrécele|Saluda|Mándale|Muéstrale)\b.*\bpareja"),
}


@each_solo
def test_no_step_sends_one_to_the_other_whatever_home_is_like(language, slug):
    steps = [step.lead for step in fitted(builtin_homework(language)[slug], "a").steps]
    assert [step for step in steps if SENT[language].search(step)] == []


@each_solo
def test_a_solo_copy_is_as_short_and_easy_as_the_couples(language, slug):
    solo = builtin_homework(language)[slug].solo
    told = "\n".join(texts_of(solo))
    if language == ENGLISH:
        assert grade(told) <= 7
        for text, most in ((solo.promise, 16), (solo.why, 45), (solo.if_hard, 45)):
            assert len(words(text)) <= most
    else:
        assert ease_in_spanish(told) >= 70
    lengths = [len(words(one)) for one in whole_sentences(told)]
    assert max(lengths) <= 20 and sum(lengths) / len(lengths) <= 12
    assert not {"!", "¡", '"', "'"} & set(told)


# --------------------------------------------------- homework that has no words for one alone


def without_solo(homework: Homework) -> Homework:
    """The homework as it was before there were words for one alone."""
    return replace(homework, solo=Solo(), questions=())


@each_solo
def test_without_words_for_one_what_promises_two_is_left_out(language, slug):
    homework = without_solo(builtin_homework(language)[slug])
    alone = fitted(homework, "b")
    assert (alone.promise, alone.why, alone.if_hard, alone.notice) == ("", "", "", "")
    assert [row.row for row in alone.track] == [{"en": "I did it", "es": "Lo hice"}[language]]
    assert alone.care == homework.care and alone.title == homework.title
    assert " ".join(step.lead for step in alone.steps) == homework.alone


def test_a_wording_frozen_before_still_prints_with_nothing_that_promises_two():
    some = builtin_homework()["one-chore-side-by-side"]
    wording = some.wording([builtin_homework(SPANISH)[some.slug]])
    for told in (wording, *wording["translations"].values()):
        del told["solo"], told["questions"]
    for language in LANGUAGES:
        frozen = thaw(wording, language)
        assert frozen == without_solo(builtin_homework(language)[some.slug])
        alone = solo_sheet(some.slug, language)
        old = fitted(frozen, "a")
        kept = {
            name: getattr(old, name) for name in ("title", "promise", "why", "if_hard", "notice")
        }
        page = replace(alone, **kept, questions=(), tracker=(TrackerRow(old.track[0].row, "tick"),))
        for sheet in (page, reflection_sheet(page), tracker_sheet(page, 1), cards_sheet(page)):
            printed = Printed(the_press().print(sheet))
            assert len(printed.file.pages) == 1 or sheet is not page
            said = AROUND.sub("", printed.words).replace(old.title, "")
            assert not OF_TWO[language].search(said)


def test_what_is_frozen_with_an_assignment_has_the_words_for_one_and_the_questions():
    some = builtin_homework()["still-here"]
    wording = some.wording([builtin_homework(SPANISH)[some.slug]])
    for language in LANGUAGES:
        assert thaw(wording, language) == builtin_homework(language)[some.slug]


def test_one_who_does_it_with_the_other_gets_the_couples_words():
    some = builtin_homework()["one-chore-side-by-side"]
    assert fitted(some, "couple") == some
    by_each = builtin_homework()["the-evening-page"]
    assert fitted(by_each, "a") == by_each
