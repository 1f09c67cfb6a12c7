"""The couple's file, Today and the session page: what gathers from several rooms."""

from practice.audit.reading import name_couples_by
from practice.casefile import access, file, unfinished
from practice.casefile.views import bp
from practice.couples import closing, columns

__all__ = ["access", "bp"]

name_couples_by(file.names_of)
columns.register("unsigned", file.unsigned_by_couple)
closing.register(unfinished.unsigned_notes)
closing.register(unfinished.homework_out)
columns.register("last_session", file.last_session_by_couple)
