"""Pages that gather from several rooms: Today, the couple's file, the session page."""

from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import bindparam, select

from practice import clock
from practice.access.load import get_or_404
from practice.access.prepared import PreparedQuery, columns_of, get_row_or_404
from practice.assignments import service as homework_service
from practice.audit.service import current_actor, log_view
from practice.casefile import file
from practice.casefile.timeline import timeline
from practice.casefile.today import day_of
from practice.casefile.trends import trends, trends_on
from practice.couples.couple_row import show_couple
from practice.couples.models import Couple
from practice.couples.names import both_told_apart, told_apart
from practice.couples.notices import notices
from practice.couples.safety import gate
from practice.courses import enrollments
from practice.formatting import clock_time
from practice.forms import new_once
from practice.homework.panels import given_panel, proposal_in, review_panel, suggestion_panel
from practice.identity.permissions import Permission, a_room_for
from practice.sessions import service as session_service
from practice.sessions import signing
from practice.sessions.forms import filled, kind_label
from practice.sessions.models import NoteAddendum, TherapySession
from practice.sessions.note_formats import FORMAT_NAMES, arranged
from practice.sessions.rows import AddendumRow, NoteRow, SessionRow
from practice.sessions.views import obstacles_of
from practice.suggestions.ranking import meta_line
from practice.vocabulary import SessionKind
from practice.worksheets.sheets import copies_of, copy_name

bp = Blueprint("casefile", __name__)
a_room_for(bp, Permission.READ_FILES, Permission.WRITE_FILES)


@bp.get("/")
def today() -> ResponseReturnValue:
    """Who comes today and next, and what waits."""
    day = day_of(current_actor()[1] or 0, g.today)
    log_view("viewed", "today", couples=day.couple_ids)
    return render_template("casefile/today.html", day=day, notices=notices())


@bp.get("/couples/<int:couple_id>")
def show(couple_id: int) -> ResponseReturnValue:
    """A couple's file: its timeline, and what stands beside it."""
    couple = show_couple(couple_id)
    log_view("viewed", f"couple:{couple_id}", couple_id)
    before = request.args.get("before", type=int)
    shown = timeline(couple, before)
    return render_template(
        "casefile/show.html",
        couple=couple,
        timeline=shown,
        trends=trends_on(couple, shown.entries) if before is None else trends(couple),
        begun=file.begun_today(couple_id, g.today) if before else shown.begun_on(g.today),
        out=shown.out,
        is_first_page=before is None,
        meta_line=meta_line,
    )


@bp.get("/couples/<int:couple_id>/homework")
def homework(couple_id: int) -> ResponseReturnValue:
    """All that a couple was given, how it went, and the sheets to print again."""
    couple = get_or_404(Couple, couple_id)
    log_view("viewed homework of", couple)
    assignments = homework_service.assignments_of(couple.id)
    courses = enrollments.courses_of(couple.id)
    now = next((one for one in courses if one.ended_on is None), None)
    return render_template(
        "casefile/homework.html",
        courses=courses,
        begun=file.begun_today(couple.id, g.today),
        proposal=proposal_in(now, gate(couple), None) if now and couple.is_open else None,
        **review_panel(couple, None, assignments),
        copies_of=copies_of,
        copy_name=copy_name,
    )


@bp.get("/couples/<int:couple_id>/sessions/<int:session_id>")
def session(couple_id: int, session_id: int) -> ResponseReturnValue:
    """One session: last homework first, what got in the way, the note, what to take home."""
    found = get_row_or_404(TherapySession, SessionRow, session_id, couple_id=couple_id)
    couple = show_couple(couple_id)
    note = session_service.shown_note(found)
    log_view("viewed", f"therapy_session:{session_id}", couple_id)
    return render_template(
        "casefile/session.html",
        form=None if found.is_signed else filled(found, note).made_for(couple, g.time_zone),
        note=note,
        sections=arranged(note),
        format_name=FORMAT_NAMES[note.format],
        saved_at=clock_time(clock.in_zone(note.saved_at, g.time_zone).time()),
        **signed_part(found, note),
        kind=kind_label(SessionKind(found.kind), *told_apart(couple).values()),
        has_own_note=session_service.has_psychotherapy_note(found),
        **{
            **obstacles_of(found, couple),
            **review_panel(couple, found, homework_service.to_review(found)),
            **given_panel(found, couple),
            **suggestion_panel(found, couple),
        },
    )


def signed_part(session: SessionRow, note: NoteRow) -> dict[str, Any]:
    """What is signed of a session, and whether it still is what was signed."""
    if not session.is_signed:
        return {"signature": None, "addenda": [], "as_signed": True}
    signature = signing.signature_of(session)
    seen = signing.sightings_of(session)
    return {
        "signature": signature,
        "addenda": addenda_of(session.id),
        "as_signed": signing.is_unchanged(session, note, seen, signature),
        "addendum_as_signed": signing.is_addendum_unchanged,
    }


ADDENDA = PreparedQuery(
    AddendumRow,
    select(*columns_of(NoteAddendum, AddendumRow))
    .where(NoteAddendum.session_id == bindparam("session_id"))
    .order_by(NoteAddendum.id),
)


def addenda_of(session_id: int) -> list[AddendumRow]:
    """The rows of what was added to a signed note, oldest first."""
    return ADDENDA.rows(session_id=session_id)


@bp.app_context_processor
def words_of_the_file() -> dict[str, Any]:
    """What any page may ask for: a file's header, its partners' names, and a mark for a form."""
    return {
        "file_header": lambda couple: file.header(couple, g.today),
        "told_apart": told_apart,
        "both_told_apart": both_told_apart,
        "new_once": new_once,
    }
