"""Sessions, what was seen in them, and the notes that record them."""

from practice.sessions.handed_over_views import bp as handed_over_bp
from practice.sessions.views import bp

__all__ = ["bp", "handed_over_bp"]
