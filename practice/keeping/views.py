"""The owner's page on backups: how old the newest is, where they are, and one more now."""

from flask import Blueprint, Flask, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from practice import clock
from practice.audit.service import current_actor, log_view
from practice.identity.fresh_login import needs_recent_sign_in
from practice.identity.permissions import Permission, a_room_for
from practice.keeping.pruning import RULE
from practice.keeping.running import Runner, runner
from practice.keeping.status_page import overview
from practice.settings import Settings

bp = Blueprint("keeping", __name__)
a_room_for(bp, Permission.KEEP_SAFE)


def init_app(app: Flask, settings: Settings) -> None:
    """Give the app its backups: the owner's page, and who makes one when asked."""
    app.extensions["backups"] = Runner(settings)
    app.register_blueprint(bp)


@bp.get("/backups")
def backups() -> ResponseReturnValue:
    """How the backups stand."""
    log_view("viewed", "backups")
    return render_template(
        "keeping/backups.html",
        now=overview(runner().settings, clock.now()),
        run=runner().progress,
        rule=RULE,
        zone=g.practice.time_zone,
    )


@bp.post("/backups")
@needs_recent_sign_in
def back_up() -> ResponseReturnValue:
    """Make a backup now, beside this request; the page shows how it goes."""
    runner().start(current_actor())
    return redirect(url_for("keeping.backups"), 303)


@bp.get("/backups/progress")
def progress() -> ResponseReturnValue:
    """How far the backup is that was asked for."""
    return render_template(
        "keeping/_state.html",
        now=overview(runner().settings, clock.now()),
        run=runner().progress,
        zone=g.practice.time_zone,
    )
