"""The practice's logo: shown, put on the letterhead, taken off it."""

from collections.abc import Sequence

from flask import Response, abort, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from practice import handouts
from practice.errors import Refused
from practice.forms import takes_files
from practice.handouts.renderer import FAILED, TOO_LONG, TOO_MUCH, PrintFailed
from practice.identity.permissions import Permission, needs
from practice.practice_admin.blueprint import bp
from practice.practice_admin.forms import LogoForm
from practice.practice_admin.practice_views import practice_page
from practice.practice_admin.service import change_logo

#: Why a picture is refused, by the reason that the press gives.
REASONS = {
    "empty": "This file is empty: there is nothing in it. Choose it anew from where it was made.",
    "blank": "This picture is blank: nothing in it can be seen. Choose another one.",
    "invisible": "This logo is white on a clear ground, so it would be invisible on paper. Below it is "
    "shown on a dark ground. Choose a version of it in a dark color.",
    "in-part": "Only part of this picture arrived. Save it anew, then choose it again.",
    "pixels": "This picture is too large. Save it smaller: 600 pixels on its longer side are enough.",
    "unreadable": "This could not be read as a picture. Choose a PNG, JPEG or SVG file.",
    "damaged-picture": "This could not be read as a picture, because it is damaged. Save it anew, then "
    "choose it again.",
}
#: What is said of a logo that is kept.
NOTES = {
    "words": "Its words are set in our letters, because a drawing does not bring its own. To keep "
    "yours, have the words turned into shapes where the logo was made.",
    "outside": "What it asks for from outside, or what runs in it, was left out.",
    "pale": "It is so pale that little of it is seen on paper. Look at it below, and choose a darker "
    "version if you can.",
    "partly-white": "Part of it is white on a clear ground, and is not seen on paper. Look at it below, "
    "and choose a version for white paper if something is missing.",
}
#: What leaves it open whether a logo can be used as it is.
DOUBTS = {"pale", "partly-white"}
#: What the press says of a picture that is more than it may use, and what is said of it here.
BEYOND = {
    TOO_LONG: "This picture took longer to draw than the time there is for one. Save it as a PNG.",
    TOO_MUCH: "This picture needs more memory to draw than there is for one. Save it smaller.",
    FAILED: REASONS["unreadable"],
}


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
    look = None
    if form.validate_on_submit():
        try:
            facts, png = handouts.current_renderer().logo(form.picture.data.read())
        except PrintFailed as failure:
            form.refuse(Refused(BEYOND.get(str(failure), str(failure)), "picture"))
        else:
            if "refused" not in facts:
                change_logo(g.practice, current_user, png)
                flash(said_of(facts["notes"]))
                return redirect(url_for("practice_admin.practice", _anchor="logo"), 303)
            form.refuse(Refused(REASONS[facts["refused"]], "picture"))
            look = png
    return practice_page(logo=form, look=look)


def said_of(notes: Sequence[str]) -> str:
    """What is said of a logo that is kept now."""
    first = "The logo is kept. " if DOUBTS & set(notes) else "The logo stands on your letterhead. "
    return (first + " ".join(NOTES[key] for key in notes)).strip()


@bp.post("/logo/remove")
@needs(Permission.CHANGE_PRACTICE)
def remove_logo() -> ResponseReturnValue:
    """Take the logo off the letterhead."""
    change_logo(g.practice, current_user, None)
    flash("The letterhead has no logo now.")
    return redirect(url_for("practice_admin.practice"), 303)
