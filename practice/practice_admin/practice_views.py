"""The practice's own page: its letterhead and choices, and one's own profile."""

from base64 import b64encode
from typing import Any

from flask import (
    Response,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from practice.errors import Conflict, Refused
from practice.identity.models import Practice
from practice.identity.permissions import Permission, may, needs
from practice.practice_admin.blueprint import bp
from practice.practice_admin.forms import LogoForm, PracticeDetailsForm, ProfileForm
from practice.practice_admin.service import LETTERHEAD, change_practice, change_profile


@bp.route("/practice", methods=["GET", "POST"])
@needs(Permission.OWN_ACCOUNT)
def practice() -> ResponseReturnValue:
    """The practice's letterhead and choices, which its owner may change."""
    mine: Practice = g.practice
    form = PracticeDetailsForm(data=details_of(mine))
    if form.validate_on_submit():
        values = values_of(form)
        try:
            change_practice(mine, current_user, form.version_shown(), values)
        except Conflict:
            return both_versions(form, mine)
        except Refused as reason:
            form.refuse(reason)
        else:
            flash("The practice is saved.")
            return redirect(url_for("practice_admin.practice"), 303)
    return practice_page(details=form)


@bp.post("/practice/profile")
def profile() -> ResponseReturnValue:
    """One's own name on letters, and ways of working."""
    form = ProfileForm()
    if form.validate_on_submit():
        names = ("name", "credentials", "single_keys", "note_format")
        change_profile(current_user, {name: form[name].data for name in names})
        flash("Your profile is saved.")
        return redirect(url_for("practice_admin.practice"), 303)
    return practice_page(own=form)


#: How an address begins that holds a PNG.
PNG = "data:image/png;base64,"


def practice_page(
    details: PracticeDetailsForm | None = None,
    own: ProfileForm | None = None,
    logo: LogoForm | None = None,
    look: bytes | None = None,
    **more: Any,
) -> Response:
    """The page with its forms, fresh but for the one that comes back; 422 when that has errors.

    `look` is a PNG of the logo that was refused, when there is something to see in it.
    """
    came_back = details or own or logo
    status = 409 if more else 422 if came_back and came_back.errors else 200
    page = render_template(
        "practice_admin/practice.html",
        details=details or PracticeDetailsForm(formdata=None, data=details_of(g.practice)),
        own=own or ProfileForm(formdata=None, obj=current_user),
        logo=logo or LogoForm(formdata=None),
        owner=may(current_user, Permission.CHANGE_PRACTICE),
        practice=g.practice,
        look=f"{PNG}{b64encode(look).decode()}" if look else None,
        **more,
    )
    return make_response(page, status)


def details_of(mine: Practice) -> dict[str, Any]:
    """A practice as its form shows it."""
    values = {name: getattr(mine, name) for name in LETTERHEAD}
    return {**values, "practice_name": values.pop("name"), "version": mine.version}


def values_of(form: PracticeDetailsForm) -> dict[str, Any]:
    """What a filled-in form says, by column."""
    return {name: form["practice_name" if name == "name" else name].data for name in LETTERHEAD}


def both_versions(form: PracticeDetailsForm, mine: Practice) -> Response:
    """The page when someone else saved first: both versions, and a form that knows of it."""
    values = values_of(form)
    differing = [
        (form["practice_name" if name == "name" else name].label.text, values[name], saved)
        for name in LETTERHEAD
        if values[name] != (saved := getattr(mine, name))
    ]
    form.version.data = form.version.raw_data = None
    form.version.process_data(str(mine.version))
    return practice_page(details=form, differing=differing)
