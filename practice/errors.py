"""When something cannot be done: the one exception a rule raises, and the pages that say so in words."""

import logging
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from practice.faults import Fault, fault_in
from practice.page_cipher import is_its_key, is_no_cipher

log = logging.getLogger(__name__)


class Refused(Exception):
    """A rule said no. Its message is written for the therapist to read."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        #: The form field the message belongs beside; None for the whole form.
        self.field = field


class SecondLook(Refused):
    """Something is possible and looks like a mistake. Sent once more with its mark, it is meant."""

    def __init__(self, message: str, field: str | None, mark: str) -> None:
        super().__init__(message, field)
        #: Sent back with the form, it says that exactly this was looked at.
        self.mark = mark


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
    431: (
        "That request could not be read",
        "Nothing was changed.",
        "Its address or its cookies are too long. Open the page anew; if it stays so, clear this "
        "site’s cookies.",
    ),
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
NOT_SAVED = "Your last change was not saved; what you typed is below. Copy it somewhere safe."
TELL = "Tell the owner of your practice and whoever looks after this computer today: "
#: What a page says of a fault of the disk or the file: its status, and the words as above.
FAULTS: dict[Fault, tuple[int, tuple[str, str, str]]] = {
    Fault.FULL: (507, WORDS[507]),
    Fault.BUSY: (503, WORDS[503]),
    Fault.AWAY: (
        503,
        (
            "The records cannot be reached now",
            "Your last change was not saved; what you typed is below.",
            "The database server does not answer. Wait a minute and send it again; if it stays so, "
            "tell whoever looks after this installation.",
        ),
    ),
    Fault.READ_ONLY: (
        503,
        (
            "The records can be read but not written now",
            NOT_SAVED,
            f"{TELL}the disk they are on has become read-only. Once it can be written, send it again.",
        ),
    ),
    Fault.FORBIDDEN: (
        503,
        (
            "The records cannot be reached now",
            NOT_SAVED,
            f"{TELL}their file or disk is not there, or not open to Rekindle any more.",
        ),
    ),
    Fault.FAILING: (
        500,
        (
            "The disk does not read or write as it should",
            NOT_SAVED,
            f"{TELL}the disk may be failing. They copy the records to another disk before anything "
            "else. Until then, write nothing more here.",
        ),
    ),
    Fault.DAMAGED: (
        500,
        (
            "Part of the records is damaged",
            NOT_SAVED,
            f"{TELL}they close Rekindle, keep the file as it is, and put the newest backup back "
            "(rekindle restore latest). Until then, write nothing more here.",
        ),
    ),
}
WRONG_KEY = (
    "The key does not open these records",
    NOT_SAVED,
    f"{TELL}another file has taken the place of the records while Rekindle was open. They close "
    "Rekindle, and put the right file back.",
)
#: A value that no rule caught and the database will not hold: nobody else changed anything.
NOT_HELD = (
    "One of these values cannot be kept",
    "Nothing was saved; what you typed is below.",
    "Go back, check the numbers and dates, and send it again.",
)

TOO_MUCH_FOR_A_VISITOR = (
    "That is more than can be sent before signing in",
    "Nothing was saved.",
    "Go back, where your browser still has what you typed. Sign in in another tab, then send it again.",
)


def kept_text() -> list[tuple[str, str]]:
    """What the request carried, so that an error page can give it back: (field, text).

    Of a form that is too large to be taken, what `LARGEST_GIVEN_BACK` allows; from a visitor,
    nothing.
    """
    if not is_visitors():
        request.max_content_length = request.max_form_memory_size = LARGEST_GIVEN_BACK
    try:
        fields = islice(request.form.items(multi=True), MOST_KEPT)
        return [(name, text) for name, text in fields if text.strip() and name not in NOT_KEPT]
    except HTTPException:
        return []


def is_visitors() -> bool:
    """Whether nobody has been let in for this request, so that it has the room of a visitor’s."""
    return bool(request.max_content_length == current_app.config["MAX_CONTENT_LENGTH"])


#: What a link led to that is not there, or not open: the page shows a way back.
LEADS_BACK = (403, 404, 410)


def error_page(
    status: int, words: tuple[str, str, str] | None = None, *, gives_back: bool = True
) -> Response:
    """A page of plain words for `status` that gives back whatever was typed on a page of ours."""
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and is_visitors():
        words = TOO_MUCH_FOR_A_VISITOR
    happened, lost, advice = words or WORDS.get(status) or WORDS[500]
    page = render_template(
        "errors/page.html",
        title=happened,
        what=None,
        lost=lost,
        next=advice,
        kept=kept_text() if gives_back and request.method == "POST" else [],
        link_url="/" if status in LEADS_BACK and request.method == "GET" else None,
        link_label="Go to the first page",
    )
    return make_response(page, status)


def http_error(error: HTTPException) -> Any:
    """Any HTTP error, in words."""
    if error.response is not None:
        return error.response
    cause = getattr(error, "original_exception", None)
    if isinstance(cause, DatabaseError):
        return database_error(cause)  # raised when the answer was on its way: its line in the log
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
    be_nobody()
    log.error("database refused a request at %s: %s", request.endpoint, type(error.orig).__name__)
    if isinstance(error, DataError) or breaks_check(error):
        return error_page(422, NOT_HELD)
    if isinstance(error, IntegrityError):
        return error_page(409)
    database = Path(current_app.config["DATABASE"])
    return fault_page(fault_in(error, database), database)


def breaks_check(error: DatabaseError) -> bool:
    """Whether a value broke a CHECK rule of its table."""
    code = getattr(error.orig, "sqlstate", None)
    return isinstance(error, IntegrityError) and (code == "23514" or "CHECK" in str(error.orig))


def no_connection(_error: PoolTimeout) -> Response:
    """Every connection to the database is in use and stayed so: say it in words, give the text back."""
    be_nobody()
    log.error("no connection was free at %s", request.endpoint)
    return error_page(503)


def fault_page(fault: Fault, database: Path) -> Response:
    """The page that says which fault of the disk or the file it is; 500 where it is none of these."""
    if fault is Fault.DAMAGED and not opens_with_our_key(database):
        return error_page(500, WRONG_KEY)
    status, words = FAULTS.get(fault, (500, None))
    return error_page(status, words)


def opens_with_our_key(database: Path) -> bool:
    """Whether the file that lies there now, damaged perhaps, was written under the key in use."""
    try:
        key = current_app.config["DATABASE_KEY"]
        return is_no_cipher(database) or is_its_key(database, key)
    except OSError:
        return True


def file_error(error: OSError) -> Response:
    """The disk would not take or give a file: say why in words, and give the text back."""
    log.error("a file could not be used at %s: %s", request.endpoint, type(error).__name__)
    fault = fault_in(error)
    if fault not in (Fault.FULL, Fault.READ_ONLY, Fault.FAILING):
        return unforeseen(error)
    be_nobody()
    return fault_page(fault, Path(current_app.config["DATABASE"]))


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
    app.register_error_handler(PoolTimeout, no_connection)
    app.register_error_handler(OSError, file_error)
    app.register_error_handler(UnicodeError, bad_value)
    app.register_error_handler(OverflowError, bad_value)
    app.register_error_handler(Exception, unforeseen)
