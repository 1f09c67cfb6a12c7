"""Sessions on the web: start, save as one types, tag obstacles, sign, add, keep apart."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_security import current_user

from practice import clock
from practice.access.load import get_or_404
from practice.audit.service import log_view
from practice.couples.models import Appointment, Couple, OfACouple
from practice.couples.names import told_apart
from practice.database import unit_of_work
from practice.database.base import db
from practice.errors import Conflict, Refused, error_page
from practice.formatting import clock_time
from practice.forms import PracticeForm, form_page, is_autosave, number_or_0, wants_fragment
from practice.identity.permissions import Permission, a_room_for
from practice.sessions import service, signing
from practice.sessions.facts import attended_in_words, length_in_words, who_came
from practice.sessions.forms import (
    AddendumForm,
    PsychotherapyNoteForm,
    SessionForm,
    SightingForm,
    StartForm,
    filled,
    kind_label,
)
from practice.sessions.models import ProgressNote, TherapySession
from practice.sessions.note_formats import FORMAT_NAMES, SECTIONS, arranged
from practice.sessions.rows import AnySession
from practice.sessions.saving import true_facts
from practice.sessions.sightings import seen_on, session_number
from practice.sessions.trends import trends_to
from practice.vocabulary import CORE_OBSTACLES, OBSTACLES, OTHER_OBSTACLES, SessionKind

#: Where on the session's page what is said of the meeting, and the template that says it.
PARTS = {
    "meeting-when": "_when",
    "note-about": "_about",
    "meeting-says": "_says",
    "sign-facts": "_sign_facts",
}

bp = Blueprint("sessions", __name__, url_prefix="/couples/<int:couple_id>/sessions")
a_room_for(bp, Permission.READ_FILES, Permission.WRITE_FILES)


@bp.app_context_processor
def words_of_a_session() -> dict[str, Any]:
    """What any page may say of a session: its number, and how long it was."""
    return {
        "session_number": session_number,
        "length_in_words": length_in_words,
        "attended_in_words": attended_in_words,
        "who_came": who_came,
    }


def page_of(session: TherapySession) -> str:
    """Where the session's page is."""
    return url_for("casefile.session", couple_id=session.couple_id, session_id=session.id)


@bp.post("")
def start(couple_id: int) -> ResponseReturnValue:
    """Start a session with a couple: that of the appointment named, or one without."""
    couple = get_or_404(Couple, couple_id)
    form = StartForm()
    if not form.validate_on_submit():
        return redirect(url_for("casefile.show", couple_id=couple.id), code=303)
    at = clock.in_zone(clock.now(), g.time_zone).time()
    try:
        session = service.start_session(
            couple,
            current_user,
            g.today,
            at,
            form.once.data or "",
            clock.now(),
            appointment_of(couple, form, at),
        )
    except Refused as reason:
        flash(str(reason))
        return redirect(url_for("casefile.show", couple_id=couple.id), code=303)
    return redirect(page_of(session), code=303)


def appointment_of(couple: Couple, form: StartForm, at: time) -> Appointment | None:
    """The appointment that the form stood on; 404 when it is none of this couple's.

    A form that says nothing of appointments means today's that is nearest to this hour.
    """
    sent = form.appointment_id.data
    if sent is None:
        return service.nearest_appointment(couple, g.today, at)
    return get_or_404(Appointment, number_or_0(sent), couple_id=couple.id) if sent else None


@bp.post("/<int:session_id>")
def save(couple_id: int, session_id: int) -> ResponseReturnValue:
    """Save a session's facts and note: by itself as one types, or by its button.

    What was sent is read first: whoever asks for the session holds up everyone else who writes.
    """
    form = SessionForm()
    form.validate()
    session = service.session_in(couple_id, session_id)
    try:
        note = keep(session, form)
    except Conflict:
        return conflict(session, form)
    except Refused as reason:
        form.refuse(reason)
        return what_is_wrong(form) if is_autosave() else mending_page(session, form)
    told = saved(note, parts_of(session, note) if db.session.is_modified(session) else {})
    if form.errors:
        return saved_in_part(session, form, note, told)
    return jsonify(told) if is_autosave() else redirect(page_of(session), code=303)


def keep(session: TherapySession, form: SessionForm) -> ProgressNote:
    """Save what is right of a form that was validated; what cannot be true is said at its field."""
    facts, waiting = true_facts(session, form.facts(session), g.today)
    for name, why in waiting.items():
        form.refuse(Refused(why, name))
    words = form.words(session)
    return service.save(session, facts, words, form.version_shown(), g.today, clock.now())


