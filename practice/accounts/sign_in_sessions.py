"""Being signed in: a random id in the cookie, and everything else in a row that can be ended.

A visitor's cookie is signed and holds only what forms need. Once someone signs in, the cookie
holds an id of 256 bits; the database knows its SHA-256 alone. Ending the row ends the sign-in,
wherever the cookie is. A look-up takes no lock; a row is written in a short transaction of its
own, after the request's work is over, and only when something changed.
"""

import hashlib
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from flask import Flask, Request, Response, current_app, g, request
from flask import session as current_session
from flask.sessions import SecureCookieSession, SessionInterface
from itsdangerous import BadData, URLSafeSerializer, URLSafeTimedSerializer
from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import DatabaseError

from practice import clock
from practice.accounts.devices import device_in_words
from practice.accounts.models import Practice, Role, SignInSession, User, roles_users, signature
from practice.database import db, reading, short_transaction

log = logging.getLogger(__name__)

LONGEST = timedelta(hours=12)
#: How long ago someone may have shown who they are before a change of keys or people.
RECENT = timedelta(minutes=5)
#: A clock set back must not make a sign-in last longer; a few minutes are an ordinary correction.
CLOCK_SLACK = timedelta(minutes=5)
#: Input is written down when it moves the last one by this much; nobody's lock is that exact.
WRITTEN_EVERY = timedelta(seconds=15)
ID_BYTES = 32
KEPT_FOR_VISITORS = ("csrf_token", "_flashes", "passkey")

rows = SignInSession.__table__


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
        #: The user who has just signed in; their row is made when the request is over.
        self.starts_for: int | None = None
        #: Whether the one who has just signed in must still give a second factor.
        self.starts_owing = False
        #: True when the id must be a new one: after a password was given.
        self.renews = False
        #: Columns of the row that this request changed.
        self.changed: dict[str, Any] = {}

    def now_has(self, column: str) -> Any:
        """What a column of the row holds once this request is over; None without a row."""
        return self.changed.get(column, getattr(self.sign_in, column, None))

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


def hash_of(token: str) -> str:
    """What is stored of an id."""
    return hashlib.sha256(token.encode()).hexdigest()


def resume() -> SignIn | None:
    """Take up the sign-in that the cookie names; None for a visitor, or when it is over."""
    session = current()
    if session.token is None:
        return None
    session.sign_in = look_up(hash_of(session.token), clock.now())
    session.looked_up = True
    if session.sign_in is None:
        session.modified = True  # the cookie has nothing behind it: replace it
        return None
    session.update(session.sign_in.data)
    session.modified = False
    return session.sign_in


#: Every request asks this first, so the statement is built once.
LOOK_UP = (
    select(
        rows,
        *(User.active, User.fs_uniquifier, User.practice_id, User.name, User.credentials),
        *(User.email, User.single_keys),
        *(Practice.idle_minutes, Practice.time_zone, Practice.is_demo),
        select(func.group_concat(Role.name))
        .join(roles_users, roles_users.c.role_id == Role.id)
        .where(roles_users.c.user_id == rows.c.user_id)
        .correlate(rows)
        .scalar_subquery()
        .label("roles"),
    )
    .join(User, User.id == rows.c.user_id)
    .join(Practice, Practice.id == User.practice_id)
    .where(rows.c.id_hash == bindparam("id_hash"))
)


