"""The Sign-ins page: where one is signed in, what happened to one's account, and ending either."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select

from practice import clock
from practice.audit import service as audit
from practice.audit.models import AuditEvent
from practice.database.base import db
from practice.identity import sign_in_sessions
from practice.identity.blueprint import bp

EVENTS_SHOWN = 15
#: What is told of an account, by the verb of the audit log.
TOLD = {
    "signed-in": "Signed in",
    "sign-in-failed": "A wrong password was given",
    "second-factor-failed": "A wrong code was given",
    "password-changed": "The password was changed",
    "password-link-made": "An owner made a link to choose a new password",
    "password-link-made-here": "A link to choose a new password was made on the machine itself",
    "password-link-taken-back": "The link to choose a new password was taken back",
    "password-chosen-by-link": "A new password was chosen by that link",
    "password-change-failed": "A change of the password was refused",
    "second-factor-set-up": "A second factor was set up",
    "second-factor-reset": "The second factor was reset",
    "recovery-code-used": "A recovery code was used",
    "recovery-codes-made": "New recovery codes were made",
    "passkey-removed": "A passkey was removed",
    "roles-changed": "The roles were changed by an owner",
    "sign-ins-ended": "All sign-ins were ended by an owner",
    "access-ended": "Access was ended by an owner",
    "access-given-back": "Access was given back by an owner",
}


@bp.get("/sign-ins")
def sign_ins() -> ResponseReturnValue:
    """Where one is signed in now, and what happened to one's account lately."""
    return render_template(
        "identity/sign_ins.html",
        sign_ins=sign_in_sessions.of_user(current_user.id),
        here=sign_in_sessions.here(),
        events=events_of(current_user.id),
        told=TOLD,
        local=lambda moment: clock.in_zone(moment, g.practice.time_zone),
    )


def events_of(user_id: int) -> list[AuditEvent]:
    """The latest lines of the audit log about a user's own account."""
    return list(
        db.session.scalars(
            select(AuditEvent)
            .where(AuditEvent.subject == f"user:{user_id}", AuditEvent.verb.in_(TOLD))
            .order_by(AuditEvent.seq.desc())
            .limit(EVENTS_SHOWN)
        )
    )


@bp.post("/sign-ins/end")
def end_sign_in() -> ResponseReturnValue:
    """End another sign-in of one's own, or all others."""
    mark = request.form.get("which", "")
    if mark == "others":
        sign_in_sessions.end_others(current_user.id)
    elif not sign_in_sessions.end_one(current_user.id, mark):
        flash("That sign-in was over already.")
        return redirect(url_for("identity.sign_ins"), 303)
    audit.record("ended-own-sign-in", current_user._get_current_object())
    flash("Your other sign-ins are over." if mark == "others" else "That sign-in is over.")
    return redirect(url_for("identity.sign_ins"), 303)
