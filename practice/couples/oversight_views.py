"""Beyond the care team: the front desk, an emergency, supervision, and the custodian."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import SelectField

from practice import clock
from practice.audit.service import log_view
from practice.couples import emergency, front_desk, handover, supervision
from practice.couples.forms import EmergencyForm, HandoverForm, SupervisionForm, choices
from practice.couples.models import Handover
from practice.couples.notices import notices
from practice.couples.views import bp
from practice.errors import Refused
from practice.forms import PracticeForm, form_page
from practice.identity.fresh_login import needs_recent_sign_in
from practice.identity.models import User
from practice.identity.permissions import CLINICIAN, SUPERVISOR, Permission, a_room_for, needs
from practice.practice_admin import users
from practice.practice_admin.service import name_custodian

people_bp = Blueprint("care_of_people", __name__)
a_room_for(people_bp, Permission.MANAGE_PEOPLE)
NOBODY = 0


class CustodianForm(PracticeForm):
    """Who would look after psychotherapy notes."""

    custodian_id = SelectField("Custodian", coerce=int)


@bp.get("/desk")
@needs(Permission.SEE_DESK)
def desk() -> ResponseReturnValue:
    """Who comes in the next two weeks, and how to reach them. Nothing they told anyone."""
    meetings = front_desk.coming(g.practice.id, g.today)
    log_view("viewed", "desk")
    return render_template("couples/desk.html", meetings=meetings, notices=notices())


@bp.route("/couples/emergency", methods=["GET", "POST"])
@needs(Permission.OPEN_IN_EMERGENCY)
def open_in_emergency() -> ResponseReturnValue:
    """Open a file that is not one's own, to read, for an hour."""
    form = EmergencyForm()
    if form.validate_on_submit():
        user = current_user._get_current_object()
        try:
            couple_id = emergency.open_in_emergency(
                user, form.name.data or "", form.reason.data or "", now=clock.now()
            )
        except Refused as reason:
            form.refuse(reason)
        else:
            flash("The file is open to you for an hour, to read. The owner is told.")
            return redirect(url_for("casefile.show", couple_id=couple_id), 303)
    return form_page("couples/emergency.html", form)


def forms() -> tuple[SupervisionForm, CustodianForm]:
    """The two forms of the Care page, with the colleagues who can be chosen."""
    everyone = [one for one in users.colleagues(g.practice.id) if one.active]
    supervising, keeping = SupervisionForm(), CustodianForm(custodian_id=g.practice.custodian_id)
    supervising.offer(
        [one for one in everyone if one.has_role(SUPERVISOR)],
        [one for one in everyone if one.has_role(CLINICIAN)],
    )
    nobody = [(NOBODY, "Nobody yet")]
    keeping.custodian_id.choices = choices(nobody + [(one.id, one.signature) for one in everyone])
    return supervising, keeping


@people_bp.get("/care")
def care() -> ResponseReturnValue:
    """Emergencies to look at, who supervises whom, and the custodian."""
    return care_page(*forms())


def care_page(supervising: SupervisionForm, keeping: CustodianForm) -> ResponseReturnValue:
    """The page with both forms."""
    return form_page(
        "couples/care.html",
        supervising if supervising.errors else keeping,
        supervising=supervising,
        keeping=keeping,
        pairs=supervision.supervisions(g.practice.id),
        emergencies=emergency.to_review(g.practice.id),
        handovers=handover.hand_overs(g.practice.id),
        local=lambda moment: clock.in_zone(moment, g.practice.time_zone),
    )


@people_bp.post("/care/supervision")
@needs_recent_sign_in
def supervise() -> ResponseReturnValue:
    """Let a supervisor read the files of a clinician's couples."""
    supervising, keeping = forms()
    if supervising.validate_on_submit():
        supervisor = users.colleague(g.practice.id, supervising.supervisor_id.data)
        clinician = users.colleague(g.practice.id, supervising.clinician_id.data)
        try:
            supervision.supervise(supervisor, clinician, now=clock.now())
        except Refused as reason:
            supervising.refuse(reason)
        else:
            flash(f"{supervisor.name} reads the files of {clinician.name}’s couples.")
            return redirect(url_for("care_of_people.care"), 303)
    return care_page(supervising, keeping)


@people_bp.post("/care/supervision/<int:supervisor_id>/<int:clinician_id>/end")
def end_supervision(supervisor_id: int, clinician_id: int) -> ResponseReturnValue:
    """Close those files to the supervisor again."""
    supervision.end_supervision(g.practice.id, supervisor_id, clinician_id)
    flash("That supervision is over.")
    return redirect(url_for("care_of_people.care"), 303)


@people_bp.post("/care/emergencies/<int:access_id>/reviewed")
def reviewed(access_id: int) -> ResponseReturnValue:
    """Say that one has looked at an emergency."""
    emergency.mark_reviewed(g.practice.id, access_id, now=clock.now())
    flash("Marked as looked at.")
    return redirect(url_for("care_of_people.care"), 303)


@people_bp.post("/care/custodian")
@needs_recent_sign_in
def custodian() -> ResponseReturnValue:
    """Name the custodian."""
    supervising, keeping = forms()
    if keeping.validate_on_submit():
        chosen = keeping.custodian_id.data
        colleague = users.colleague(g.practice.id, chosen) if chosen != NOBODY else None
        try:
            name_custodian(g.practice, colleague)
        except Refused as reason:
            keeping.refuse(reason)
        else:
            flash("The custodian is saved.")
            return redirect(url_for("care_of_people.care"), 303)
    return care_page(supervising, keeping)


@people_bp.route("/care/hand-over", methods=["GET", "POST"])
@needs_recent_sign_in
def hand_over() -> ResponseReturnValue:
    """Start to hand over what a clinician who died or left looked after and wrote apart."""
    gone = handover.who_could_hand_over(g.practice.id)
    form = HandoverForm()
    form.clinician_id.choices = choices((one.id, one.signature) for one in gone)
    if form.validate_on_submit():
        try:
            started = start_of(form)
        except Refused as reason:
            form.refuse(reason)
        else:
            flash(f"{started.custodian.name} is asked to accept it.")
            return redirect(url_for("care_of_people.care"), 303)
    return form_page(
        "couples/hand_over.html", form, gone=gone, custodian=named_custodian(), today=g.today
    )


def start_of(form: HandoverForm) -> Handover:
    """Start what the form says."""
    clinician = users.colleague(g.practice.id, form.clinician_id.data)
    me = current_user._get_current_object()
    return handover.start(clinician, me, form.occasion(), now=clock.now(), today=g.today)


def named_custodian() -> User | None:
    """Whoever is named as custodian, if anyone is."""
    named = g.practice.custodian_id
    return users.colleague(g.practice.id, named) if named else None


@people_bp.post("/care/hand-over/<int:handover_id>/take-back")
def take_back_hand_over(handover_id: int) -> ResponseReturnValue:
    """End a hand-over that nobody has accepted yet."""
    handover.take_back(g.practice.id, handover_id, now=clock.now())
    flash("The hand-over is taken back.")
    return redirect(url_for("care_of_people.care"), 303)