def look_up(id_hash: str, now: datetime) -> SignIn | None:
    """The sign-in of that hash, unless it is over.

    It is over after twelve hours, when its user was disabled, or when their password changed.
    """
    with reading() as connection:
        found = connection.execute(LOOK_UP, {"id_hash": id_hash}).first()
    if found is None or not found.active or found.data.get("_user_id") != found.fs_uniquifier:
        return None
    if not -CLOCK_SLACK <= now - found.began_at <= LONGEST:
        return None
    return SignIn(
        id_hash=found.id_hash,
        user_id=found.user_id,
        data=found.data,
        began_at=found.began_at,
        last_input_at=found.last_input_at,
        locked_at=found.locked_at,
        owes_second_factor=found.owes_second_factor,
        proved_at=found.proved_at,
        colleague=Colleague(
            id=found.user_id,
            practice_id=found.practice_id,
            signature=signature(found.name, found.credentials),
            email=found.email,
            single_keys=found.single_keys,
            roles=tuple((found.roles or "").split(",")),
            time_zone=found.time_zone,
            idle_minutes=found.idle_minutes,
            is_demo=found.is_demo,
        ),
    )


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


def unlock(now: datetime) -> None:
    """Open the screen again, under a new id: the password was just given."""
    session = current()
    session.changed.update(locked_at=None, last_input_at=now, proved_at=now)
    session.renews = True


def prove(now: datetime) -> None:
    """Whoever is signed in has just shown again who they are: they go on under a new id."""
    session = current()
    session.changed.update(proved_at=now)
    session.renews = True


def complete(now: datetime) -> None:
    """The second factor was given: nothing is owed any more, and the screen is open."""
    unlock(now)
    current().changed.update(owes_second_factor=False)


def is_recent(now: datetime) -> bool:
    """Whether a password, code or passkey was given in the last five minutes."""
    proved_at = current().now_has("proved_at")
    return proved_at is not None and -CLOCK_SLACK <= now - proved_at <= RECENT


def begin(user: User, owing: bool = False) -> None:
    """Sign `user` in under a new id; an id this browser had before is dead.

    With `owing`, nothing opens to them until they give their second factor.

    The page token names its user (see `owner_of`). Whoever signed in already keeps it, so that
    the forms in their other windows still work.
    """
    session = current()
    session.starts_for, session.starts_owing = user.id, owing
    if not session.get("csrf_token", "").startswith(f"{user.id}."):
        session["csrf_token"] = f"{user.id}.{secrets.token_hex(20)}"
        g.pop("csrf_token", None)


def end_others(user_id: int) -> None:
    """End every other sign-in of a user. Part of the request's transaction."""
    db.session.execute(
        delete(SignInSession).where(
            SignInSession.user_id == user_id, SignInSession.id_hash != here()
        )
    )


def of_user(user_id: int) -> list[SignInSession]:
    """A user's sign-ins that are not over, the one used last first."""
    return list(
        db.session.scalars(
            select(SignInSession)
            .where(SignInSession.user_id == user_id, rows.c.began_at > clock.now() - LONGEST)
            .order_by(SignInSession.last_input_at.desc())
        )
    )


def end_one(user_id: int, mark: str) -> None:
    """End one sign-in of a user by the beginning of its stored hash. Never this one."""
    for one in of_user(user_id):
        if one.id_hash.startswith(mark) and one.id_hash != here():
            db.session.delete(one)


def here() -> str:
    """The stored hash of this browser's sign-in."""
    sign_in = current().sign_in
    return sign_in.id_hash if sign_in else ""


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


