"""Giving a second factor, setting one up, recovery codes, passkeys, and being asked once more."""

from typing import Any

from flask import (
    Response,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_security import login_user
from flask_wtf.csrf import generate_csrf

from practice import clock
from practice.audit import service as audit
from practice.errors import Refused
from practice.identity import (
    failed_tries,
    passkeys,
    pending_form,
    reauth_pages,
    second_factor,
    sign_in_sessions,
)
from practice.identity.blueprint import bp
from practice.identity.forms import CodeForm, ProveForm, UnlockForm
from practice.identity.fresh_login import needs_recent_sign_in
from practice.identity.models import User
from practice.identity.permissions import ROLES, aloud, open_to_anyone
from practice.identity.security_setup import PASSKEY, onward, tell
from practice.identity.service import is_password_of

WRONG = "That is not the code. A code counts once; wait for the next one, or use a recovery code."


@bp.route("/second-factor", methods=["GET", "POST"], endpoint="second_factor")
def give() -> ResponseReturnValue:
    """After the password: the app's code, or a recovery code."""
    user = acting_user()
    if not sign_in_sessions.current().owes_second_factor:
        return go_on()
    if not second_factor.is_enrolled(user):
        if reauth_pages.wants_data():
            return reauth_pages.to_second_factor()
        return set_up() if pending_form.from_request() else to_set_up()
    form = CodeForm(next=request.args.get("next"))
    if not form.validate_on_submit():
        return not_the_code(form) if form.errors else reauth_pages.second_factor_page(form)
    code = form.code.data or ""
    if not (second_factor.is_code(user, code) or second_factor.use_recovery_code(user, code)):
        failed_tries.note("second-factor-failed", f"user:{user.id}")
        form.refuse(Refused(WRONG, "code"))
        return not_the_code(form)
    come_in(user)
    return go_on()


def not_the_code(form: CodeForm) -> ResponseReturnValue:
    """The code was not right, or none was given."""
    if reauth_pages.wants_data():
        return reauth_pages.data(422, error=form.errors["code"][0])
    return reauth_pages.second_factor_page(form, 422)


def go_on() -> ResponseReturnValue:
    """Nothing is owed any more: back to the page that asked, or to the words that wait."""
    if reauth_pages.wants_data():
        return reauth_pages.data(200, csrf_token=generate_csrf())
    return onward(make_response(redirect("/", 303)))


@bp.get("/security")
def security() -> ResponseReturnValue:
    """How one signs in: the second factor, passkeys, recovery codes; and who may do what here."""
    user = acting_user()
    return render_template(
        "identity/security.html",
        has_app=second_factor.has_app(user),
        passkeys=sorted(user.webauthn, key=lambda one: one.id),
        codes_left=second_factor.codes_left(user),
        is_demanded=second_factor.is_demanded_of(user),
        rows=[aloud(role) for role in ROLES],
        mine=[role.name for role in user.roles],
        in_zone=lambda moment: clock.in_zone(moment, g.practice.time_zone).date(),
    )


def acting_user() -> User:
    """Whoever gave the password, named in the audit log from here on."""
    user: User = current_user._get_current_object()
    audit.act_as(user.practice_id, user.id)
    return user


def come_in(user: User) -> None:
    """Let in, or let go on, whoever has just given a second factor."""
    here = sign_in_sessions.current()
    unlocking = "unlocked" if here.is_locked else "proved"
    audit.record("signed-in" if here.owes_second_factor else unlocking, user)
    sign_in_sessions.complete(clock.now())
    tell(user)


def to_set_up() -> ResponseReturnValue:
    """To the page where a second factor is set up, and on from there."""
    onwards = pending_form.local_path(request.args.get("next"))
    return redirect(url_for("identity.set_up_second_factor", next=onwards), 303)


@bp.route("/second-factor/app", methods=["GET", "POST"], endpoint="set_up_second_factor")
def set_up() -> ResponseReturnValue:
    """Set up an authenticator app: the first time right after the password, later at will."""
    user = acting_user()
    owing = sign_in_sessions.current().owes_second_factor
    if owing and second_factor.is_enrolled(user):
        return reauth_pages.to_second_factor()
    if not owing and not sign_in_sessions.is_recent(clock.now()):
        return reauth_pages.to_prove()
    form = CodeForm(next=request.args.get("next"))
    secret = second_factor.secret_of(user, session.get("app_secret"))
    session["app_secret"] = secret.stored
    if request.endpoint != "identity.set_up_second_factor" or not form.validate_on_submit():
        return set_up_page(form, secret, owing)
    if not second_factor.is_code(user, form.code.data or "", secret.stored):
        form.refuse(Refused("That is not the code the app shows now. Enter the newest.", "code"))
        return set_up_page(form, secret, owing)
    second_factor.set_up_app(user, secret.stored)
    return enrolled(user)


def set_up_page(form: CodeForm, secret: second_factor.Secret, owing: bool) -> Response:
    """The page with the picture for the app; without the rail while nothing else is open."""
    page = render_template(
        "identity/second_factor_app.html",
        form=form,
        secret=secret,
        owing=owing,
        kept=pending_form.from_request(),
    )
    return make_response(page, 422 if form.errors else 200)


def enrolled(user: User) -> ResponseReturnValue:
    """A second factor is there: the first time, with ten recovery codes to keep."""
    session.pop("app_secret", None)
    sign_in_sessions.end_others(user.id)
    words = pending_form.from_request()
    come_in(user)
    if second_factor.codes_left(user):
        flash("Your second factor is set up.")
        return redirect(url_for("identity.security"), 303)
    return codes_page(user, words)


def codes_page(user: User, words: pending_form.PendingForm | None = None) -> Response:
    """Ten new recovery codes, shown this once."""
    page = render_template(
        "identity/recovery_codes.html",
        codes=second_factor.new_recovery_codes(user),
        next=pending_form.local_path(request.form.get("next")) or "/",
        words=words,
    )
    return make_response(page)


@bp.post("/second-factor/codes")
@needs_recent_sign_in
def recovery_codes() -> ResponseReturnValue:
    """New recovery codes in the place of those before."""
    return codes_page(acting_user())


@bp.post("/prove")
def prove() -> ResponseReturnValue:
    """One's own password once more, before something that matters."""
    user = acting_user()
    form = ProveForm()
    if not form.validate_on_submit():
        return reauth_pages.prove_page(form, 422)
    if not is_password_of(user, form.password.data or ""):
        failed_tries.note("prove-failed", f"user:{user.id}")
        form.refuse(Refused("That is not your password.", "password"))
        return reauth_pages.prove_page(form, 422)
    audit.record("proved", user)
    sign_in_sessions.prove(clock.now())
    return onward(make_response(redirect("/", 303)))


@bp.post("/passkeys/challenge")
@open_to_anyone
def passkey_challenge() -> ResponseReturnValue:
    """What a browser needs to answer with a passkey."""
    user = signed_in_user()
    return reauth_pages.data(200, options=passkeys.ask_for_one(user))


def signed_in_user() -> User | None:
    """Whoever gave at least the password in this browser; None for a visitor."""
    return acting_user() if sign_in_sessions.current().sign_in else None


@bp.post("/passkeys/use")
@open_to_anyone
def use_passkey() -> ResponseReturnValue:
    """A passkey in the place of the password, of the code, or of both."""
    mine = signed_in_user()
    try:
        user = passkeys.user_of(request.form.get("credential", ""))
        if mine and user.id != mine.id:
            raise Refused(passkeys.NOT_IT)
    except Refused as reason:
        failed_tries.note("passkey-failed", f"user:{mine.id}" if mine else "no account")
        g.failed_try = True
        return passkey_refused(reason)
    if mine:
        come_in(user)
    else:
        login_user(user, authn_via=[PASSKEY])
    return go_on()


def passkey_refused(reason: Refused) -> ResponseReturnValue:
    """Back to the page that asked, with what was wrong."""
    here = sign_in_sessions.current()
    if reauth_pages.wants_data():
        return reauth_pages.data(422, error=str(reason))
    if here.sign_in is None:
        flash(str(reason), "error")
        return redirect(url_for("security.login"), 303)
    ask: tuple[Any, Any]
    if here.is_locked:
        ask = (UnlockForm(formdata=None), reauth_pages.lock_page)
    elif here.owes_second_factor:
        ask = (CodeForm(formdata=None), reauth_pages.second_factor_page)
    else:
        ask = (ProveForm(formdata=None), reauth_pages.prove_page)
    form, page = ask
    form.refuse(reason)
    answer: Response = page(form, 422)
    return answer


@bp.post("/passkeys/new/challenge")
def new_passkey_challenge() -> ResponseReturnValue:
    """What a browser needs to make a passkey."""
    user = acting_user()
    if not may_enrol(user):
        return reauth_pages.data(401, prove=True)
    return reauth_pages.data(200, options=passkeys.ask_for_new(user))


def may_enrol(user: User) -> bool:
    """Whether a new second factor may be added: right after signing in, or as the very first."""
    if sign_in_sessions.current().owes_second_factor:
        return not second_factor.is_enrolled(user)
    return sign_in_sessions.is_recent(clock.now())


@bp.post("/passkeys/new")
def add_passkey() -> ResponseReturnValue:
    """Keep a passkey that a browser has made."""
    user = acting_user()
    owing = sign_in_sessions.current().owes_second_factor
    if not may_enrol(user):
        return reauth_pages.to_second_factor() if owing else reauth_pages.to_prove()
    try:
        passkeys.add(user, request.form.get("credential", ""))
    except Refused as reason:
        flash(str(reason), "error")
        return redirect(
            url_for("identity.set_up_second_factor" if owing else "identity.security"), 303
        )
    return enrolled(user)


@bp.post("/passkeys/<int:passkey_id>/remove")
@needs_recent_sign_in
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    """Take away a passkey of one's own."""
    user = acting_user()
    passkeys.remove(user, passkey_id)
    flash("The passkey is removed.")
    return redirect(url_for("identity.security"), 303)
