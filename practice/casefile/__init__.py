"""The couple's file, Today and the session page: what gathers from several rooms."""

from flask import Flask

from practice.casefile import file, unfinished
from practice.casefile.views import bp
from practice.registry import Registry


def init_app(app: Flask, registry: Registry) -> None:
    """Open the room's pages, and say what the couples list, the log and a file's end ask of it."""
    registry.couple_names = file.names_of
    registry.list_columns["unsigned"] = file.unsigned_by_couple
    registry.list_columns["last_session"] = file.last_session_by_couple
    registry.still_open += [unfinished.unsigned_notes, unfinished.homework_out]
    app.register_blueprint(bp)
