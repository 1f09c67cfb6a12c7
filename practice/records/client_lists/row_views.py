"""The rows of a client list on the web: what would be stored, mended, left out, paired, opened."""

from dataclasses import dataclass

from flask import Response, flash, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from practice import clock
from practice.errors import Refused
from practice.formatting import count_of
from practice.forms import form_page, number_or_0
from practice.identity.permissions import Permission, needs
from practice.records.client_lists.entries import Entries, Entry, can_stay_empty
from practice.records.client_lists.forms import MendForm, RowsForm
from practice.records.client_lists.importing import import_of, new_import
from practice.records.client_lists.state import OpenList
from practice.records.client_lists.views import is_another, open_list, to_step
from practice.records.import_jobs import begin_import
from practice.records.views import bp

ON_A_PAGE = 40
#: What may be shown: the key of it and its words.
SHOWN = {"waiting": "To look at", "ready": "Ready", "out": "Left out"}
LOOK_FIRST = "Some of these have a file here already. Tick that you looked at them."
STILL_WAITING = "Answer what is asked, or leave those rows out."
NOTHING_TO_OPEN = "No row is ready to be opened."


@dataclass(frozen=True)
class Part:
    """The part of a list that a page shows."""

    shown: str
    page: int
    pages: int
    entries: list[Entry]


