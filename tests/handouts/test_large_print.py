"""An exercise for someone who reads large print: the same words, none of them small."""

from dataclasses import replace

import pytest

from practice.handouts.sheet import Step, TrackerRow
from practice.library.builtin import builtin_homework
from tests.handouts.as_given import as_given
from tests.handouts.conftest import Printed

LONGEST = {
    "title": "A title that is longer than any in the whole of the library",
    "why": "Some words on why this helps the two of you. " * 6,
    "steps": (Step("Do this now.", "Say what it is like for you, and then stop. " * 3),) * 7,
    "example": "One says this, and the other says that in return. " * 7,
    "if_hard": "Stop kindly, and come back to it some other day. " * 5,
    "care": "Leave it out where it does not feel safe to do. " * 4,
    "personal_word": "You told me that the mornings are the calmest time. " * 8,
    "if_then": "If the baby wakes up early, then we do it after lunch instead.",
    "tracker": (TrackerRow("What we would like to remember of this week", "count"),) * 3,
}

each_language = pytest.mark.parametrize("language", ["en", "es"])
each_paper = pytest.mark.parametrize("paper", ["letter", "a4"])


@pytest.fixture
def wordiest(press):
    """The exercise of the library with the most letters in it, printed large."""

    def print_it(language, paper):
        homework = max(builtin_homework(language).values(), key=lambda one: len(str(one.wording())))
        given = as_given(homework, language=language)
        return Printed(press.print(replace(given, large=True, paper=paper)))

    return print_it


@each_language
@each_paper
def test_no_letter_is_smaller_than_18_points(wordiest, language, paper):
    sheet = wordiest(language, paper)
    assert min(sheet.sizes) == 18
    assert sheet.sizes[18] > sum(sheet.sizes.values()) / 2


def test_an_ordinary_sheet_is_not_in_large_print(printed):
    assert max(size for size, often in printed().sizes.items() if often > 200) < 12


@each_paper
def test_its_lines_stand_one_and_a_half_apart(printed, paper):
    sheet = printed(large=True, paper=paper, why="Some words on why this helps you both. " * 8)
    between = [round(below - above) for above, below in sheet.lines_from("Some words on why")]
    assert between
    assert set(between) == {27}


@each_paper
def test_the_longest_texts_take_four_sides_and_no_more(printed, paper):
    sheet = printed(large=True, paper=paper, **LONGEST)
    assert len(sheet.file.pages) == 4
    assert "4 / 4" in sheet.words
    assert "7F3K-29QD" in sheet.words


@each_language
@each_paper
def test_the_wordiest_exercise_takes_four_sides_and_no_more(wordiest, language, paper):
    sheet = wordiest(language, paper)
    assert len(sheet.file.pages) <= 4
    assert not sheet.has_boxes


def test_large_print_leaves_nothing_out(printed):
    small, large = printed(), printed(large=True)
    missing = set(small.words.lower().split()) - set(large.words.lower().split())
    assert missing <= {"1"}, "all but the number of the sides"


def test_large_print_is_tagged_and_read_aloud_from_top_to_bottom(printed):
    sheet = printed(large=True)
    heard = sheet.read_aloud
    order = [
        "Alder Street Couples Therapy",
        "For Maya, with Jonah",
        "A small harbor",
        "What to do",
        "Sit down close. Put the phones in another room.",
        "If it gets hard",
        "This week Mon Tue Wed Thu Fri Sat Sun",
        "How close I felt, 0 to 10",
        "What I noticed",
        "Its code is 7F3K-29QD",
        "Drawn from an article on closeness",
    ]
    places = [heard.find(words) for words in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)
    assert sheet.tags.count("H1") == 1
    assert {"H2", "L", "LI", "Table", "TH", "TD"} <= set(sheet.tags)
    assert sheet.file.open_metadata()["pdfuaid:part"] == "1"


def test_large_print_is_neither_slanted_nor_all_in_capitals(printed):
    sheet = printed(large=True)
    assert not any("Italic" in font for font in sheet.fonts)
    assert "WHAT TO DO" not in sheet.words


@each_paper
def test_a_long_name_stays_on_the_paper_in_large_print_too(printed, paper):
    sheet = printed(
        large=True, paper=paper, for_name="Wolfeschlegel" * 10, with_name="B" * 130, title="M" * 80
    )
    assert sheet.rightmost < 0.95
