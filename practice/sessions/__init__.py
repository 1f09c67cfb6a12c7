"""Sessions, what was seen in them, and the notes that record them."""

from flask import Flask

from practice.registry import Registry
from practice.sessions.inherited_notes_views import bp as handed_over_bp
from practice.sessions.views import bp


def init_app(app: Flask, _registry: Registry) -> None:
    """Open the room's pages."""
    app.register_blueprint(bp)
    app.register_blueprint(handed_over_bp)
