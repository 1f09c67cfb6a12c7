"""The couples room: who they are, their safety and privacy, care team and appointments."""

from practice.accounts.people import on_return
from practice.couples.care_views import people_bp
from practice.couples.handover import end_for_return
from practice.couples.views import bp

__all__ = ["bp", "people_bp"]

on_return.append(end_for_return)