class SignInSessions(SessionInterface):
    """Flask's sessions, kept on the server for whoever is signed in."""

    def open_session(self, app: Flask, request: Request) -> BrowserSession:
        """The session that the cookie carries. Looks nothing up: `resume` does."""
        kept = self.read_cookie(app, request.cookies.get(self.get_cookie_name(app)))
        token = kept.get("id")
        if isinstance(token, str):
            return BrowserSession(token=token)
        return BrowserSession({key: kept[key] for key in KEPT_FOR_VISITORS if key in kept})

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        """Write down what this request changed, and give the browser its cookie."""
        if not isinstance(session, BrowserSession) or (session.token and not session.looked_up):
            return  # a static file, or a request that broke before anyone asked whose it is
        if "_user_id" in session:
            self.save_signed_in(app, session, response)
        elif session.sign_in or session.modified:
            if session.sign_in:
                write(delete(SignInSession).where(rows.c.id_hash == session.sign_in.id_hash))
            self.save_visitor(app, session, response)

    def save_visitor(self, app: Flask, session: BrowserSession, response: Response) -> None:
        """Give a visitor a cookie with what forms need, or none when that is nothing."""
        if kept := {key: session[key] for key in KEPT_FOR_VISITORS if key in session}:
            self.set_cookie(app, response, kept)
        else:
            response.delete_cookie(
                self.get_cookie_name(app),
                path="/",
                secure=self.get_cookie_secure(app),
                httponly=True,
                samesite="Lax",
            )

    def save_signed_in(self, app: Flask, session: BrowserSession, response: Response) -> None:
        """Write the row of whoever is signed in; under a new id where a password was given."""
        before = session.sign_in
        if session.starts_for is not None or (session.renews and before):
            token = secrets.token_urlsafe(ID_BYTES)
            write(*replacing(session, hash_of(token), clock.now()))
            self.set_cookie(app, response, {"id": token})
        elif before and (session.changed or session.modified):
            try:
                write(
                    update(SignInSession)
                    .where(rows.c.id_hash == before.id_hash)
                    .values(data=dict(session), **session.changed)
                )
            except DatabaseError as error:  # the answer matters more than when it was given
                log.warning("a session was not written: %s", type(error.orig).__name__)

    def set_cookie(self, app: Flask, response: Response, kept: dict[str, Any]) -> None:
        """The one cookie: it ends with the browser, and scripts cannot read it."""
        response.set_cookie(
            self.get_cookie_name(app),
            str(self.signer(app).dumps(kept)),
            path="/",
            secure=self.get_cookie_secure(app),
            httponly=True,
            samesite="Lax",
        )

    def read_cookie(self, app: Flask, cookie: str | None) -> dict[str, Any]:
        """What a cookie of ours holds; nothing when it is missing, or not signed by us."""
        try:
            kept = self.signer(app).loads(cookie or "")
        except BadData:
            return {}
        return kept if isinstance(kept, dict) else {}

    @staticmethod
    def signer(app: Flask) -> URLSafeSerializer:
        """What signs the cookie."""
        return URLSafeSerializer(
            str(app.secret_key), salt="cookie", signer_kwargs={"key_derivation": "hmac"}
        )


def replacing(session: BrowserSession, id_hash: str, now: datetime) -> list[Any]:
    """The statements that put a row under a new id in the place of the one before.

    Someone who signs in anew begins twelve new hours; whoever unlocks does not. Rows that ran
    out go at the same time.
    """
    before = session.sign_in
    user_id = session.starts_for or (before.user_id if before else None)
    same_sitting = before if session.starts_for is None else None
    proved_at = session.now_has("proved_at") if same_sitting else now
    gone: ColumnElement[bool] = rows.c.began_at < now - LONGEST
    if before:
        gone = gone | (rows.c.id_hash == before.id_hash)
    return [
        delete(SignInSession).where(gone),
        insert(SignInSession).values(
            id_hash=id_hash,
            user_id=user_id,
            data=dict(session),
            began_at=same_sitting.began_at if same_sitting else now,
            last_input_at=now,
            locked_at=None,
            owes_second_factor=session.owes_second_factor,
            proved_at=proved_at,
            device=device_in_words(request.user_agent.string),
        ),
    ]


def write(*statements: Any) -> None:
    """Run statements in a short transaction, once the request's own is over."""
    db.session.rollback()
    with short_transaction() as connection:
        for statement in statements:
            connection.execute(statement)


def init_app(app: Flask) -> None:
    """Keep sessions on the server, and the cookie to ourselves."""
    https, demo = app.config["HTTPS"], app.config["IS_DEMO"]
    name = "rekindle-demo" if demo else "rekindle"
    app.config.update(
        SESSION_COOKIE_NAME=f"__Host-{name}" if https else name,
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.session_interface = SignInSessions()
