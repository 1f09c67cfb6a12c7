"""The library of homework, what fits a couple, what was given and how it went."""

from flask import Flask

from practice.homework import (
    background_views,
    course_views,
    custom_views,
    enrollment_views,
    giving_views,
    import_views,
    library_views,
    packet_views,
    print_views,
    review_views,
)
from practice.homework.blueprint import bp
from practice.registry import Registry

__all__ = [
    "background_views",
    "course_views",
    "custom_views",
    "enrollment_views",
    "giving_views",
    "import_views",
    "init_app",
    "library_views",
    "packet_views",
    "print_views",
    "review_views",
]


def init_app(app: Flask, _registry: Registry) -> None:
    """Open the room's pages."""
    app.register_blueprint(bp)
