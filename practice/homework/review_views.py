"""How homework went, on the web."""

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from practice import clock
from practice.access.load import get_or_404
from practice.assignments import service
from practice.assignments.models import Assignment
from practice.audit.service import log_view
from practice.couples.models import Couple
from practice.errors import Refused, error_page
from practice.forms import wants_fragment
from practice.homework.blueprint import bp
from practice.homework.forms import ReviewForm
from practice.homework.panels import review_panel
from practice.homework.url_args import day_of, session_or_none
from practice.sessions.models import TherapySession


@bp.post("/couples/<int:couple_id>/assignments/<int:assignment_id>/review")
@bp.post(
    "/couples/<int:couple_id>/sessions/<int:session_id>/assignments/<int:assignment_id>/review"
)
def review(
    couple_id: int, assignment_id: int, session_id: int | None = None
) -> ResponseReturnValue:
    """Keep how an assignment went."""
    couple = get_or_404(Couple, couple_id)
    session = session_or_none(couple, session_id)
    assignment = get_or_404(Assignment, assignment_id, couple_id=couple.id)
    form = ReviewForm()
    error = None
    if form.validate_on_submit():
        try:
            keep_review(assignment, session, form)
        except Refused as reason:
            error = str(reason)
    else:
        error = next((str(messages[0]) for messages in form.errors.values()), None)
    if wants_fragment() and not error and is_left_behind():
        return "", 204
    if wants_fragment():
        log_view("viewed", assignment)  # the panel shows what each of them said
        panel = review_panel(couple, session, [assignment])
        status = 422 if error else 200
        answer = make_response(
            render_template(
                "homework/_review.html",
                **panel,
                assignment=assignment,
                error=error,
                typed={form.by_whom.data: form.noticed.data} if error else {},
                opened="opened" in request.form,
            ),
            status,
        )
        answer.headers["HX-Trigger"] = "homework-reviewed"
        return answer
    if error:
        return error_page(422, (error, "Nothing was changed.", "Go back and correct it."))
    return redirect(back_to(couple, session), code=303)


def is_left_behind() -> bool:
    """Whether words were sent because the writer went on elsewhere: nothing may move under them."""
    return "noticed" in request.form and "keep" not in request.form


def keep_review(assignment: Assignment, session: TherapySession | None, form: ReviewForm) -> None:
    """Save the one thing that was tapped or typed."""
    sent = request.form
    if session and session.is_signed:
        raise Refused("The note of this session is signed. Say it on the couple’s homework page.")
    if not {"outcome", "usefulness", "noticed"} & set(sent):
        raise Refused("Choose one of the answers offered.", "outcome")
    usefulness = sent.get("usefulness")
    if usefulness is not None and usefulness not in {"", "0", "1", "2", "3", "4"}:
        raise Refused("Choose a number from 0 to 4.", "usefulness")
    service.review(
        assignment,
        form.by_whom.data,
        day_of(session),
        clock.now(),
        session,
        outcome=sent.get("outcome"),
        usefulness=None if usefulness is None else int(usefulness or -1),
        noticed=form.noticed.data if "noticed" in sent else None,
    )


def back_to(couple: Couple, session: TherapySession | None) -> str:
    """The page a review was made on."""
    if session:
        return url_for("casefile.session", couple_id=couple.id, session_id=session.id)
    return url_for("casefile.homework", couple_id=couple.id)
