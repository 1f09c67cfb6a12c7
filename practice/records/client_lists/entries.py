"""What would come of a client list: an entry for each couple or person, and what each waits for.

Built anew from the rows and from what the clinician chose so far, so that every page shows what
would be stored now.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from practice.couples.names import folded_person
from practice.couples.partner_details import CoupleDetails, PartnerDetails, check
from practice.errors import Refused
from practice.records.client_lists.pairs import Proposal, crowds, propose
from practice.records.client_lists.row import NAMES, ROW, Fault, RowRead, Unowned, with_dates

ALONE = (
    "This row names one person. Mend it to name the partner or the partner’s line, or leave it out."
)
ALONE_HERE = "The partner’s first name is missing. Write it in, or leave the row out."
SAME_TWICE = "These two stand in an earlier row too."
IS_COUPLE = "Are they a couple?"
#: What may be left empty when it cannot be read; names may not.
MAY_BE_EMPTY = ("goes_by", "pronouns", "born_on", "email", "phone", "opened_on", "together_since")


@dataclass
class Choices:
    """What the clinician chose for a list so far, as plain values that JSON can hold.

    Rows are named by their place among the rows of the file, entries by their rows: “12”, “12+15”.
    """

    #: The place of the row that names the columns; None when there is none.
    header: int | None = 0
    #: The names of the columns, and the key of what each tells, "" for none.
    names: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    #: The program that wrote the list, if it is one we know.
    program: str = ""
    #: What stands first in the dates of a column, "month" or "day", by the column's place.
    orders: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    #: Rows that are left out by themselves, and were brought back: totals, headings that come again.
    kept: list[int] = field(default_factory=list)
    #: Why rows are left out by themselves, by row.
    odd: dict[str, str] = field(default_factory=dict)
    #: The row that a row was paired with, by the first of the two.
    pairs: dict[str, int] = field(default_factory=dict)
    #: Proposed pairs that are none.
    apart: list[str] = field(default_factory=list)
    #: Entries whose reading was confirmed.
    confirmed: list[str] = field(default_factory=list)
    #: Whose a value is, "a", "b" or "-" for nobody's, by entry and place: “12:0”.
    owners: dict[str, str] = field(default_factory=dict)
    #: Cells that could not be read and stay empty, by entry and key: “12:a-phone”.
    emptied: list[str] = field(default_factory=list)
    #: What an entry says since it was mended, by entry: a, b and together.
    mended: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    #: Names that have a file here already, folded, when last looked up.
    known: list[str] = field(default_factory=list)

    def forget_rows(self) -> None:
        """Forget what was chosen for rows: their columns tell something else now."""
        fresh = Choices(self.header, self.names, self.keys, self.program, self.orders, odd=self.odd)
        self.__dict__.update(fresh.__dict__)


@dataclass
class Entry:
    """A couple or a single person that a list tells of, and what keeps it from being opened."""

    key: str
    rows: list[int]
    people: list[dict[str, Any]]
    together: dict[str, Any]
    unowned: list[Unowned] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    #: What is to be confirmed before these two are a couple; "" when it is plain.
    question: str = ""
    is_weak: bool = False
    is_far_apart: bool = False
    is_mended: bool = False
    #: Why it is left out; "" when it is not.
    left_out: str = ""
    doubt: str = ""
    #: Whose each unowned value was said to be.
    owners: list[str] = field(default_factory=list)

    @property
    def is_alone(self) -> bool:
        """Whether the partner is not named."""
        return len([one for one in self.people if one["first_name"]]) < 2

    @property
    def waits(self) -> bool:
        """Whether something has to be said before it can be opened."""
        return not self.left_out and bool(
            self.faults or self.question or self.is_alone or "" in self.owners
        )

    @property
    def alone_words(self) -> str:
        """What is said where one person is named and no other."""
        return ALONE if len(self.people) < 2 else ALONE_HERE

    def details(self, today: date) -> CoupleDetails:
        """The entry as a couple's file, opened today where no date is told.

        Raises Refused, naming the field, for what cannot be.
        """
        a, b = (PartnerDetails(**one) for one in self.people)
        details = CoupleDetails(a, b, **{"opened_on": today, **self.together})
        check(details, today)
        return details


@dataclass(frozen=True)
class Entries:
    """All entries of a list, in the order of their rows."""

    all: list[Entry]

    def by_key(self, key: str) -> Entry | None:
        """The entry of that key."""
        return next((one for one in self.all if one.key == key), None)

    @property
    def waiting(self) -> list[Entry]:
        """Those that wait for something."""
        return [one for one in self.all if one.waits]

    @property
    def ready(self) -> list[Entry]:
        """Those that can be opened."""
        return [one for one in self.all if not one.waits and not one.left_out]

    @property
    def left_out(self) -> list[Entry]:
        """Those that are left out."""
        return [one for one in self.all if one.left_out]

    @property
    def doubtful(self) -> list[Entry]:
        """Those to be opened whose names are known here, or come twice."""
        return [one for one in self.ready if one.doubt]


def build(rows: Sequence[RowRead], choices: Choices, today: date) -> Entries:
    """The entries of a list's rows. `today` is the practice's date."""
    odd = {int(row): words for row, words in choices.odd.items()}
    kept = [one for one in rows if one.row not in odd or one.row in choices.kept]
    by_row = {one.row: one for one in kept}
    crowded = crowds(kept)
    entries = [of_pair(by_row, one, choices) for one in pairs(kept, choices, today)]
    paired = {row for entry in entries for row in entry.rows}
    for read in kept:
        if read.row not in paired:
            entries.append(of_row(read, choices, crowded.get(read.row, "")))
    entries += [
        Entry(str(one.row), [one.row], one.people, one.together, left_out=odd[one.row])
        for one in rows
        if one.row in odd and one.row not in choices.kept
    ]
    for entry in entries:
        if entry.key in choices.left_out:
            entry.left_out = "You left it out."
        settle(entry, today)
    entries.sort(key=lambda one: one.rows[0])
    note_doubts(entries, set(choices.known))
    return Entries(entries)


def pairs(rows: Sequence[RowRead], choices: Choices, today: date) -> list[Proposal]:
    """The pairs of rows: those that were confirmed, and then those that are proposed."""
    by_row = {one.row: one for one in rows}
    found = [
        Proposal(int(first), second, "")
        for first, second in choices.pairs.items()
        if int(first) in by_row and second in by_row
    ]
    taken = {row for one in found for row in (one.first, one.second)}
    mended = {int(key) for key in choices.mended if key.isdigit()}
    free = [one for one in rows if one.row not in taken | mended]
    proposed = propose(free, today.year)
    return found + [one for one in proposed if f"{one.first}+{one.second}" not in choices.apart]


def of_pair(by_row: dict[int, RowRead], pair: Proposal, choices: Choices) -> Entry:
    """The entry of two rows: each of the two is as their own row tells."""
    one, two = by_row[pair.first], by_row[pair.second]
    entry = Entry(
        f"{pair.first}+{pair.second}",
        [pair.first, pair.second],
        [with_rest(one, two), with_rest(two, one)],
        {**two.together, **one.together},
        faults=[*one.faults, *(of_other(fault) for fault in two.faults)],
        remarks=[*one.remarks, *two.remarks],
        question=f"{pair.because} {IS_COUPLE}" if pair.because else "",
        is_weak=pair.is_weak,
        is_far_apart=pair.is_far_apart,
    )
    days = [read.together["opened_on"] for read in (one, two) if "opened_on" in read.together]
    if len(set(days)) > 1:
        entry.together["opened_on"] = min(days)
        entry.remarks.append("The two rows give two dates for the file. The earlier one is kept.")
    return mended(entry, choices)


def with_rest(own: RowRead, other: RowRead) -> dict[str, Any]:
    """The person of a row, with what the other row tells of the same person and their own does not."""
    person = own.people[0]
    known = other.people[1] if len(other.people) == 2 else {}
    return {**known, **{name: value for name, value in person.items() if value}, **names_of(person)}


def names_of(person: dict[str, Any]) -> dict[str, Any]:
    """The two names of a person."""
    return {name: person[name] for name in ("first_name", "last_name")}


def of_other(fault: Fault) -> Fault:
    """A fault of the second row's person, who is partner B in the pair."""
    key = f"b-{fault.key[2:]}" if fault.key.startswith("a-") else fault.key
    return Fault(key, fault.text, fault.words)


