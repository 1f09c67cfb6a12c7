"""What a request knows of the browser it came from: its session, and the sign-in it stands for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from flask import current_app
from flask import session as current_session
from flask.sessions import SecureCookieSession
from itsdangerous import BadData, URLSafeTimedSerializer

#: How long ago someone may have shown who they are before a change of keys or people.
RECENT = timedelta(minutes=5)
#: A clock set back must not make a sign-in last longer; a few minutes are an ordinary correction.
CLOCK_SLACK = timedelta(minutes=5)
#: Input is written down when it moves the last one by this much; nobody's lock is that exact.
WRITTEN_EVERY = timedelta(seconds=15)


@dataclass(frozen=True)
class Colleague:
    """Whoever is signed in, as far as every page needs to know them.

    Their whole record is `current_user`; it is loaded when it is asked for.
    """

    id: int
    practice_id: int
    signature: str
    email: str
    single_keys: bool
    roles: tuple[str, ...]
    time_zone: str
    idle_minutes: int
    is_demo: bool


@dataclass(frozen=True)
class SignIn:
    """An open sign-in, as the database knows it."""

    id_hash: str
    #: What stays the same of a sign-in while its id is renewed.
    sitting: str
    user_id: int
    data: dict[str, Any]
    began_at: datetime
    last_input_at: datetime
    locked_at: datetime | None
    owes_second_factor: bool
    proved_at: datetime | None
    colleague: Colleague


class BrowserSession(SecureCookieSession):
    """One browser's session: what Flask keeps in it, and the sign-in it stands for."""

    def __init__(self, kept: dict[str, Any] | None = None, token: str | None = None) -> None:
        super().__init__(kept)
        #: The id in the cookie, if it holds one; it may be of a sign-in that is over.
        self.token = token
        #: True once `resume` has asked the database about that id.
        self.looked_up = False
        self.sign_in: SignIn | None = None
        #: The user who has just signed in; their row is made as the last of the request's work.
        self.starts_for: int | None = None
        #: Whether the one who has just signed in must still give a second factor.
        self.starts_owing = False
        #: True when the id must be a new one: after a password was given.
        self.renews = False
        #: The new id, once its row is kept; it goes into the cookie.
        self.given: str | None = None
        #: The e-mail of whoever has come in all the way, second factor and all.
        self.came_in: str | None = None
        #: True when nothing of it can be written any more: the database would not take it.
        self.is_sealed = False
        #: Columns of the row that this request changed.
        self.changed: dict[str, Any] = {}

    def now_has(self, column: str) -> Any:
        """What a column of the row holds once this request is over; None without a row."""
        return self.changed.get(column, getattr(self.sign_in, column, None))

    @property
    def was_discarded(self) -> bool:
        """Whether this request would have given a new id, and its work was not kept."""
        return self.given is None and (self.renews or self.starts_for is not None)

    def let_go(self) -> None:
        """Be a visitor's from here on: the sign-in is over."""
        self.clear()
        self.sign_in = self.starts_for = self.came_in = None
        self.renews = False
        self.changed = {}

    @property
    def is_locked(self) -> bool:
        """Whether the screen of this sign-in is locked."""
        return self.now_has("locked_at") is not None

    @property
    def owes_second_factor(self) -> bool:
        """Whether the password was given and the second factor was not."""
        if self.starts_for is not None:
            return self.starts_owing
        return bool(self.now_has("owes_second_factor"))


def current() -> BrowserSession:
    """The session of this request."""
    return cast(BrowserSession, current_session._get_current_object())  # type: ignore[attr-defined]


def here() -> str:
    """The mark of this browser's sign-in; empty for a visitor."""
    sign_in = current().sign_in
    return sign_in.sitting if sign_in else ""


def lock_when_idle(now: datetime) -> None:
    """Lock the screen when no key or pointer was used for longer than the practice allows."""
    session = current()
    sign_in = session.sign_in
    if sign_in is None or session.is_locked:
        return
    if now - sign_in.last_input_at > timedelta(minutes=sign_in.colleague.idle_minutes):
        lock(now)


def lock(now: datetime) -> None:
    """Lock the screen of this sign-in; its words stay where they are."""
    session = current()
    if session.sign_in and not session.is_locked:
        session.changed["locked_at"] = now


def note_input(at: datetime) -> None:
    """Move the moment of the last input forward to `at`; never back."""
    session = current()
    if session.sign_in and at - session.sign_in.last_input_at >= WRITTEN_EVERY:
        session.changed["last_input_at"] = at


def is_recent(now: datetime) -> bool:
    """Whether a password, code or passkey was given in the last five minutes."""
    proved_at = current().now_has("proved_at")
    return proved_at is not None and -CLOCK_SLACK <= now - proved_at <= RECENT


def owner_of(page_token: str | None) -> int | None:
    """The id of the user whose page carried `page_token`; None for a visitor's or a forged one.

    The token is signed, so the answer holds even after the sign-in it came from is over. That
    is how a page left open overnight can say whose words it holds.
    """
    signed = URLSafeTimedSerializer(str(current_app.secret_key), salt="wtf-csrf-token")
    try:
        raw = signed.loads(page_token or "")
    except BadData:
        return None
    owner, dot, _ = raw.partition(".") if isinstance(raw, str) else ("", "", "")
    return int(owner) if dot and owner.isascii() and owner.isdigit() else None
