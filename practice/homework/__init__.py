"""The library of homework, what fits a couple, what was given and how it went."""

from practice.homework import background_views
from practice.homework.views import bp

__all__ = ["background_views", "bp"]
