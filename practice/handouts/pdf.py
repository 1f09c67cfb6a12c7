"""Turns a sheet of plain values into the bytes of a PDF. Only the renderer's workers import this."""

import hashlib
from functools import cache

import pydyf
from weasyprint import Document
from weasyprint.urls import FatalURLFetchingError

from practice.handouts.binding import bound
from practice.handouts.fields import give_fields_one_font
from practice.handouts.fitting import hopeless
from practice.handouts.grayscale import take_color_out
from practice.handouts.kinds.packet import Packet
from practice.handouts.layouts import layout_of
from practice.handouts.logo import logo_from
from practice.handouts.sheet import Incoming, Job, Paper, Picture, Sheet, Workbook
from practice.handouts.warm_up import trial_sheet
from practice.handouts.weasyprint_page import filled_in, laid_out, style, templates
from practice.handouts.workbook import cells_of
from practice.sandbox.upload_cleaning import taken

PAPERS: tuple[Paper, ...] = ("letter", "a4")

#: More millimetres than these a snug sheet leaves only when its words may well fit otherwise.
MUCH_ROOM = 22.0


@cache
def make_ready() -> None:
    """Print a sheet on each paper, so that the first real one finds all that it needs warm.

    Every font is loaded here, before processes are forked: they share the folder that WeasyPrint
    keeps fonts in, and one that wrote a file there would spoil it for another that just reads it.
    """
    for paper in PAPERS:
        print_sheet(trial_sheet(paper))
        style(paper, "fillable.css")
    templates().get_template("handouts/background.html")


def perform(job: Job) -> bytes:
    """What is asked of the renderer's workers: a sheet’s PDF, a logo’s PNG, a file made safe, a list."""
    if isinstance(job, Picture):
        return logo_from(job.content)
    if isinstance(job, Incoming):
        return taken(job.content)
    if isinstance(job, Workbook):
        return cells_of(job.content)
    return bound(job, print_sheet) if isinstance(job, Packet) else print_sheet(job)


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
        pdf_variant="pdf/ua-1" if sheet.is_read else None,
        pdf_forms=sheet.fillable,
        finisher=lambda _document, drawn: finish(sheet, drawn),
    )
    return pdf


def finish(sheet: Sheet, drawn: pydyf.PDF) -> None:
    """What is done to a sheet after it is drawn: its fields get their font, its color goes."""
    if sheet.fillable:
        give_fields_one_font(drawn)
    if sheet.plain:
        take_color_out(drawn)


def arranged(sheet: Sheet) -> Document:
    """The first arrangement that fits; where none does, the first runs on.

    What is foreseen to be too small is not tried, unless the next one leaves so much room that
    this must have been wrong.
    """
    layout = layout_of(sheet)

    @cache
    def laid(arrangement: str) -> Document:
        page = page_of(sheet, arrangement)
        return laid_out(page, sheet.paper, layout.styles, sheet.fillable)

    def fits(number: int) -> bool:
        arrangement, sides = layout.arrangements[number]
        return len(laid(arrangement).pages) <= sides

    names = [name for name, _ in layout.arrangements]
    first = hopeless(sheet)
    chosen = next(filter(fits, range(first, len(names))), 0)
    if 0 < chosen == first and room_left(laid(names[chosen])) > MUCH_ROOM and fits(chosen - 1):
        chosen -= 1
    return laid(names[chosen])


def room_left(document: Document) -> float:
    """How much of its one side a document leaves free, in millimetres; of two, none."""
    if len(document.pages) > 1:
        return 0.0
    side = document.pages[0]._page_box
    return float(side.height - side.children[0].height) * 25.4 / 96


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
