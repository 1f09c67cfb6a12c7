"""The owner's page on backups: how old the newest is, where they are, and one more now."""

from flask import Blueprint, Flask, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from practice import clock
from practice.audit.service import log_view
from practice.identity.fresh_login import needs_recent_sign_in
from practice.identity.permissions import Permission, a_room_for
from practice.keeping import backup_jobs
from practice.keeping.backup_jobs import backup_job, begin_backup, settings_here
from practice.keeping.pruning import RULE
from practice.keeping.status_page import overview
from practice.registry import Registry
from practice.settings import Settings

bp = Blueprint("keeping", __name__)
a_room_for(bp, Permission.KEEP_SAFE)


def init_app(app: Flask, registry: Registry, settings: Settings) -> None:
    """Give the app its backups: the owner's page, and one made when it is asked for."""
    backup_jobs.register(app, registry, settings)
    app.register_blueprint(bp)


@bp.get("/backups")
def backups() -> ResponseReturnValue:
    """How the backups stand."""
    log_view("viewed", "backups")
    return render_template(
        "keeping/backups.html",
        now=overview(settings_here(), clock.now()),
        job=backup_job(),
        rule=RULE,
        zone=g.practice.time_zone,
    )


@bp.post("/backups")
@needs_recent_sign_in
def back_up() -> ResponseReturnValue:
    """Make a backup now, beside this request; the page shows how it goes."""
    begin_backup()
    return redirect(url_for("keeping.backups"), 303)


@bp.get("/backups/progress")
def progress() -> ResponseReturnValue:
    """How far the backup is that was asked for."""
    return render_template(
        "keeping/_state.html",
        now=overview(settings_here(), clock.now()),
        job=backup_job(),
        zone=g.practice.time_zone,
    )
