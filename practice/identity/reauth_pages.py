"""The pages that ask who is there: signing in, and unlocking. Neither loses what was typed."""

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from practice.database.base import is_safe_method
from practice.identity import pending_form, second_factor
from practice.identity.forms import CodeForm, ProveForm, SignInForm, UnlockForm


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
    if is_safe_method():
        back = pending_form.here()
        return redirect(url_for("security.login", next=back if back != "/" else None))
    form = SignInForm(formdata=None)
    return sign_in_page(form, status=401)


def sign_in_page(form: SignInForm, status: int = 200) -> Response:
    """The sign-in page; it carries any words that wait for it."""
    page = render_template("identity/sign_in.html", form=form, kept=pending_form.from_request())
    return make_response(page, status)


def to_second_factor() -> ResponseReturnValue:
    """What someone gets who gave the password alone: the page that asks for the second factor."""
    if wants_data():
        return data(401, **second_factor_asked())
    if is_safe_method():
        back = pending_form.here()
        return redirect(url_for("identity.second_factor", next=back if back != "/" else None))
    return second_factor_page(CodeForm(formdata=None), 401)


def second_factor_asked() -> dict[str, bool]:
    """What a page has to know to ask for a second factor in place: with what it can be given."""
    return {
        "second_factor": True,
        "enrolled": second_factor.is_enrolled(current_user),
        "passkey": has_passkey(),
    }


def second_factor_page(form: CodeForm, status: int = 200) -> Response:
    """The page that asks for a code; it carries any words that wait for it."""
    page = render_template(
        "identity/second_factor.html",
        form=form,
        kept=pending_form.from_request(),
        is_enrolled=second_factor.is_enrolled(current_user),
        has_passkey=has_passkey(),
    )
    return make_response(page, status)


def to_prove() -> ResponseReturnValue:
    """What someone gets whose sign-in is not recent enough: who they are is asked once more."""
    if wants_data():
        return data(401, prove=True)
    return prove_page(
        ProveForm(formdata=None, next=pending_form.here() if is_safe_method() else "/"), 401
    )


def prove_page(form: ProveForm, status: int) -> Response:
    """The page that asks once more; it carries any words that wait for it."""
    page = render_template(
        "identity/prove.html",
        form=form,
        kept=pending_form.from_request(),
        has_passkey=has_passkey(),
    )
    return make_response(page, status)


def has_passkey() -> bool:
    """Whether whoever is asked could answer with a passkey."""
    return bool(current_user.is_authenticated and second_factor.has_passkey(current_user))


def to_unlock() -> ResponseReturnValue:
    """What someone gets whose screen is locked: the lock page, in the place of any other."""
    if wants_data():
        return data(401, locked=True)
    return lock_page(
        UnlockForm(formdata=None, next=pending_form.here() if is_safe_method() else "/"), 401
    )


def lock_page(form: UnlockForm, status: int) -> Response:
    """The lock page; it carries any words that wait for it."""
    page = render_template(
        "identity/lock.html", form=form, kept=pending_form.from_request(), has_passkey=has_passkey()
    )
    return make_response(page, status)
