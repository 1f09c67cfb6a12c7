"""The session cookie: signed, out of scripts' reach, ended with the browser.

A visitor's holds only what forms need; whoever signed in has an id of 256 bits in theirs.
"""

from typing import Any

from flask import Flask, Response
from itsdangerous import BadData, URLSafeSerializer

#: What is kept of a visitor's session.
KEPT_FOR_VISITORS = ("csrf_token", "_flashes", "passkey")


def configure(app: Flask) -> None:
    """Name the cookie; over https it is kept to this very host."""
    https, demo = app.config["HTTPS"], app.config["IS_DEMO"]
    name = "rekindle-demo" if demo else "rekindle"
    app.config.update(
        SESSION_COOKIE_NAME=f"__Host-{name}" if https else name,
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )


def signer(app: Flask) -> URLSafeSerializer:
    """What signs the cookie."""
    return URLSafeSerializer(
        str(app.secret_key), salt="cookie", signer_kwargs={"key_derivation": "hmac"}
    )


def read(app: Flask, cookie: str | None) -> dict[str, Any]:
    """What a cookie of ours holds; nothing when it is missing, or not signed by us."""
    try:
        kept = signer(app).loads(cookie or "")
    except BadData:
        return {}
    return kept if isinstance(kept, dict) else {}


def give(app: Flask, response: Response, kept: dict[str, Any]) -> None:
    """Give the browser a cookie that holds this; none when it is nothing."""
    common: dict[str, Any] = {
        "path": "/",
        "secure": app.config["SESSION_COOKIE_SECURE"],
        "httponly": True,
        "samesite": "Lax",
    }
    name = app.config["SESSION_COOKIE_NAME"]
    if kept:
        response.set_cookie(name, str(signer(app).dumps(kept)), **common)
    else:
        response.delete_cookie(name, **common)
