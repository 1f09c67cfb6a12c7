"""Guessing slowed: how often a password may be tried, per account, per network and per browser.

Only wrong tries count. No count lasts longer than 15 minutes, so a stranger who keeps guessing
cannot keep anyone out for longer; and from a place where someone came in before (`known_places`)
a stranger elsewhere does not keep them out at all. A browser that is known counts by itself; a
network that is known is held to what was tried from there.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flask import Flask, Response, g, request
from flask_limiter import Limiter, RequestLimit
from flask_login import current_user
from sqlalchemy import select

from practice.database.unit_of_work import reading
from practice.errors import Refused, error_page
from practice.identity import reauth_pages
from practice.identity.forms import CodeForm, ProveForm, SignInForm, UnlockForm
from practice.identity.known_places import is_known_network, known_browser, network
from practice.identity.models import User
from practice.identity.rate_limit_storage import RateStore
from practice.identity.sign_in_sessions import owner_of
from practice.plain_text import normalize_email

__all__ = ["RateStore", "init_app"]

PER_ACCOUNT_AND_NETWORK = "10 per 15 minutes"
PER_NETWORK = "30 per 15 minutes"
PER_ACCOUNT = "50 per 15 minutes"
PER_KNOWN_BROWSER = "10 per 15 minutes"
LONGEST_EMAIL = 255
NOBODY = "nobody"
WORDS = "Too many tries. Wait up to 15 minutes, then try again."
GUARDED = (
    "security.login",
    "identity.unlock",
    "identity.second_factor",
    "identity.prove",
    "security.change_password",
    "practice_admin.set_up",
    "practice_admin.join",
    "identity.use_passkey",
)
#: Pages only one's own sign-in leads to: a colleague's wrong tries next door do not count here.
FOR_ONE_ACCOUNT = frozenset(
    {
        "identity.unlock",
        "identity.second_factor",
        "identity.prove",
        "security.change_password",
    }
)


def account() -> str:
    """The e-mail that is being tried, in small letters; the same account at every door."""
    if request.endpoint == "security.login":
        return one_spelling(request.form.get("email", ""))
    if current_user.is_authenticated:
        return str(current_user.email).casefold()
    user_id = owner_of(request.form.get("csrf_token"))
    if user_id is None:
        return NOBODY
    with reading() as connection:
        found = connection.scalar(select(User.email).where(User.id == user_id))
    return (found or NOBODY).casefold()


def one_spelling(email: str) -> str:
    """An e-mail as signing in reads it, so that another spelling of it is not another account."""
    with suppress(Refused):
        email = normalize_email(email[:LONGEST_EMAIL])
    return email.strip().casefold()[:LONGEST_EMAIL] or "none given"


def account_and_network() -> str:
    """One account, tried from one network."""
    return f"{account()} {network()}"


def account_and_browser() -> str:
    """One account, tried in one browser that is known for it."""
    return f"{account()} {known_browser(account())}"


def is_browser_known() -> bool:
    """Whether the account that is tried came in from this browser before."""
    return bool(known_browser(account()))


def is_browser_unknown() -> bool:
    """Whether it did not."""
    return not is_browser_known()


def is_counted_otherwise() -> bool:
    """Whether a try is counted for its browser; or, as a stranger’s passkey, for its network alone."""
    is_strangers = request.endpoint == "identity.use_passkey" and account() == NOBODY
    return is_strangers or is_browser_known()


def network_does_not_count() -> bool:
    """Whether all that others tried from this network counts for nothing here."""
    of_ones_own = request.endpoint in FOR_ONE_ACCOUNT or current_user.is_authenticated
    return of_ones_own or is_browser_known()


def strangers_do_not_count() -> bool:
    """Whether what was tried elsewhere counts for nothing here: a known place, or no account at all."""
    who = account()
    return who == NOBODY or is_browser_known() or is_known_network(who)


def was_wrong(response: Response) -> bool:
    """Whether the answer says that the try failed."""
    return response.status_code == 422 or g.get("failed_try", False)


def too_many(_limit: RequestLimit) -> Response:
    """The answer when there were too many tries: the same page in words, nothing lost."""
    if reauth_pages.wants_data():
        return reauth_pages.data(429, error=WORDS)
    if request.endpoint == "security.login":
        return reauth_pages.sign_in_page(refused(SignInForm()), status=429)
    if request.endpoint == "identity.unlock":
        return reauth_pages.lock_page(refused(UnlockForm()), status=429)
    if request.endpoint == "identity.second_factor":
        return reauth_pages.second_factor_page(refused(CodeForm()), status=429)
    if request.endpoint == "identity.prove":
        return reauth_pages.prove_page(refused(ProveForm()), status=429)
    return error_page(429)


def refused(form: Any) -> Any:
    """The form with those words over it."""
    form.form_errors = [WORDS]
    return form


def slowed(limiter: Limiter, view: Callable[..., Any]) -> Callable[..., Any]:
    """`view` under all the limits, counted together with the other doors."""
    for limit, scope, key, free in (
        (PER_ACCOUNT_AND_NETWORK, "account and network", account_and_network, is_counted_otherwise),
        (PER_NETWORK, "network", network, network_does_not_count),
        (PER_ACCOUNT, "account", account, strangers_do_not_count),
        (PER_KNOWN_BROWSER, "known browser", account_and_browser, is_browser_unknown),
    ):
        view = limiter.shared_limit(
            limit,
            scope,
            key_func=key,
            methods=["POST"],
            exempt_when=free,
            deduct_when=was_wrong,
            on_breach=too_many,
        )(view)
    return view


def init_app(app: Flask) -> None:
    """Slow every page that takes a password."""
    limiter = Limiter(
        network, app=app, storage_uri="rekindle://", strategy="fixed-window", headers_enabled=False
    )
    for endpoint in GUARDED:
        app.view_functions[endpoint] = slowed(limiter, app.view_functions[endpoint])
