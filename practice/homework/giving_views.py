"""Giving homework on the web: what fits, and giving it."""

from datetime import timedelta
from typing import Any

from flask import (
    Response,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_security import current_user

from practice import handouts
from practice.access.load import get_or_404
from practice.assignments import service
from practice.assignments.models import Assignment
from practice.audit.service import log_view
from practice.couples.models import Couple
from practice.couples.safety import gate
from practice.courses import enrollments
from practice.courses.models import CourseEnrollment, CourseStep
from practice.errors import Refused
from practice.forms import form_page, wants_fragment
from practice.homework.blueprint import bp
from practice.homework.forms import GiveForm
from practice.homework.panels import given_panel, suggestion_panel
from practice.homework.url_args import day_of, homework_or_404, session_or_none, step_asked
from practice.library.homework import Homework
from practice.library.suitability import why_not_here
from practice.sessions.models import TherapySession
from practice.suggestions.doses import Size, size_for
from practice.suggestions.queries import alone_in, what_is_known
from practice.worksheets.prerender import print_ahead
from practice.worksheets.sheets import language_of


@bp.get("/couples/<int:couple_id>/sessions/<int:session_id>/suggestions")
def suggestions(couple_id: int, session_id: int) -> ResponseReturnValue:
    """What fits this couple at this session, as the page's side panel."""
    session = get_or_404(TherapySession, session_id, couple_id=couple_id)
    log_view("viewed", session)
    return render_template(
        "homework/_suggestions.html", **suggestion_panel(session, session.couple)
    )


@bp.get("/couples/<int:couple_id>/sessions/<int:session_id>/given")
def given(couple_id: int, session_id: int) -> ResponseReturnValue:
    """What was given in a session, as the page's side panel."""
    session = get_or_404(TherapySession, session_id, couple_id=couple_id)
    log_view("viewed", session)
    return render_template("homework/_given.html", **given_panel(session, session.couple))


@bp.route("/couples/<int:couple_id>/give/<slug>", methods=["GET", "POST"])
@bp.route("/couples/<int:couple_id>/sessions/<int:session_id>/give/<slug>", methods=["GET", "POST"])
def give(couple_id: int, slug: str, session_id: int | None = None) -> ResponseReturnValue:
    """Give a couple a homework, in a session or between two."""
    couple = get_or_404(Couple, couple_id)
    log_view("viewed", couple)
    session = session_or_none(couple, session_id)
    homework = homework_or_404(slug)
    step = step_asked(couple)
    form = GiveForm().fit(couple, homework)
    handouts.get_ready()
    if form.validate_on_submit():
        try:
            assignment = service.give(
                couple,
                homework,
                form.plan(),
                current_user,
                day_of(session),
                session,
                form.once.data,
            )
        except Refused as reason:
            form.refuse(reason)
        else:
            if step:
                enrollments.give_as(step, assignment, day_of(session))
            print_ahead(couple, assignment)
            return given_answer(assignment, couple, session)
    return give_page(form, couple, homework, session, step)


def give_page(
    form: GiveForm,
    couple: Couple,
    homework: Homework,
    session: TherapySession | None,
    step: CourseStep | None,
) -> Response:
    """The form: as it was sent or, when it opens, with a size that fits and the next appointment."""
    safety = gate(couple)
    size = Size(homework.smallest.minutes)
    if session:
        size = size_for(homework, what_is_known(session, couple, safety))
    first = values_of_step(step, couple, homework)
    form.dose.description = "" if "dose" in first else size.why
    if not form.is_submitted():
        due_on = service.due_date_for(couple.id, g.today) or g.today + timedelta(days=7)
        alone = alone_in(session) or "couple"
        form.process(data={"for_whom": alone, "dose": size.minutes, "due_on": due_on} | first)
    in_place = session is not None and wants_fragment()
    return form_page(
        "homework/_give.html" if wants_fragment() else "homework/give.html",
        form,
        in_place=in_place,
        couple=couple,
        session=session,
        homework=homework,
        gate=safety,
        asks_reason=service.may_ask_reason(homework, safety),
        not_here=why_not_here(homework, couple),
        step=step,
    )


def values_of_step(step: CourseStep | None, couple: Couple, homework: Homework) -> dict[str, Any]:
    """What a course adds to the form's first values: its dose, and its word to the couple."""
    if step is None or homework.slug != step.slug:
        return {}
    course = get_or_404(CourseEnrollment, step.course_id, couple_id=couple.id)
    word = enrollments.word_on(course, step, language_of(couple, "couple"))
    offered = {dose.minutes for dose in homework.doses}
    return {"personal_word": word, **({"dose": step.dose} if step.dose in offered else {})}


def given_answer(
    assignment: Assignment, couple: Couple, session: TherapySession | None
) -> ResponseReturnValue:
    """After giving: the sheets to print, in place or on the page one came from."""
    if wants_fragment() and session:
        panel = given_panel(session, couple)
        answer = make_response(render_template("homework/_given.html", **panel, just=assignment.id))
        answer.headers["HX-Trigger"] = "homework-given"
        return answer
    flash(f"“{assignment.title}” is given.")
    if session:
        return redirect(
            url_for("casefile.session", couple_id=couple.id, session_id=session.id) + "#given",
            code=303,
        )
    return redirect(url_for("casefile.homework", couple_id=couple.id), code=303)
