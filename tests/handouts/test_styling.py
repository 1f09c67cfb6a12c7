"""Styles that are shared between sheets change nothing about how a sheet is drawn."""

import pytest
from weasyprint import HTML

from practice.handouts import pdf, weasyprint_page
from practice.handouts.layouts import layout_of
from tests.handouts.every_kind import every_kind

#: All of them on one worker, which draws them once.
pytestmark = pytest.mark.xdist_group("styling")
KINDS = {name: one for name, one in every_kind().items() if name.endswith("-en")}
ORDER = [*KINDS, *reversed(KINDS)]


@pytest.fixture(scope="module")
def drawn_in_turns():
    """Every kind of sheet, drawn twice, the second time in the opposite order."""
    return {name: written(pdf.arranged(KINDS[name]), KINDS[name]) for name in ORDER}


def written(document, sheet):
    return document.write_pdf(
        pdf_variant="pdf/ua-1", pdf_identifier=b"same", pdf_forms=sheet.fillable
    )


@pytest.mark.parametrize("name", ["exercise-en", "cards-en", "tracker-fillable-en", "outline-en"])
def test_a_sheet_is_drawn_as_it_would_be_by_itself(drawn_in_turns, name):
    sheet, layout = KINDS[name], layout_of(KINDS[name])
    alone = []
    for arrangement, sides in layout.arrangements:
        source = HTML(
            string=pdf.page_of(sheet, arrangement), url_fetcher=weasyprint_page.OnlyOurs()
        )
        document = source.render(
            font_config=weasyprint_page.fonts(),
            stylesheets=[weasyprint_page.style(sheet.paper, each) for each in layout.styles],
            pdf_forms=sheet.fillable,
        )
        if len(document.pages) <= sides:
            alone.append(written(document, sheet))
    assert drawn_in_turns[name] in alone
