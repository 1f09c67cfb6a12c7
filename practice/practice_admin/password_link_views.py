"""Links by which a colleague chooses a new password: made and taken back by an owner."""

from flask import abort, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from practice import clock
from practice.errors import Refused
from practice.identity import password_reset
from practice.identity.fresh_login import needs_recent_sign_in
from practice.identity.models import User
from practice.identity.permissions import Permission, needs
from practice.practice_admin import users
from practice.practice_admin.blueprint import bp
from practice.practice_admin.forms import LinkForm
from practice.practice_admin.users_views import person_page


def colleague(user_id: int) -> User:
    """One of the practice's other people; for oneself there is another page."""
    user = users.colleague(g.practice.id, user_id)
    if user.id == current_user.id:
        abort(400)
    return user


@bp.post("/people/<int:user_id>/new-password")
@needs(Permission.MANAGE_PEOPLE)
@needs_recent_sign_in
def make_password_link(user_id: int) -> ResponseReturnValue:
    """Make a colleague a link to choose a new password; it is on the page that answers alone."""
    user, form = colleague(user_id), LinkForm()
    me, link = current_user._get_current_object(), ""
    if form.validate_on_submit():
        lost = bool(form.device_lost.data)
        try:
            token = password_reset.make_link(user, me, clock.now(), device_lost=lost)
        except Refused as reason:
            form.refuse(reason)
        else:
            link = url_for("identity.new_password", token=token, _external=True)
    return person_page(user, linking=form, link=link)


@bp.post("/people/<int:user_id>/new-password/take-back")
@needs(Permission.MANAGE_PEOPLE)
def take_back_password_link(user_id: int) -> ResponseReturnValue:
    """End a colleague's link."""
    password_reset.take_back(colleague(user_id), clock.now())
    flash("The link is taken back.")
    return redirect(url_for("practice_admin.person", user_id=user_id), 303)
