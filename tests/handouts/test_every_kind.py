"""What holds for every kind of sheet, in every language."""

import pytest

from tests.handouts.conftest import Printed
from tests.handouts.every_kind import every_kind

KINDS = every_kind()


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_sheet_can_be_read_by_everyone(press, name):
    asked = KINDS[name]
    sheet = Printed(press.print(asked))
    assert str(sheet.file.Root.Lang) == asked.language
    assert str(sheet.file.docinfo.Title) == asked.title
    assert sheet.file.Root.ViewerPreferences.DisplayDocTitle
    assert sheet.file.open_metadata()["pdfuaid:part"] == "1"
    assert sheet.tags.count("H1") == 1
    assert set(sheet.fonts.values()) == {"yes"}, "a font is not embedded"
    assert not sheet.has_boxes
    assert sheet.rightmost < 0.95
    if asked.large:
        assert min(sheet.sizes) >= 18
