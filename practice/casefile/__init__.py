"""The couple's file, Today and the session page: what gathers from several rooms."""

from practice.casefile import file
from practice.casefile.views import bp
from practice.couples import columns

__all__ = ["bp"]

columns.register("unsigned", file.unsigned_by_couple)
columns.register("last_session", file.last_session_by_couple)
