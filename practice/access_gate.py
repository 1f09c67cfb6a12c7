"""Who may come in. Everything is closed but a short list, and what a visitor typed is not lost."""

import logging
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from alembic.runtime.migration import MigrationContext
from flask import Blueprint, Flask, Response, current_app, g, redirect, request, url_for
from flask.ctx import _AppCtxGlobals
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, generate_csrf
from sqlalchemy.exc import DatabaseError
from werkzeug.sansio.utils import host_is_trusted

from practice import body_size, clock, errors, host_names, request_log, security_headers
from practice.access.load import only_reads
from practice.audit.service import act_as, log_denial
from practice.database.base import db, is_safe_method
from practice.database.unit_of_work import reading
from practice.identity import pending_form, reauth_pages, sign_in_sessions
from practice.identity.models import Practice
from practice.identity.permissions import Permission, is_granted, open_to_anyone, policy_of
from practice.identity.service import is_set_up
from practice.identity.sign_in_sessions import Colleague
from practice.migrate import newest_revision
from practice.settings import Settings

log = logging.getLogger(__name__)

#: What is open whoever asks and however things stand: it tells nothing of anybody.
ALWAYS_OPEN = frozenset({"static", "front_door.alive", "front_door.ready"})
#: The only pages that ask for no sign-in. Static files have nothing in them but our own design.
OPEN_TO_ALL = ALWAYS_OPEN | {
    "security.login",
    "practice_admin.join",
    "identity.new_password",
    "practice_admin.set_up",
    "identity.unlock",
    "identity.passkey_challenge",
    "identity.use_passkey",
}
OPEN_BEFORE_SET_UP = ALWAYS_OPEN | {"practice_admin.set_up"}
OPEN_WHILE_LOCKED = ALWAYS_OPEN | {
    "identity.unlock",
    "identity.new_password",
    "identity.passkey_challenge",
    "identity.use_passkey",
    "security.logout",
}
#: All that opens between the password and the second factor.
OPEN_BEFORE_SECOND_FACTOR = ALWAYS_OPEN | {
    "identity.new_password",
    "identity.second_factor",
    "identity.set_up_second_factor",
    "identity.passkey_challenge",
    "identity.use_passkey",
    "identity.new_passkey_challenge",
    "identity.add_passkey",
    "security.logout",
}

ELSEWHERE = (
    "This was sent from another site",
    "Nothing was changed.",
    "Open the page here, and send it from there.",
)
WRONG_HOST = (
    "This address is not ours",
    "Nothing was changed.",
    "Use the address you were given for this installation.",
)

READ_ONLY = (
    "This file is open to you to read",
    "Nothing was changed; what you typed is below.",
    "Ask someone on its care team to write it down.",
)

bp = Blueprint("front_door", __name__)


@dataclass(frozen=True)
class Place:
    """One place of the rail."""

    endpoint: str
    label: str
    icon: str
    current: bool = False


PLACES = (
    Place("casefile.today", "Today", "sun"),
    Place("couples.index", "Couples", "users"),
    Place("homework.library", "Homework", "book-open"),
    Place("couples.desk", "Desk", "calendar"),
    Place("practice_admin.practice", "Practice", "settings"),
)


@bp.get("/alive")
@open_to_anyone
def alive() -> ResponseReturnValue:
    """Whether the program runs and its database opens, for whoever watches over it."""
    with reading() as connection:
        connection.exec_driver_sql("SELECT 1 FROM practice LIMIT 1")
    return Response("alive\n", mimetype="text/plain")


@bp.get("/ready")
@open_to_anyone
def ready() -> ResponseReturnValue:
    """Readiness: whether work can be sent here, for a proxy or a service manager.

    200 where the database opens under the key and stands at the program's newest migration; else 503.
    A stranger learns no more than that; why, the log says.
    """
    reason = why_not_ready()
    if reason is None:
        return Response("ready\n", mimetype="text/plain")
    log.error("not ready: %s", reason)
    return Response("not ready\n", 503, mimetype="text/plain")


