"""The practice's logo: shown, put on the letterhead, taken off it."""

from flask import Response, abort, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from practice import handouts
from practice.accounts.forms import LogoForm
from practice.accounts.permissions import Permission, needs
from practice.accounts.service import change_logo
from practice.accounts.views import bp, practice_page
from practice.errors import Refused
from practice.forms import takes_files
from practice.handouts.press import PrintFailed

UNREADABLE = "This could not be read as a picture. Choose a PNG, JPEG or SVG file."


@bp.get("/logo.png")
def logo() -> ResponseReturnValue:
    """The logo, as it is printed."""
    if g.practice.logo is None:
        abort(404)
    return Response(g.practice.logo.png, mimetype="image/png")


@bp.post("/logo")
@needs(Permission.CHANGE_PRACTICE)
@takes_files
def put_logo() -> ResponseReturnValue:
    """Put a picture on the letterhead, drawn anew by a process that may fail without harm."""
    form = LogoForm()
    if form.validate_on_submit():
        try:
            png = handouts.press().logo(form.picture.data.read())
            change_logo(g.practice, current_user, png)
        except PrintFailed:
            form.refuse(Refused(UNREADABLE, "picture"))
        else:
            flash("The logo stands on your letterhead.")
            return redirect(url_for("accounts.practice"), 303)
    return practice_page(logo=form)


@bp.post("/logo/remove")
@needs(Permission.CHANGE_PRACTICE)
def remove_logo() -> ResponseReturnValue:
    """Take the logo off the letterhead."""
    change_logo(g.practice, current_user, None)
    flash("The letterhead has no logo now.")
    return redirect(url_for("accounts.practice"), 303)
