"""The list of couples: a page of it, narrowed as one types, read as columns, not entities."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from practice.audit.service import current_actor
from practice.couples.models import Appointment, Couple, Partner, by_letter
from practice.couples.names import fold
from practice.database.base import db
from practice.registry import registry

SHOWN = {"open": "Open", "closed": "Closed", "all": "All"}
PAGE = 50
FURTHEST_PAGE = 100_000
MOST_WORDS = 8
LONGEST_WORD = 40
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
    wanted = narrowed(base_query(), show, words).offset((page - 1) * PAGE).limit(PAGE + 1)
    found = db.session.execute(wanted).all()
    return Listing(rows_for(found[:PAGE], today), page, len(found) > PAGE)


def base_query() -> Select[*tuple[Any, ...]]:
    """Ids, names and dates of couples, in the order of the list."""
    a, b = aliased(Partner), aliased(Partner)
    return (
        select(
            Couple.id,
            Couple.opened_on,
            Couple.closed_on,
            a.first_name,
            a.goes_by,
            a.last_name,
            b.first_name,
            b.goes_by,
            b.last_name,
        )
        .join(a, (a.couple_id == Couple.id) & (a.letter == "a"))
        .join(b, (b.couple_id == Couple.id) & (b.letter == "b"))
        .where(Couple.practice_id == current_actor()[0])
    )


def narrowed(
    query: Select[*tuple[Any, ...]], show: str, words: str | None
) -> Select[*tuple[Any, ...]]:
    """`query` with the filter, the words looked for, and the order that goes with them."""
    if show == "open":
        query = query.where(Couple.closed_on.is_(None))
    elif show == "closed":
        query = query.where(Couple.closed_on.is_not(None))
    else:
        query = query.order_by(Couple.closed_on.is_not(None))
    if words:
        looked_for = [word[:LONGEST_WORD] for word in fold(words).split()][:MOST_WORDS]
        for word in looked_for or [words[:LONGEST_WORD]]:
            query = query.where(Couple.names_folded.contains(word, autoescape=True))
    return query.order_by(Couple.names_folded, Couple.id)


def rows_for(found: Any, today: date) -> list[Row]:
    """The couples found, with what is asked for them in one go: appointments and the columns."""
    ids = [row[0] for row in found]
    coming = first_appointments(ids, today)
    unsigned, last = column("unsigned", ids), column("last_session", ids)
    return [
        Row(
            couple_id=couple_id,
            a=a,
            b=b,
            opened_on=opened_on,
            closed_on=closed_on,
            next_at=coming.get(couple_id),
            last_session=last.get(couple_id),
            due=is_due(closed_on, coming.get(couple_id), last.get(couple_id), today),
            unsigned=unsigned.get(couple_id, 0),
        )
        for couple_id, opened_on, closed_on, *names in found
        for a, b in [by_letter(shown_name(*names[:3]), shown_name(*names[3:]))]
    ]


def column(name: str, couple_ids: list[int]) -> dict[int, Any]:
    """A registered column's value for each of these couples; nothing where no room registered it."""
    ask = registry().list_columns.get(name)
    return ask(couple_ids) if ask and couple_ids else {}


def shown_name(first_name: str, goes_by: str, last_name: str) -> str:
    """“Maya Okafor”, by the name this partner goes by."""
    return f"{goes_by or first_name} {last_name}".strip()


def first_appointments(couple_ids: list[int], today: date) -> dict[int, tuple[date, time]]:
    """The first appointment ahead of each couple that has one, from `today` on."""
    if not couple_ids:
        return {}
    ahead = (
        select(Appointment.couple_id, Appointment.on_day, Appointment.at_time)
        .where(Appointment.couple_id.in_(couple_ids))
        .where(Appointment.on_day >= today, Appointment.outcome == "")
        .order_by(Appointment.on_day.desc(), Appointment.at_time.desc())
    )
    return {couple_id: (day, at) for couple_id, day, at in db.session.execute(ahead)}


def is_due(
    closed_on: date | None, coming: object | None, last_session: date | None, today: date
) -> bool:
    """Whether an open file has nothing ahead and its last session was over two weeks ago."""
    if closed_on or coming or last_session is None:
        return False
    return today - last_session > DUE_AFTER
