"""The application for a WSGI server of your own, with the settings of this machine."""

import atexit
from contextlib import ExitStack

from practice.application import create_app
from practice.keeping import scheduler
from practice.keeping.locks import BUSY, OPEN, together
from practice.keeping.startup_checks import refuse_unsafe
from practice.sessions import integrity_watch
from practice.settings import from_environment

settings = from_environment()
refuse_unsafe(settings)
#: Held as long as this process runs, so that nobody replaces the records under it.
is_open = ExitStack()
is_open.enter_context(together(settings.database, OPEN, BUSY))
is_open.enter_context(scheduler.anchoring(settings))
atexit.register(is_open.close)

application = app = create_app(settings)
is_open.enter_context(integrity_watch.watching(app))