def of_row(read: RowRead, choices: Choices, crowd: str) -> Entry:
    """The entry of a single row."""
    entry = Entry(
        str(read.row),
        [read.row],
        [dict(one) for one in read.people],
        dict(read.together),
        unowned=list(read.unowned),
        faults=list(read.faults),
        remarks=[*read.remarks, *([crowd] if crowd else [])],
        question=read.look if str(read.row) not in choices.confirmed else "",
        is_weak=True,
    )
    return mended(entry, choices)


def mended(entry: Entry, choices: Choices) -> Entry:
    """The entry with what the clinician wrote and said of it."""
    said = choices.mended.get(entry.key)
    if said is not None:
        entry.people = [with_dates(said["a"])] + ([with_dates(said["b"])] if said.get("b") else [])
        entry.together = with_dates(said["together"])
        entry.faults, entry.unowned, entry.remarks = [], [], []
        entry.question, entry.is_mended = "", True
    entry.faults = [one for one in entry.faults if f"{entry.key}:{one.key}" not in choices.emptied]
    give_unowned(entry, choices)
    return entry


def give_unowned(entry: Entry, choices: Choices) -> None:
    """Give values to whoever the clinician said they are of."""
    for place, one in enumerate(entry.unowned):
        whose = choices.owners.get(f"{entry.key}:{place}", "")
        entry.owners.append(whose if len(entry.people) == 2 else "-")
        if whose in ("a", "b") and len(entry.people) == 2:
            person = entry.people["ab".index(whose)]
            if person.get(one.field):
                entry.remarks.append(
                    f"{person['first_name']} has one already; not kept: {one.text}."
                )
            else:
                person |= with_dates({one.field: one.text})


