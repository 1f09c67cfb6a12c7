"""The couples room: who they are, their safety and privacy, care team and appointments."""

from practice.couples.care_views import people_bp
from practice.couples.views import bp

__all__ = ["bp", "people_bp"]
