"""Homework on the web: the library, suggestions, giving, reviewing, printing."""

from collections.abc import Container
from dataclasses import replace
from datetime import timedelta
from typing import Any

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
from flask_security import current_user

from practice import clock, handouts
from practice.accounts.kept_words import here, local_path
from practice.accounts.models import User
from practice.audit.service import looked
from practice.caseload import find
from practice.couples.models import Couple
from practice.couples.safety import gate, policy_in_force
from practice.database import LARGEST_ID, db
from practice.errors import Refused, error_page
from practice.forms import LINE_LENGTH, UNPRINTABLE, form_page, tidy, wants_fragment
from practice.homework import choosing, service
from practice.homework.finding import find as find_homework
from practice.homework.forms import GiveForm, ReviewForm
from practice.homework.library import ENGLISH, SPANISH, WHO, Homework, library
from practice.homework.models import Assignment
from practice.homework.sheets import copies_of, copy_name, credit, sheet
from practice.homework.spoken import WORDS
from practice.homework.suggestions import first_dose, meta_line
from practice.sessions.models import TherapySession
from practice.vocabulary import OBSTACLES, Element, Outcome

bp = Blueprint("homework", __name__)


def homework_or_404(slug: str) -> Homework:
    """The homework of that name."""
    homework = service.homework_called(slug)
    if homework is None:
        abort(404)
    return homework


#: What may be asked of the library, besides words.
OFFERED: dict[str, Container[str]] = {
    "obstacle": OBSTACLES,
    "element": set(Element),
    "who": WHO[ENGLISH],
    "language": {SPANISH},
    "favourites": {"1"},
}


@bp.get("/homework", endpoint="library")
def index() -> ResponseReturnValue:
    """The library, or what is looked for in it; the list alone when htmx asks."""
    couple, session = giving_to()
    chosen_for = as_asked(couple, session)
    asked = looked_for()
    kept = choosing.favourites_of(current_user)
    shelf = {
        "found": found(asked, kept),
        "asked": asked,
        "couple": couple,
        "session": session,
        "chosen_for": chosen_for,
        "earlier": choosing.given_earlier(couple) if couple else {},
        "kept": kept,
        "back": library_address({**chosen_for, **asked}),
        "in_english": library(),
        "obstacles": OBSTACLES,
        "meta_line": meta_line,
    }
    if wants_fragment():
        return render_template("homework/_found.html", **shelf, alone=True)
    return render_template("homework/index.html", **shelf, offers=offers())


def as_asked(couple: Couple | None, session: TherapySession | None) -> dict[str, int]:
    """Whom a homework is chosen for, as an address says it."""
    return {name: one.id for name, one in (("couple", couple), ("session", session)) if one}


def library_address(asked: dict[str, Any]) -> str:
    """Where the library's page shows what is asked."""
    return url_for("homework.library", **asked)


def offers() -> dict[str, list[tuple[str, str]]]:
    """The choices of each list on the library's page: value and words."""
    return {
        "obstacle": [(key, one.label) for key, one in OBSTACLES.items()],
        "element": [(one.value, one.label.capitalize()) for one in Element],
        "who": list(WHO[ENGLISH].items()),
        "language": [(SPANISH, "Spanish")],
    }


def looked_for() -> dict[str, str]:
    """What the address asks of the library, without what is empty or not offered."""
    asked = {"q": UNPRINTABLE.sub("", tidy(request.args.get("q")))[:LINE_LENGTH]}
    for name, offered in OFFERED.items():
        value = request.args.get(name, "")
        asked[name] = value if value in offered else ""
    return {name: value for name, value in asked.items() if value}


def found(asked: dict[str, str], kept: frozenset[str]) -> list[Homework]:
    """What the library has of it; `kept` are the user's favourites."""
    fitting = find_homework(
        asked.get("q", ""),
        obstacle=asked.get("obstacle", ""),
        element=asked.get("element", ""),
        who=asked.get("who", ""),
        language=asked.get("language", ENGLISH),
    )
    return [one for one in fitting if one.slug in kept] if "favourites" in asked else fitting


