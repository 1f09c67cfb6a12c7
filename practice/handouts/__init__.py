"""The press: turns plain values into PDFs, and knows nothing of the app around it."""

from flask import Flask, Response, current_app

from practice.errors import error_page
from practice.handouts.press import Press, PrintFailed

__all__ = ["init_app", "press"]


def init_app(app: Flask) -> None:
    """Give the app a press. Its processes start with the first sheet, or when warmed."""
    app.extensions["press"] = Press()
    app.register_error_handler(PrintFailed, not_printed)


def press() -> Press:
    """The app's press."""
    found: Press = current_app.extensions["press"]
    return found


def not_printed(failure: PrintFailed) -> Response:
    """A sheet that could not be printed: why, in words."""
    advice = "Go back and try again; what was given is kept."
    return error_page(503, (str(failure), "Nothing was lost.", advice))
