"""The copy of everything the practice keeps: begun, watched, stopped and fetched by an owner."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from practice.audit.service import log_view
from practice.identity.fresh_login import needs_recent_sign_in
from practice.identity.permissions import Permission, needs
from practice.jobs import service as jobs
from practice.records.export_jobs import begin_everything, everything_job
from practice.records.forms import EverythingForm
from practice.records.views import NO_LONGER, bp, handed_over


@bp.post("/records/everything")
@needs(Permission.TAKE_EVERYTHING_OUT)
@needs_recent_sign_in
def begin() -> ResponseReturnValue:
    """Begin a copy of everything, beside this request; the page shows how far it is."""
    log_view("began to export", current_user.practice)
    form = EverythingForm()
    with_sheets = form.validate_on_submit() and bool(form.with_sheets.data)
    begin_everything(with_sheets=with_sheets)
    return redirect(url_for("records.index"), 303)


@bp.get("/records/everything")
@needs(Permission.TAKE_EVERYTHING_OUT)
def progress() -> ResponseReturnValue:
    """How far the copy is."""
    return render_template(
        "records/_everything.html",
        job=everything_job(),
        everything=EverythingForm(formdata=None),
    )


@bp.post("/records/everything/stop")
@needs(Permission.TAKE_EVERYTHING_OUT)
def stop() -> ResponseReturnValue:
    """Stop the copy, or throw away the finished one."""
    if job := everything_job():
        jobs.stop(job)
    return redirect(url_for("records.index"), 303)


@bp.post("/records/everything/file")
@needs(Permission.TAKE_EVERYTHING_OUT)
@needs_recent_sign_in
def fetch() -> ResponseReturnValue:
    """The finished copy, this once."""
    job = everything_job()
    if job is None or not job.is_ready:
        flash(NO_LONGER)
        return redirect(url_for("records.index"), 303)
    whole = jobs.hand_over(job)
    log_view("fetched the copy of", current_user.practice, bytes=len(whole))
    return handed_over(whole, "application/zip", "practice-records.zip")
