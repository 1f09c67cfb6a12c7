"""Courses in the library: what there is, each one whole, its outline, and making one's own."""

from collections.abc import Iterable
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from sqlalchemy import select

from practice import clock, handouts
from practice.assignments.service import homework_called
from practice.couples.models import Couple
from practice.couples.safety import gate
from practice.courses import custom
from practice.courses.catalog import Course, built_in, in_every_language
from practice.courses.models import CustomCourse
from practice.database.base import db
from practice.errors import Refused
from practice.forms import form_page
from practice.homework.blueprint import bp
from practice.homework.course_forms import CourseForm, as_written
from practice.homework.url_args import as_asked, giving_to
from practice.identity.models import User
from practice.identity.permissions import Permission, needs
from practice.library import custom as own_homework
from practice.library.homework import ENGLISH, LANGUAGES, Homework
from practice.library.suitability import out_of_place
from practice.vocabulary import OBSTACLES
from practice.worksheets.course_outline import outline


@bp.get("/homework/courses")
@needs(Permission.USE_LIBRARY)
def courses() -> ResponseReturnValue:
    """Every course: the practice's own, then the built-in ones."""
    couple, session = giving_to()
    own = custom.of_practice(current_user)
    return render_template(
        "homework/courses.html",
        own=[(one, custom.as_course(one)) for one in own if one.archived_on is None],
        archived=[one for one in own if one.archived_on],
        authors=names_of({one.author_id for one in own}),
        built_in=built_in().values(),
        couple=couple,
        session=session,
        chosen_for=as_asked(couple, session),
        obstacles=OBSTACLES,
    )


def names_of(user_ids: set[int]) -> dict[int, str]:
    """The names of some users."""
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))
    return {row.id: row.name for row in rows}


@bp.get("/homework/courses/<key>")
@needs(Permission.USE_LIBRARY)
def course(key: str) -> ResponseReturnValue:
    """One course, whole."""
    found = course_or_404(key)
    couple, session = giving_to()
    return render_template(
        "homework/course.html",
        course=found,
        own=own_of(found),
        weeks=[(week, homework_called(week.homework)) for week in found.weeks],
        languages=list(in_every_language(found)),
        couple=couple,
        session=session,
        not_here=course_not_here(found, couple),
        chosen_for=as_asked(couple, session),
        obstacles=OBSTACLES,
    )


def course_not_here(found: Course, couple: Couple | None) -> str:
    """What is said beside a course of which some weeks do not belong in this couple's file."""
    weeks = {week.homework for week in found.weeks} & out_of_place(couple).keys()
    return f"{gate(couple).why} Some of its weeks do not belong here." if couple and weeks else ""


def course_or_404(key: str) -> Course:
    """The course of that name, if the user may look at it."""
    found = custom.course_called(key, current_user)
    if found is None:
        abort(404)
    return found


def own_of(found: Course) -> CustomCourse | None:
    """The row of a course, if the user made it."""
    if not found.key.startswith(custom.OWN):
        return None
    own = custom.own_course(int(found.key.removeprefix(custom.OWN)), current_user)
    return own if own and own.author_id == current_user.id else None


@bp.get("/homework/courses/<key>/outline.pdf")
@needs(Permission.USE_LIBRARY)
def course_outline(key: str) -> ResponseReturnValue:
    """A course's outline for no one yet, as a PDF; in English unless asked otherwise."""
    written = in_every_language(course_or_404(key))
    language = request.args.get("language", ENGLISH)
    if language not in LANGUAGES or language not in written:
        abort(404)
    return handouts.printed(
        outline(written[language], g.practice, current_user), f"course-{key}-{language}"
    )


@bp.route("/homework/courses/new", methods=["GET", "POST"])
def make_course() -> ResponseReturnValue:
    """Make a course of one's own, from nothing or like another."""
    like = custom.course_called(request.args.get("like", ""), current_user)
    form = CourseForm(data=as_written(like) if like else None).fit(on_the_shelf())
    if moved := moved_up(form):
        return moved
    if form.validate_on_submit():
        try:
            own = custom.make(form.draft(), current_user, clock.now(), form.once.data)
        except Refused as reason:
            form.refuse(reason)
        else:
            flash(f"“{own.title}” is kept.")
            return redirect(url_for("homework.course", key=f"{custom.OWN}{own.id}"), code=303)
    return form_page("homework/make_course.html", form, own=None, like=like)


@bp.route("/homework/courses/own/<int:own_id>/edit", methods=["GET", "POST"])
def change_course(own_id: int) -> ResponseReturnValue:
    """Change a course of one's own. Couples who are in it go on as they began."""
    own = mine_or_404(own_id)
    first: dict[str, Any] = as_written(custom.as_course(own))
    first |= {"is_shared": own.is_shared, "version": own.version}
    form = CourseForm(data=first).fit(on_the_shelf())
    if moved := moved_up(form, own):
        return moved
    if form.validate_on_submit():
        try:
            custom.change(own, form.draft(), form.version_shown(), clock.now())
        except Refused as reason:
            form.refuse(reason)
        else:
            flash(f"“{own.title}” is kept.")
            return redirect(url_for("homework.course", key=f"{custom.OWN}{own.id}"), code=303)
    return form_page("homework/make_course.html", form, own=own, like=None)


def on_the_shelf() -> Iterable[Homework]:
    """What a course may be made of: the library's homework, and the practice's own."""
    return own_homework.catalog().in_language(ENGLISH).values()


def moved_up(form: CourseForm, own: CustomCourse | None = None) -> ResponseReturnValue | None:
    """The page again with a week moved up, if that was asked; nothing is kept yet."""
    number = request.form.get("up", type=int)
    if number is None or not form.is_submitted():
        return None
    form.move_up(number)
    return render_template("homework/make_course.html", form=form, own=own, like=None)


@bp.post("/homework/courses/own/<int:own_id>/archive")
def archive_course(own_id: int) -> ResponseReturnValue:
    """Offer a course no more, or again."""
    own = mine_or_404(own_id)
    away = request.form.get("on", "1") == "1"
    custom.archive(own, g.today if away else None)
    flash(f"“{own.title}” is {'put away' if away else 'offered again'}.")
    return redirect(url_for("homework.courses"), code=303)


def mine_or_404(own_id: int) -> CustomCourse:
    """A course that the user made."""
    own = custom.own_course(own_id, current_user)
    if own is None or own.author_id != current_user.id:
        abort(404)
    return own