def why_not_ready() -> str | None:
    """What keeps the program from working, in the log's words; None when nothing does."""
    try:
        with reading() as connection:
            stands_at = MigrationContext.configure(connection).get_current_revision()
    except DatabaseError as error:
        return f"the database does not open ({type(error.orig).__name__})"
    expected = newest_revision()
    return None if stands_at == expected else f"migrations at {stands_at}, not at {expected}"


def before_request() -> ResponseReturnValue | None:
    """Before every request: turn away whoever may not come in, and open the day for the rest."""
    if not is_our_host():
        return errors.error_page(400, WRONG_HOST, gives_back=False)
    if request.endpoint == "static":
        return None
    if not is_safe_method() and came_from_elsewhere():
        return errors.error_page(403, ELSEWHERE, gives_back=False)
    sign_in = sign_in_sessions.resume()
    sign_in_sessions.lock_when_idle(clock.now())
    request.max_content_length = body_size.allowed()
    if sign_in is None:
        return meet_visitor()
    return meet_colleague(sign_in.colleague)


def meet_colleague(colleague: Colleague) -> ResponseReturnValue | None:
    """Open the day for whoever is signed in, as far as lock, second factor and roles let them."""
    session = sign_in_sessions.current()
    if session.is_locked:
        return None if request.endpoint in OPEN_WHILE_LOCKED else reauth_pages.to_unlock()
    if is_input():
        sign_in_sessions.note_input(clock.now())
    if session.owes_second_factor:
        return (
            None
            if request.endpoint in OPEN_BEFORE_SECOND_FACTOR
            else reauth_pages.to_second_factor()
        )
    set_actor_context(colleague)
    return check_permission(colleague)


def is_our_host() -> bool:
    """Whether the request names a host we answer to."""
    ours = current_app.config["HOSTS"]
    if host_names.NO_HOST in request.environ:
        return False
    return not ours or host_is_trusted(request.host, ours)


def came_from_elsewhere() -> bool:
    """Whether a form or a script of another site sent this.

    Browsers say so themselves. Without Sec-Fetch-Site the origin is compared; it reads “null”
    for forms, because our pages send no referrer, and then the form's own token decides alone.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin", "null")
    return origin != "null" and host_names.host_in(origin) != request.host


def meet_visitor() -> ResponseReturnValue | None:
    """Let a visitor see what is open to all; ask them who they are for everything else."""
    if request.endpoint in OPEN_BEFORE_SET_UP:
        return None
    if not is_set_up():
        return redirect(url_for("practice_admin.set_up"))
    if request.endpoint in OPEN_TO_ALL:
        return None
    if request.endpoint == "security.logout":
        return redirect(url_for("security.login"), 303)
    return reauth_pages.to_sign_in()


def is_input() -> bool:
    """Whether a person did this, rather than a script on their page."""
    if "X-Autosave" in request.headers:
        return False
    return "HX-Request" in request.headers or "X-Requested-With" not in request.headers


class OfTheRequest(_AppCtxGlobals):
    """What `g` holds. The practice's whole record is loaded when it is asked for."""

    @cached_property
    def practice(self) -> Practice:
        """The practice of whoever is signed in."""
        colleague: Colleague = self.colleague
        return db.session.get_one(Practice, colleague.practice_id)


def set_actor_context(colleague: Colleague) -> None:
    """Say who acts, and lay out what every page needs: the time zone, the date, the rail."""
    act_as(colleague.practice_id, colleague.id)
    g.colleague = colleague
    g.time_zone = colleague.time_zone
    g.today = clock.today_in(colleague.time_zone)
    g.every_page = {
        "signed_in": True,
        "places": places(colleague),
        "section": section(),
        "clinician_line": colleague.signature,
        "own_email": colleague.email,
        "idle_minutes": colleague.idle_minutes,
        "is_demo": current_app.config["IS_DEMO"] or colleague.is_demo,
        "single_keys": colleague.single_keys,
    }


