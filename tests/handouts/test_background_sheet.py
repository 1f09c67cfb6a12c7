"""A background sheet on paper: read back as a person, a screen reader or a printer would."""

import pytest

from practice.handouts.kinds.background import BackgroundSheet, Block
from practice.handouts.sheet import Step
from tests.handouts.conftest import SHEET, Printed

SHOWS = "A circle of four boxes. Ana reaches. Bo hides. Ana pushes. Bo goes quiet."
LABELS = ("Ana reaches\nfor Bo", "Bo hides", "Ana pushes", "Bo goes\nquiet")
BLOCKS = (
    Block("paragraph", "Some talks go round."),
    Block("drawing", SHOWS, labels=LABELS),
    Block("heading", "What helps"),
    Block("list", items=(Step("Name it.", "Say that you see it."), Step("", "Take a breath."))),
    Block("paragraph", "Then begin again."),
)


@pytest.fixture
def background(press):
    """A short sheet with one piece of each kind, printed, with what a test is about changed."""

    def printed(**changes):
        values = {"paper": "letter", "title": "Round and round", "promise": "It has a way out."}
        values |= {"blocks": BLOCKS, "source_line": "Drawn from an article."} | changes
        return Printed(press.print(BackgroundSheet(SHEET.letterhead, **values)))

    return printed


def test_it_is_read_aloud_from_top_to_bottom(background):
    heard = background().read_aloud
    order = ["Alder Street", "Round and round", "It has a way out.", "Some talks go round."]
    order += ["What helps", "Name it. Say that you see it.", "Take a breath.", "Then begin again."]
    places = [heard.find(words) for words in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)


def test_it_is_tagged_for_screen_readers(background):
    sheet = background(language="es")
    assert sheet.file.Root.MarkInfo.Marked
    assert str(sheet.file.Root.Lang) == "es"
    assert sheet.tags.count("H1") == 1
    assert {"H2", "P", "L", "LI", "Figure"} <= set(sheet.tags)
    assert sheet.file.open_metadata()["pdfuaid:part"] == "1"


def test_the_drawing_is_told_to_those_who_do_not_see_it(background):
    assert background().alternatives == [SHOWS]


def test_the_drawing_carries_its_words(background):
    words = background().words
    for label in LABELS:
        for line in label.split("\n"):
            assert line in words


def test_it_is_named_after_its_title_and_names_no_one(background):
    file = background().file
    assert str(file.docinfo.Title) == "Round and round"
    assert "Dana" not in str(file.open_metadata()) + str(dict(file.docinfo))


@pytest.mark.parametrize(("paper", "size"), [("letter", (612, 792)), ("a4", (595, 842))])
def test_it_fits_its_paper(background, paper, size):
    sheet = background(paper=paper)
    assert len(sheet.file.pages) == 1
    assert [round(float(side)) for side in sheet.file.pages[0].mediabox[2:]] == list(size)
    assert sheet.rightmost < 0.95


def test_a_long_one_takes_two_sides(background):
    words = Block("paragraph", "Some words on what goes on between two people. " * 12)
    assert len(background(blocks=BLOCKS + (words,) * 9).file.pages) == 2


def test_its_words_are_printed_as_they_are_typed(background):
    typed = '<b>&amp;</b> "x" <img src=y>'
    sheet = background(title=typed, blocks=(Block("paragraph", typed), Block("heading", typed)))
    assert sheet.words.count(typed) == 3
    assert not sheet.has_boxes


def test_every_font_travels_with_the_file(background):
    assert set(background().fonts.values()) == {"yes"}