def part_of(entries: Entries, shown: str, page: int) -> Part:
    """The entries to show: those that wait, unless others are asked for."""
    groups = {"waiting": entries.waiting, "ready": entries.ready, "out": entries.left_out}
    if shown not in groups or not groups[shown]:
        shown = next((key for key in SHOWN if groups[key]), "waiting")
    found = groups[shown]
    pages = max(1, -(-len(found) // ON_A_PAGE))
    page = min(max(page, 1), pages)
    start = (page - 1) * ON_A_PAGE
    return Part(shown, page, pages, found[start : start + ON_A_PAGE])


@bp.route("/records/clients/rows", methods=["GET", "POST"])
@needs(Permission.WRITE_FILES)
def list_rows() -> ResponseReturnValue:
    """Look at what would be stored of each row, say what is asked, and open the files."""
    clients = open_list()
    if clients is None:
        return to_step("bring_list")
    if request.method == "GET":
        form = RowsForm(formdata=None, token=clients.kept.token)
        where = request.args
        return rows_page(form, clients, where.get("shown", ""), number_or_0(where.get("page", 1)))
    form = RowsForm()
    if is_another(clients.kept.token):
        return to_step("list_rows")
    shown, page = request.form.get("shown", ""), number_or_0(request.form.get("page", 1))
    if not form.validate():
        return rows_page(form, clients, shown, page)
    take_answers(clients)
    return go_on(form, clients, shown, page)


def go_on(form: RowsForm, clients: OpenList, shown: str, page: int) -> ResponseReturnValue:
    """Do what the pressed button says, after the answers are kept."""
    go, _, what = request.form.get("go", "").partition(":")
    if go == "mend" and what:
        return to_step("mend_row", entry_key=what)
    if go == "all":
        answer_for_all(clients, what)
    elif go == "open":
        try:
            return begin(form, clients)
        except Refused as reason:
            form.refuse(reason)
            return rows_page(form, clients, shown, page)
    elif go == "show":
        shown, _, number = what.partition(":")
        page = number_or_0(number) or 1
    return to_step("list_rows", shown=shown, page=page)


def rows_page(form: RowsForm, clients: OpenList, shown: str, page: int) -> Response:
    """The page of a list's rows; 422 when its form comes back with errors."""
    try:
        clients.refuse_unfit()
    except Refused:
        return to_step("match_list")
    entries = clients.entries(g.today)
    html = render_template(
        "records/client_list_rows.html",
        form=form,
        clients=clients,
        entries=entries,
        part=part_of(entries, shown, page),
        groups=[
            ("waiting", SHOWN["waiting"], len(entries.waiting)),
            ("ready", SHOWN["ready"], len(entries.ready)),
            ("out", SHOWN["out"], len(entries.left_out)),
        ],
        lines=lambda entry: lines_of(clients, entry),
        bulk=bulk_answers(entries),
        can_stay_empty=can_stay_empty,
    )
    return make_response(html, 422 if form.errors else 200)


def lines_of(clients: OpenList, entry: Entry) -> str:
    """“Line 12”, “Lines 12 and 15”: where an entry stands in its file."""
    found = [str(clients.lines[row]) for row in entry.rows]
    return f"Line {found[0]}" if len(found) == 1 else f"Lines {found[0]} and {found[1]}"


def take_answers(clients: OpenList) -> None:
    """Keep what was said on a page of rows."""
    choices, entries = clients.choices, clients.entries(g.today)
    out = set(request.form.getlist("out"))
    for key in request.form.getlist("here"):
        entry = entries.by_key(key)
        if entry is None:
            continue
        leave_out(clients, entry, is_out=key in out)
        answer = request.form.get(f"couple-{key}")
        if answer:
            confirm(clients, entry, is_couple=answer == "yes")
        for place in range(len(entry.unowned)):
            whose = request.form.get(f"owner-{key}:{place}")
            if whose in ("a", "b", "-"):
                choices.owners[f"{key}:{place}"] = whose
        for fault in entry.faults:
            mark = f"{key}:{fault.key}"
            if mark in request.form.getlist("empty") and can_stay_empty(fault):
                choices.emptied.append(mark)
    clients.save()


def leave_out(clients: OpenList, entry: Entry, *, is_out: bool) -> None:
    """Leave an entry out, or bring it back."""
    choices = clients.choices
    if is_out and not entry.left_out:
        choices.left_out.append(entry.key)
    elif not is_out and entry.left_out:
        choices.left_out = [key for key in choices.left_out if key != entry.key]
        choices.kept += [row for row in entry.rows if str(row) in choices.odd]


def confirm(clients: OpenList, entry: Entry, *, is_couple: bool) -> None:
    """Take the clinician's word for whether a proposed couple is one."""
    choices = clients.choices
    if len(entry.rows) == 2:
        first, second = entry.rows
        if is_couple:
            choices.pairs[str(first)] = second
        else:
            choices.pairs.pop(str(first), None)
            choices.apart.append(entry.key)
    elif is_couple:
        choices.confirmed.append(entry.key)


def bulk_answers(entries: Entries) -> list[tuple[str, str]]:
    """What can be said for many rows at once: the key of it and its words."""
    waiting = entries.waiting
    pairs = [one for one in waiting if one.question and not one.is_weak]
    apart = [one for one in waiting if one.question and one.is_far_apart]
    cells = [one for one in waiting if any(can_stay_empty(fault) for fault in one.faults)]
    owners = [one for one in waiting if "" in one.owners]
    alone = [one for one in waiting if one.is_alone and not one.question]
    offered = [
        ("pairs", pairs, "{} of one household or street: all couples", "pair", "pairs"),
        ("apart", apart, "{} with many years between them: all couples", "pair", "pairs"),
        ("empty", cells, "Leave empty what cannot be read in {}", "row", "rows"),
        ("nobody", owners, "Leave out what does not say whose it is in {}", "row", "rows"),
        ("alone", alone, "Leave out {} with one person alone", "row", "rows"),
    ]
    return [
        (key, words.format(count_of(len(found), one, many)))
        for key, found, words, one, many in offered
        if len(found) > 1
    ]


def answer_for_all(clients: OpenList, what: str) -> None:
    """Say the same of every row that waits for it."""
    choices = clients.choices
    for entry in clients.entries(g.today).waiting:
        if entry.question and (
            (what == "pairs" and not entry.is_weak) or (what == "apart" and entry.is_far_apart)
        ):
            confirm(clients, entry, is_couple=True)
        elif what == "empty":
            marks = [f"{entry.key}:{one.key}" for one in entry.faults if can_stay_empty(one)]
            choices.emptied += marks
        elif what == "nobody":
            for place, whose in enumerate(entry.owners):
                if not whose:
                    choices.owners[f"{entry.key}:{place}"] = "-"
        elif what == "alone" and entry.is_alone and not entry.question:
            choices.left_out.append(entry.key)
    clients.save()


def begin(form: RowsForm, clients: OpenList) -> Response:
    """Begin to open the files of a list, beside this request. Sent twice, it begins once.

    Raises Refused while something is asked, or somebody known was not looked at.
    """
    begun = import_of(current_user.id, clients.kept.import_id or 0)
    if begun and not begun.taken_back_at:
        return to_step("show_list", import_id=begun.id)
    entries = clients.entries(g.today)
    if entries.waiting:
        raise Refused(STILL_WAITING)
    if not entries.ready:
        raise Refused(NOTHING_TO_OPEN)
    clients.look_up_names(entries)
    entries = clients.entries(g.today)
    if entries.doubtful and not form.knowingly.data:
        raise Refused(LOOK_FIRST, "knowingly")
    couples = [entry.details(g.today) for entry in entries.ready]
    made = new_import(current_user, len(couples), clock.now())
    begin_import(made, couples, g.today)
    clients.kept.import_id = made.id
    return to_step("show_list", import_id=made.id)


@bp.route("/records/clients/rows/<entry_key>", methods=["GET", "POST"])
@needs(Permission.WRITE_FILES)
def mend_row(entry_key: str) -> ResponseReturnValue:
    """Mend a row of a list: both partners, what is theirs, who belongs together."""
    clients = open_list()
    if clients is None:
        return to_step("bring_list")
    entry = clients.entries(g.today).by_key(entry_key)
    if entry is None:
        flash("That row is part of another couple by now.")
        return to_step("list_rows")
    form = MendForm() if request.method == "POST" else MendForm(formdata=None)
    if request.method == "GET":
        form.token.data = clients.kept.token
        form.fill(entry)
    elif is_another(clients.kept.token):
        return to_step("list_rows")
    elif form.validate():
        try:
            mend(form, clients, entry)
        except Refused as reason:
            form.refuse(reason)
        else:
            clients.look_up_names(clients.entries(g.today))
            return to_step("list_rows")
    return form_page(
        "records/client_list_mend.html",
        form,
        entry=entry,
        lines=lines_of(clients, entry),
        stands=[(clients.header[place], text) for place, text in stands(clients, entry)],
    )


def stands(clients: OpenList, entry: Entry) -> list[tuple[int, str]]:
    """What stands in the matched columns of an entry's rows, by place."""
    return [
        (place, clients.cells(place)[row])
        for row in entry.rows
        for place, key in enumerate(clients.choices.keys)
        if key and clients.cells(place)[row]
    ]


def mend(form: MendForm, clients: OpenList, entry: Entry) -> None:
    """Keep what was written of a row, or pair it with another. Raises Refused."""
    choices = clients.choices
    line = (form.partner_line.data or "").strip()
    if line:
        pair(clients, entry, line)
    else:
        told = form.told(g.today)
        choices.mended[entry.key] = told
        if len(entry.rows) == 2 and told["b"]:
            choices.pairs[str(entry.rows[0])] = entry.rows[1]
    choices.left_out = [key for key in choices.left_out if key != entry.key]
    clients.save()


def pair(clients: OpenList, entry: Entry, line: str) -> None:
    """Pair a row of one person with that of another. Raises Refused (field `partner_line`)."""
    entries = clients.entries(g.today)
    number = number_or_0(line)
    row = clients.lines.index(number) if number in clients.lines else -1
    other = next((one for one in entries.all if row in one.rows), None)
    if other is None or other.key == entry.key or len(entry.rows) > 1:
        raise Refused("Enter the line of another row of this list.", "partner_line")
    if len(other.rows) > 1 and not other.question:
        raise Refused("That row is part of a couple already.", "partner_line")
    if len(other.rows) == 1 and len(other.people) > 1:
        raise Refused("That row names two people by itself.", "partner_line")
    if len(other.rows) > 1:
        clients.choices.apart.append(other.key)
    first, second = sorted((entry.rows[0], row))
    choices = clients.choices
    choices.pairs[str(first)] = second
    for one in (first, second):
        choices.mended.pop(str(one), None)
