"""A couple in a course: starting it, moving along in it, its outline on paper."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from practice import handouts
from practice.access.load import get_or_404
from practice.assignments.service import homework_called
from practice.audit.service import log_view
from practice.couples.models import Couple
from practice.couples.safety import gate
from practice.courses import enrollments
from practice.courses.models import COMPLETED, CourseEnrollment, CourseStep
from practice.database.base import LARGEST_ID, db
from practice.errors import Refused, error_page
from practice.forms import form_page, wants_fragment
from practice.homework.blueprint import bp
from practice.homework.course_forms import MoveForm, StartForm
from practice.homework.course_views import course_not_here, course_or_404
from practice.homework.panels import suggestion_panel
from practice.homework.url_args import day_of, session_or_none
from practice.identity.models import User
from practice.sessions.models import TherapySession
from practice.worksheets.course_outline import outline_for


@bp.route("/couples/<int:couple_id>/courses/start/<key>", methods=["GET", "POST"])
@bp.route(
    "/couples/<int:couple_id>/sessions/<int:session_id>/courses/start/<key>",
    methods=["GET", "POST"],
)
def start_course(couple_id: int, key: str, session_id: int | None = None) -> ResponseReturnValue:
    """Start a course with a couple, in a session or between two."""
    couple = get_or_404(Couple, couple_id)
    log_view("viewed", couple)
    session = session_or_none(couple, session_id)
    course = course_or_404(key)
    form = StartForm()
    if form.validate_on_submit():
        try:
            taken = enrollments.start(
                couple, course, current_user, day_of(session), form.safety_reason.data or ""
            )
        except Refused as reason:
            form.refuse(reason)
        else:
            flash(f"“{taken.title}” begins.")
            return redirect(back_to(couple, session), code=303)
    weeks = [(week, homework_called(week.homework)) for week in course.weeks]
    return form_page(
        "homework/start_course.html",
        form,
        couple=couple,
        session=session,
        course=course,
        weeks=weeks,
        gate=gate(couple),
        is_conjoint=any(one.conjoint for _, one in weeks if one),
        not_here=course_not_here(course, couple),
    )


@bp.post("/couples/<int:couple_id>/courses/<int:course_id>/move")
@bp.post("/couples/<int:couple_id>/sessions/<int:session_id>/courses/<int:course_id>/move")
def move_course(
    couple_id: int, course_id: int, session_id: int | None = None
) -> ResponseReturnValue:
    """Skip or repeat a step, take one up again, let the course rest, go on, or end it."""
    couple = get_or_404(Couple, couple_id)
    session = session_or_none(couple, session_id)
    course = get_or_404(CourseEnrollment, course_id, couple_id=couple.id)
    form = MoveForm()
    if not form.validate_on_submit():
        said = next((str(messages[0]) for messages in form.errors.values()), "")
        return error_page(422, (said, "Nothing was changed.", "Go back and correct it."))
    try:
        make_move(course, form)
    except Refused as reason:
        return error_page(422, (str(reason), "Nothing was changed.", "Go back to the course."))
    if session and wants_fragment():
        db.session.flush()
        log_view("viewed", session)
        return render_template(
            "homework/_suggestions.html", **suggestion_panel(session, session.couple)
        )
    if course.ended_on:
        flash(last_word(course))
    return redirect(back_to(couple, session), code=303)


def make_move(course: CourseEnrollment, form: MoveForm) -> None:
    """Do what was asked. Raises Refused when the course is over."""
    move = form.move.data
    if move == "end":
        enrollments.end(course, g.today, form.because.data or "")
        return
    if course.ended_on:
        raise Refused("This course is over.")
    if move == "pause":
        enrollments.pause(course, g.today)
    elif move == "resume":
        enrollments.resume(course)
    else:
        step = step_of(course)
        if move == "skip":
            enrollments.skip(step, g.today)
        elif move == "repeat":
            enrollments.repeat(step)
        else:
            enrollments.take_up(step)


def step_of(course: CourseEnrollment) -> CourseStep:
    """The step that a form names, which must be of this course; 404 otherwise."""
    step_id = request.form.get("step", type=int) or 0
    if not 0 < step_id <= LARGEST_ID:
        abort(404)
    return get_or_404(CourseStep, step_id, couple_id=course.couple_id, course_id=course.id)


def last_word(course: CourseEnrollment) -> str:
    """What is said when a course is over."""
    if course.ended_as == COMPLETED:
        return f"“{course.title}” is complete. What they keep of it is theirs."
    return f"“{course.title}” is ended. What was given stays in the file."


def back_to(couple: Couple, session: TherapySession | None) -> str:
    """The page one came from, where the course stands on it."""
    if session:
        page = url_for("casefile.session", couple_id=couple.id, session_id=session.id)
        return f"{page}#suggestions"
    return url_for("casefile.homework", couple_id=couple.id)


@bp.get("/couples/<int:couple_id>/courses/<int:course_id>/outline-<copy>.pdf")
def taken_outline(couple_id: int, course_id: int, copy: str) -> ResponseReturnValue:
    """The outline of a couple's course for one of them or both, as a PDF in the browser."""
    couple = get_or_404(Couple, couple_id)
    course = get_or_404(CourseEnrollment, course_id, couple_id=couple.id)
    if copy not in ("a", "b", "couple"):
        abort(404)
    clinician = db.session.get_one(User, course.by_user_id)
    log_view("printed", course, copy=copy)
    return handouts.printed(
        outline_for(course, couple, copy, g.practice, clinician), f"course-{course.key}"
    )
