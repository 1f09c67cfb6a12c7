"""The couples room's pages: the list; a file's details, safety, privacy, team, appointments."""

from dataclasses import asdict

from flask import (
    Blueprint,
    abort,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from practice import clock
from practice.access.load import get_or_404
from practice.access.team import STAYING
from practice.audit.service import current_actor, log_view
from practice.couples import closing, diary, listing, safety, service
from practice.couples import team as care_team
from practice.couples.forms import (
    LANGUAGES,
    SAFE,
    AppointForm,
    ChangeAppointmentForm,
    ChangeForm,
    CloseForm,
    JoinForm,
    LeaveForm,
    OpenForm,
    PolicyForm,
    ScreenForm,
    SearchForm,
)
from practice.couples.models import Appointment, Couple
from practice.couples.names import both_told_apart, told_apart
from practice.couples.partner_details import details_of
from practice.errors import Conflict, Refused
from practice.formatting import clock_time, weekday_date
from practice.forms import LINE_LENGTH, form_page
from practice.identity.permissions import Permission, a_room_for, may, needs
from practice.vocabulary import WARNING_SIGNS, Letter, ScreenOutcome, SecretsPolicyKind

bp = Blueprint("couples", __name__)
a_room_for(bp, Permission.READ_FILES, Permission.WRITE_FILES)
POLICY_KINDS = {kind.value: kind.label for kind in SecretsPolicyKind}
#: How many appointments the details show, the latest first.
SHOWN = 12
UNNAMED = {"a": "partner A", "b": "partner B"}


def open_file(couple_id: int) -> Couple:
    """A couple of one's own caseload, with the look written to the audit log."""
    couple = get_or_404(Couple, couple_id)
    log_view("viewed", couple)
    return couple


def back_to_file(couple: Couple) -> ResponseReturnValue:
    """To the couple's file, after a change."""
    return redirect(url_for("casefile.show", couple_id=couple.id), code=303)


@bp.get("/couples")
def index() -> ResponseReturnValue:
    """The couples of one's caseload."""
    show = request.args.get("show", "open")
    if show not in listing.SHOWN:
        show = "open"
    found = listing.list_couples(show, g.today, request.args.get("page", 1, type=int))
    log_view("listed", "couples", couples=[row.couple_id for row in found.rows])
    return render_template("couples/index.html", found=found, show=show, form=SearchForm())


@bp.post("/couples/search")
@needs(Permission.READ_FILES)
def search() -> ResponseReturnValue:
    """The couples in whose names the words appear, open or closed."""
    form = SearchForm()
    form.validate_on_submit()
    words = (form.q.data or "")[:LINE_LENGTH]
    found = listing.list_couples("all" if words else "open", g.today, words=words)
    log_view("searched", "couples", couples=[row.couple_id for row in found.rows])
    page = "couples/list.html" if "HX-Request" in request.headers else "couples/index.html"
    show = "" if words else "open"
    return render_template(page, found=found, show=show, words=words, form=form)


@bp.route("/couples/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Open a file for a couple."""
    form = OpenForm(opened_on=g.today)
    form.call_them(UNNAMED)
    if form.validate_on_submit():
        try:
            couple = service.open_couple(
                form.details(),
                form.policy.data,
                opened_by=current_actor()[1] or 0,
                today=g.today,
                now=clock.now(),
                once=form.once.data,
                confirmed=form.confirmed.data or "",
            )
        except Conflict:
            opened = service.opened_by_form(form.once.data or "")
            return changed_meanwhile(opened, ChangeForm()) if opened else abort(404)
        except Refused as reason:
            form.refuse(reason)
        else:
            flash(f"The file of {both_told_apart(couple)} is open.")
            return back_to_file(couple)
    return form_page("couples/new.html", form)


@bp.route("/couples/<int:couple_id>/edit", methods=["GET", "POST"])
def edit(couple_id: int) -> ResponseReturnValue:
    """Change what is written down about a couple."""
    couple = open_file(couple_id)
    form = ChangeForm(data=asdict(details_of(couple)) | {"version": couple.version})
    form.call_them(told_apart(couple))
    if form.validate_on_submit():
        try:
            service.change_couple(
                couple,
                form.details(),
                shown=form.version_shown(),
                today=g.today,
                confirmed=form.confirmed.data or "",
            )
        except Conflict:
            return changed_meanwhile(couple, form)
        except Refused as reason:
            form.refuse(reason)
        else:
            flash("Saved.")
            return redirect(url_for("couples.details", couple_id=couple.id), code=303)
    return form_page("couples/edit.html", form, couple=couple)


def changed_meanwhile(couple: Couple, form: ChangeForm) -> ResponseReturnValue:
    """Both texts, whole, where they differ; saving again keeps what is in the form."""
    form.version.data = str(couple.version)
    form.call_them(told_apart(couple))
    differences = form.differences(details_of(couple))
    page = render_template("couples/edit.html", form=form, couple=couple, differences=differences)
    return make_response(page, 409)


@bp.get("/couples/<int:couple_id>/details")
def details(couple_id: int) -> ResponseReturnValue:
    """Everything written down about a couple, to read."""
    couple = open_file(couple_id)
    unfinished = closing.still_open(couple, g.today) if couple.is_open else []
    return render_template(
        "couples/details.html",
        couple=couple,
        names=told_apart(couple),
        languages=dict(LANGUAGES),
        safe_words=dict(SAFE),
        signs=[WARNING_SIGNS[key].lower() for key in couple.warning_signs],
        policies=safety.policies_of(couple),
        kinds=POLICY_KINDS,
        team=care_team.team_of(couple),
        appointments=[
            (one, diary.became(one, g.today)) for one in diary.appointments_of(couple)[:SHOWN]
        ],
        takes_records=may(current_user, Permission.TAKE_RECORDS_OUT),
        unfinished=unfinished,
        closing=CloseForm(
            formdata=None,
            closed_on=g.today,
            because=couple.closed_because,
            confirmed=closing.mark_of(unfinished),
        ),
    )


@bp.post("/couples/<int:couple_id>/close")
def close(couple_id: int) -> ResponseReturnValue:
    """Close a file."""
    couple = open_file(couple_id)
    form = CloseForm()
    if form.validate_on_submit():
        try:
            service.close_couple(
                couple, **form.closing(), today=g.today, looked_at=form.looked_at()
            )
        except Refused as reason:
            form.refuse(reason)
        else:
            flash(f"The file of {both_told_apart(couple)} is closed. It can be reopened any time.")
            return back_to_file(couple)
    unfinished = closing.still_open(couple, g.today)
    return form_page("couples/close.html", form, couple=couple, unfinished=unfinished)


@bp.post("/couples/<int:couple_id>/reopen")
def reopen(couple_id: int) -> ResponseReturnValue:
    """Reopen a file."""
    couple = open_file(couple_id)
    service.reopen_couple(couple)
    flash(f"The file of {both_told_apart(couple)} is open again.")
    return back_to_file(couple)


@bp.route("/couples/<int:couple_id>/partners/<any(a,b):letter>/screen", methods=["GET", "POST"])
def screen(couple_id: int, letter: str) -> ResponseReturnValue:
    """One partner's safety screens: a new one, and the earlier ones below it."""
    couple = get_or_404(Couple, couple_id)
    partner = couple.a if letter == Letter.A else couple.b
    log_view("viewed screen", partner)
    form = ScreenForm(asked_on=g.today)
    name = told_apart(couple)[letter]
    form.seen_alone.label.text = f"Was {name} seen alone?"
    if form.validate_on_submit():
        try:
            safety.record_screen(
                couple,
                Letter(letter),
                by_user_id=current_actor()[1] or 0,
                today=g.today,
                looked_at=form.looked_at(),
                **form.found(),
            )
        except Refused as reason:
            form.refuse(reason)
        else:
            flash("The safety screen is recorded.")
            return redirect(request.path, code=303)
    earlier = [one for one in safety.screens_of(couple) if one.letter == letter]
    return form_page(
        "couples/screen.html",
        form,
        couple=couple,
        name=name,
        earlier=earlier,
        authors=safety.authors_of(earlier),
        outcomes={one.value: one.label for one in ScreenOutcome},
    )


@bp.route("/couples/<int:couple_id>/policy", methods=["GET", "POST"])
def policy(couple_id: int) -> ResponseReturnValue:
    """What is done with something one partner tells alone, and who has signed it."""
    couple = open_file(couple_id)
    agreed = safety.policies_of(couple)
    form = PolicyForm(obj=agreed[0] if agreed else None)
    form.call_them(told_apart(couple))
    if form.validate_on_submit():
        try:
            safety.agree_policy(couple, today=g.today, **form.agreed())
        except Refused as reason:
            form.refuse(reason)
        else:
            flash(f"{SecretsPolicyKind(form.kind.data).label}: saved.")
            return redirect(url_for("couples.details", couple_id=couple.id), code=303)
    names = told_apart(couple)
    return form_page(
        "couples/policy.html", form, couple=couple, names=names, agreed=agreed, kinds=POLICY_KINDS
    )


@bp.route("/couples/<int:couple_id>/team", methods=["GET", "POST"])
def team(couple_id: int) -> ResponseReturnValue:
    """Who may open this file."""
    couple = open_file(couple_id)
    form, leave = JoinForm(), LeaveForm()
    form.offer(care_team.who_could_join(couple))
    if leave.validate_on_submit() and leave.leaving.data:
        return take_off_team(couple, leave)
    if form.validate_on_submit():
        try:
            care_team.add_to_team(
                couple, form.user_id.data, now=clock.now(), until=form.end(g.practice.time_zone)
            )
        except Refused as reason:
            form.refuse(reason)
        else:
            flash("The care team has one more member.")
            return redirect(request.path, code=303)
    members = care_team.team_of(couple)
    zone = g.practice.time_zone
    return form_page(
        "couples/team.html",
        form,
        couple=couple,
        staying=STAYING,
        team=members,
        local=lambda moment: clock.in_zone(moment, zone),
    )


def take_off_team(couple: Couple, form: LeaveForm) -> ResponseReturnValue:
    """Take someone off the care team; for oneself, ask first."""
    members = {str(member.user_id): member for member in care_team.team_of(couple)}
    member = members.get(form.leaving.data or "")
    if member is None:
        return redirect(request.path, code=303)
    oneself = member.user_id == current_actor()[1]
    if oneself and len(members) > 1 and not form.confirmed.data:
        return render_template("couples/leave.html", couple=couple, form=form)
    try:
        care_team.remove_from_team(couple, member.user_id, now=clock.now())
    except Refused as reason:
        flash(str(reason), "error")
        return redirect(request.path, code=303)
    flash(f"{member.signature} is no longer on the care team of {both_told_apart(couple)}.")
    return redirect(url_for("couples.index") if oneself else request.path, code=303)


@bp.route("/couples/<int:couple_id>/appointments/new", methods=["GET", "POST"])
def appoint(couple_id: int) -> ResponseReturnValue:
    """Agree a time to meet."""
    couple = open_file(couple_id)
    form = AppointForm(data=diary.like_last_time(couple, g.today))
    form.call_them(told_apart(couple))
    if form.validate_on_submit():
        try:
            agreed = diary.appoint(
                couple,
                form.meeting(),
                today=g.today,
                now=clock.now(),
                once=form.once.data,
                looked_at=form.looked_at(),
            )
        except Refused as reason:
            form.refuse(reason)
        else:
            when = f"{weekday_date(agreed.on_day)}, {clock_time(agreed.at_time)}"
            flash(f"Next time with {both_told_apart(couple)}: {when}.")
            return back_to_file(couple)
    return form_page("couples/appoint.html", form, couple=couple)


@bp.route("/couples/<int:couple_id>/appointments/<int:appointment_id>", methods=["GET", "POST"])
def change_appointment(couple_id: int, appointment_id: int) -> ResponseReturnValue:
    """Move an appointment, or say what became of it."""
    couple = open_file(couple_id)
    appointment = get_or_404(Appointment, appointment_id, couple_id=couple.id)
    shown = asdict(diary.meeting_of(appointment)) | {"version": diary.version_of(appointment)}
    form = ChangeAppointmentForm(data=shown)
    form.call_them(told_apart(couple))
    page = {"couple": couple, "appointment": appointment}
    if form.validate_on_submit():
        try:
            diary.change_appointment(
                appointment,
                form.meeting(),
                couple=couple,
                today=g.today,
                shown=form.version_shown(),
                looked_at=form.looked_at(),
            )
        except Conflict:
            form.version.data = str(diary.version_of(appointment))
            both = form.in_words(form.meeting()), form.in_words(diary.meeting_of(appointment))
            return make_response(
                render_template("couples/appointment.html", form=form, both=both, **page), 409
            )
        except Refused as reason:
            form.refuse(reason)
        else:
            flash("The appointment is saved.")
            return back_to_file(couple)
    return form_page("couples/appointment.html", form, **page)
