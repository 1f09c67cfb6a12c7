"""Locking the screen, and unlocking it."""

from datetime import timedelta

from flask import (
    Response,
    make_response,
    redirect,
    request,
)
from flask.typing import ResponseReturnValue
from flask_security import login_user
from flask_wtf.csrf import generate_csrf

from practice import clock
from practice.audit import service as audit
from practice.database.base import db
from practice.errors import Refused
from practice.identity import failed_tries, pending_form, reauth_pages, sign_in_sessions
from practice.identity.blueprint import bp
from practice.identity.forms import UnlockForm
from practice.identity.models import User
from practice.identity.permissions import open_to_anyone
from practice.identity.security_setup import csrf, onward
from practice.identity.service import is_password_of

#: Input is told of at most every minute; what lies further back was told before.
LONGEST_AGO = 120


@bp.post("/lock")
def lock() -> ResponseReturnValue:
    """Lock the screen now; the way back leads to the same page."""
    sign_in_sessions.lock(clock.now())
    if reauth_pages.wants_data():
        return reauth_pages.data(200, locked=True)
    return redirect(pending_form.local_path(request.form.get("next")) or "/", 303)


@bp.post("/still-here")
def still_here() -> ResponseReturnValue:
    """A page tells of real key or pointer input, `ago` seconds back, or asks whether it may go on."""
    if "X-Autosave" in request.headers:
        return "", 204
    ago = request.form.get("ago", 0, type=int)
    at = clock.now() - timedelta(seconds=min(max(ago, 0), LONGEST_AGO))
    sign_in_sessions.note_input(at)
    return "", 204


@bp.post("/unlock")
@open_to_anyone
@csrf.exempt
def unlock() -> ResponseReturnValue:
    """Take one's own password again and go on, in the same session or, if it is over, a new one.

    The page's token says whose page it is, and is signed: a page whose session is over can
    still be unlocked, by the same user alone. Nothing happens here without a password.
    """
    user = user_of_page()
    if user is None:
        return cannot_unlock()
    form = UnlockForm(meta={"csrf": False})
    if not form.validate_on_submit():
        return not_unlocked(form)
    if not is_password_of(user, form.password.data or ""):
        failed_tries.note("unlock-failed", f"user:{user.id}")
        form.refuse(Refused("That is not your password.", "password"))
        return not_unlocked(form)
    if sign_in_sessions.current().sign_in:
        audit.act_as(user.practice_id, user.id)
        audit.record("unlocked", user)
        sign_in_sessions.unlock(clock.now())
    else:
        login_user(user, authn_via=["password"])
    return unlocked()


def user_of_page() -> User | None:
    """The user whose page asks, if they may come in and nobody else is signed in here."""
    owner = sign_in_sessions.owner_of(request.form.get("csrf_token"))
    sign_in = sign_in_sessions.current().sign_in
    if owner is None or (sign_in and sign_in.user_id != owner):
        return None
    user = db.session.get(User, owner)
    return user if user and user.active else None


def cannot_unlock() -> ResponseReturnValue:
    """The page belongs to no one who could unlock it here."""
    if reauth_pages.wants_data():
        return reauth_pages.data(
            409, error="Someone else is signed in here now. Copy your words before you leave."
        )
    return redirect("/", 303)


def not_unlocked(form: UnlockForm) -> Response:
    """The password was not right."""
    if reauth_pages.wants_data():
        return reauth_pages.data(422, error=next(iter(form.password.errors), "Enter your password"))
    return reauth_pages.lock_page(form, 422)


def unlocked() -> Response:
    """The password was right: back to the same page, or to the words that wait.

    A script is told when the second factor is owed too, and asks for it in the same place.
    """
    if reauth_pages.wants_data():
        owed = sign_in_sessions.current().owes_second_factor
        asked = reauth_pages.second_factor_asked() if owed else {}
        return reauth_pages.data(200, csrf_token=generate_csrf(), **asked)
    return onward(make_response(redirect("/", 303)))
