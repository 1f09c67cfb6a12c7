"""The People page: who works here, in which roles; inviting, and ending access. For owners."""

from collections.abc import Callable

from flask import (
    abort,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_security import login_user

from practice import clock
from practice.database.base import db
from practice.errors import Refused, error_page
from practice.forms import form_page
from practice.identity import password_reset, second_factor
from practice.identity.fresh_login import needs_recent_sign_in
from practice.identity.models import Practice, User
from practice.identity.permissions import Permission, needs, open_to_anyone
from practice.practice_admin import users
from practice.practice_admin.blueprint import bp
from practice.practice_admin.forms import InviteForm, JoinForm, LinkForm, RolesForm

NO_INVITATION = (
    "This invitation is not open",
    "Nothing was changed.",
    "It may have been used, taken back, or be older than a week. Ask for a new link.",
)
#: What an owner may do to an account: by the button's value, the deed and what is said after.
DEEDS: dict[str, tuple[Callable[[User], None], str]] = {
    "close": (users.close_out, "{name} can no longer come in."),
    "open": (users.let_back_in, "{name} can come in again."),
    "sign-out": (users.end_sign_ins, "{name} is signed out everywhere."),
    "reset": (
        users.reset_second_factor,
        "{name} sets up a new second factor at the next sign-in.",
    ),
}


@bp.get("/people", endpoint="people")
@needs(Permission.MANAGE_PEOPLE)
def everyone() -> ResponseReturnValue:
    """Everyone who works here, and who is invited."""
    return people_page(InviteForm(formdata=None))


def people_page(form: InviteForm, link: str = "") -> ResponseReturnValue:
    """The page with the list and the form to invite; `link` is a new invitation's, shown once."""
    page = render_template(
        "practice_admin/people.html",
        form=form,
        link=link,
        people=users.colleagues(g.practice.id),
        invitations=users.invitations(g.practice.id, clock.now()),
        enrolled=second_factor.is_enrolled,
        day_of=lambda moment: clock.in_zone(moment, g.practice.time_zone).date(),
    )
    return make_response(page, 422 if form.errors else 200)


@bp.post("/people/invitations")
@needs(Permission.MANAGE_PEOPLE)
@needs_recent_sign_in
def invite() -> ResponseReturnValue:
    """Invite someone; their link is on the page that answers, and nowhere else."""
    form = InviteForm()
    if form.validate_on_submit():
        me = current_user._get_current_object()
        try:
            token = users.invite(g.practice, me, form.email.data or "", form.role.data, clock.now())
        except Refused as reason:
            form.refuse(reason)
        else:
            link = url_for("practice_admin.join", token=token, _external=True)
            return people_page(InviteForm(formdata=None), link)
    return people_page(form)


@bp.post("/people/invitations/<int:invitation_id>/take-back")
@needs(Permission.MANAGE_PEOPLE)
def take_back(invitation_id: int) -> ResponseReturnValue:
    """End an invitation."""
    users.take_back(g.practice.id, invitation_id, clock.now())
    flash("The invitation is taken back.")
    return redirect(url_for("practice_admin.people"), 303)


@bp.route("/people/<int:user_id>", methods=["GET", "POST"])
@needs(Permission.MANAGE_PEOPLE)
@needs_recent_sign_in
def person(user_id: int) -> ResponseReturnValue:
    """One colleague: their roles, and what can be done to their account."""
    user = users.colleague(g.practice.id, user_id)
    form = RolesForm(roles=[role.name for role in user.roles])
    if form.validate_on_submit():
        try:
            users.give_roles(user, form.roles.data or [])
        except Refused as reason:
            form.refuse(reason)
        else:
            flash(f"{user.name}’s roles are saved.")
            return redirect(url_for("practice_admin.people"), 303)
    return person_page(user, form)


def person_page(
    user: User, form: RolesForm | None = None, linking: LinkForm | None = None, link: str = ""
) -> ResponseReturnValue:
    """A colleague's page with its forms; `link` is one to choose a password by, shown this once."""
    roles = form or RolesForm(formdata=None, roles=[role.name for role in user.roles])
    page = render_template(
        "practice_admin/person.html",
        form=roles,
        linking=linking if linking and linking.errors else LinkForm(formdata=None),
        link=link,
        open_link=password_reset.open_link(user, clock.now()),
        person=user,
        is_enrolled=second_factor.is_enrolled(user),
        local=lambda moment: clock.in_zone(moment, g.practice.time_zone),
    )
    return make_response(page, 422 if roles.errors or (linking and linking.errors) else 200)


@bp.post("/people/<int:user_id>/account")
@needs(Permission.MANAGE_PEOPLE)
@needs_recent_sign_in
def account(user_id: int) -> ResponseReturnValue:
    """End someone's access or give it back, sign them out, or have them set up a new factor."""
    user = users.colleague(g.practice.id, user_id)
    if request.form.get("deed") not in DEEDS or user.id == current_user.id:
        abort(400)
    deed, said = DEEDS[request.form["deed"]]
    try:
        deed(user)
    except Refused as reason:
        flash(str(reason), "error")
    else:
        flash(said.format(name=user.name))
    return redirect(url_for("practice_admin.person", user_id=user.id), 303)


@bp.route("/join/<token>", methods=["GET", "POST"])
@open_to_anyone
def join(token: str) -> ResponseReturnValue:
    """Take up an invitation: one's name and a password of one's own."""
    invitation = users.invitation_for(token, clock.now())
    if invitation is None or current_user.is_authenticated:
        return error_page(404, NO_INVITATION, gives_back=False)
    form = JoinForm()
    practice = db.session.get_one(Practice, invitation.practice_id)
    if form.validate_on_submit():
        user = User(name=form.name.data, credentials=form.credentials.data)
        try:
            users.join(invitation, user, form.password.data or "", clock.now())
        except Refused as reason:
            form.refuse(reason)
        else:
            login_user(user, authn_via=["password"])
            flash(f"Welcome to {practice.name}, {user.first_name}.")
            return redirect("/", 303)
    return form_page("practice_admin/join.html", form, practice=practice, invitation=invitation)
