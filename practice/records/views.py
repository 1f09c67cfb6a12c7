"""One couple's copy, and what of the records can be taken out or brought in."""

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from practice import clock
from practice.accounts.permissions import Permission, a_room_for, may
from practice.accounts.recent import needs_recent_sign_in
from practice.audit.service import looked
from practice.caseload import find
from practice.couples.handover import given_to
from practice.couples.models import Couple
from practice.database import keep
from practice.forms import form_page
from practice.records.couple_copy import Wish, files_of_couple, on_ones_caseload, packed
from practice.records.enclosed import printed
from practice.records.forms import CopyForm, EverythingForm
from practice.records.making import copy_room
from practice.records.own_copy import OwnCopy, own_copy

bp = Blueprint("records", __name__)
a_room_for(bp, Permission.TAKE_RECORDS_OUT)
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
        making=copy_room().making_of(current_user.id),
        everything=EverythingForm(formdata=None),
        handed_over=given_to(current_user.id),
    )


@bp.get("/couples/<int:couple_id>/copy")
def ask_for_copy(couple_id: int) -> ResponseReturnValue:
    """What a copy of a couple's file holds, and the button that makes it."""
    couple = find(Couple, couple_id)
    looked("viewed", couple)
    return form_page("records/copy.html", CopyForm(), couple=couple)


@bp.post("/couples/<int:couple_id>/copy")
@needs_recent_sign_in
def take_copy(couple_id: int) -> ResponseReturnValue:
    """A couple's file as a ZIP."""
    couple = find(Couple, couple_id)
    form = CopyForm()
    if not form.validate_on_submit():
        return form_page("records/copy.html", form, couple=couple)
    with_screens = bool(form.with_screens.data)
    looked("exported", couple, screens=with_screens)
    copy = files_of_couple(couple.id, on_ones_caseload, Wish(g.practice, clock.now(), with_screens))
    keep()  # nothing is locked while the sheets are printed
    content = packed({**copy.files, **dict(printed(copy.sheets))})
    return handed_over(content, "application/zip", f"couple-{couple_id}.zip")


@bp.post("/couples/<int:couple_id>/copy/own")
@needs_recent_sign_in
def take_own(couple_id: int) -> ResponseReturnValue:
    """What is one's own alone of a couple: psychotherapy notes and attachments."""
    couple = find(Couple, couple_id)
    copy = own_copy(current_user, g.time_zone, couple.id)
    back = url_for("records.ask_for_copy", couple_id=couple_id)
    return handed_over_own(copy, f"own-{couple_id}.zip", back)


@bp.post("/records/own")
@needs_recent_sign_in
def take_all_own() -> ResponseReturnValue:
    """All that is one's own alone, also in files that are no longer open to one."""
    copy = own_copy(current_user, g.time_zone)
    return handed_over_own(copy, "own.zip", url_for("records.index"))


def handed_over_own(copy: OwnCopy, file_name: str, back: str) -> ResponseReturnValue:
    """An author's own as a ZIP, with a line in the log of each file; `back` when there is nothing."""
    if not copy.files:
        flash(NOTHING_OWN)
        return redirect(back, 303)
    for couple_id, counted in copy.couples.items():
        looked("exported one's own", f"couple:{couple_id}", couple_id, **counted)
    return handed_over(packed(copy.files), "application/zip", file_name)
