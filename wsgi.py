"""The application for a WSGI server of your own, with the settings of this machine."""

from practice.application import create_app
from practice.keeping.locks import BUSY, OPEN, together
from practice.keeping.starting import refuse_unsafe
from practice.settings import from_environment

settings = from_environment()
refuse_unsafe(settings)
#: Held as long as this process runs, so that nobody replaces the records under it.
is_open = together(settings.database, OPEN, BUSY)
is_open.__enter__()

application = app = create_app(settings)
