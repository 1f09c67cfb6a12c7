"""The press: turns plain values into PDFs, and knows nothing of the app around it."""

from flask import Flask, Response, current_app

from practice.database import db
from practice.errors import error_page
from practice.handouts.press import Press, PrintFailed
from practice.handouts.sheet import Sheet

__all__ = ["init_app", "press", "printed"]


def init_app(app: Flask) -> None:
    """Give the app a press. Its processes start with the first sheet, or when warmed."""
    app.extensions["press"] = Press()
    app.register_error_handler(PrintFailed, not_printed)


def press() -> Press:
    """The app's press."""
    found: Press = current_app.extensions["press"]
    return found


def printed(sheet: Sheet, name: str) -> Response:
    """A sheet as a PDF in the browser, under a file name that names nobody.

    What the request has written so far is kept first, so that it holds no lock while the sheet
    is drawn. Raises PrintFailed as the press does.
    """
    db.session.commit()
    response = Response(press().print(sheet), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def not_printed(failure: PrintFailed) -> Response:
    """A sheet that could not be printed: why, in words."""
    advice = "Go back and try again; what was given is kept."
    return error_page(503, (str(failure), "Nothing was lost.", advice))
