"""Letters and scans kept with a couple: checked, encrypted with the rest, shown to whom they are for."""

from flask import Flask

from practice.attachments.service import subjects_kept_alone
from practice.attachments.views import bp
from practice.registry import Registry


def init_app(app: Flask, registry: Registry) -> None:
    """Open the room's pages, and name to the access report what is its author's alone."""
    registry.kept_alone.append(subjects_kept_alone)
    app.register_blueprint(bp)
