"""The press: turns plain values into PDFs, and knows nothing of the app around it."""

from flask import Flask, current_app

from practice.handouts.press import Press

__all__ = ["init_app", "press"]


def init_app(app: Flask) -> None:
    """Give the app a press. Its processes start with the first sheet, or when warmed."""
    app.extensions["press"] = Press()


def press() -> Press:
    """The app's press."""
    found: Press = current_app.extensions["press"]
    return found