def settle(entry: Entry, today: date) -> None:
    """Note what a couple's file would refuse, where nothing else is amiss."""
    if entry.left_out or entry.waits:
        return
    try:
        entry.details(today)
    except Refused as reason:
        entry.faults.append(Fault(ROW, "", str(reason)))


def note_doubts(entries: Iterable[Entry], known: set[str]) -> None:
    """Note who has a file here already, and who comes twice."""
    seen: set[frozenset[str]] = set()
    for entry in entries:
        if entry.left_out or entry.is_alone:
            continue
        both = {folded(one): one for one in entry.people}
        names = [
            f"{one['first_name']} {one['last_name']}".strip()
            for key, one in both.items()
            if key in known
        ]
        if frozenset(both) in seen:
            entry.doubt = SAME_TWICE
        elif names:
            entry.doubt = f"Known here already: {' and '.join(names)}."
        seen.add(frozenset(both))


def folded(person: dict[str, Any]) -> str:
    """What one person is recognised by."""
    return folded_person(person["first_name"], person["last_name"])


def can_stay_empty(fault: Fault) -> bool:
    """Whether a cell that cannot be read may stay empty."""
    return fault.key not in (ROW, NAMES) and fault.key.rpartition("-")[2] in MAY_BE_EMPTY


def as_plain(choices: Choices) -> dict[str, Any]:
    """Choices as JSON can hold them."""
    return asdict(choices)
