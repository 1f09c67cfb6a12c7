"""The list of couples: a page of it, narrowed as one types, read as columns, not entities."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import aliased

from practice.access.expressions import in_list
from practice.access.prepared import PreparedQuery
from practice.audit.service import current_actor
from practice.couples.models import Appointment, Couple, Partner, by_letter
from practice.couples.names import fold
from practice.registry import registry

SHOWN = {"open": "Open", "closed": "Closed", "all": "All"}
PAGE = 50
FURTHEST_PAGE = 100_000
MOST_WORDS = 8
LONGEST_WORD = 40
#: What makes a plain character of one that means something in a LIKE pattern.
ESCAPE = "/"
#: Without an appointment ahead, a couple not seen for longer than this is due.
DUE_AFTER = timedelta(days=14)


@dataclass(frozen=True)
class Row:
    """One couple of the list. `next_at` is None while no appointment lies ahead."""

    couple_id: int
    a: str
    b: str
    opened_on: date
    closed_on: date | None
    next_at: tuple[date, time] | None
    last_session: date | None
    due: bool
    unsigned: int


@dataclass(frozen=True)
class Listing:
    """One page of the list, and whether there are more before and after it."""

    rows: list[Row]
    page: int
    has_more: bool


def list_couples(show: str, today: date, page: int = 1, words: str | None = None) -> Listing:
    """The couples of the open caseload by name, open files first.

    `show` is a key of SHOWN; `words` narrows to couples in whose names each of the words
    appears, whatever its case and accents.
    """
    page = min(max(page, 1), FURTHEST_PAGE)
    patterns = {f"word_{at}": like_pattern(word) for at, word in enumerate(looked_for(words))}
    found = query_for(show, len(patterns)).rows(
        practice_id=current_actor()[0], most=PAGE + 1, skipped=(page - 1) * PAGE, **patterns
    )
    return Listing(rows_for(found[:PAGE], today), page, len(found) > PAGE)


@dataclass(frozen=True, slots=True)
class FoundCouple:
    """A row of a couple in the order of the list, with both partners' names."""

    couple_id: int
    opened_on: date
    closed_on: date | None
    a_first_name: str
    a_goes_by: str
    a_last_name: str
    b_first_name: str
    b_goes_by: str
    b_last_name: str


@lru_cache
def query_for(show: str, words: int) -> PreparedQuery[FoundCouple]:
    """The prepared query for couples as `show` says, with so many words looked for in their names."""
    a, b = aliased(Partner), aliased(Partner)
    query = (
        select(
            Couple.id.label("couple_id"),
            Couple.opened_on,
            Couple.closed_on,
            a.first_name.label("a_first_name"),
            a.goes_by.label("a_goes_by"),
            a.last_name.label("a_last_name"),
            b.first_name.label("b_first_name"),
            b.goes_by.label("b_goes_by"),
            b.last_name.label("b_last_name"),
        )
        .join(a, (a.couple_id == Couple.id) & (a.letter == "a"))
        .join(b, (b.couple_id == Couple.id) & (b.letter == "b"))
        .where(Couple.practice_id == bindparam("practice_id"))
        .limit(bindparam("most", type_=Integer()))
        .offset(bindparam("skipped", type_=Integer()))
    )
    if show == "open":
        query = query.where(Couple.closed_on.is_(None))
    elif show == "closed":
        query = query.where(Couple.closed_on.is_not(None))
    else:
        query = query.order_by(Couple.closed_on.is_not(None))
    for at in range(words):
        query = query.where(Couple.names_folded.like(bindparam(f"word_{at}"), escape=ESCAPE))
    return PreparedQuery(FoundCouple, query.order_by(Couple.names_folded, Couple.id))


def looked_for(words: str | None) -> list[str]:
    """The words to look for in the couples' names, folded; those beyond MOST_WORDS are left out."""
    if not words:
        return []
    folded = [word[:LONGEST_WORD] for word in fold(words).split()][:MOST_WORDS]
    return folded or [words[:LONGEST_WORD]]


def like_pattern(word: str) -> str:
    """A LIKE pattern for texts with this word anywhere in them, whatever characters it has."""
    for special in (ESCAPE, "%", "_"):
        word = word.replace(special, f"{ESCAPE}{special}")
    return f"%{word}%"


def rows_for(found: list[FoundCouple], today: date) -> list[Row]:
    """The couples found, with what is asked for them in one go: appointments and the columns."""
    ids = [one.couple_id for one in found]
    coming = first_appointments(ids, today)
    unsigned, last = column("unsigned", ids), column("last_session", ids)
    return [
        Row(
            couple_id=one.couple_id,
            a=a,
            b=b,
            opened_on=one.opened_on,
            closed_on=one.closed_on,
            next_at=coming.get(one.couple_id),
            last_session=last.get(one.couple_id),
            due=is_due(one.closed_on, coming.get(one.couple_id), last.get(one.couple_id), today),
            unsigned=unsigned.get(one.couple_id, 0),
        )
        for one in found
        for a, b in [names_in_order(one)]
    ]


def names_in_order(one: FoundCouple) -> tuple[str, str]:
    """Both partners' names as the list shows them."""
    a = shown_name(one.a_first_name, one.a_goes_by, one.a_last_name)
    b = shown_name(one.b_first_name, one.b_goes_by, one.b_last_name)
    return by_letter(a, b)


def column(name: str, couple_ids: list[int]) -> dict[int, Any]:
    """A registered column's value for each of these couples; nothing where no room registered it."""
    ask = registry().list_columns.get(name)
    return ask(couple_ids) if ask and couple_ids else {}


def shown_name(first_name: str, goes_by: str, last_name: str) -> str:
    """“Maya Okafor”, by the name this partner goes by."""
    return f"{goes_by or first_name} {last_name}".strip()


@dataclass(frozen=True, slots=True)
class Coming:
    """A row of an appointment ahead."""

    couple_id: int
    on_day: date
    at_time: time


COMING = PreparedQuery(
    Coming,
    select(Appointment.couple_id, Appointment.on_day, Appointment.at_time)
    .where(
        in_list(Appointment.couple_id, "couple_ids"),
        Appointment.on_day >= bindparam("today"),
        Appointment.outcome == "",
    )
    .order_by(Appointment.on_day.desc(), Appointment.at_time.desc()),
)


def first_appointments(couple_ids: list[int], today: date) -> dict[int, tuple[date, time]]:
    """The first appointment ahead of each couple that has one, from `today` on."""
    if not couple_ids:
        return {}
    ahead = COMING.rows(couple_ids=couple_ids, today=today)
    return {one.couple_id: (one.on_day, one.at_time) for one in ahead}


def is_due(
    closed_on: date | None, coming: object | None, last_session: date | None, today: date
) -> bool:
    """Whether an open file has nothing ahead and its last session was over two weeks ago."""
    if closed_on or coming or last_session is None:
        return False
    return today - last_session > DUE_AFTER
