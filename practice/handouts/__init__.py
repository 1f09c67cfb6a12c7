"""The press: turns plain values into PDFs, and knows nothing of the app around it."""

from collections.abc import Iterable

from flask import Flask, Response, current_app

from practice.database.unit_of_work import after_commit, commit_now
from practice.errors import error_page
from practice.handouts.pdf_cache import Name, PdfCache
from practice.handouts.renderer import PrintFailed, Renderer
from practice.handouts.sheet import Sheet

__all__ = ["forget", "get_ready", "init_app", "press", "print_ahead", "printed", "use"]


def init_app(app: Flask) -> None:
    """Give the app a press. Its processes start with the first sheet, or when made ready."""
    use(app, Renderer())
    app.register_error_handler(PrintFailed, not_printed)


def use(app: Flask, press: Renderer) -> None:
    """Have the app print with this press, and keep its sheets on a shelf of the app's own."""
    app.extensions["press"] = press
    app.extensions["shelf"] = PdfCache(press)


def press() -> Renderer:
    """The app's press."""
    found: Renderer = current_app.extensions["press"]
    return found


def shelf() -> PdfCache:
    """The app's shelf of finished sheets."""
    found: PdfCache = current_app.extensions["shelf"]
    return found


def get_ready() -> None:
    """Start the press without waiting for it: a sheet will soon be wanted."""
    if current_app.config["PRINTS_AHEAD"]:
        press().warm()


def print_ahead(sheets: Iterable[tuple[Name, Sheet]]) -> None:
    """Print sheets that will be asked for, once this request's work is kept; never if it is not."""
    if current_app.config["PRINTS_AHEAD"]:
        wanted, its_shelf = list(sheets), shelf()
        after_commit(lambda: its_shelf.print_ahead(wanted))


def forget(*name: str | int) -> None:
    """Drop finished sheets whose names begin so, because what they say has changed."""
    shelf().forget(*name)


def printed(sheet: Sheet, file_name: str, name: Name = ()) -> Response:
    """A sheet as a PDF in the browser, under a file name that names nobody.

    It comes from the shelf where it is kept under `name`. What the request has written so far
    is committed first, so that it holds no lock while the sheet is drawn. Raises PrintFailed as
    the press does.
    """
    commit_now()
    response = Response(shelf().pdf(sheet, name), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{file_name}.pdf"'
    return response


def not_printed(failure: PrintFailed) -> Response:
    """A sheet that could not be printed: why, in words."""
    advice = "Go back and try again; what was given is kept."
    return error_page(503, (str(failure), "Nothing was lost.", advice))
