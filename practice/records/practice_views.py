"""The copy of everything the practice keeps: begun, watched, stopped and fetched by an owner."""

from typing import cast

from flask import Flask, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from practice.accounts.permissions import Permission, needs
from practice.accounts.recent import needs_recent_sign_in
from practice.audit.service import looked
from practice.records.forms import EverythingForm
from practice.records.making import copy_room
from practice.records.views import bp, handed_over


@bp.post("/records/everything")
@needs(Permission.TAKE_EVERYTHING_OUT)
@needs_recent_sign_in
def begin() -> ResponseReturnValue:
    """Begin a copy of everything, beside this request; the page shows how far it is."""
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    looked("began to export", current_user.practice)
    form = EverythingForm()
    copy_room().begin(
        app,
        current_user.id,
        current_user.practice_id,
        with_sheets=form.validate_on_submit() and bool(form.with_sheets.data),
    )
    return redirect(url_for("records.index"), 303)


@bp.get("/records/everything")
@needs(Permission.TAKE_EVERYTHING_OUT)
def progress() -> ResponseReturnValue:
    """How far the copy is."""
    return render_template(
        "records/_making.html",
        making=copy_room().making_of(current_user.id),
        everything=EverythingForm(formdata=None),
    )


@bp.post("/records/everything/stop")
@needs(Permission.TAKE_EVERYTHING_OUT)
def stop() -> ResponseReturnValue:
    """Stop the copy, or throw away the finished one."""
    copy_room().stop(current_user.id)
    return redirect(url_for("records.index"), 303)


@bp.post("/records/everything/file")
@needs(Permission.TAKE_EVERYTHING_OUT)
@needs_recent_sign_in
def fetch() -> ResponseReturnValue:
    """The finished copy, this once."""
    whole = copy_room().fetch(current_user.id)
    if whole is None:
        flash("That copy is no longer here: it is handed over once. Make another.")
        return redirect(url_for("records.index"), 303)
    looked("fetched the copy of", current_user.practice, bytes=len(whole))
    return handed_over(whole, "application/zip", "practice-records.zip")
