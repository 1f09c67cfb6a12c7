"""A client list on the web: chosen, asked about where it can be read two ways, its columns matched."""

from flask import Response, current_app, flash, g, make_response, redirect, render_template, request
from flask import url_for as address_of
from flask.typing import ResponseReturnValue
from flask_login import current_user

from practice.errors import Refused
from practice.forms import form_page, number_or_0, takes_large_files
from practice.identity.permissions import Permission, needs
from practice.records.client_lists.columns import called, targets
from practice.records.client_lists.forms import ColumnsForm, ListForm, ReadingForm
from practice.records.client_lists.headings import LOOKED_AT as FURTHEST_HEADER
from practice.records.client_lists.importing import imports_of
from practice.records.client_lists.parse import MOST_BYTES, read_list
from practice.records.client_lists.pending import LOOKED_AT, PendingQuestion, pending_lists
from practice.records.client_lists.state import OpenList, keep_list
from practice.records.client_lists.words import OF_A_PERSON
from practice.records.safe_csv import table
from practice.records.views import bp, handed_over

GONE = (
    "The list you were at is no longer here: it is kept for two hours, and one at a time. "
    "Choose it again."
)
ANOTHER = "That page was about another list than the one chosen last. This is the one chosen last."
#: The columns of the template beside those of both partners.
OF_BOTH = ("File opened on", "Together since", "Children")
ORDER_WORDS = {"month": "Month first", "day": "Day first"}


def most_bytes() -> int:
    """The largest list that can be sent whole."""
    config = current_app.config
    sent_whole: int = max(config["MAX_CONTENT_LENGTH"], config["ATTACHMENT_BYTES"])
    return min(MOST_BYTES, sent_whole)


def to_step(name: str, **where: object) -> Response:
    """To another step of bringing a list in."""
    return redirect(address_of(f"records.{name}", **where), 303)  # type: ignore[arg-type,return-value]


def open_list() -> OpenList | None:
    """The list that whoever asks is at; None, and words about it, when there is none."""
    lists = pending_lists()
    kept = lists.list_of(current_user.id)
    if kept is None:
        flash(GONE)
        return None
    return OpenList(lists, kept)


def is_another(token: str) -> bool:
    """Whether a page that is sent was about another list than the one that is kept; it is said."""
    if request.form.get("token", "") == token:
        return False
    flash(ANOTHER)
    return True


@bp.route("/records/clients", methods=["GET", "POST"])
@needs(Permission.WRITE_FILES)
@takes_large_files
def bring_list() -> ResponseReturnValue:
    """Choose a client list."""
    form = ListForm()
    if form.validate_on_submit():
        lists = pending_lists()
        try:
            sheets = read_list(form.file.data.read(most_bytes() + 1), most_bytes())
            if len(sheets) > 1:
                lists.ask(current_user.id, sheets)
                return to_step("read_list_as")
            keep_list(lists, current_user.id, sheets[0])
        except Refused as reason:
            form.refuse(Refused(str(reason), "file"))
        else:
            return to_step("match_list")
    return form_page(
        "records/client_list_choose.html",
        form,
        brought=imports_of(current_user.id),
        is_begun=pending_lists().list_of(current_user.id) is not None,
    )


@bp.route("/records/clients/reading", methods=["GET", "POST"])
@needs(Permission.WRITE_FILES)
def read_list_as() -> ResponseReturnValue:
    """Choose how a list is read: in which encoding, or from which sheet of a workbook."""
    lists = pending_lists()
    question = lists.question_of(current_user.id)
    if question is None:
        flash(GONE)
        return to_step("bring_list")
    sheets = lists.sheets_of(question)
    form = ReadingForm(data={"token": question.token})
    form.reading.choices = [(str(place), sheet.called) for place, sheet in enumerate(sheets)]
    if request.method == "POST" and is_another(question.token):
        return to_step("read_list_as")
    if form.validate_on_submit():
        try:
            keep_list(lists, current_user.id, sheets[int(form.reading.data)])
        except Refused as reason:
            form.refuse(Refused(str(reason), "reading"))
        else:
            return to_step("match_list")
    looks = [looked_at(sheet.rows, question) for sheet in sheets]
    return form_page("records/client_list_reading.html", form, looks=looks, sheets=sheets)


