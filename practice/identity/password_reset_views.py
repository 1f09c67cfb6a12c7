"""The page on which someone chooses a new password by a link."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from practice import clock
from practice.errors import Refused, error_page
from practice.forms import form_page
from practice.identity import password_reset, second_factor
from practice.identity.blueprint import bp
from practice.identity.forms import ChooseForm
from practice.identity.models import User
from practice.identity.permissions import open_to_anyone

NO_LINK = (
    "This link is not open",
    "Nothing was changed.",
    "It may have been used, taken back, or be older than an hour. Ask for a new one.",
)


CHOSEN = "Your new password is kept. Sign in with it."


ASKS_AGAIN = "When you sign in with it, your second factor is asked for again."


ASKS_TO_SET_UP = "When you sign in with it, you set up a second factor."


@bp.route("/new-password/<token>", methods=["GET", "POST"])
@open_to_anyone
def new_password(token: str) -> ResponseReturnValue:
    """Choose a new password by a link. To look at it changes nothing."""
    found = password_reset.link_for(token, clock.now())
    if found is None:
        return error_page(404, NO_LINK, gives_back=False)
    link, user = found
    form = ChooseForm()
    if form.validate_on_submit():
        try:
            password_reset.choose(link, user, form.password.data or "", clock.now())
        except Refused as reason:
            form.refuse(reason)
        else:
            flash(" ".join(filter(None, (CHOSEN, asks_next(user)))))
            return redirect(url_for("security.login"), 303)
    return form_page(
        "identity/new_password.html",
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
