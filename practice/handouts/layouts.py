"""How each kind of sheet is arranged on paper: its template, its styles, and what to try first.

A new kind is a class in `sheet.py`, a template, and a `layout_of` for it here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any

from practice.handouts.sheet import BackgroundSheet, ExerciseSheet, Sheet
from practice.handouts.wording import row_label, week_from, wording_for

#: How an exercise may be arranged, best first: class names of print.css, and how many
#: sides it then takes.
ARRANGEMENTS = (
    ("one-side", 1),
    ("one-side snug", 1),
    ("two-sides roomy", 2),
    ("two-sides", 2),
)

#: The same in large print, for which large.css is added.
LARGE_ARRANGEMENTS = (
    ("large", 3),
    ("large close", 3),
    ("large", 4),
    ("large close", 4),
)

#: The same for a background sheet, which has nothing to fill in.
BACKGROUND_ARRANGEMENTS = (
    ("reading roomy", 1),
    ("reading", 1),
    ("reading close", 1),
    ("reading", 2),
)


def nothing_more(_arrangement: str) -> dict[str, Any]:
    """No value depends on the arrangement."""
    return {}


@dataclass(frozen=True)
class Layout:
    """What the typesetter needs to know of one sheet."""

    #: The name of its template, and of the style sheets that it is drawn in.
    template: str
    styles: tuple[str, ...]
    #: Class names of the body, best first, and how many sides the sheet may then take.
    arrangements: tuple[tuple[str, int], ...]
    #: What the template shows besides the sheet itself.
    values: dict[str, Any] = field(default_factory=dict)
    #: What it shows that depends on the arrangement.
    by_arrangement: Callable[[str], dict[str, Any]] = nothing_more


@singledispatch
def layout_of(sheet: Sheet) -> Layout:
    """How a sheet is arranged, by its kind. Raises TypeError for a kind nobody knows."""
    raise TypeError(f"There is no layout for {type(sheet).__name__}.")


@layout_of.register
def _(sheet: ExerciseSheet) -> Layout:
    words = wording_for(sheet)
    return Layout(
        template="exercise",
        styles=("print.css", "large.css") if sheet.large else ("print.css",),
        arrangements=LARGE_ARRANGEMENTS if sheet.large else ARRANGEMENTS,
        values={
            "words": words,
            "days": week_from(sheet.first_weekday, words.days),
            "rows": [row_label(row, words) for row in sheet.tracker],
        },
        by_arrangement=lambda arrangement: {"lines": writing_lines(sheet.paper, arrangement)},
    )


@layout_of.register
def _(_sheet: BackgroundSheet) -> Layout:
    return Layout(
        template="background", styles=("print.css",), arrangements=BACKGROUND_ARRANGEMENTS
    )


def writing_lines(paper: str, arrangement: str) -> int:
    """How many lines to write on there is room for."""
    if arrangement.startswith("large"):
        return 3 if arrangement.endswith("close") else 5
    if arrangement.startswith("one-side"):
        return 3 if paper == "a4" else 2
    return 14 if paper == "a4" else 12
