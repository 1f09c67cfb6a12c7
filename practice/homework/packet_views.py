"""A couple's packet on the web: what goes in, how far it is, and the packet itself."""

from flask import Response, abort, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from practice import clock, handouts
from practice.access.load import get_or_404
from practice.assignments import service
from practice.audit.service import log_view
from practice.couples.models import Couple
from practice.couples.safety import gate
from practice.database.unit_of_work import commit_now
from practice.errors import Refused
from practice.forms import form_page, wants_fragment
from practice.homework.blueprint import bp
from practice.homework.packet_forms import PacketForm, empty_packet
from practice.worksheets import packets
from practice.worksheets.packets import Making, bindery

bp.record(lambda state: packets.init_app(state.app))


@bp.route("/couples/<int:couple_id>/packet", methods=["GET", "POST"])
def packet(couple_id: int) -> ResponseReturnValue:
    """Choose what goes into a couple's packet, and have it made."""
    couple = get_or_404(Couple, couple_id)
    log_view("viewed homework of", couple)
    assignments = service.assignments_of(couple.id)
    handouts.get_ready()
    form = PacketForm(data={"reader": "couple", "size": ""}).offer(couple, assignments)
    if form.validate_on_submit():
        try:
            sheets = form.sheets(couple, assignments, current_user)
        except Refused as reason:
            form.refuse(reason)
        else:
            reader, large = form.reader.data, form.size.data == "large"
            cover = empty_packet(couple, reader, current_user, large)
            log_view("printed", couple, packet=[sheet.title for _, sheet in sheets], copy=reader)
            making = bindery().begin(
                handouts.current_renderer(), cover, sheets, current_user.id, couple.id, clock.now()
            )
            return redirect(address_of(making), code=303)
    return form_page("homework/packet.html", form, couple=couple, gate=gate(couple))


def address_of(making: Making) -> str:
    """The page that shows how far a packet is."""
    return url_for("homework.packet_state", couple_id=making.couple_id, name=making.name)


def making_or_404(couple_id: int, name: str) -> tuple[Couple, Making]:
    """The packet of that name, which its maker alone may see."""
    couple = get_or_404(Couple, couple_id)
    making = bindery().find(name, current_user.id, couple.id, clock.now())
    if making is None:
        abort(404)
    return couple, making


@bp.get("/couples/<int:couple_id>/packet/<name>")
def packet_state(couple_id: int, name: str) -> ResponseReturnValue:
    """How far a packet is; once it is ready, the way to it. The part alone when htmx asks."""
    couple, making = making_or_404(couple_id, name)
    log_view("viewed", couple)
    template = "homework/_packet_state.html" if wants_fragment() else "homework/packet_state.html"
    answer = make_response(render_template(template, couple=couple, making=making))
    if wants_fragment() and making.sealed:
        answer.headers["HX-Redirect"] = packet_address(making)
    return answer


def packet_address(making: Making) -> str:
    """Where a packet opens."""
    return url_for("homework.packet_pdf", couple_id=making.couple_id, name=making.name)


@bp.get("/couples/<int:couple_id>/packet/<name>.pdf")
def packet_pdf(couple_id: int, name: str) -> ResponseReturnValue:
    """A packet as a PDF in the browser; how far it is while it is not ready."""
    _, making = making_or_404(couple_id, name)
    if not making.sealed:
        return packet_state(couple_id, name)
    log_view("printed", get_or_404(Couple, couple_id), packet=making.total - 1)
    commit_now()
    answer = Response(bindery().opened(making), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="packet.pdf"'
    return answer


@bp.post("/couples/<int:couple_id>/packet/<name>/stop")
def stop_packet(couple_id: int, name: str) -> ResponseReturnValue:
    """Stop a packet that is being made."""
    _, making = making_or_404(couple_id, name)
    making.stop.set()
    return redirect(url_for("homework.packet", couple_id=couple_id), code=303)
