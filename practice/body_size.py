"""How large a request may be: little from a visitor, a form from someone who signed in, and a large
file only where a page takes one, from someone who may send it there.

The server asks before it takes in a body, and the application again before it reads one.
"""

from io import BytesIO
from typing import Any

from flask import Flask, current_app, request

from practice.errors import LARGEST_GIVEN_BACK
from practice.forms import large_files_are_welcome
from practice.identity import sign_in_sessions
from practice.identity.permissions import is_granted, policy_of

#: From whoever never signed in here: the longest form of theirs is a hundredth of it.
VISITOR = 65_536
#: A 100,000-character note of emoji, percent-encoded, and room to spare.
FORM = 3_000_000


def allowed() -> int:
    """How many bytes the body of this request may have; to be asked once it is known whose it is.

    A cookie that we gave to someone who signed in has room for what they typed, also when the
    sign-in is over by now: their words are carried along.
    """
    session = sign_in_sessions.current()
    if session.token is None:
        return VISITOR
    if not large_files_are_welcome() or not may_send():
        return FORM
    return int(current_app.config["LARGEST_BODY"])


def may_send() -> bool:
    """Whether whoever is signed in may ask for this page now."""
    session = sign_in_sessions.current()
    if session.sign_in is None or session.is_locked or session.owes_second_factor:
        return False
    asked_for = policy_of(request.endpoint or "").asked_for
    return asked_for is None or is_granted(session.sign_in.colleague.roles, asked_for)


def taken_in() -> int:
    """How many bytes a server takes in of this request, so that an error page can give words back."""
    if sign_in_sessions.current().token is None:
        return VISITOR
    is_in = sign_in_sessions.resume() is not None
    return max(allowed(), LARGEST_GIVEN_BACK) if is_in else FORM


def taken_in_of(app: Flask, method: str, path: str, cookie: str) -> int:
    """The same for a request of which only the head has come yet. Any doubt leaves it a visitor’s."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "HTTP_COOKIE": cookie,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
    }
    try:
        with app.request_context(environ):
            return taken_in()
    except Exception:
        app.logger.exception("the size of a request could not be decided")
        return VISITOR
