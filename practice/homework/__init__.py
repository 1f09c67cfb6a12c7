"""The library of homework, what fits a couple, what was given and how it went."""

from practice.homework.views import bp

__all__ = ["bp"]
