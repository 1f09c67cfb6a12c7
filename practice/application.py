"""The application: every room, put together. Reads as a table of contents."""

from functools import partial
from typing import Any

from flask import Flask, Request, Response, current_app
from sqlalchemy.exc import DatabaseError
from werkzeug.routing import IntegerConverter, Map

from practice import (
    access_gate,
    activity,
    assets,
    attachments,
    body_size,
    casefile,
    couples,
    errors,
    formatting,
    forms,
    handouts,
    homework,
    identity,
    jobs,
    practice_admin,
    records,
    registry,
    sessions,
)
from practice.access.guard import caseload_of
from practice.database import engine, unit_of_work
from practice.database.base import LARGEST_ID, db
from practice.host_names import set_odd_host_aside
from practice.identity import sign_in_sessions
from practice.keeping import views as backups
from practice.settings import ROOT, Settings, from_environment
from practice.templating import Templates

__all__ = ["Rekindle", "create_app"]


class RecordId(IntegerConverter):
    """An id in a URL; one that no database can hold is nowhere to be found."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST_ID)


class InMemory(Request):
    """A request whose files never touch the disk, where they would lie unencrypted."""

    def _get_file_stream(self, *_about: object, **_more: object) -> forms.UpTo:
        return forms.UpTo(max(body_size.FORM, current_app.config["ATTACHMENT_BYTES"]))


class Rekindle(Flask):
    """The application: each request's work is kept or discarded whole."""

    jinja_environment = Templates

    request_class = InMemory

    def wsgi_app(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer a request, whatever host it names."""
        set_odd_host_aside(environ)
        return super().wsgi_app(environ, start_response)

    def dispatch_request(self) -> Response:
        """Answer a request, and commit what it did only when the answer is a success."""
        return unit_of_work.commit_or_rollback(super().dispatch_request)

    def process_response(self, response: Response) -> Response:
        """Finish an answer. What cannot be written then is told like what cannot be written before."""
        try:
            return super().process_response(response)
        except DatabaseError as error:
            db.session.rollback()
            sign_in_sessions.current().is_sealed = True
            return super().process_response(errors.database_error(error))


def create_app(settings: Settings | None = None) -> Rekindle:
    """The application for one installation; the machine's own settings unless others are given."""
    settings = settings or from_environment()
    app = Rekindle(
        __name__,
        root_path=str(ROOT / "practice"),
        template_folder=str(ROOT / "templates"),
        instance_path=str(settings.database.parent),
    )
    app.config.from_mapping(settings.config())
    app.config.update(MAX_CONTENT_LENGTH=body_size.VISITOR, MAX_FORM_MEMORY_SIZE=body_size.FORM)
    app.url_map.converters["int"] = RecordId
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    rooms = registry.init_app(app)
    errors.init_app(app)
    formatting.init_app(app)
    assets.init_app(app)
    engine.init_app(app)
    access_gate.init_app(app)
    practice_admin.init_app(app)
    identity.init_app(app)  # its rate limits are for pages of both
    handouts.init_app(app)
    rooms.caseload_of = caseload_of
    jobs.init_app(app, rooms, None if settings.testing else partial(create_app, settings))
    backups.init_app(app, rooms, settings)
    for room in (activity, couples, sessions, attachments, homework, records, casefile):
        room.init_app(app, rooms)
    app.after_request(unit_of_work.run_after_transaction)
    return app
