"""The page of the audit log, for those who keep the practice's records safe."""

from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from practice.activity.forms import LogForm
from practice.activity.queries import Asked, page_of_log, people_of
from practice.audit.service import log_view
from practice.database.base import LARGEST_ID
from practice.identity.permissions import Permission, a_room_for

bp = Blueprint("activity", __name__)
a_room_for(bp, Permission.KEEP_SAFE)


@bp.get("/log")
def log() -> ResponseReturnValue:
    """Who did what, newest first; narrowed by what the address asks."""
    form = LogForm(request.args, meta={"csrf": False}).offer(people_of(g.practice.id))
    asked = form.asked() if form.validate() else Asked()
    before = request.args.get("before", type=int)
    log_view("viewed", "the audit log")
    page = page_of_log(
        g.practice.id,
        g.practice.time_zone,
        asked,
        before if 0 < (before or 0) <= LARGEST_ID else None,
    )
    kept: dict[str, Any] = {
        name: value for name, value in request.args.items() if value and name != "before"
    }
    older = url_for("activity.log", **kept, before=page.older) if page.older else None
    newest = url_for("activity.log", **kept) if before else None
    shown = render_template(
        "activity/log.html",
        form=form,
        page=page,
        older=older,
        newest=newest,
        zone=g.practice.time_zone,
        is_narrowed=asked != Asked(),
    )
    return (shown, 422) if form.errors else shown
