"""The pages that ask who is there: signing in, and unlocking. Neither loses what was typed."""

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from practice.accounts import kept_words
from practice.accounts.forms import SignInForm, UnlockForm
from practice.database import is_look


def wants_data() -> bool:
    """Whether a script asked, rather than a person following a link or sending a form."""
    return "X-Requested-With" in request.headers or "HX-Request" in request.headers


def data(status: int, **values: object) -> Response:
    """An answer for a script."""
    return make_response(jsonify(values), status)


def to_sign_in() -> ResponseReturnValue:
    """What a visitor gets: the sign-in page, which leads back to where they wanted to go."""
    if wants_data():
        return data(401, signed_out=True)
    if is_look():
        back = kept_words.here()
        return redirect(url_for("security.login", next=back if back != "/" else None))
    form = SignInForm(formdata=None)
    return sign_in_page(form, status=401)


def sign_in_page(form: SignInForm, status: int = 200) -> Response:
    """The sign-in page; it carries any words that wait for it."""
    page = render_template("accounts/sign_in.html", form=form, kept=kept_words.find())
    return make_response(page, status)


def to_unlock() -> ResponseReturnValue:
    """What someone gets whose screen is locked: the lock page, in the place of any other."""
    if wants_data():
        return data(401, locked=True)
    return lock_page(UnlockForm(formdata=None, next=kept_words.here() if is_look() else "/"), 401)


def lock_page(form: UnlockForm, status: int) -> Response:
    """The lock page; it carries any words that wait for it."""
    page = render_template("accounts/lock.html", form=form, kept=kept_words.find())
    return make_response(page, status)
