"""Setting up an installation: its practice and the first user."""

from flask import (
    abort,
    flash,
    redirect,
)
from flask.typing import ResponseReturnValue
from flask_security import login_user

from practice.errors import Refused
from practice.forms import form_page
from practice.identity.models import Practice, User
from practice.identity.permissions import open_to_anyone
from practice.identity.service import is_set_up
from practice.identity.service import set_up as begin_installation
from practice.practice_admin.blueprint import bp
from practice.practice_admin.forms import SetUpForm


@bp.route("/set-up", methods=["GET", "POST"])
@open_to_anyone
def set_up() -> ResponseReturnValue:
    """Begin an installation: the practice and its first user, who is signed in at once."""
    if is_set_up():
        abort(404)
    form = SetUpForm().ask_for_code()
    if form.validate_on_submit():
        user = User(name=form.name.data, credentials=form.credentials.data, email=form.email.data)
        try:
            begin_installation(practice_from(form), user, form.password.data or "")
        except Refused as reason:
            form.refuse(reason)
        else:
            login_user(user, authn_via=["password"])
            flash(f"Welcome, {user.first_name}. Your practice is ready.")
            return redirect("/", 303)
    return form_page("practice_admin/set_up.html", form)


def practice_from(form: SetUpForm) -> Practice:
    """The practice that a filled-in set-up form describes."""
    return Practice(
        name=form.practice_name.data,
        address=form.address.data,
        phone=form.phone.data,
        time_zone=form.time_zone.data,
        paper=form.paper.data,
    )
