"""The application for a WSGI server of your own, with the settings of this machine."""

from practice.application import create_app

application = app = create_app()