@bp.post("/homework/<slug>/favourite")
def favourite(slug: str) -> ResponseReturnValue:
    """Keep a homework at hand, or no longer."""
    homework = homework_or_404(slug)
    kept = request.form.get("on") == "1"
    choosing.keep_favourite(current_user, homework, kept)
    back = local_path(request.form.get("back")) or url_for("homework.library")
    if wants_fragment():
        return render_template(
            "homework/_favourite.html", homework=homework, is_kept=kept, back=back
        )
    return redirect(back, code=303)


def giving_to() -> tuple[Couple | None, TherapySession | None]:
    """The couple, and the session, that a homework is being chosen for, if the address names them."""
    couple_id = request.args.get("couple", type=int)
    if not couple_id or couple_id > LARGEST_ID:
        return None, None
    couple = find(Couple, couple_id)
    looked("viewed", couple)
    session_id = request.args.get("session", type=int)
    return couple, session_or_none(couple, session_id if (session_id or 0) <= LARGEST_ID else None)


@bp.get("/homework/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """One homework, whole."""
    homework = homework_or_404(slug)
    couple, session = giving_to()
    return render_template(
        "homework/show.html",
        homework=homework,
        couple=couple,
        session=session,
        library_url=library_address(as_asked(couple, session)),
        obstacles=OBSTACLES,
        meta=meta_line(homework),
        is_kept=homework.slug in choosing.favourites_of(current_user),
        back=here(),
        doses=[(f"{dose.minutes} minutes", dose.do) for dose in homework.doses],
        credit=credit(homework.teachings, WORDS[homework.language]),
    )


def session_or_none(couple: Couple, session_id: int | None) -> TherapySession | None:
    """The session something was done in, which must be in the same couple's file."""
    if session_id is None:
        return None
    return find(TherapySession, session_id, couple_id=couple.id)


@bp.get("/couples/<int:couple_id>/sessions/<int:session_id>/suggestions")
def suggestions(couple_id: int, session_id: int) -> ResponseReturnValue:
    """What fits this couple at this session, as the page's side panel."""
    session = find(TherapySession, session_id, couple_id=couple_id)
    looked("viewed", session)
    return render_template("homework/_suggestions.html", **suggestion_panel(session))


@bp.get("/couples/<int:couple_id>/sessions/<int:session_id>/given")
def given(couple_id: int, session_id: int) -> ResponseReturnValue:
    """What was given in a session, as the page's side panel."""
    session = find(TherapySession, session_id, couple_id=couple_id)
    looked("viewed", session)
    return render_template("homework/_given.html", **given_panel(session))


def suggestion_panel(session: TherapySession) -> dict[str, Any]:
    """What the panel shows: suggestions, and the safety gate in words."""
    safety = gate(session.couple)
    return {
        "session": session,
        "couple": session.couple,
        "suggestions": service.suggestions_for(session, safety),
        "gate": safety,
        "meta_line": meta_line,
    }


@bp.route("/couples/<int:couple_id>/give/<slug>", methods=["GET", "POST"])
@bp.route("/couples/<int:couple_id>/sessions/<int:session_id>/give/<slug>", methods=["GET", "POST"])
def give(couple_id: int, slug: str, session_id: int | None = None) -> ResponseReturnValue:
    """Give a couple a homework, in a session or between two."""
    couple = find(Couple, couple_id)
    looked("viewed", couple)
    session = session_or_none(couple, session_id)
    homework = homework_or_404(slug)
    form = GiveForm(data=first_values(couple, homework, session)).fit(couple, homework)
    if form.validate_on_submit():
        try:
            assignment = service.give(
                couple, homework, form.plan(), current_user, g.today, session, form.once.data
            )
        except Refused as reason:
            form.refuse(reason)
        else:
            handouts.press().warm()
            return given_answer(assignment, couple, session)
    template = "homework/_give.html" if wants_fragment() else "homework/give.html"
    return form_page(
        template, form, couple=couple, session=session, homework=homework, gate=gate(couple)
    )


def first_values(
    couple: Couple, homework: Homework, session: TherapySession | None
) -> dict[str, Any]:
    """What the form starts with: a dose that fits; due at the next appointment, else in a week."""
    known = service.what_is_known(session) if session else None
    dose = first_dose(homework, known) if known else homework.smallest.minutes
    return {
        "for_whom": "couple",
        "dose": dose,
        "due_on": service.due_date_for(couple.id, g.today) or g.today + timedelta(days=7),
        "days": 0,
    }


def given_answer(
    assignment: Assignment, couple: Couple, session: TherapySession | None
) -> ResponseReturnValue:
    """After giving: the sheets to print, in place or on the page one came from."""
    if wants_fragment() and session:
        answer = make_response(
            render_template("homework/_given.html", **given_panel(session), just=assignment.id)
        )
        answer.headers["HX-Trigger"] = "homework-given"
        return answer
    flash(f"“{assignment.title}” is given.")
    if session:
        return redirect(
            url_for("casefile.session", couple_id=couple.id, session_id=session.id) + "#given",
            code=303,
        )
    return redirect(url_for("casefile.homework", couple_id=couple.id), code=303)


def given_panel(session: TherapySession) -> dict[str, Any]:
    """What was given in a session, with the copies there are to print."""
    return {
        "session": session,
        "couple": session.couple,
        "given": service.given_in(session),
        "copies_of": copies_of,
        "copy_name": copy_name,
    }


@bp.post("/couples/<int:couple_id>/assignments/<int:assignment_id>/review")
@bp.post(
    "/couples/<int:couple_id>/sessions/<int:session_id>/assignments/<int:assignment_id>/review"
)
def review(
    couple_id: int, assignment_id: int, session_id: int | None = None
) -> ResponseReturnValue:
    """Keep how an assignment went."""
    couple = find(Couple, couple_id)
    session = session_or_none(couple, session_id)
    assignment = find(Assignment, assignment_id, couple_id=couple.id)
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
        looked("viewed", assignment)  # the panel shows what each of them said
        panel = review_panel(couple, session, [assignment])
        status = 422 if error else 200
        return make_response(
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
    if error:
        return error_page(422, (error, "Nothing was changed.", "Go back and correct it."))
    return redirect(back_to(couple, session), code=303)


def is_left_behind() -> bool:
    """Whether words were sent because the writer went on elsewhere: nothing may move under them."""
    return "noticed" in request.form and "keep" not in request.form


def keep_review(assignment: Assignment, session: TherapySession | None, form: ReviewForm) -> None:
    """Save the one thing that was tapped or typed."""
    sent = request.form
    if not {"outcome", "usefulness", "noticed"} & set(sent):
        raise Refused("Choose one of the answers offered.", "outcome")
    usefulness = sent.get("usefulness")
    if usefulness is not None and usefulness not in {"", "0", "1", "2", "3", "4"}:
        raise Refused("Choose a number from 0 to 4.", "usefulness")
    service.review(
        assignment,
        form.by_whom.data,
        g.today,
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


def review_panel(
    couple: Couple, session: TherapySession | None, assignments: list[Assignment]
) -> dict[str, Any]:
    """What the review of last homework shows."""
    return {
        "couple": couple,
        "session": session,
        "assignments": assignments,
        "reviews": service.reviews_of([one.id for one in assignments]),
        "outcomes": [(one.value, one.label) for one in Outcome],
    }


@bp.get("/couples/<int:couple_id>/assignments/<int:assignment_id>/handout-<copy>.pdf")
def handout(couple_id: int, assignment_id: int, copy: str) -> ResponseReturnValue:
    """One copy of an assignment, as a PDF in the browser; in large print when asked for."""
    couple = find(Couple, couple_id)
    assignment = find(Assignment, assignment_id, couple_id=couple.id)
    if copy not in copies_of(assignment):
        abort(404)
    clinician = db.session.get_one(User, assignment.by_user_id)
    policy = policy_in_force(couple)
    page = sheet(assignment, couple, copy, g.practice, clinician, policy.kind if policy else None)
    page = replace(page, large=request.args.get("size") == "large")
    looked("printed", assignment, copy=copy)
    return handouts.printed(page, assignment.slug)
