"""A couple's packet on the web: what goes in, how far it is, and the packet itself."""

from flask import Response, abort, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from practice import handouts
from practice.access.load import get_or_404
from practice.assignments import service
from practice.audit.service import log_view
from practice.couples.models import Couple
from practice.couples.safety import gate
from practice.errors import Refused
from practice.forms import form_page, wants_fragment
from practice.homework.blueprint import bp
from practice.homework.packet_forms import PacketForm
from practice.jobs.models import Job
from practice.jobs.service import result_of, stop
from practice.worksheets.packets import begin_packet, chosen_sheets, find_packet


@bp.route("/couples/<int:couple_id>/packet", methods=["GET", "POST"])
def packet(couple_id: int) -> ResponseReturnValue:
    """Choose what goes into a couple's packet, and have it made."""
    couple = get_or_404(Couple, couple_id)
    log_view("viewed homework of", couple)
    assignments = service.assignments_of(couple.id)
    handouts.get_ready()
    form = PacketForm(data={"reader": "couple", "size": ""}).offer(couple, assignments)
    if form.validate_on_submit():
        order = form.order(couple, assignments)
        try:
            sheets = chosen_sheets(order, couple, current_user.id)
        except Refused as reason:
            form.refuse(reason)
        else:
            titles = [sheet.title for _, sheet in sheets]
            log_view("printed", couple, packet=titles, copy=order.reader)
            job = begin_packet(order, len(sheets))
            return redirect(address_of(couple.id, job), code=303)
    return form_page("homework/packet.html", form, couple=couple, gate=gate(couple))


def address_of(couple_id: int, job: Job) -> str:
    """The page that shows how far a packet is."""
    return url_for("homework.packet_state", couple_id=couple_id, name=job.name)


def packet_or_404(couple_id: int, name: str) -> tuple[Couple, Job]:
    """The packet of that name, which its maker alone may see."""
    couple = get_or_404(Couple, couple_id)
    job = find_packet(couple.id, name)
    if job is None:
        abort(404)
    return couple, job


@bp.get("/couples/<int:couple_id>/packet/<name>")
def packet_state(couple_id: int, name: str) -> ResponseReturnValue:
    """How far a packet is; once it is ready, the way to it. The part alone when htmx asks."""
    couple, job = packet_or_404(couple_id, name)
    log_view("viewed", couple)
    template = "homework/_packet_state.html" if wants_fragment() else "homework/packet_state.html"
    answer = make_response(render_template(template, couple=couple, job=job))
    if wants_fragment() and job.is_ready:
        answer.headers["HX-Redirect"] = url_for(
            "homework.packet_pdf", couple_id=couple_id, name=name
        )
    return answer


@bp.get("/couples/<int:couple_id>/packet/<name>.pdf")
def packet_pdf(couple_id: int, name: str) -> ResponseReturnValue:
    """A packet as a PDF in the browser; how far it is while it is not ready."""
    _, job = packet_or_404(couple_id, name)
    if not job.is_ready:
        return packet_state(couple_id, name)
    log_view("printed", get_or_404(Couple, couple_id), packet=job.progress["total"] - 1)
    answer = Response(result_of(job), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="packet.pdf"'
    return answer


@bp.post("/couples/<int:couple_id>/packet/<name>/stop")
def stop_packet(couple_id: int, name: str) -> ResponseReturnValue:
    """Stop a packet that is being made."""
    _, job = packet_or_404(couple_id, name)
    stop(job)
    return redirect(url_for("homework.packet", couple_id=couple_id), code=303)