def looked_at(rows: list[list[str]], question: PendingQuestion) -> list[list[str]]:
    """Three rows to tell readings apart by: those with letters that are not read alike."""
    is_telling = [any(not cell.isascii() for cell in row) for row in rows]
    telling = [row for row, tells in zip(rows, is_telling, strict=True) if tells]
    shown = (telling if question.names and telling else rows)[:LOOKED_AT]
    return [[cell for cell in row if cell][:6] for row in shown]


@bp.route("/records/clients/columns", methods=["GET", "POST"])
@needs(Permission.WRITE_FILES)
def match_list() -> ResponseReturnValue:
    """Say what each column of a list tells, and how its dates are written."""
    clients = open_list()
    if clients is None:
        return to_step("bring_list")
    form = ColumnsForm(formdata=None, token=clients.kept.token)
    if request.method == "POST":
        form = ColumnsForm()
        if is_another(clients.kept.token):
            return to_step("match_list")
        if form.validate() and named_line(form, clients):
            return to_step("match_list")
        if not form.errors:
            clients.choose_keys(chosen_keys(clients), chosen_orders(clients))
            try:
                clients.refuse_unfit()
            except Refused as reason:
                form.refuse(reason)
            else:
                clients.look_up_names(clients.entries(g.today))
                return to_step("list_rows")
    return columns_page(form, clients)


def columns_page(form: ColumnsForm, clients: OpenList) -> ResponseReturnValue:
    """The columns with what they are matched to, and questions about their dates."""
    row = clients.choices.header
    if "header_line" not in request.form:
        form.header_line.data = "" if row is None else str(clients.lines[row])
    page = render_template(
        "records/client_list_columns.html",
        form=form,
        clients=clients,
        targets=targets(),
        asked=[(place, clients.either(place)) for place in clients.unproved()],
        order_words=ORDER_WORDS,
        above=row or 0,
    )
    return make_response(page, 422 if form.errors else 200)


def named_line(form: ColumnsForm, clients: OpenList) -> bool:
    """Whether another line was said to have the names of the columns; they are matched anew then."""
    text = form.header_line.data
    row = clients.choices.header
    if text == ("" if row is None else str(clients.lines[row])):
        return False
    if not text:
        clients.name_line(None)
        return True
    line = number_or_0(text)
    if line not in clients.lines[:FURTHEST_HEADER] or line == clients.lines[-1]:
        form.refuse(Refused("Choose a line near the top that has something in it.", "header_line"))
        return False
    clients.name_line(clients.lines.index(line))
    return True


def chosen_keys(clients: OpenList) -> list[str]:
    """What each column was matched to on the page."""
    known = called()
    sent = request.form.getlist("column")[: len(clients.places)]
    found = [key if key in known else "" for key in sent]
    return found + [""] * (len(clients.places) - len(found))


def chosen_orders(clients: OpenList) -> dict[str, str]:
    """What stands first in the dates of each column, as it was said on the page."""
    sent = {str(place): request.form.get(f"order-{place}", "") for place in clients.places}
    return {place: order for place, order in sent.items() if order in ORDER_WORDS}


@bp.post("/records/clients/forget")
@needs(Permission.WRITE_FILES)
def forget_list() -> ResponseReturnValue:
    """Throw away a list that is not to be brought in after all."""
    pending_lists().forget(current_user.id)
    flash("The list is thrown away. Nothing of it was kept.")
    return to_step("bring_list")


@bp.get("/records/clients/template.csv")
@needs(Permission.WRITE_FILES)
def list_template() -> ResponseReturnValue:
    """An empty list, its columns called so that each is understood."""
    names = [label for key, (label, _) in OF_A_PERSON.items() if key != "name"]
    columns = [f"{name} {number}" for number in (1, 2) for name in names]
    return handed_over(table([*columns, *OF_BOTH], []).encode(), "text/csv", "client-list.csv")
