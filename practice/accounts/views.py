"""Setting up, unlocking, and the practice's own page."""

from base64 import b64encode
from datetime import timedelta
from typing import Any

from flask import (
    Blueprint,
    Response,
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
from flask_wtf.csrf import generate_csrf

from practice import clock
from practice.accounts import asking, failed_tries, kept_words, sign_in_sessions
from practice.accounts.forms import (
    LogoForm,
    PracticeDetailsForm,
    ProfileForm,
    SetUpForm,
    UnlockForm,
)
from practice.accounts.models import Practice, User
from practice.accounts.permissions import Permission, a_room_for, may, needs, open_to_anyone
from practice.accounts.service import (
    LETTERHEAD,
    change_practice,
    change_profile,
    is_password_of,
    is_set_up,
)
from practice.accounts.service import set_up as begin_installation
from practice.accounts.sign_in import csrf, onward
from practice.audit import service as audit
from practice.database import db
from practice.errors import Conflict, Refused
from practice.forms import form_page

bp = Blueprint("accounts", __name__)
a_room_for(bp, Permission.OWN_ACCOUNT)
#: Input is told of at most every minute; what lies further back was told before.
LONGEST_AGO = 120


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
    return form_page("accounts/set_up.html", form)


def practice_from(form: SetUpForm) -> Practice:
    """The practice that a filled-in set-up form describes."""
    return Practice(
        name=form.practice_name.data,
        address=form.address.data,
        phone=form.phone.data,
        time_zone=form.time_zone.data,
        paper=form.paper.data,
    )


@bp.post("/lock")
def lock() -> ResponseReturnValue:
    """Lock the screen now; the way back leads to the same page."""
    sign_in_sessions.lock(clock.now())
    if asking.wants_data():
        return asking.data(200, locked=True)
    return redirect(kept_words.local_path(request.form.get("next")) or "/", 303)


@bp.post("/still-here")
def still_here() -> ResponseReturnValue:
    """A page tells of real key or pointer input, `ago` seconds back, or asks whether it may go on."""
    if "X-Autosave" in request.headers:
        return "", 204
    ago = request.form.get("ago", 0, type=int)
    at = clock.now() - timedelta(seconds=min(max(ago, 0), LONGEST_AGO))
    sign_in_sessions.note_input(at)
    return "", 204


@bp.post("/unlock")
@open_to_anyone
@csrf.exempt
def unlock() -> ResponseReturnValue:
    """Take one's own password again and go on, in the same session or, if it is over, a new one.

    The page's token says whose page it is, and is signed: a page whose session is over can
    still be unlocked, by the same user alone. Nothing happens here without a password.
    """
    user = user_of_page()
    if user is None:
        return cannot_unlock()
    form = UnlockForm(meta={"csrf": False})
    if not form.validate_on_submit():
        return not_unlocked(form)
    if not is_password_of(user, form.password.data or ""):
        failed_tries.note("unlock-failed", f"user:{user.id}")
        form.refuse(Refused("That is not your password.", "password"))
        return not_unlocked(form)
    if sign_in_sessions.current().sign_in:
        audit.act_as(user.practice_id, user.id)
        audit.record("unlocked", user)
        sign_in_sessions.unlock(clock.now())
    else:
        login_user(user, authn_via=["password"])
    return unlocked()


def user_of_page() -> User | None:
    """The user whose page asks, if they may come in and nobody else is signed in here."""
    owner = sign_in_sessions.owner_of(request.form.get("csrf_token"))
    sign_in = sign_in_sessions.current().sign_in
    if owner is None or (sign_in and sign_in.user_id != owner):
        return None
    user = db.session.get(User, owner)
    return user if user and user.active else None


def cannot_unlock() -> ResponseReturnValue:
    """The page belongs to no one who could unlock it here."""
    if asking.wants_data():
        return asking.data(
            409, error="Someone else is signed in here now. Copy your words before you leave."
        )
    return redirect("/", 303)


def not_unlocked(form: UnlockForm) -> Response:
    """The password was not right."""
    if asking.wants_data():
        return asking.data(422, error=next(iter(form.password.errors), "Enter your password"))
    return asking.lock_page(form, 422)


def unlocked() -> Response:
    """The password was right: back to the same page, or to the words that wait.

    A script is told when the second factor is owed too, and asks for it in the same place.
    """
    if asking.wants_data():
        owed = sign_in_sessions.current().owes_second_factor
        asked = asking.second_factor_asked() if owed else {}
        return asking.data(200, csrf_token=generate_csrf(), **asked)
    return onward(make_response(redirect("/", 303)))


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
            return redirect(url_for("accounts.practice"), 303)
    return practice_page(details=form)


@bp.post("/practice/profile")
def profile() -> ResponseReturnValue:
    """One's own name on letters, and ways of working."""
    form = ProfileForm()
    if form.validate_on_submit():
        names = ("name", "credentials", "single_keys", "note_format")
        change_profile(current_user, {name: form[name].data for name in names})
        flash("Your profile is saved.")
        return redirect(url_for("accounts.practice"), 303)
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
        "accounts/practice.html",
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
