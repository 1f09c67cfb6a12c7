"""One couple's copy, and what of the records can be taken out or brought in."""

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    redirect,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from practice.access.load import get_or_404
from practice.audit.service import log_view
from practice.couples.handover import given_to
from practice.couples.models import Couple
from practice.forms import form_page
from practice.identity.fresh_login import needs_recent_sign_in
from practice.identity.permissions import Permission, a_room_for, may
from practice.jobs.service import hand_over, stop
from practice.records.author_export import OwnCopy, own_copy
from practice.records.couple_copy import packed
from practice.records.export_jobs import begin_couple_copy, couple_copy_job, everything_job
from practice.records.forms import CopyForm, EverythingForm

bp = Blueprint("records", __name__)
a_room_for(bp, Permission.TAKE_RECORDS_OUT)
NO_LONGER = "That copy is no longer here: it is handed over once. Make another."
NOTHING_OWN = "You keep nothing for yourself alone here, so there is nothing to take out."


def handed_over(content: bytes, mimetype: str, file_name: str) -> Response:
    """A file to keep, under a name that names nobody."""
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


@bp.get("/records")
def index() -> ResponseReturnValue:
    """What can be taken out and brought in."""
    return render_template(
        "records/index.html",
        takes_everything=may(current_user, Permission.TAKE_EVERYTHING_OUT),
        sees_couples=may(current_user, Permission.WRITE_FILES),
        job=everything_job(),
        everything=EverythingForm(formdata=None),
        handed_over=given_to(current_user.id),
    )


@bp.get("/couples/<int:couple_id>/copy")
def ask_for_copy(couple_id: int) -> ResponseReturnValue:
    """What a copy of a couple's file holds, the button that makes it, and how far it is."""
    couple = get_or_404(Couple, couple_id)
    log_view("viewed", couple)
    return copy_page(couple, CopyForm())


def copy_page(couple: Couple, form: CopyForm) -> Response:
    """The page of a couple's copy; 422 when its form comes back with errors."""
    job = couple_copy_job(couple.id)
    return form_page("records/copy.html", form, couple=couple, job=job)


@bp.post("/couples/<int:couple_id>/copy")
@needs_recent_sign_in
def take_copy(couple_id: int) -> ResponseReturnValue:
    """Begin a copy of a couple's file, beside this request; its page shows how far it is."""
    couple = get_or_404(Couple, couple_id)
    form = CopyForm()
    if not form.validate_on_submit():
        return copy_page(couple, form)
    with_screens = bool(form.with_screens.data)
    log_view("exported", couple, screens=with_screens)
    begin_couple_copy(couple_id, with_screens=with_screens)
    return redirect(url_for("records.ask_for_copy", couple_id=couple_id), 303)


@bp.get("/couples/<int:couple_id>/copy/progress")
def progress_of_copy(couple_id: int) -> ResponseReturnValue:
    """How far the copy of a couple's file is; it tells nothing of them but how many sheets they have."""
    couple = get_or_404(Couple, couple_id)
    return render_template(
        "records/_couple.html",
        couple=couple,
        form=CopyForm(formdata=None),
        job=couple_copy_job(couple_id),
    )


@bp.post("/couples/<int:couple_id>/copy/stop")
def stop_copy(couple_id: int) -> ResponseReturnValue:
    """Stop the copy of a couple's file, or throw away the finished one."""
    get_or_404(Couple, couple_id)
    if job := couple_copy_job(couple_id):
        stop(job)
    return redirect(url_for("records.ask_for_copy", couple_id=couple_id), 303)


@bp.post("/couples/<int:couple_id>/copy/file")
@needs_recent_sign_in
def fetch_copy(couple_id: int) -> ResponseReturnValue:
    """The finished copy of a couple's file, this once."""
    couple = get_or_404(Couple, couple_id)
    job = couple_copy_job(couple_id)
    if job is None or not job.is_ready:
        flash(NO_LONGER)
        return redirect(url_for("records.ask_for_copy", couple_id=couple_id), 303)
    whole = hand_over(job)
    log_view("fetched the copy of", couple, bytes=len(whole))
    return handed_over(whole, "application/zip", f"couple-{couple_id}.zip")


@bp.post("/couples/<int:couple_id>/copy/own")
@needs_recent_sign_in
def take_own(couple_id: int) -> ResponseReturnValue:
    """What is one's own alone of a couple: psychotherapy notes and attachments."""
    couple = get_or_404(Couple, couple_id)
    copy = own_copy(current_user, g.time_zone, couple.id)
    back = url_for("records.ask_for_copy", couple_id=couple_id)
    return handed_over_own(copy, f"own-{couple_id}.zip", back)


@bp.post("/records/own")
@needs_recent_sign_in
def take_all_own() -> ResponseReturnValue:
    """All that is one's own alone, also in files no longer open to one, and homework not shared."""
    copy = own_copy(current_user, g.time_zone)
    return handed_over_own(copy, "own.zip", url_for("records.index"))


def handed_over_own(copy: OwnCopy, file_name: str, back: str) -> ResponseReturnValue:
    """An author's own as a ZIP, with a line in the log of each file; `back` when there is nothing."""
    if not copy.files:
        flash(NOTHING_OWN)
        return redirect(back, 303)
    for couple_id, counted in copy.couples.items():
        log_view("exported one's own", f"couple:{couple_id}", couple_id, **counted)
    return handed_over(packed(copy.files), "application/zip", file_name)
