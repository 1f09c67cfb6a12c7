"""Handouts: a renderer that turns plain values into PDFs, and knows nothing of the app around it."""

from collections.abc import Iterable

from flask import Flask, Response, current_app

from practice.database.unit_of_work import after_commit, commit_now
from practice.errors import error_page
from practice.handouts.pdf_cache import Name, PdfCache
from practice.handouts.renderer import PrintFailed, Renderer
from practice.handouts.sheet import Sheet

__all__ = [
    "current_renderer",
    "forget",
    "get_ready",
    "init_app",
    "print_ahead",
    "printed",
    "use_renderer",
]


def init_app(app: Flask) -> None:
    """Give the app a renderer. Its processes start with the first sheet, or when made ready."""
    use_renderer(app, Renderer())
    app.register_error_handler(PrintFailed, not_printed)


def use_renderer(app: Flask, renderer: Renderer) -> None:
    """Have the app print with this renderer, and keep its sheets in a cache of the app's own."""
    app.extensions["renderer"] = renderer
    app.extensions["pdf_cache"] = PdfCache(renderer)


def current_renderer() -> Renderer:
    """The app's renderer."""
    found: Renderer = current_app.extensions["renderer"]
    return found


def current_cache() -> PdfCache:
    """The app's cache of finished sheets."""
    found: PdfCache = current_app.extensions["pdf_cache"]
    return found


def get_ready() -> None:
    """Start the renderer without waiting for it: a sheet will soon be wanted."""
    if current_app.config["PRINTS_AHEAD"]:
        current_renderer().warm()


def print_ahead(sheets: Iterable[tuple[Name, Sheet]]) -> None:
    """Print sheets that will be asked for, once this request's work is kept; never if it is not."""
    if current_app.config["PRINTS_AHEAD"]:
        wanted, cache = list(sheets), current_cache()
        after_commit(lambda: cache.print_ahead(wanted))


def forget(*name: str | int) -> None:
    """Drop finished sheets whose names begin so, because what they say has changed."""
    current_cache().forget(*name)


def printed(sheet: Sheet, file_name: str, name: Name = ()) -> Response:
    """A sheet as a PDF in the browser, under a file name that names nobody.

    It comes from the shelf where it is kept under `name`. What the request has written so far
    is committed first, so that it holds no lock while the sheet is drawn. Raises PrintFailed as
    the press does.
    """
    commit_now()
    response = Response(current_cache().pdf(sheet, name), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{file_name}.pdf"'
    return response


def not_printed(failure: PrintFailed) -> Response:
    """A sheet that could not be printed: why, in words."""
    advice = "Go back and try again; what was given is kept."
    return error_page(503, (str(failure), "Nothing was lost.", advice))
