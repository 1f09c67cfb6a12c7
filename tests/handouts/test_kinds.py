"""Trackers, reflection sheets and cards: what is on them, and that the longest words fit."""

import dataclasses

import pikepdf
import pytest

from practice.handouts.sheet import Step, TrackerRow
from practice.library.builtin import builtin_homework
from practice.worksheets.sheets import credit, tracker
from practice.worksheets.texts import WORDS
from practice.worksheets.variants import cards_sheet, reflection_sheet, tracker_sheet
from tests.handouts.conftest import SHEET, Printed
from tests.handouts.every_kind import every_kind

KINDS = every_kind()
MORE = TrackerRow("Lo que queremos recordar", "count")
NAME = "Maximiliana-Guadalupe del Rosario"


def longest(language, paper):
    """The values of the wordiest homework, for the longest names, with the longest questions."""
    homeworks = builtin_homework(language).values()
    wordiest = max(homeworks, key=lambda one: len(str(one.wording())))
    return dataclasses.replace(
        SHEET,
        language=language,
        paper=paper,
        for_name=NAME,
        with_name=NAME,
        title=max((one.title for one in homeworks), key=len),
        notice=max((one.notice for one in homeworks), key=len),
        if_hard=max((one.if_hard for one in homeworks), key=len),
        steps=max((one.steps for one in homeworks), key=lambda steps: len(str(steps))),
        tracker=(*tracker(wordiest, is_shared=False), MORE),
        source_line=credit(wordiest.teachings, WORDS[language]),
    )


@pytest.mark.parametrize("paper", ["letter", "a4"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_longest_words_fit_their_side(press, language, paper):
    given = longest(language, paper)
    sheets = {
        1: [tracker_sheet(given, 1), tracker_sheet(given, 4), reflection_sheet(given)],
        2: [cards_sheet(given)],
    }
    for most, made in sheets.items():
        for sheet in made:
            printed = Printed(press.print(sheet))
            assert len(printed.file.pages) <= most, type(sheet).__name__
            assert printed.rightmost < 0.95
            large = Printed(press.print(dataclasses.replace(sheet, large=True)))
            assert len(large.file.pages) <= 4, type(sheet).__name__


def test_a_tracker_of_four_weeks_has_a_table_for_each(press):
    sheet = Printed(press.print(KINDS["four-weeks-en"]))
    assert sheet.tags.count("Table") == 4
    assert "WEEK 4" in sheet.words


def test_a_reflection_sheet_asks_what_the_homework_asks(press):
    given = dataclasses.replace(
        SHEET,
        notice="What was new? Who began?",
        questions=("Where did it lead?",),
        steps=(Step("Ask.", "“What would help?” Wait."),),
    )
    heard = Printed(press.print(reflection_sheet(given))).read_aloud
    assert "What would help?" not in heard
    order = ["What was new?", "Who began?", "Where did it lead?", "What I would like to remember"]
    places = [heard.find(words) for words in order]
    assert -1 not in places
    assert places == sorted(places)


def test_cards_carry_the_steps_and_leave_room_for_ones_own(press):
    sheet = Printed(press.print(cards_sheet(SHEET)))
    for words in ("STEP 1 OF 3", "Sit down close.", "What was your shoulder doing?"):
        assert words in sheet.words
    assert sheet.words.count("ONE OF YOUR OWN") == 2
    assert "Maya" not in sheet.words


def test_black_ink_only_means_no_color_at_all(press):
    sheet = Printed(press.print(KINDS["exercise-plain-en"]))
    for page in sheet.file.pages:
        assert not list(pikepdf.parse_content_stream(page, "rg RG k K scn SCN"))


@pytest.mark.parametrize("name", ["exercise", "tracker", "four-weeks", "reflection"])
def test_every_field_to_type_into_says_what_belongs_there(press, name):
    file = Printed(press.print(KINDS[f"{name}-fillable-en"])).file
    fields = list(file.Root.AcroForm.Fields)
    assert len(fields) >= 4
    assert all(str(field.TU).strip() for field in fields)
    assert len({str(field.T) for field in fields}) == len(fields)


def test_the_catalogue_leads_to_every_shelf(press):
    sheet = Printed(press.print(KINDS["catalogue-en"]))
    with sheet.file.open_outline() as outline:
        [book] = outline.root
        shelves = {mark.title: [one.title for one in mark.children] for mark in book.children}
    assert len(shelves) == 12
    assert set().union(*shelves.values()) == {one.title for one in builtin_homework().values()}
