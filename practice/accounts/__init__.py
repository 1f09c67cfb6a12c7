"""Practices and their users: setting up, signing in and out, locking, and the practice's page."""

from flask import Flask

from practice.accounts import (
    guessing,
    logo_views,
    new_password_views,
    people_views,
    second_factor_views,
    sign_in,
    sign_in_sessions,
    sign_in_views,
    tabs,
)
from practice.accounts.views import bp

__all__ = [
    "bp",
    "init_app",
    "logo_views",
    "new_password_views",
    "people_views",
    "second_factor_views",
    "sign_in_views",
]


def init_app(app: Flask) -> None:
    """Set up sign-in and its sessions, slow down guessing, and open the room's pages."""
    sign_in_sessions.init_app(app)
    sign_in.init_app(app)
    app.register_blueprint(bp)
    app.context_processor(tabs.for_practice_pages)
    guessing.init_app(app)
