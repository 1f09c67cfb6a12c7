"""The couples room: who they are, their safety and privacy, care team and appointments."""

from flask import Flask

from practice.couples.closing import open_appointments
from practice.couples.handover import end_for_return
from practice.couples.oversight_views import people_bp
from practice.couples.views import bp
from practice.registry import Registry


def init_app(app: Flask, registry: Registry) -> None:
    """Open the room's pages, and end a hand-over when its clinician comes back."""
    registry.on_return.append(end_for_return)
    registry.still_open.append(open_appointments)
    app.register_blueprint(bp)
    app.register_blueprint(people_bp)
