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
from practice.worksheets import packets

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


def init_app(app: Flask, registry: Registry) -> None:
    """Open the room's pages, and have packets made."""
    packets.register(registry)
    app.register_blueprint(bp)
