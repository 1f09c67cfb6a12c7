"""What asks for a recent sign-in: exports, and changes of keys, people and second factors."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from practice import clock
from practice.identity import reauth_pages, sign_in_sessions


def needs_recent_sign_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view that opens only within five minutes of a password, code or passkey.

    Later it asks for the password or a passkey in its place, and carries along what was sent.
    Put it right above the view, beneath its routes and its policy.
    """

    @wraps(view)
    def if_recent(*args: Any, **kwargs: Any) -> Any:
        if sign_in_sessions.is_recent(clock.now()):
            return view(*args, **kwargs)
        return reauth_pages.to_prove()

    return if_recent