def check_permission(colleague: Colleague) -> ResponseReturnValue | None:
    """Turn away whoever has no role that may ask for this page; from Today, to a place of theirs."""
    if request.endpoint is None:
        return None
    asked_for = policy_of(request.endpoint).asked_for
    if asked_for is None or is_granted(colleague.roles, asked_for):
        return check_write_access(colleague)
    if request.path == "/":
        return redirect(url_for(landing_page(colleague)))
    log_denial("refused", f"page:{request.endpoint}")
    return errors.error_page(403)


def landing_page(colleague: Colleague) -> str:
    """The endpoint of the page where someone lands to whom Today is not open."""
    desk = "couples.desk"
    if desk in current_app.view_functions and is_open_to(colleague, desk):
        return desk
    first: Place = g.every_page["places"][0]
    return first.endpoint


def check_write_access(colleague: Colleague) -> ResponseReturnValue | None:
    """Turn away what would change a file that is open to this colleague to read alone."""
    couple_id = (request.view_args or {}).get("couple_id")
    if couple_id is None or is_safe_method() or not only_reads(couple_id, colleague.id):
        return None
    log_denial("refused", f"page:{request.endpoint}", couple_id)
    return errors.error_page(403, READ_ONLY)


def is_open_to(colleague: Colleague, endpoint: str) -> bool:
    """Whether one of the user's roles may look at that page."""
    asked_for = policy_of(endpoint).to_look
    return asked_for is None or is_granted(colleague.roles, asked_for)


def section() -> str:
    """The endpoint of the place that this page belongs to."""
    endpoint = request.endpoint or ""
    if endpoint in ("casefile.today", "couples.desk"):
        return endpoint
    if endpoint.startswith("care_of_people."):
        return "practice_admin.practice"
    if endpoint.startswith("homework.") and "couple_id" not in (request.view_args or {}):
        return "homework.library"
    if (
        request.blueprint in ("identity", "practice_admin", "security", "keeping")
        or is_about_practice()
    ):
        return "practice_admin.practice"
    return "couples.index"


def is_about_practice() -> bool:
    """Whether this page is of a room that is about files and about the practice, and names no couple."""
    is_both = request.blueprint in ("records", "activity")
    return is_both and "couple_id" not in (request.view_args or {})


def places(colleague: Colleague) -> list[Place]:
    """The rail: the places that are open to the user, with the one we are in marked."""
    here = section()
    sees_files = is_granted(colleague.roles, Permission.READ_FILES)
    return [
        Place(place.endpoint, place.label, place.icon, place.endpoint == here)
        for place in PLACES
        if place.endpoint in current_app.view_functions
        and is_open_to(colleague, place.endpoint)
        and not (place.endpoint == "couples.desk" and sees_files)
    ]


def for_every_page() -> dict[str, Any]:
    """What every template may use: plain values, so that an error page needs no database."""
    return g.get("every_page") or {"places": [], "is_demo": current_app.config["IS_DEMO"]}


def behind_proxy(settings: Settings) -> dict[str, Any]:
    """How the server trusts a proxy: only the one declared, and only where https is declared.

    Otherwise nobody may say of themselves where a request came from.
    """
    if not settings.https:
        return {"clear_untrusted_proxy_headers": True}
    return {
        "trusted_proxy": settings.proxy,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
        "clear_untrusted_proxy_headers": True,
    }


def stale_token(error: CSRFError) -> ResponseReturnValue:
    """A form of the same user's from before they signed in anew: nothing is lost, send it again."""
    sign_in = sign_in_sessions.current().sign_in
    page_token = request.form.get("csrf_token") or request.headers.get("X-CSRFToken")
    if sign_in is None or sign_in_sessions.owner_of(page_token) != sign_in.user_id:
        return errors.csrf_error(error)
    if reauth_pages.wants_data():
        return reauth_pages.data(401, csrf_token=generate_csrf())
    words = pending_form.from_request()
    return pending_form.resend_page(words, 400) if words else errors.csrf_error(error)


def init_app(app: Flask) -> None:
    """Stand at the door: before every request, and around every answer."""
    request_log.init_app(app)
    security_headers.init_app(app)
    app.app_ctx_globals_class = OfTheRequest
    app.before_request(before_request)
    app.register_blueprint(bp)
    app.context_processor(for_every_page)
    app.register_error_handler(CSRFError, stale_token)
