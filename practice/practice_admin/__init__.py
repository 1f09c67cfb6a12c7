"""Running the practice itself: setting it up, its letterhead, and its people."""

from flask import Flask

from practice.practice_admin import (
    logo_views,
    password_link_views,
    practice_views,
    setup_views,
    tabs,
    users_views,
)
from practice.practice_admin.blueprint import bp

__all__ = [
    "init_app",
    "logo_views",
    "password_link_views",
    "practice_views",
    "setup_views",
    "users_views",
]


def init_app(app: Flask) -> None:
    """Open the room's pages."""
    app.register_blueprint(bp)
    app.context_processor(tabs.for_practice_pages)
