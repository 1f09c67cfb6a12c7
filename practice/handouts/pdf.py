"""Turns a sheet of plain values into the bytes of a PDF. Only the press's processes import this."""

import hashlib

from weasyprint import Document
from weasyprint.urls import FatalURLFetchingError

from practice.handouts.ink import without_color
from practice.handouts.layouts import layout_of
from practice.handouts.logo import logo_from
from practice.handouts.sheet import Job, Picture, Sheet
from practice.handouts.typesetter import filled_in, laid_out, style, templates


def make_ready() -> None:
    """Load fonts, style and template, so that the first sheet does not wait for them."""
    style("letter")
    style("a4")
    for name in ("exercise", "background"):
        templates().get_template(f"handouts/{name}.html")


def made(job: Job) -> bytes:
    """What is asked of a process of the press: the PDF of a sheet, the PNG of a logo."""
    return logo_from(job.content) if isinstance(job, Picture) else print_sheet(job)


def print_sheet(sheet: Sheet) -> bytes:
    """The PDF of one sheet: one side where the words allow, else two; in large print, four.

    The same sheet gives the same bytes. Raises ValueError when the sheet asks for
    anything from outside.
    """
    try:
        document = arranged(sheet)
    except FatalURLFetchingError as refused:
        raise ValueError("The sheet asked for something from outside.") from refused
    identity = hashlib.sha256(repr(sheet).encode("utf-8", "backslashreplace")).digest()
    pdf: bytes = document.write_pdf(
        pdf_identifier=identity,
        pdf_variant="pdf/ua-1",
        pdf_forms=sheet.fillable,
        finisher=without_color if sheet.plain else None,
    )
    return pdf


def arranged(sheet: Sheet) -> Document:
    """The first arrangement that fits; where none does, the first runs on."""
    layout = layout_of(sheet)
    tried: dict[str, Document] = {}
    for arrangement, sides in layout.arrangements:
        if arrangement not in tried:
            page = page_of(sheet, arrangement)
            tried[arrangement] = laid_out(page, sheet.paper, layout.styles, sheet.fillable)
        if len(tried[arrangement].pages) <= sides:
            return tried[arrangement]
    return next(iter(tried.values()))


def page_of(sheet: Sheet, arrangement: str) -> str:
    """The HTML of a sheet in one of its arrangements."""
    layout = layout_of(sheet)
    return filled_in(
        layout.template,
        {
            "sheet": sheet,
            "arrangement": arrangement,
            **layout.values,
            **layout.by_arrangement(arrangement),
        },
    )
