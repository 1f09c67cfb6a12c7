"""A couple as a page shows it: its columns and its partners' in one question, not to be changed."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select

from practice.access.load import deny, note_file
from practice.access.prepared import PreparedQuery
from practice.couples.models import Couple, OfACouple, OfAPartner, Partner


@dataclass(frozen=True)
class ShownPartner(OfAPartner):
    """One partner: the names, what they came for, and the language of what they read."""

    first_name: str
    goes_by: str
    last_name: str
    language: str
    came_for: str


@dataclass(frozen=True)
class ShownCouple(OfACouple):
    """A couple: what stands in the head of its file and beside the timeline."""

    id: int
    opened_on: date
    closed_on: date | None
    together_since: int | None
    children: str
    strengths: str
    minutes_a_day: int | None
    a: ShownPartner
    b: ShownPartner


@dataclass(frozen=True, slots=True)
class CoupleRow(ShownPartner):
    """A row of one partner, with the couple's own columns beside them."""

    id: int
    opened_on: date
    closed_on: date | None
    together_since: int | None
    children: str
    strengths: str
    minutes_a_day: int | None


OF_BOTH = [one for one in ShownCouple.__dataclass_fields__ if one not in ("a", "b")]
OF_EACH = list(ShownPartner.__dataclass_fields__)
SHOWN = PreparedQuery(
    CoupleRow,
    select(
        *(getattr(Couple, name) for name in OF_BOTH),
        *(getattr(Partner, name) for name in OF_EACH),
    )
    .join(Partner, Partner.couple_id == Couple.id)
    .where(Couple.id == bindparam("couple_id"))
    .order_by(Partner.letter),
)


def show_couple(couple_id: int) -> ShownCouple:
    """The couple, if it is on the open caseload; 404 otherwise, as `get_or_404` answers."""
    rows = SHOWN.rows(couple_id=couple_id)
    if not rows:
        deny(Couple, {"id": couple_id})
    note_file(couple_id)
    both = {name: getattr(rows[0], name) for name in OF_BOTH}
    a, b = (ShownPartner(**{name: getattr(row, name) for name in OF_EACH}) for row in rows)
    return ShownCouple(a=a, b=b, **both)
