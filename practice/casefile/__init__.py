"""The couple's file, Today and the session page: what gathers from several rooms."""

from practice.audit.reading import name_couples_by
from practice.casefile import access, file
from practice.casefile.views import bp
from practice.couples import columns

__all__ = ["access", "bp"]

name_couples_by(file.names_of)
columns.register("unsigned", file.unsigned_by_couple)
columns.register("last_session", file.last_session_by_couple)
