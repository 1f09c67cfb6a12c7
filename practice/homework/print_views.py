"""Printing on the web: an assignment's sheets, a homework's for no one in particular, and how."""

from dataclasses import replace
from typing import Any

from flask import Response, abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from practice import handouts
from practice.access.load import get_or_404
from practice.access.prepared import get_row_or_404
from practice.assignments.models import Assignment
from practice.assignments.rows import WordedAssignmentRow
from practice.audit.service import log_view
from practice.couples.couple_row import show_couple
from practice.couples.models import Couple
from practice.forms import form_page, wants_fragment
from practice.handouts.pdf_cache import Name
from practice.handouts.sheet import Sheet
from practice.homework.blueprint import bp
from practice.homework.forms import GiveForm
from practice.homework.print_forms import PrintForm, print_form
from practice.homework.url_args import homework_or_404
from practice.identity.permissions import Permission, needs
from practice.library import custom
from practice.library.homework import ENGLISH
from practice.worksheets.html_preview import preview, screen_values
from practice.worksheets.prerender import copies
from practice.worksheets.sheets import copies_of, copy_name, paper_of
from practice.worksheets.variants import PrintOptions, as_asked, blank


@bp.get("/couples/<int:couple_id>/assignments/<int:assignment_id>/handout.pdf")
@bp.get("/couples/<int:couple_id>/assignments/<int:assignment_id>/handout-<copy>.pdf")
def handout(couple_id: int, assignment_id: int, copy: str = "") -> ResponseReturnValue:
    """One copy of an assignment as a PDF in the browser, printed as the address asks."""
    if copy and not request.args:
        return as_usual(couple_id, assignment_id, copy)
    couple = get_or_404(Couple, couple_id)
    assignment = get_or_404(Assignment, assignment_id, couple_id=couple.id)
    if copy and copy not in copies_of(assignment):
        abort(404)
    form = assignment_form(assignment, couple, copy)
    if not form.validate():
        return options_page(form, couple, assignment)
    copy = copy or form.copy.data
    log_view("printed", assignment, copy=copy, kind=form.kind.data)
    name, page = asked_for(couple, assignment, copy, form.options(), form.language.data)
    return handouts.printed(page, file_name(assignment.slug, form), name)


def as_usual(couple_id: int, assignment_id: int, copy: str) -> Response:
    """One copy as it was printed ahead. People wait for this one: no form is read, no record loaded."""
    couple = show_couple(couple_id)
    assignment = get_row_or_404(Assignment, WordedAssignmentRow, assignment_id, couple_id=couple_id)
    if copy not in copies_of(assignment):
        abort(404)
    log_view("printed", f"assignment:{assignment_id}", couple_id, copy=copy, kind="exercise")
    [(name, page)] = copies(couple, assignment, copy)
    return handouts.printed(page, assignment.slug, name)


@bp.get("/couples/<int:couple_id>/assignments/<int:assignment_id>/print")
def print_options(couple_id: int, assignment_id: int) -> ResponseReturnValue:
    """How an assignment's sheets may be printed."""
    couple = get_or_404(Couple, couple_id)
    assignment = get_or_404(Assignment, assignment_id, couple_id=couple.id)
    log_view("viewed", assignment)
    return options_page(assignment_form(assignment, couple), couple, assignment)


def assignment_form(assignment: Assignment, couple: Couple, copy: str = "") -> PrintForm:
    """The form of an assignment's sheets."""
    first = copy or copies_of(assignment)[0]
    form = print_form(copy=first, kind="exercise", language="", size="", paper=paper_of(g.practice))
    form.offer_copies(assignment, couple)
    return form


