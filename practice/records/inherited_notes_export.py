"""The custodian's copy of psychotherapy notes that were handed over, as text."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from practice.audit.service import log_view
from practice.couples import handover
from practice.couples.models import Handover
from practice.formatting import full_date
from practice.identity.fresh_login import needs_recent_sign_in
from practice.identity.permissions import Permission, needs
from practice.records.reading import under_a_rule
from practice.records.views import bp, handed_over
from practice.sessions.inherited_notes import HandedOver, notes_in


@bp.post("/handed-over/<int:handover_id>/copy")
@needs(Permission.WRITE_FILES)
@needs_recent_sign_in
def take_handed_over(handover_id: int) -> ResponseReturnValue:
    """All that came with a hand-over, in a file of its own."""
    found = handover.handed_to(current_user._get_current_object(), handover_id)
    notes = notes_in(found)
    if not notes:
        return redirect(url_for("handed_over.show", handover_id=handover_id), 303)
    log_view("exported handed-over notes", found, notes=len(notes))
    for couple_id in sorted({one.couple_id for one in notes}):
        log_view("exported handed-over notes", f"couple:{couple_id}", couple_id)
    text = as_text(found, notes).encode()
    return handed_over(text, "text/plain; charset=utf-8", "handed-over-notes.txt")


def as_text(found: Handover, notes: list[HandedOver]) -> str:
    """The notes one after the other, under whose they were."""
    lines = [
        f"Psychotherapy notes of {found.clinician.signature}, kept apart from the record",
        f"(45 CFR 164.501). Handed over to {found.custodian.signature}.",
        "",
    ]
    for one in notes:
        when = f"{one.couple}, session {one.session}, {full_date(one.held_on)}"
        lines += under_a_rule(when, one.text)
    return "\n".join(lines)
