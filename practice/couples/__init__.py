"""The couples room: who the couple is, their safety and privacy, their care team, their appointments."""

from practice.couples.views import bp

__all__ = ["bp"]
