"""Records on their way: copies of a couple's file or of everything, and lists that come in."""

from flask import Flask

from practice.records import handed_over, list_views, practice_views
from practice.records.making import CopyRoom
from practice.records.views import bp

__all__ = ["bp", "handed_over", "init_app", "list_views", "practice_views"]


def init_app(app: Flask) -> None:
    """Give the app a room for copies of everything."""
    app.extensions["copy_room"] = CopyRoom()
