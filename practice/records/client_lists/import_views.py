"""A client list that was brought in, on the web: how far it is, what came of it, taken back whole."""

from flask import abort, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from practice import clock
from practice.database.base import db
from practice.errors import Refused
from practice.formatting import count_of
from practice.forms import PracticeForm, form_page
from practice.identity.permissions import Permission, needs
from practice.jobs.models import Job
from practice.jobs.service import stop
from practice.records.client_lists.importing import import_of, take_back
from practice.records.client_lists.pending import pending_lists
from practice.records.import_jobs import import_job
from practice.records.models import ClientListImport
from practice.records.views import bp


def found(import_id: int) -> tuple[ClientListImport, Job | None]:
    """A list of one's own, and how far it is while it is being brought in; 404 for another's."""
    made = import_of(current_user.id, import_id)
    if made is None:
        abort(404)
    return made, import_job(import_id)


@bp.get("/records/clients/lists/<int:import_id>")
@needs(Permission.WRITE_FILES)
def show_list(import_id: int) -> ResponseReturnValue:
    """A list that was brought in, or is being so."""
    made, job = found(import_id)
    if made.finished_at:
        forget_pending(import_id)
    return form_page(
        "records/client_list_brought.html",
        PracticeForm(formdata=None),
        made=made,
        job=job,
    )


def forget_pending(import_id: int) -> None:
    """Throw the pages between the steps away once all files of their list are open."""
    kept = pending_lists().list_of(current_user.id)
    if kept and kept.import_id == import_id:
        pending_lists().forget(current_user.id)


@bp.get("/records/clients/lists/<int:import_id>/progress")
@needs(Permission.WRITE_FILES)
def progress_of_list(import_id: int) -> ResponseReturnValue:
    """How far a list is."""
    made, job = found(import_id)
    return render_template(
        "records/_bringing.html", form=PracticeForm(formdata=None), made=made, job=job
    )


@bp.post("/records/clients/lists/<int:import_id>/stop")
@needs(Permission.WRITE_FILES)
def stop_list(import_id: int) -> ResponseReturnValue:
    """Stop a list that is being brought in; what is open of it is taken back."""
    _, job = found(import_id)
    if job and job.is_running:
        stop(job)
    return redirect(url_for("records.show_list", import_id=import_id), 303)


@bp.route("/records/clients/lists/<int:import_id>/take-back", methods=["GET", "POST"])
@needs(Permission.WRITE_FILES)
def take_list_back(import_id: int) -> ResponseReturnValue:
    """Ask once, then remove every file that a list opened, while nothing else stands in them."""
    made, job = found(import_id)
    form, refusal = PracticeForm(), ""
    if job and job.is_unfinished:
        return redirect(url_for("records.show_list", import_id=import_id), 303)
    if form.validate_on_submit():
        try:
            gone = take_back(made, clock.now())
        except Refused as reason:
            db.session.rollback()
            refusal = str(reason)
            made, _ = found(import_id)
        else:
            flash(f"The list is taken back: {count_of(gone, 'file is', 'files are')} gone.")
            return redirect(url_for("records.bring_list"), 303)
    page = render_template(
        "records/client_list_take_back.html", form=form, made=made, refusal=refusal
    )
    return make_response(page, 422 if refusal else 200)
