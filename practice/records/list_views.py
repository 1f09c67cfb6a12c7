"""A list of clients, brought in: chosen, matched, looked at, and opened all together."""

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from practice import clock
from practice.accounts.permissions import Permission, needs
from practice.audit.service import record
from practice.errors import Refused
from practice.formatting import count_of
from practice.forms import form_page, takes_files
from practice.records.bringing_in import Looked, look, open_all
from practice.records.forms import ListForm, MatchForm
from practice.records.lists import MOST_BYTES, ClientList, matched, read_list, targets, text_of
from practice.records.views import bp

#: How many rows the preview shows, besides those with a fault or a doubt.
SHOWN = 40


@bp.route("/records/clients", methods=["GET", "POST"])
@needs(Permission.WRITE_FILES)
@takes_files
def bring_list() -> ResponseReturnValue:
    """Choose a list; it comes back with its columns matched."""
    form = ListForm()
    if form.validate_on_submit():
        try:
            text = text_of(form.file.data.read(MOST_BYTES + 1))
            clients = read_list(text)
        except Refused as reason:
            form.refuse(reason)
        else:
            match = MatchForm(formdata=None, text=text)
            return matching_page(match, clients, matched(clients.header))
    return form_page("records/list.html", form)


@bp.post("/records/clients/matched")
@needs(Permission.WRITE_FILES)
def match_list() -> ResponseReturnValue:
    """Look at the list as it is matched now, or open a file for each couple in it."""
    form = MatchForm()
    upload = ListForm(formdata=None)
    try:
        clients = read_list(form.text.data or "")
    except Refused as reason:
        upload.refuse(Refused(str(reason), "file"))
        return form_page("records/list.html", upload)
    matching = chosen(len(clients.header))
    if not form.validate_on_submit() or request.form.get("step") != "open":
        return matching_page(form, clients, matching)
    try:
        made = open_all(
            look(clients, matching, g.today),
            opened_by=current_user.id,
            today=g.today,
            now=clock.now(),
            once=form.once.data or "",
            knowingly=form.knowingly.data,
        )
    except Refused as reason:
        form.refuse(reason)
        return matching_page(form, clients, matching)
    record("imported", "a list of couples", couples=made)
    flash(f"{count_of(made, 'file is', 'files are')} open, with you as the care team.")
    return redirect(url_for("couples.index"), 303)


def chosen(columns: int) -> list[str]:
    """What each column was matched to on the page."""
    sent = request.form.getlist("column")[:columns]
    known = targets()
    found = [key if key in known else "" for key in sent]
    return found + [""] * (columns - len(found))


def matching_page(form: MatchForm, clients: ClientList, matching: list[str]) -> ResponseReturnValue:
    """The columns with what they are matched to, and below them what would come of it."""
    looked = None
    try:
        looked = look(clients, matching, g.today)
    except Refused as reason:
        if str(reason) not in form.form_errors:
            form.refuse(reason)
    page = render_template(
        "records/match.html",
        form=form,
        clients=clients,
        matching=matching,
        targets=targets(),
        looked=looked,
        shown=rows_to_show(looked) if looked else [],
    )
    return make_response(page, 422 if form.errors else 200)


def rows_to_show(looked: Looked) -> list[int]:
    """The rows of the preview: those with something to say, then the first of the others."""
    marked = {row for row, _ in looked.faults} | {*looked.row_faults, *looked.doubts}
    others = [row for row in range(len(looked.clients.rows)) if row not in marked]
    return sorted(marked) + others[:SHOWN]