def saved(note: Any, parts: Mapping[str, str]) -> dict[str, Any]:
    """What an autosave is told: the version that now stands, when it was saved, and the parts of
    the page that follow from what was changed."""
    at = clock.in_zone(note.saved_at, g.time_zone).time()
    told = {"parts": parts} if parts else {}
    return {"version": note.version, "saved_at": clock_time(at), **told}


def parts_of(session: TherapySession, note: ProgressNote) -> dict[str, str]:
    """What the page says of the meeting, by the ids of its places, after the meeting changed."""
    couple = session.couple
    shown = {
        "session": session,
        "couple": couple,
        "format_name": FORMAT_NAMES[note.format],
        "kind": kind_label(SessionKind(session.kind), *told_apart(couple).values()),
    }
    return {
        place: render_template(f"sessions/{part}.html", **shown) for place, part in PARTS.items()
    }


def saved_in_part(
    session: TherapySession, form: SessionForm, note: ProgressNote, told: dict[str, Any]
) -> Response:
    """All that is right is kept, though the answer is no success; the rest waits at its field."""
    unit_of_work.commit_now()
    form.is_saved_in_part = True
    form.show_version(note.version)
    if is_autosave():
        return what_is_wrong(form, **told)
    return mending_page(session, form)


def what_is_wrong(form: PracticeForm, **more: Any) -> Response:
    """What an autosave is told of the fields that are not saved: the first error of each."""
    errors = {name or "": str(why[0]) for name, why in form.errors.items() if why}
    return make_response(jsonify(errors=errors, **more), 422)


def mending_page(session: TherapySession, form: SessionForm, **context: Any) -> Response:
    """The form alone, with everything that was typed."""
    note = service.note_of(session)
    log_view("viewed", note)
    return form_page(
        "sessions/mend.html",
        form.made_for(session.couple, g.time_zone),
        session=session,
        couple=session.couple,
        note=note,
        sections=form.arranged_with(note),
        **context,
    )


def conflict(session: TherapySession, form: SessionForm) -> Response:
    """Another window saved first: show both texts, overwrite neither."""
    note = service.note_of(session)
    form.name_partners(session.couple)
    words = form.words(session)
    clashes = [
        {"key": key, "name": SECTIONS[key], "mine": mine, "theirs": getattr(note, key)}
        for key, mine in words.sections.items()
        if mine != getattr(note, key)
    ] + form.differing_facts(session)
    if is_autosave():
        log_view("viewed", note)
        return both_texts(clashes, note.version)
    form.show_version(note.version)
    page = mending_page(session, form, clashes=clashes)
    page.status_code = 409
    return page


def both_texts(clashes: list[dict[str, str]], version: int) -> Response:
    """What an autosave is told when another window was first: the version, and a panel of both."""
    panel = render_template("sessions/_conflict.html", clashes=clashes)
    return make_response(jsonify(version=version, panel=panel), 409)


@bp.get("/<int:session_id>/sections")
def sections(couple_id: int, session_id: int) -> ResponseReturnValue:
    """The note's sections, as its format now arranges them."""
    session = service.session_in(couple_id, session_id)
    note = service.note_of(session)
    log_view("viewed", note)
    return render_template(
        "sessions/_sections.html", form=filled(session, note), sections=arranged(note)
    )


@bp.post("/<int:session_id>/obstacles")
def tag(couple_id: int, session_id: int) -> ResponseReturnValue:
    """Tag an obstacle, untag it, or say who and how strong."""
    session = service.session_in(couple_id, session_id)
    form = SightingForm()
    if form.validate_on_submit():
        sent = request.form
        try:
            service.tag_obstacle(
                session,
                form.obstacle.data or "",
                on={"1": True, "0": False}.get(sent.get("on", "")),
                who=sent.get("who"),
                strength=strength_sent(sent.get("strength")),
                words=form.words.data if "words" in sent else None,
            )
        except Refused as reason:
            form.refuse(reason)
    if form.errors:
        return not_tagged(session, form)
    if not wants_fragment():
        return redirect(page_of(session) + "#obstacles", code=303)
    if not {"on", "who", "strength"} & set(request.form):
        return "", 204  # words alone: the writer has gone on, and nothing may move under them
    log_view(
        "viewed", session
    )  # the panel shows all that was tagged, whether or not this changed it
    panel = obstacles_of(session, session.couple)
    answer = make_response(render_template("sessions/_tapped.html", **panel))
    answer.headers["HX-Trigger"] = "sightings-changed"
    return answer


