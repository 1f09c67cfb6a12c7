"""Guessing slowed: how often a password may be tried, per account and per address.

Only wrong tries count. No count lasts longer than 15 minutes, so a stranger who keeps guessing
cannot keep anyone out for longer; and since most tries are counted for one account from one
address, a stranger elsewhere does not keep the owner out at all.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flask import Flask, Response, request
from flask_limiter import Limiter, RequestLimit
from flask_login import current_user
from sqlalchemy import select

from practice.accounts import asking
from practice.accounts.forms import CodeForm, ProveForm, SignInForm, UnlockForm
from practice.accounts.models import User
from practice.accounts.rate_store import RateStore
from practice.accounts.sign_in_sessions import owner_of
from practice.database import reading
from practice.errors import Refused, error_page
from practice.plain_text import normalize_email

__all__ = ["RateStore", "init_app"]

PER_ACCOUNT_AND_ADDRESS = "10 per 15 minutes"
PER_ADDRESS = "30 per 15 minutes"
PER_ACCOUNT = "50 per 15 minutes"
LONGEST_EMAIL = 255
WORDS = "Too many tries. Wait up to 15 minutes, then try again."
GUARDED = (
    "security.login",
    "accounts.unlock",
    "accounts.second_factor",
    "accounts.prove",
    "security.change_password",
    "accounts.set_up",
    "accounts.join",
)
#: Pages only one's own sign-in leads to: a colleague's wrong tries next door do not count here.
FOR_ONE_ACCOUNT = frozenset(
    {
        "accounts.unlock",
        "accounts.second_factor",
        "accounts.prove",
        "security.change_password",
    }
)


def address() -> str:
    """Where the request came from."""
    return request.remote_addr or "unknown"


def account() -> str:
    """The e-mail that is being tried, in small letters; the same account at every door."""
    if request.endpoint == "security.login":
        return one_spelling(request.form.get("email", ""))
    if current_user.is_authenticated:
        return str(current_user.email).casefold()
    user_id = owner_of(request.form.get("csrf_token"))
    if user_id is None:
        return "nobody"
    with reading() as connection:
        found = connection.scalar(select(User.email).where(User.id == user_id))
    return (found or "nobody").casefold()


def one_spelling(email: str) -> str:
    """An e-mail as signing in reads it, so that another spelling of it is not another account."""
    with suppress(Refused):
        email = normalize_email(email[:LONGEST_EMAIL])
    return email.strip().casefold()[:LONGEST_EMAIL] or "none given"


def account_and_address() -> str:
    """One account, tried from one address."""
    return f"{account()} {address()}"


def is_for_one_account() -> bool:
    """Whether the page takes the password of one account alone."""
    return request.endpoint in FOR_ONE_ACCOUNT


def was_wrong(response: Response) -> bool:
    """Whether the answer says that the try failed."""
    return response.status_code == 422


def too_many(_limit: RequestLimit) -> Response:
    """The answer when there were too many tries: the same page in words, nothing lost."""
    if asking.wants_data():
        return asking.data(429, error=WORDS)
    if request.endpoint == "security.login":
        return asking.sign_in_page(refused(SignInForm()), status=429)
    if request.endpoint == "accounts.unlock":
        return asking.lock_page(refused(UnlockForm()), status=429)
    if request.endpoint == "accounts.second_factor":
        return asking.second_factor_page(refused(CodeForm()), status=429)
    if request.endpoint == "accounts.prove":
        return asking.prove_page(refused(ProveForm()), status=429)
    return error_page(429)


def refused(form: Any) -> Any:
    """The form with those words over it."""
    form.form_errors = [WORDS]
    return form


def slowed(limiter: Limiter, view: Callable[..., Any]) -> Callable[..., Any]:
    """`view` under all three limits, counted together with the other doors."""
    for limit, scope, key in (
        (PER_ACCOUNT_AND_ADDRESS, "account and address", account_and_address),
        (PER_ADDRESS, "address", address),
        (PER_ACCOUNT, "account", account),
    ):
        view = limiter.shared_limit(
            limit,
            scope,
            key_func=key,
            methods=["POST"],
            exempt_when=is_for_one_account if key is address else None,
            deduct_when=was_wrong,
            on_breach=too_many,
        )(view)
    return view


def init_app(app: Flask) -> None:
    """Slow every page that takes a password."""
    limiter = Limiter(
        address, app=app, storage_uri="rekindle://", strategy="fixed-window", headers_enabled=False
    )
    for endpoint in GUARDED:
        app.view_functions[endpoint] = slowed(limiter, app.view_functions[endpoint])
