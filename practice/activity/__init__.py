"""The audit log as people read it: its page, the access report, and the words for each line."""

from flask import Flask

from practice.activity import access_views
from practice.activity.views import bp
from practice.registry import Registry

__all__ = ["access_views", "init_app"]


def init_app(app: Flask, _registry: Registry) -> None:
    """Open the log's page."""
    app.register_blueprint(bp)