def not_tagged(session: TherapySession, form: SightingForm) -> Response:
    """Nothing was tagged: why, and the words that were typed."""
    log_view("viewed", session)
    error = str(next(iter(form.errors.values()))[0])
    if not wants_fragment():
        return error_page(422, (error, "Nothing was changed.", "Go back and correct it."))
    typed = {form.obstacle.data: form.words.data}
    panel = obstacles_of(session, session.couple) | {"error": error, "typed": typed}
    return make_response(render_template("sessions/_tapped.html", **panel), 422)


def strength_sent(text: str | None) -> int | None:
    """The strength a button sent: None when it is not about strength, 0 for not stated."""
    if text is None:
        return None
    return int(text) if text in {"1", "2", "3"} else 0 if text == "" else -1


def obstacles_of(session: AnySession, couple: OfACouple) -> dict[str, Any]:
    """What the obstacle panel shows: every obstacle, and which are tagged on this session."""
    return {
        "session": session,
        "couple": couple,
        "obstacles": OBSTACLES,
        "core": CORE_OBSTACLES,
        "others": OTHER_OBSTACLES,
        "tagged": seen_on(session),
        "trends": trends_to(couple, session),
        "is_signed": session.is_signed,
    }


@bp.post("/<int:session_id>/sign")
def sign(couple_id: int, session_id: int) -> ResponseReturnValue:
    """Save what is on the page, then put the clinician's name to it."""
    session = service.session_in(couple_id, session_id)
    form = SessionForm()
    form.validate()
    note = None
    try:
        note = keep(session, form)
        if not form.errors:
            signing.sign(session, note, current_user, clock.now())
    except Conflict:
        return conflict(session, form)
    except Refused as reason:
        form.refuse(reason)
    if note is None:
        return mending_page(session, form)
    if form.errors:
        return saved_in_part(session, form, note, saved(note, {}))
    flash("The note is signed. What follows is an addendum.")
    return redirect(page_of(session), code=303)


@bp.route("/<int:session_id>/addenda", methods=["GET", "POST"])
def amend(couple_id: int, session_id: int) -> ResponseReturnValue:
    """Add to a signed note."""
    session = service.session_in(couple_id, session_id)
    log_view("viewed", session)
    form = AddendumForm()
    if form.validate_on_submit():
        try:
            signing.add_addendum(
                session, form.text.data or "", current_user, clock.now(), form.once.data or ""
            )
        except Refused as reason:
            form.refuse(reason)
        else:
            flash("The addendum is signed and stands under the note.")
            return redirect(page_of(session), code=303)
    return form_page("sessions/amend.html", form, session=session, couple=session.couple)


@bp.route("/<int:session_id>/psychotherapy-note", methods=["GET", "POST"])
def psychotherapy(couple_id: int, session_id: int) -> ResponseReturnValue:
    """The clinician's own note of a session, kept apart from the record."""
    session = service.session_in(couple_id, session_id)
    note = service.psychotherapy_note_of(session, current_user)
    form = PsychotherapyNoteForm(
        data={"text": note.text if note else "", "version": note.version if note else 0}
    )
    log_view("viewed own psychotherapy note of", session)
    clash = None
    if form.validate_on_submit():
        try:
            note = service.write_psychotherapy_note(
                session, current_user, form.text.data or "", form.version_shown(), clock.now()
            )
        except Conflict:
            note = service.psychotherapy_note_of(session, current_user)
            clash = {"mine": form.text.data or "", "theirs": note.text if note else ""}
            return psychotherapy_conflict(session, form, clash, note.version if note else 0)
        if is_autosave():
            return jsonify(saved(note, {}))
        flash("Your note is kept.")
        return redirect(page_of(session), code=303)
    if is_autosave() and form.errors:
        return what_is_wrong(form)
    return form_page(
        "sessions/psychotherapy.html", form, session=session, couple=session.couple, clash=clash
    )


def psychotherapy_conflict(
    session: TherapySession, form: PsychotherapyNoteForm, clash: dict[str, str], version: int
) -> Response:
    """Another window of the same author saved first: both texts."""
    if is_autosave():
        return both_texts([{"key": "text", "name": "Your note", **clash}], version)
    form.show_version(version)
    page = form_page(
        "sessions/psychotherapy.html", form, session=session, couple=session.couple, clash=clash
    )
    page.status_code = 409
    return page
