"""Known places: browsers and networks from which someone came in before, second factor and all.

A stranger who guesses at an account elsewhere shuts nobody out of such a place. A browser is known
by a second cookie (OWASP’s device cookie): a random mark, and for each account that came in there
a keyed hash of both, so that it names nobody. A network is known by a keyed hash in the table of
counts. Knowing a place opens nothing; it only counts the wrong tries made there by themselves.
"""

import hashlib
import hmac
import secrets
import time
from ipaddress import IPv6Address, ip_address

from flask import Flask, Response, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import insert, select, update

from practice.database.base import db
from practice.database.unit_of_work import reading
from practice.identity.models import RateCount
from practice.identity.rate_limit_storage import counts, stored

#: Half a year, in seconds, from the last time someone came in.
LONGEST = 180 * 24 * 3600
#: How many accounts one browser is known for; a front desk's has a few.
MOST_ACCOUNTS = 8
MARK_BYTES = 16


def cookie_name(app: Flask) -> str:
    """What the cookie of a known browser is called."""
    return f"{app.config['SESSION_COOKIE_NAME']}-known"


def signer(app: Flask) -> URLSafeTimedSerializer:
    """What signs that cookie."""
    return URLSafeTimedSerializer(
        str(app.secret_key), salt="known place", signer_kwargs={"key_derivation": "hmac"}
    )


def browser(app: Flask) -> tuple[str, list[str]]:
    """(mark of the browser that asks, one hash for each account it is known for); ("", []) if none."""
    try:
        held = signer(app).loads(request.cookies.get(cookie_name(app), ""), max_age=LONGEST)
    except BadData:
        return "", []
    return held[0], held[1:]


def hash_of(app: Flask, mark: str, account: str) -> str:
    """What a browser holds of an account that came in there."""
    secret, said = str(app.secret_key).encode(), f"place {mark} {account}".encode()
    return hmac.new(secret, said, hashlib.sha256).hexdigest()[:32]


def known_browser(account: str) -> str:
    """The mark of the browser that asks, if that account came in there before; empty if not."""
    mark, held = browser(current_app)
    mine = hash_of(current_app, mark, account)
    return mark if any(hmac.compare_digest(mine, one) for one in held) else ""


def remember(app: Flask, response: Response, email: str) -> None:
    """Let the browser that asked be known for an account that has just come in all the way."""
    mark, held = browser(app)
    mark = mark or secrets.token_urlsafe(MARK_BYTES)
    mine = hash_of(app, mark, email.casefold())
    held = [mine, *(one for one in held if one != mine)][:MOST_ACCOUNTS]
    response.set_cookie(
        cookie_name(app),
        str(signer(app).dumps([mark, *held])),
        max_age=LONGEST,
        path="/",
        secure=app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def network() -> str:
    """Where the request came from: an address, or the /64 that one customer has of the newer kind."""
    address = request.remote_addr or "unknown"
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"


def key_of(account: str) -> str:
    """What an account's coming in from this network is kept under."""
    return stored(f"known {account} {network()}")


def is_known_network(account: str) -> bool:
    """Whether that account came in from this network before."""
    known = counts.c.key == key_of(account), counts.c.expires_at > time.time()
    with reading() as connection:
        return connection.scalar(select(counts.c.key).where(*known)) is not None


def note_network(email: str) -> None:
    """Keep that an account has just come in from this network, with the request's own work."""
    key, until = key_of(email.casefold()), time.time() + LONGEST
    kept = update(RateCount).where(RateCount.key == key).values(expires_at=until)
    if not db.session.execute(kept).rowcount:  # type: ignore[attr-defined]
        db.session.execute(insert(RateCount).values(key=key, count=1, expires_at=until))
