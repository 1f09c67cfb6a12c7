"""How the three core obstacles went over some sessions, as the chart macros want it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from practice.couples.models import OfACouple
from practice.couples.names import initials
from practice.formatting import short_date
from practice.sessions.rows import AnySession
from practice.sessions.sightings import SeenRow, seen_lately
from practice.vocabulary import CORE_OBSTACLES, OBSTACLES


class Point(NamedTuple):
    """An obstacle in one session: its strength, 1 to 3, and who showed it, in initials.

    A strength of 0 is not seen, None seen without saying how strongly: that is no number, and
    no chart gives it a height.
    """

    strength: int | None
    who: str = ""

    @property
    def words(self) -> str:
        """“2 of 3”, “seen, strength not stated”: the point as it is read out."""
        if self.strength is None:
            return "seen, strength not stated"
        return f"{self.strength} of 3" if self.strength else "not seen"


NOT_SEEN = Point(0)
#: (session, obstacle key) to (strength as it is stored, who).
Marks = dict[tuple[int, str], tuple[int, str]]


@dataclass(frozen=True, slots=True)
class TrendRow:
    """A row of an obstacle tagged on a session; of one without any, what it says is None."""

    number: int
    held_on: date
    obstacle: str | None
    strength: int | None
    who: str | None


@dataclass(frozen=True)
class Trends:
    """The core obstacles over some sessions, oldest first: a series for each, and the dates."""

    series: list[dict[str, Any]]
    dates: list[str]

    @property
    def has_unstated(self) -> bool:
        """Whether an obstacle was seen without a word on how strong it was."""
        return any(point.strength is None for row in self.series for point in row["points"])


def trends_to(couple: OfACouple, session: AnySession) -> Trends:
    """What got in the way at a session and the few before it."""
    return drawn_from(seen_lately(session), couple)


def drawn_from(rows: Sequence[TrendRow | SeenRow], couple: OfACouple) -> Trends:
    """The series from a row for each obstacle tagged on a session, or one without any."""
    marks = {
        (row.number, row.obstacle): (row.strength or 0, row.who or "")
        for row in rows
        if row.obstacle
    }
    return drawn(couple, {row.number: row.held_on for row in rows}, marks)


def drawn(couple: OfACouple, days: dict[int, date], marks: Marks) -> Trends:
    """The series of each core obstacle over the sessions of `days`, oldest first."""
    letters = {**initials(couple), "both": "both", "": ""}
    points = {at: Point(strength or None, letters[who]) for at, (strength, who) in marks.items()}
    series = [
        {
            "key": key,
            "label": OBSTACLES[key].label,
            "points": [points.get((number, key), NOT_SEEN) for number in days],
        }
        for key in CORE_OBSTACLES
    ]
    return Trends(series, [short_date(day) for day in days.values()])
