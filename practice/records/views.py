"""One couple's copy, and what of the records can be taken out or brought in."""

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from practice import clock
from practice.accounts.permissions import Permission, a_room_for, may
from practice.accounts.recent import needs_recent_sign_in
from practice.audit.service import looked
from practice.caseload import find
from practice.couples.models import Couple
from practice.forms import form_page
from practice.records.couple_copy import Wish, files_of_couple, on_ones_caseload, packed
from practice.records.forms import CopyForm
from practice.records.making import copy_room
from practice.records.reading import own_notes

bp = Blueprint("records", __name__)
a_room_for(bp, Permission.TAKE_RECORDS_OUT)
NO_NOTES = "You have written no psychotherapy note here, so there is nothing to take out."


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
    wish = Wish(g.practice, clock.now(), with_screens)
    content = packed(files_of_couple(couple.id, on_ones_caseload, wish))
    return handed_over(content, "application/zip", f"couple-{couple_id}.zip")


@bp.post("/couples/<int:couple_id>/copy/psychotherapy-notes")
@needs_recent_sign_in
def take_own_notes(couple_id: int) -> ResponseReturnValue:
    """One's own psychotherapy notes on a couple, as text."""
    couple = find(Couple, couple_id)
    text, count = own_notes(couple.id)
    if not count:
        flash(NO_NOTES)
        return redirect(url_for("records.ask_for_copy", couple_id=couple_id), 303)
    looked("exported psychotherapy notes", couple, notes=count)
    name = f"psychotherapy-notes-{couple_id}.txt"
    return handed_over(text.encode(), "text/plain; charset=utf-8", name)


@bp.post("/records/psychotherapy-notes")
@needs_recent_sign_in
def take_all_own_notes() -> ResponseReturnValue:
    """All of one's own psychotherapy notes, as text."""
    text, count = own_notes()
    if not count:
        flash(NO_NOTES)
        return redirect(url_for("records.index"), 303)
    looked("exported psychotherapy notes", "all of one's own", notes=count)
    return handed_over(text.encode(), "text/plain; charset=utf-8", "psychotherapy-notes.txt")
