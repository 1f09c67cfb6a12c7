"""What was handed over to a custodian: accepted, listed, and read one note at a time."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from practice import clock
from practice.audit.service import log_view
from practice.couples import handover
from practice.couples.models import Handover
from practice.identity.fresh_login import needs_recent_sign_in
from practice.identity.permissions import Permission, a_room_for
from practice.sessions.inherited_notes import notes_in

bp = Blueprint("handed_over", __name__, url_prefix="/handed-over")
a_room_for(bp, Permission.WRITE_FILES)


def handed_to_me(handover_id: int) -> Handover:
    """A hand-over to whoever asks; 404 otherwise."""
    return handover.handed_to(current_user._get_current_object(), handover_id)


@bp.get("/<int:handover_id>")
def show(handover_id: int) -> ResponseReturnValue:
    """What is handed over: to be accepted, or the notes there are."""
    found = handed_to_me(handover_id)
    log_view("viewed", found)
    notes = notes_in(found) if found.accepted_at else []
    couples = len(handover.looked_after_by(found.clinician_id))
    return render_template(
        "sessions/handed_over.html", handover=found, notes=notes, couples=couples
    )


@bp.post("/<int:handover_id>/accept")
@needs_recent_sign_in
def accept(handover_id: int) -> ResponseReturnValue:
    """Accept it."""
    found = handed_to_me(handover_id)
    handover.accept(found, now=clock.now())
    flash(f"You look after what {found.clinician.name} left behind from now on.")
    return redirect(url_for("handed_over.show", handover_id=handover_id), 303)


@bp.get("/<int:handover_id>/notes/<int:note_id>")
def note(handover_id: int, note_id: int) -> ResponseReturnValue:
    """One psychotherapy note that was handed over, to read."""
    found = handed_to_me(handover_id)
    notes = notes_in(found, note_id)
    if not notes:
        handover.turn_away(handover_id)
    log_view("viewed handed-over", f"psychotherapy_note:{note_id}", notes[0].couple_id)
    return render_template("sessions/handed_over_note.html", handover=found, note=notes[0])
