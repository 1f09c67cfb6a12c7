"""What is foreseen of a sheet saves time and changes nothing."""

import dataclasses

import pytest

from practice.handouts import pdf
from practice.handouts.fitting import hopeless
from practice.library.builtin import builtin_homework
from tests.handouts.as_given import as_given

LONG = "You have both been carrying a lot this month, and still you came. "


def sheets():
    """A few real exercises, with little and with much said to the couple."""
    for number, homework in enumerate(list(builtin_homework().values())[::6]):
        for word in ("Go slow.", LONG * 5):
            paper = ("letter", "a4")[number % 2]
            yield dataclasses.replace(as_given(homework, personal_word=word), paper=paper)


@pytest.fixture
def laid_out(monkeypatch):
    """The pages that were laid out."""
    seen, lay_out = [], pdf.laid_out
    monkeypatch.setattr(
        pdf, "laid_out", lambda page, *how: seen.append(page) or lay_out(page, *how)
    )
    return seen


def test_a_sheet_is_arranged_as_if_every_arrangement_had_been_tried(monkeypatch, laid_out):
    some = list(sheets())
    foreseen = [pdf.arranged(sheet) for sheet in some]
    assert len(laid_out) <= 1.2 * len(some)
    monkeypatch.setattr(pdf, "hopeless", lambda _sheet: 0)
    for sheet, document in zip(some, foreseen, strict=True):
        by_trying = pdf.arranged(sheet)
        assert document.write_pdf(pdf_identifier=b"-") == by_trying.write_pdf(pdf_identifier=b"-")


def test_a_sheet_that_was_thought_too_long_still_gets_its_room(monkeypatch, a_sheet):
    short = a_sheet(steps=a_sheet().steps[:1], example="")
    assert hopeless(short) == 0
    rightly = pdf.arranged(short).write_pdf(pdf_identifier=b"-")
    monkeypatch.setattr(pdf, "hopeless", lambda _sheet: 1)
    assert pdf.arranged(short).write_pdf(pdf_identifier=b"-") == rightly


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_homework_is_foreseen_to_fit_one_side(language):
    too_long = {
        homework.slug
        for homework in builtin_homework().values()
        if hopeless(as_given(homework, language=language)) > 1
    }
    assert too_long == set()
