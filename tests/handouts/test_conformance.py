"""Every kind of sheet conforms to PDF/UA-1, the standard of accessible PDFs, by veraPDF's judgment."""

from pathlib import Path

import pytest

from practice.handouts.renderer import Renderer
from practice.handouts.sheet import Sheet
from tests.handouts.conformance import faults_of
from tests.handouts.every_kind import every_kind

#: All of them on one worker, which prints and checks them once.
pytestmark = pytest.mark.xdist_group("conformance")

SHEETS: dict[str, Sheet] = every_kind()


@pytest.fixture(scope="module")
def faults(press: Renderer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What veraPDF found in each kind of sheet, looked at in one run."""
    folder: Path = tmp_path_factory.mktemp("sheets")
    for at, pdf in press.print_many(list(SHEETS.values())):
        (folder / f"{list(SHEETS)[at]}.pdf").write_bytes(pdf)
    return faults_of(folder)


@pytest.mark.parametrize("kind", SHEETS)
def test_a_sheet_breaks_no_rule_of_accessible_pdfs(faults, kind):
    assert faults[f"{kind}.pdf"] == []


def test_the_checker_finds_what_is_wrong(tmp_path):
    """A page printed without tags must fail, or a pass would mean nothing."""
    from weasyprint import HTML

    (tmp_path / "plain.pdf").write_bytes(HTML(string="<p>Untagged words.</p>").write_pdf())
    assert any("tag" in fault.lower() for fault in faults_of(tmp_path)["plain.pdf"])
