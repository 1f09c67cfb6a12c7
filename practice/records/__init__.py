"""Records on their way: copies of a couple's file or of everything, and lists that come in."""

from flask import Flask

from practice.records import export_jobs, import_jobs, inherited_notes_export, practice_views
from practice.records.client_lists import import_views, row_views, views
from practice.records.client_lists.pending import PendingLists
from practice.records.views import bp
from practice.registry import Registry

__all__ = [
    "import_views",
    "inherited_notes_export",
    "init_app",
    "practice_views",
    "row_views",
    "views",
]


def init_app(app: Flask, registry: Registry) -> None:
    """Open the room's pages; make copies as jobs, and give the app a place for lists on their way in."""
    export_jobs.register(registry)
    import_jobs.register(registry)
    app.extensions["pending_lists"] = PendingLists()
    app.register_blueprint(bp)
