"""The library of homework, what fits a couple, what was given and how it went."""

from practice.homework import (
    background_views,
    course_views,
    giving_views,
    import_views,
    library_views,
    own_views,
    packet_views,
    print_views,
    review_views,
    taking_views,
)
from practice.homework.asked import bp

__all__ = [
    "background_views",
    "bp",
    "course_views",
    "giving_views",
    "import_views",
    "library_views",
    "own_views",
    "packet_views",
    "print_views",
    "review_views",
    "taking_views",
]
