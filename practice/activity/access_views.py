"""The access report of a couple's file: who opened, changed or printed it, and when, to be printed."""

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from practice import clock
from practice.access.load import get_or_404
from practice.activity.forms import PeriodForm
from practice.activity.queries import report_on
from practice.activity.views import bp
from practice.audit.service import log_view
from practice.couples.models import Couple
from practice.identity.permissions import Permission, needs


@bp.get("/couples/<int:couple_id>/access")
@needs(Permission.READ_FILES)
def access(couple_id: int) -> ResponseReturnValue:
    """Everyone who had the file open, oldest first, in the days that were asked for."""
    couple = get_or_404(Couple, couple_id)
    log_view("viewed access report of", couple)
    form = PeriodForm(request.args, meta={"csrf": False})
    lines = []
    if form.validate():
        lines = report_on(couple.practice_id, couple.id, g.practice.time_zone, form.asked())
    page = render_template(
        "activity/access.html",
        couple=couple,
        form=form,
        lines=lines,
        people=sorted({line.who for line in lines}),
        zone=g.practice.time_zone,
        practice=g.practice,
        made_at=clock.now(),
    )
    return (page, 422) if form.errors else page
