"""When something cannot be done: the one exception a rule raises, and the pages that say so in words."""

import logging
from http import HTTPStatus
from itertools import islice
from typing import Any

from flask import Flask, Response, g, make_response, render_template, request
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException

log = logging.getLogger(__name__)


class Refused(Exception):
    """A rule said no. Its message is written for the therapist to read."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        #: The form field the message belongs beside; None for the whole form.
        self.field = field


class Conflict(Refused):
    """Someone, perhaps in another window, changed the same words in the meantime."""


#: How many fields are given back. Our longest form has fewer; whoever sends a million gets no page
#: a hundred times their size.
MOST_KEPT = 200
#: Of a form that is too large: bytes as they are sent, so about a tenth of it in letters at worst.
LARGEST_GIVEN_BACK = 12_000_000
SECRETS = frozenset({"password", "new_password", "new_password_confirm", "code", "credential"})
NOT_KEPT = SECRETS | {"csrf_token", "once"}

WORDS: dict[int, tuple[str, str, str]] = {
    # status: what happened, whether anything was lost, what to do next
    400: (
        "That request could not be read",
        "Nothing was changed.",
        "Go back, check what was entered, and try again.",
    ),
    401: ("You are signed out", "What you typed is below.", "Sign in and send it again."),
    403: ("This is not open to you", "Nothing was changed.", "Ask the owner of your practice."),
    404: (
        "There is nothing here",
        "Nothing was changed.",
        "It may have moved, or it may not be on your caseload.",
    ),
    405: (
        "That cannot be done here",
        "Nothing was changed.",
        "Go back and use the page’s buttons.",
    ),
    409: (
        "This was changed somewhere else",
        "Nothing was overwritten.",
        "Compare, and keep what is right.",
    ),
    413: (
        "That is more than one page can take",
        "Nothing was saved.",
        "What you typed is below. Shorten it, or save it in parts.",
    ),
    415: (
        "That kind of content is not taken here",
        "Nothing was changed.",
        "Go back and try again.",
    ),
    429: ("Too many tries", "Nothing was changed.", "Wait a few minutes, then try again."),
    500: (
        "Something went wrong on our side",
        "Your last change was not saved; everything before it is safe.",
        "Go back and try again. If it happens twice, tell whoever looks after this installation.",
    ),
    503: (
        "The records are busy",
        "Your last change was not saved; what you typed is below.",
        "Wait a moment and send it again.",
    ),
    507: (
        "There is no room left to save",
        "Your last change was not saved; what you typed is below.",
        "Free some disk space, then send it again.",
    ),
}


def kept_text() -> list[tuple[str, str]]:
    """What the request carried, so that an error page can give it back: (field, text).

    Of a form that is too large to be taken, what `LARGEST_GIVEN_BACK` allows.
    """
    request.max_content_length = request.max_form_memory_size = LARGEST_GIVEN_BACK
    try:
        fields = islice(request.form.items(multi=True), MOST_KEPT)
        return [(name, text) for name, text in fields if text.strip() and name not in NOT_KEPT]
    except HTTPException:
        return []


def error_page(
    status: int, words: tuple[str, str, str] | None = None, *, gives_back: bool = True
) -> Response:
    """A page of plain words for `status` that gives back whatever was typed on a page of ours."""
    happened, lost, advice = words or WORDS.get(status) or WORDS[500]
    page = render_template(
        "errors/page.html",
        title=happened,
        what=None,
        lost=lost,
        next=advice,
        kept=kept_text() if gives_back and request.method == "POST" else [],
    )
    return make_response(page, status)


def http_error(error: HTTPException) -> Any:
    """Any HTTP error, in words."""
    if error.response is not None:
        return error.response
    return error_page(error.code or 500)


def csrf_error(error: CSRFError) -> Response:
    """A form whose token has run out, or that came from somewhere else."""
    return error_page(
        400,
        (
            "This page was open a long time",
            "Nothing was saved yet; your answers are below.",
            "Open the page again and send them once more.",
        ),
    )


def be_nobody() -> None:
    """Have the page drawn as for a visitor, so that it needs no database."""
    g._login_user = AnonymousUserMixin()
    g.pop("every_page", None)


def database_error(error: DatabaseError) -> Response:
    """The database would not take it: say why in words, and give the text back."""
    said = str(error.orig).lower()
    be_nobody()
    log.error("database refused a request at %s: %s", request.endpoint, type(error.orig).__name__)
    if isinstance(error, IntegrityError):
        return error_page(409)
    if isinstance(error, OperationalError) and "full" in said:
        return error_page(507)
    if isinstance(error, OperationalError):
        return error_page(503)
    return error_page(500)


def unforeseen(error: Exception) -> Response:
    """The last resort: no trace, no path, no version; and the text given back."""
    log.exception("unforeseen error at %s", request.endpoint)
    be_nobody()
    return error_page(500)


def bad_value(error: ValueError) -> Response:
    """A value that Python or the database cannot hold (an odd date, half a character)."""
    log.warning("a value could not be held at %s: %s", request.endpoint, type(error).__name__)
    return error_page(HTTPStatus.BAD_REQUEST)


def init_app(app: Flask) -> None:
    """Show every error in words."""
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(CSRFError, csrf_error)
    app.register_error_handler(DatabaseError, database_error)
    app.register_error_handler(UnicodeError, bad_value)
    app.register_error_handler(OverflowError, bad_value)
    app.register_error_handler(Exception, unforeseen)