def options_page(form: PrintForm, couple: Couple, assignment: Assignment) -> ResponseReturnValue:
    """The form on its page; 422 when it comes back with errors."""
    address: dict[str, Any] = {"couple_id": couple.id, "assignment_id": assignment.id}
    return form_page(
        "homework/print.html",
        form,
        title=assignment.title,
        back=(url_for("casefile.homework", couple_id=couple.id), couple.name),
        action=url_for("homework.handout", **address),
        on_screen=[
            (copy_name(copy, couple), url_for("homework.handout_on_screen", **address, copy=copy))
            for copy in copies_of(assignment)
        ],
    )


def asked_for(
    couple: Couple, assignment: Assignment, copy: str, options: PrintOptions, language: str
) -> tuple[Name, Sheet]:
    """The sheet that is asked for, and the name it is kept under; an unusual one is not kept."""
    [(name, page)] = copies(couple, assignment, copy, large=options.large, language=language)
    is_usual = replace(options, large=False) == PrintOptions(paper=page.paper)
    return (name, page) if is_usual else ((), as_asked(page, options))


def file_name(slug: str, form: PrintForm) -> str:
    """What the file is called: the homework and the kind of sheet, never a person."""
    kind = form.kind.data
    return slug if kind == "exercise" else f"{slug}-{kind}"


@bp.get("/couples/<int:couple_id>/assignments/<int:assignment_id>/handout-<any(a, b, couple):copy>")
def handout_on_screen(couple_id: int, assignment_id: int, copy: str) -> ResponseReturnValue:
    """One copy of an assignment as a page, to be read or heard on a screen."""
    couple = get_or_404(Couple, couple_id)
    assignment = get_or_404(Assignment, assignment_id, couple_id=couple.id)
    if copy not in copies_of(assignment):
        abort(404)
    log_view("viewed", assignment, copy=copy)
    [(_, page)] = copies(couple, assignment, copy)
    return render_template(
        "homework/on_screen.html",
        **screen_values(page),
        couple=couple,
        assignment=assignment,
        copy=copy,
    )


@bp.post("/couples/<int:couple_id>/give/<slug>/preview")
def preview_sheet(couple_id: int, slug: str) -> ResponseReturnValue:
    """The sheet as the form to give it stands now. Nothing is given, and nothing kept."""
    couple = get_or_404(Couple, couple_id)
    homework = homework_or_404(slug)
    log_view("previewed a sheet for", couple)
    form = GiveForm().fit(couple, homework)
    form.validate()
    template = "homework/_preview.html" if wants_fragment() else "homework/preview.html"
    return render_template(
        template,
        **preview(couple, homework, form.readable_plan(), request.form.get("shown", "")),
        couple=couple,
        homework=homework,
    )


@bp.get("/homework/<slug>/print")
@needs(Permission.USE_LIBRARY)
def blank_options(slug: str) -> ResponseReturnValue:
    """How a homework may be printed for no one in particular."""
    homework_or_404(slug)
    return blank_page(blank_form(), slug)


@bp.get("/homework/<slug>/sheet.pdf")
@needs(Permission.USE_LIBRARY)
def blank_sheet(slug: str) -> ResponseReturnValue:
    """A homework's sheet without a name, as a PDF in the browser."""
    homework_or_404(slug)
    form = blank_form()
    if not form.validate():
        return blank_page(form, slug)
    homework = custom.catalog().in_language(form.language.data)[slug]
    page = blank(homework, g.practice, current_user)
    return handouts.printed(as_asked(page, form.options(), homework.doses), file_name(slug, form))


def blank_form() -> PrintForm:
    """The form of a homework's sheets."""
    form = print_form(kind="exercise", language=ENGLISH, size="", paper=paper_of(g.practice))
    form.offer_blank()
    return form


def blank_page(form: PrintForm, slug: str) -> ResponseReturnValue:
    """The form on its page; 422 when it comes back with errors."""
    here: dict[str, Any] = {"slug": slug}
    title = homework_or_404(slug).title
    return form_page(
        "homework/print.html",
        form,
        title=title,
        back=(url_for("homework.show", **here), title),
        action=url_for("homework.blank_sheet", **here),
        on_screen=[],
    )
