"""The sign-in library, set up: which of its pages there are, in whose words, under which rules."""

from datetime import timedelta
from functools import wraps
from typing import Any

from flask import (
    Flask,
    Response,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user, user_logged_out
from flask_login.utils import _user_context_processor
from flask_security import (
    MailUtil,
    Security,
    SQLAlchemyUserDatastore,
    password_changed,
    user_authenticated,
)
from flask_security.mail_util import EmailValidateException
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import UnsupportedMediaType

from practice import clock
from practice.audit import service as audit
from practice.database.base import db, reusable
from practice.errors import Refused, be_nobody
from practice.forms import files_are_welcome
from practice.identity import (
    failed_tries,
    password_reset,
    pending_form,
    reauth_pages,
    second_factor,
    sign_in_sessions,
)
from practice.identity.forms import CodeForm, NewPasswordForm, SignInForm
from practice.identity.models import Role, User, WebAuthn
from practice.identity.passwords import SHORTEST, PasswordRules
from practice.plain_text import NOT_AN_ADDRESS, normalize_email

#: Argon2id: 64 MiB and two passes, about a tenth of a second.
CAREFUL_HASH = {
    "argon2__type": "ID",
    "argon2__memory_cost": 65_536,
    "argon2__time_cost": 2,
    "argon2__parallelism": 1,
}
QUICK_HASH = CAREFUL_HASH | {"argon2__memory_cost": 8, "argon2__time_cost": 1}

MESSAGES = {
    "GENERIC_AUTHN_FAILED": "The e-mail or the password is not right. Check both and try again.",
    "INVALID_PASSWORD": "That is not your password.",
    "INVALID_EMAIL_ADDRESS": NOT_AN_ADDRESS,
    "EMAIL_NOT_PROVIDED": "Enter your e-mail",
    "PASSWORD_NOT_PROVIDED": "Enter your password",
    "PASSWORD_IS_THE_SAME": "The new password is the one you have now. Choose another.",
    "RETYPE_PASSWORD_MISMATCH": "The two new passwords are not the same",
    "DISABLED_ACCOUNT": "The e-mail or the password is not right. Check both and try again.",
    "PASSWORD_CHANGE": "Your password is changed. Other browsers you were signed in on are "
    "signed out.",
}
WORDS_OF_ANOTHER = (
    "What was typed here before belongs to someone else’s sign-in, so it was not shown."
)

ASKED_AGAIN = "Now your second factor is asked for again, this once."
CHOSEN_BY_LINK = (
    "Since your last sign-in a new password was chosen by a link. If that was not you, tell the owner "
    "of your practice at once; Practice, Sign-ins shows what happened."
)

csrf = CSRFProtect()


def configure(app: Flask) -> None:
    """Everything the sign-in library asks for; what is not named here stays off."""
    app.config.update(
        SECURITY_LOGIN_URL="/sign-in",
        SECURITY_LOGOUT_URL="/sign-out",
        SECURITY_CHANGE_URL="/password",
        SECURITY_LOGIN_USER_TEMPLATE="identity/sign_in.html",
        SECURITY_CHANGE_PASSWORD_TEMPLATE="identity/password.html",  # noqa: S106 - a file name
        SECURITY_POST_LOGOUT_VIEW="/sign-in",
        SECURITY_POST_CHANGE_VIEW="/practice",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_STATIC_FOLDER=None,
        SECURITY_CHANGEABLE=True,
        SECURITY_SEND_PASSWORD_CHANGE_EMAIL=False,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_API_ENABLED_METHODS=["session"],
        SECURITY_FRESHNESS=timedelta(seconds=-1),
        SECURITY_DATETIME_FACTORY=clock.now,
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - its name
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=QUICK_HASH if app.testing else CAREFUL_HASH,
        SECURITY_PASSWORD_LENGTH_MIN=SHORTEST,
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
        SESSION_PROTECTION=None,  # ours are kept on the server, and a laptop changes networks
        WTF_CSRF_TIME_LIMIT=None,
        # We send no referrer, so there is none to check; the front door checks the origin.
        WTF_CSRF_SSL_STRICT=False,
    )
    for name, words in MESSAGES.items():
        app.config[f"SECURITY_MSG_{name}"] = (words, "ok")


def shown(template: str, **context: Any) -> Response:
    """One of the library's pages: 422 when its form comes back with errors, as everywhere."""
    forms = ("login_user_form", "change_password_form")
    form = next((context[name] for name in forms if name in context), None)
    if form is not None and form.form_errors:
        form.form_errors = list(dict.fromkeys(form.form_errors))
    asks_again = bool(current_user.is_authenticated and second_factor.is_owed_by(current_user))
    page = render_template(
        template, form=form, kept=pending_form.from_request(), asks_again=asks_again, **context
    )
    return make_response(page, 422 if form is not None and form.errors else 200)


SIGNED_IN = reusable(
    select(User)
    .where(User.fs_uniquifier == bindparam("fs_uniquifier"))
    .options(joinedload(User.roles))
)


class Users(SQLAlchemyUserDatastore):
    """The library's way to the users; whoever is signed in is asked for on every page."""

    def find_user(self, case_insensitive: bool = False, **which: Any) -> Any:
        """The user with that one value, or None. The usual question is built once.

        When there is none, others may write while the library works as hard as if there were.
        Raises SignInEnded when whoever was signed in at the door no longer is.
        """
        if which.keys() == {"fs_uniquifier"} and not case_insensitive:
            signed_in = db.session.scalar(SIGNED_IN, which)
            if signed_in is None and sign_in_sessions.current().sign_in:
                raise sign_in_sessions.SignInEnded  # since this request was let in
            return signed_in
        found = super().find_user(case_insensitive, **which)
        if found is None and audit.has_nothing_to_keep(db.session()):
            db.session.rollback()
        return found


class Addresses(MailUtil):
    """The library's way to e-mail addresses: each is read as everywhere in the product."""

    def normalize(self, email: str) -> str:
        """An address in the form it is kept in. Raises EmailValidateException when it is none."""
        try:
            return normalize_email(email)
        except Refused as reason:
            raise EmailValidateException(str(reason)) from reason

    validate = normalize


class WatchedSignInForm(SignInForm):
    """The sign-in form that writes down who was refused."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether e-mail and password go together. A refusal is in the log without the e-mail."""
        if super().validate(**kwargs):
            return True
        if self.password.data:
            known = f"user:{self.user.id}" if self.user else "no such account"
            failed_tries.note("sign-in-failed", known, getattr(self.user, "practice_id", None))
        return False


class WatchedPasswordForm(NewPasswordForm):
    """The form for a new password that writes down when the one in use was wrong."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether the password in use is right and the new one may be taken."""
        if super().validate(**kwargs):
            return True
        if self.password.data and self.password.errors:
            failed_tries.note("password-change-failed", f"user:{current_user.id}")
        return False


PASSKEY = "webauthn"


def begin(_app: Flask, user: User, authn_via: list[str] | None = None, **_more: object) -> None:
    """Someone gave the right password or passkey: start their session, and write it down.

    A passkey stands for both factors: it is a thing they have, opened by their finger or PIN.
    """
    owing = PASSKEY not in (authn_via or ()) and second_factor.is_owed_by(user)
    if sign_in_sessions.current().sign_in is None:
        audit.act_as(user.practice_id, user.id)
        if owing:
            failed_tries.note("password-given", f"user:{user.id}")
        else:
            audit.record("signed-in", user)
    sign_in_sessions.begin(user, owing)
    if not owing:
        tell(user)


def tell(user: User) -> None:
    """Say to someone who has just come in that a new password was chosen by a link, if it was."""
    if password_reset.to_be_told(user, clock.now()):
        flash(CHOSEN_BY_LINK, "warn")


def leave(_app: Flask, user: User) -> None:
    """Someone signed out: write it down. What they were about to be told is not for who comes next."""
    session.pop("_flashes", None)
    sign_in_sessions.end_here()
    if user.is_authenticated:
        audit.act_as(user.practice_id, user.id)
        audit.record("signed-out", user)


def change(_app: Flask, user: User, **_more: object) -> None:
    """Someone changed their password: it is over with their other sign-ins and any link."""
    sign_in_sessions.end_others(user.id)
    password_reset.end_links(user, clock.now())
    audit.record("password-changed", user)


def saying_what_comes(view: Any) -> Any:
    """The view for a new password, which says that the second factor is asked for next, where it is."""

    @wraps(view)
    def change_password() -> ResponseReturnValue:
        answer = make_response(view())
        if answer.status_code == 302 and sign_in_sessions.current().owes_second_factor:
            flash(ASKED_AGAIN)
        return answer

    return change_password


def only_forms() -> None:
    """Every page takes fields of text alone, and a few take files; forms and guards rely on it."""
    has_files = bool(request.files) and not files_are_welcome()
    if request.is_json or has_files or None in request.form:  # a part without a name
        raise UnsupportedMediaType


def ended_meanwhile(_error: sign_in_sessions.SignInEnded) -> ResponseReturnValue:
    """The sign-in was ended while its password was worked out: whoever it was signs in anew."""
    be_nobody()
    sign_in_sessions.current().let_go()
    return reauth_pages.to_sign_in()


def with_kept_words(view: Any) -> Any:
    """The sign-in view, which gives back what was typed before, to its own writer only."""

    @wraps(view)
    def sign_in() -> ResponseReturnValue:
        answer = make_response(view())
        if request.method != "POST" or answer.status_code not in (302, 303):
            return answer
        return onward(answer)

    return sign_in


def onward(answer: Response) -> Response:
    """Where someone goes once the password was right: to their own words, if some wait.

    Whoever owes a second factor takes the words along to the page that asks for it.
    """
    words = pending_form.from_request()
    if words and sign_in_sessions.current().owes_second_factor:
        return reauth_pages.second_factor_page(CodeForm(formdata=None))
    if words is None:
        answer.location = pending_form.local_path(request.form.get("next")) or "/"
        return answer
    if sign_in_sessions.owner_of(words.by) == current_user.id:
        return pending_form.resend_page(words)
    flash(WORDS_OF_ANOTHER, "warn")
    return make_response(redirect("/", 303))


def forget_in_browser(response: Response) -> Response:
    """After signing out, ask the browser to forget what it still holds of us."""
    if request.endpoint == "security.logout" and response.status_code < 400:
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def ask_for_user_when_needed(app: Flask, security: Security) -> None:
    """Keep the libraries from loading the user's whole record for every page.

    Who may do what is our own table, so nobody asks for the library's identities; templates
    find `current_user` under its name, and ask for it when they use it.
    """
    security.principal.identity_loaders.clear()
    processors = app.template_context_processors[None]
    processors[:] = [one for one in processors if one is not _user_context_processor]
    app.jinja_env.globals["current_user"] = current_user


def page_token() -> str:
    """The token for every form of a page, signed once."""
    return g.get("csrf_token") or str(generate_csrf())


def init_app(app: Flask) -> None:
    """Set the library up, and its signals to our sessions and our log."""
    configure(app)
    second_factor.configure(app)
    app.before_request(only_forms)  # before the token is looked for among the fields
    csrf.init_app(app)
    app.jinja_env.globals["csrf_token"] = page_token
    security = Security(
        app,
        Users(db, User, Role, WebAuthn),
        login_form=WatchedSignInForm,
        change_password_form=WatchedPasswordForm,
        mail_util_cls=Addresses,
        password_util_cls=PasswordRules,
        totp_cls=second_factor.CodesOnce,
        render_template=shown,  # type: ignore[arg-type]  # a whole answer, not only its text
    )
    ask_for_user_when_needed(app, security)
    security.want_json(lambda _request: False)
    security.login_manager.request_loader(lambda _request: None)  # no tokens but the cookie
    user_authenticated.connect(begin, app)
    user_logged_out.connect(leave, app)
    password_changed.connect(change, app)
    app.after_request(forget_in_browser)
    app.register_error_handler(sign_in_sessions.SignInEnded, ended_meanwhile)
    views = app.view_functions
    views["security.login"] = with_kept_words(views["security.login"])
    views["security.change_password"] = saying_what_comes(views["security.change_password"])
