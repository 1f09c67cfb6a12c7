"""Who someone is: users and their roles, sign-in and its sessions, second factor, passwords."""

from flask import Flask

from practice.identity import (
    lock_views,
    password_reset_views,
    rate_limits,
    second_factor_views,
    security_setup,
    sign_in_sessions,
    sign_in_views,
)
from practice.identity.blueprint import bp

__all__ = [
    "init_app",
    "lock_views",
    "password_reset_views",
    "second_factor_views",
    "sign_in_views",
]


def init_app(app: Flask) -> None:
    """Set up sign-in and its sessions, slow down guessing, and open the room's pages."""
    sign_in_sessions.init_app(app)
    security_setup.init_app(app)
    app.register_blueprint(bp)
    rate_limits.init_app(app)
