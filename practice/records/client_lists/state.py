"""A client list in somebody's hands: its headings, its columns and what would come of it now."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from practice.couples.names import fold
from practice.couples.partner_details import PartnerDetails
from practice.couples.service import known_here
from practice.errors import Refused
from practice.records.client_lists import dates
from practice.records.client_lists.cells import is_not_known
from practice.records.client_lists.columns import called, match_columns, twice_told
from practice.records.client_lists.entries import Choices, Entries, build, folded
from practice.records.client_lists.headings import find_header, is_footer
from practice.records.client_lists.parse import MOST_ROWS, Sheet
from practice.records.client_lists.pending import PendingList, PendingLists
from practice.records.client_lists.people import Columns, read_row
from practice.records.client_lists.row import RowRead

DATES = ("born_on", "opened_on")
FOOTER = "It tells of the list itself, such as a total."
HEADINGS_AGAIN = "The names of the columns come again here."
NO_NAMES = "Match a column to partner A’s first name, to a full name, or to both names in one cell."
NO_PERSON_B = "Match a column to partner B’s first name too, or leave their last name out."
TWICE = "Two columns are matched to “{}”. Choose one."
FIRST_ROWS = 40


def keep_list(lists: PendingLists, user_id: int, sheet: Sheet) -> "OpenList":
    """Keep a list that is read, with its columns matched. Raises Refused (field `file`)."""
    choices = Choices(header=find_header(sheet.rows))
    rows = len(sheet.rows) - first_of(choices)
    if rows < 1:
        raise Refused("There is no row below the names of the columns.", "file")
    if rows > MOST_ROWS:
        raise Refused(f"Bring in at most {MOST_ROWS:,} rows at once; split the list.", "file")
    lists.keep(user_id, sheet, choices)
    kept = lists.list_of(user_id)
    assert kept is not None  # noqa: S101  # it was kept in the line before
    found = OpenList(lists, kept)
    found.match()
    return found


def first_of(choices: Choices) -> int:
    """The place of the first row that is about someone."""
    return 0 if choices.header is None else choices.header + 1


class OpenList:
    """One list between its steps, and what was chosen for it."""

    def __init__(self, lists: PendingLists, kept: PendingList) -> None:
        self._lists = lists
        self.kept = kept
        self.choices = lists.choices_of(kept)
        self._cells: dict[int, list[str]] = {}
        self._read: list[RowRead] | None = None

    def save(self) -> None:
        """Keep what was chosen."""
        self._lists.choose(self.kept, self.choices)

    @property
    def lines(self) -> list[int]:
        """The line of the file in which each row begins."""
        return self.kept.lines

    def cells(self, place: int) -> list[str]:
        """The cells of a column, those above the first row about someone too."""
        if place not in self._cells:
            self._cells[place] = self._lists.column(self.kept, place)
        return self._cells[place]

    def seen(self, place: int) -> Sequence[str]:
        """The cells of a column below its name."""
        return self.cells(place)[first_of(self.choices) :]

    @property
    def header(self) -> list[str]:
        """The names of the columns; “Column 3” where a list has none."""
        return self.choices.names

    @property
    def places(self) -> range:
        """The columns, by place: as many as the names of columns, or as the longest row."""
        row = self.choices.header
        return range(len(self.kept.columns) if row is None else self.kept.widths[row])

    @property
    def rows(self) -> range:
        """The rows about someone, by place."""
        return range(first_of(self.choices), len(self.lines))

    def example(self, place: int) -> str:
        """The first thing that stands in a column below its name."""
        return next((cell for cell in self.seen(place)[:FIRST_ROWS] if cell), "")

    def name_line(self, row: int | None) -> None:
        """Say which row has the names of the columns, and match them anew."""
        self.choices = Choices(header=row)
        self.forget_reading()
        self.match()

    def match(self) -> None:
        """Match the columns by what they are called, and note the rows that tell of nobody."""
        row = self.choices.header
        names = ["" if row is None else self.cells(place)[row] for place in self.places]
        matching = match_columns(names, self.seen)
        self.choices.names = [name or f"Column {place + 1}" for place, name in enumerate(names)]
        self.choices.keys, self.choices.program = matching.keys, matching.program
        self.choices.odd = {str(row): why for row, why in self.odd().items()}
        self.save()

    def choose_keys(self, keys: list[str], orders: dict[str, str]) -> None:
        """Match the columns as the clinician says. What was said of rows stays while it still fits."""
        if keys != self.choices.keys:
            self.choices.keys = keys
            self.choices.forget_rows()
        self.choices.orders = orders
        self.forget_reading()
        self.save()

    def forget_reading(self) -> None:
        """Read the rows anew when they are next asked for: their columns tell something else."""
        self._read, self.kept.rows = None, b""
        self.__dict__.pop("proofs", None)

    def refuse_unfit(self) -> None:
        """Raise Refused unless the columns name people, and each thing is told by one column."""
        keys = self.choices.keys
        if twice := twice_told(keys):
            raise Refused(TWICE.format(called()[twice]))
        if not {"a-first_name", "a-name", "both"} & set(keys):
            raise Refused(NO_NAMES)
        told_of_b = {key for key in keys if key.startswith("b-")}
        if told_of_b and not {"b-first_name", "b-name"} & told_of_b and "b-last_name" in told_of_b:
            raise Refused(NO_PERSON_B)

    @cached_property
    def proofs(self) -> dict[int, dates.Order | None]:
        """What the dates of a column prove to stand first, by the column's place."""
        return {place: dates.order_proved(self.seen(place)) for place in self.dated()}

    def dated(self) -> list[int]:
        """The columns that tell dates."""
        keys = enumerate(self.choices.keys)
        return [place for place, key in keys if key.rpartition("-")[2] in DATES]

    def unproved(self) -> list[int]:
        """The columns with dates that can be read either way, where nothing in them says which."""
        return [
            place
            for place in self.dated()
            if self.proofs[place] is None and dates.needs_order(self.known(place))
        ]

    def known(self, place: int) -> list[str]:
        """The dates of a column, without placeholders."""
        return [cell for cell in self.seen(place) if not is_not_known(cell, a_date=True)]

    def either(self, place: int) -> str:
        """A date of a column that can be read either way."""
        return next((cell for cell in self.known(place) if dates.needs_order([cell])), "")

    def orders(self) -> dict[int, dates.Order | None]:
        """What stands first in the dates of each column: proved, or said by the clinician."""
        said = self.choices.orders
        found = dict(self.proofs)
        for place, proved in self.proofs.items():
            if proved is None and (order := said.get(str(place))):
                found[place] = "month" if order == "month" else "day"
        return found

    def odd(self) -> dict[int, str]:
        """Why some rows are left out by themselves: totals, and names of columns that come again."""
        few = [row for row in self.rows if self.kept.widths[row] <= len(self.places)]
        found = {}
        for row in few:
            cells = [self.cells(place)[row] for place in self.places[: self.kept.widths[row]]]
            filled = [cell for cell in cells if cell]
            if filled and is_footer(cells):
                found[row] = FOOTER
            elif (
                self.choices.header is not None and len(filled) > 1 and is_same(cells, self.header)
            ):
                found[row] = HEADINGS_AGAIN
        return found

    def entries(self, today: date) -> Entries:
        """What would come of the list now. `today` is the practice's date."""
        return build(self.read(today), self.choices, today)

    def read(self, today: date) -> list[RowRead]:
        """What the rows tell, read once for the way in which the columns are matched."""
        if self._read is None and self.kept.rows:
            self._read = [RowRead.unpacked(one) for one in self._lists.unseal(self.kept.rows)]
        if self._read is None:
            self._read = self.read_anew(today)
            self.kept.rows = self._lists.seal([one.packed() for one in self._read])
        return self._read

    def read_anew(self, today: date) -> list[RowRead]:
        """What the rows tell."""
        columns = Columns(self.header, self.choices.keys, self.orders(), today)
        told = [place for place, key in enumerate(self.choices.keys) if key]
        return [
            read_row(
                row,
                {place: self.cells(place)[row] for place in told},
                columns,
                has_more=self.kept.widths[row] > len(self.places),
            )
            for row in self.rows
        ]

    def look_up_names(self, entries: Entries) -> None:
        """Note whose names have a file here already; it is written to the audit log."""
        people = [
            PartnerDetails(one["first_name"], one["last_name"])
            for entry in entries.all
            if not entry.left_out
            for one in entry.people
        ]
        named = {folded(one): one for entry in entries.all for one in entry.people}
        self.choices.known = sorted(known_here(people) & named.keys())
        self.save()


def is_same(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Whether a row says again what the names of the columns say."""
    return [fold(one) for one in cells if one] == [fold(one) for one in header[: len(cells)] if one]
