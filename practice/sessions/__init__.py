"""Sessions, what was seen in them, and the notes that record them."""

from practice.sessions.views import bp

__all__ = ["bp"]
