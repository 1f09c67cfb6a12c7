"""Flask's sessions, kept on the server for whoever is signed in."""

import logging
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionInterface
from sqlalchemy import update
from sqlalchemy.exc import DatabaseError

from practice.identity import known_places
from practice.identity.models import SignInSession
from practice.identity.sign_in_sessions import cookie
from practice.identity.sign_in_sessions.state import BrowserSession
from practice.identity.sign_in_sessions.store import rows, write

log = logging.getLogger(__name__)


class SignInSessions(SessionInterface):
    """Flask's sessions, kept on the server for whoever is signed in."""

    def open_session(self, app: Flask, request: Request) -> BrowserSession:
        """The session that the cookie carries. Looks nothing up: `resume` does."""
        kept = cookie.read(app, request.cookies.get(self.get_cookie_name(app)))
        token = kept.get("id")
        if isinstance(token, str):
            return BrowserSession(token=token)
        return BrowserSession({key: kept[key] for key in cookie.KEPT_FOR_VISITORS if key in kept})

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        """Write down what this request changed, and give the browser its cookie."""
        if not isinstance(session, BrowserSession) or (session.token and not session.looked_up):
            return  # a static file, or a request that broke before anyone asked whose it is
        if session.was_discarded or session.is_sealed:
            return  # its work was discarded, so the browser keeps what it had
        if session.given:
            cookie.give(app, response, {"id": session.given})
            if session.came_in:
                known_places.remember(app, response, session.came_in)
        elif "_user_id" in session:
            self.save_signed_in(session)
        elif session.sign_in or session.modified:
            kept = {key: session[key] for key in cookie.KEPT_FOR_VISITORS if key in session}
            cookie.give(app, response, kept)

    def save_signed_in(self, session: BrowserSession) -> None:
        """Write what changed in the row of whoever is signed in; a row that was ended stays gone."""
        before = session.sign_in
        if before is None or not (session.changed or session.modified):
            return
        try:
            write(
                update(SignInSession)
                .where(rows.c.sitting == before.sitting)
                .values(data=dict(session), **session.changed)
            )
        except DatabaseError as error:
            if "locked_at" in session.changed:
                raise  # nobody may believe that the screen is locked
            # The answer matters more than when it was given.
            log.warning("a session was not written: %s", type(error.orig).__name__)


def init_app(app: Flask) -> None:
    """Keep sessions on the server, and the cookie to ourselves."""
    cookie.configure(app)
    app.session_interface = SignInSessions()
