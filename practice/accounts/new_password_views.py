"""The pages of a forgotten password: an owner makes the link, its user chooses by it."""

from flask import abort, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from practice import clock
from practice.accounts import new_passwords, people, second_factor
from practice.accounts.forms import ChooseForm, LinkForm
from practice.accounts.models import User
from practice.accounts.people_views import person_page
from practice.accounts.permissions import Permission, needs, open_to_anyone
from practice.accounts.recent import needs_recent_sign_in
from practice.accounts.views import bp
from practice.errors import Refused, error_page
from practice.forms import form_page

NO_LINK = (
    "This link is not open",
    "Nothing was changed.",
    "It may have been used, taken back, or be older than an hour. Ask for a new one.",
)
CHOSEN = "Your new password is kept. Sign in with it."
ASKS_AGAIN = "When you sign in with it, your second factor is asked for again."
ASKS_TO_SET_UP = "When you sign in with it, you set up a second factor."


def colleague(user_id: int) -> User:
    """One of the practice's other people; for oneself there is another page."""
    user = people.colleague(g.practice.id, user_id)
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
            token = new_passwords.make_link(user, me, clock.now(), device_lost=lost)
        except Refused as reason:
            form.refuse(reason)
        else:
            link = url_for("accounts.new_password", token=token, _external=True)
    return person_page(user, linking=form, link=link)


@bp.post("/people/<int:user_id>/new-password/take-back")
@needs(Permission.MANAGE_PEOPLE)
def take_back_password_link(user_id: int) -> ResponseReturnValue:
    """End a colleague's link."""
    new_passwords.take_back(colleague(user_id), clock.now())
    flash("The link is taken back.")
    return redirect(url_for("accounts.person", user_id=user_id), 303)


@bp.route("/new-password/<token>", methods=["GET", "POST"])
@open_to_anyone
def new_password(token: str) -> ResponseReturnValue:
    """Choose a new password by a link. To look at it changes nothing."""
    found = new_passwords.link_for(token, clock.now())
    if found is None:
        return error_page(404, NO_LINK, gives_back=False)
    link, user = found
    form = ChooseForm()
    if form.validate_on_submit():
        try:
            new_passwords.choose(link, user, form.password.data or "", clock.now())
        except Refused as reason:
            form.refuse(reason)
        else:
            flash(" ".join(filter(None, (CHOSEN, asks_next(user)))))
            return redirect(url_for("security.login"), 303)
    return form_page(
        "accounts/new_password.html",
        form,
        email=user.email,
        lost=link.device_lost,
        asks_next=asks_next(user),
    )


def asks_next(user: User) -> str:
    """What is asked of someone right after their new password; empty when nothing is."""
    if not second_factor.is_owed_by(user):
        return ""
    return ASKS_AGAIN if second_factor.is_enrolled(user) else ASKS_TO_SET_UP
