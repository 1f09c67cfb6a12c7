"""Reflection sheets ask what was written as a question, and borrow nothing from the steps."""

import re
from dataclasses import replace

import pytest
from rapidfuzz import fuzz, process

from practice.library.builtin import builtin_homework
from practice.library.homework import ENGLISH, LANGUAGES, SPANISH, Homework, Solo
from practice.library.readability import ease_in_spanish, grade, words
from practice.worksheets.variants import reflection_sheet, sentences
from tests.handouts.as_given import as_given
from tests.handouts.conftest import Printed
from tests.paper import the_press

EVERY = [(language, slug) for language in LANGUAGES for slug in sorted(builtin_homework())]
each_text = pytest.mark.parametrize(("language", "slug"), EVERY)
#: What an open question asks with; one without is answered by yes or no.
OPEN = {
    ENGLISH: re.compile(r"\b(what|which|who|whose|how|when|where)\b", re.IGNORECASE),
    SPANISH: re.compile(r"\b(qué|cuál|cuáles|quién|cómo|cuándo|dónde)\b", re.IGNORECASE),
}
CLOSED = re.compile(
    r"^¿?(do|does|did|is|are|was|were|have|has|can|could|will|would)\b", re.IGNORECASE
)
#: As alike as two lines may be, of 100.
ALIKE = 75


def questions_of(homework: Homework) -> tuple[str, ...]:
    """Everything its reflection sheets ask, of two and of one."""
    noticed = (*sentences(homework.notice), *sentences(homework.solo.notice))
    return (*homework.questions, *noticed)


def lines_of(homework: Homework) -> list[str]:
    """Its steps, whole and sentence by sentence, with what is said in quotation marks."""
    told = [homework.alone, *(f"{step.lead} {step.text}" for step in homework.steps)]
    said = [one for text in told for one in re.findall(r"[“«]([^”»]+)[”»]", text)]
    return [*told, *(one for text in told for one in sentences(text)), *said]


@each_text
def test_every_homework_has_two_questions_that_were_written_as_questions(language, slug):
    asked = builtin_homework(language)[slug].questions
    assert len(asked) == 2
    for question in asked:
        assert question.endswith("?") and question.count("?") == 1
        assert ("¿" in question) == (language == SPANISH)
        assert OPEN[language].search(question) and not CLOSED.match(question)
        assert 5 <= len(words(question)) <= 18


@each_text
def test_no_question_is_a_line_of_the_steps_or_close_to_one(language, slug):
    homework = builtin_homework(language)[slug]
    for question in homework.questions:
        like = process.extractOne(question, lines_of(homework), scorer=fuzz.ratio)
        assert like[1] < ALIKE, (question, like)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_homeworks_share_a_question(language):
    asked = [
        (one.slug, told)
        for one in builtin_homework(language).values()
        for told in questions_of(one)
    ]
    for at, (slug, question) in enumerate(asked):
        others = [told for other, told in asked[at + 1 :] if other != slug]
        if like := process.extractOne(question, others, scorer=fuzz.ratio, score_cutoff=85):
            pytest.fail(f"{slug}: {question!r} is like {like[0]!r}")


@pytest.mark.parametrize("slug", sorted(builtin_homework()))
def test_the_questions_are_easy_to_read(slug):
    assert grade("\n".join(builtin_homework()[slug].questions)) <= 7
    assert ease_in_spanish("\n".join(builtin_homework(SPANISH)[slug].questions)) >= 70


@each_text
def test_the_sheet_asks_just_what_was_written(language, slug):
    homework = builtin_homework(language)[slug]
    sheet = reflection_sheet(as_given(builtin_homework()[slug], language=language))
    assert sheet.questions == (*sentences(homework.notice), *homework.questions)


@pytest.mark.parametrize("for_whom", ["couple", "a"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_the_questions_fit_one_side_and_are_printed_whole(language, paper, for_whom):
    wordiest = max(
        builtin_homework(language).values(), key=lambda one: len("".join(questions_of(one)))
    )
    given = as_given(builtin_homework()[wordiest.slug], language=language, for_whom=for_whom)
    sheet = replace(reflection_sheet(given), paper=paper)
    printed = Printed(the_press().print(sheet))
    assert len(printed.file.pages) == 1
    assert all(question in printed.words for question in sheet.questions)
    large = Printed(the_press().print(replace(sheet, large=True)))
    assert len(large.file.pages) <= 4


def test_what_is_to_notice_and_no_question_is_left_to_the_exercise_sheet():
    some = builtin_homework()["still-here"]
    bare = as_given(replace(some, questions=(), notice="Watch your hands.", solo=Solo()))
    asked = reflection_sheet(
        replace(bare, notice="Watch your hands. What did they do?", questions=())
    )
    assert asked.questions == ("What did they do?",)
    assert reflection_sheet(replace(bare, notice="", questions=())).questions == ()
