"""How a sheet is arranged on paper: its template, its styles, and what to try first.

A new kind is a file in `kinds/`, with its class and a `layout_of` for it, and a template.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any

from practice.handouts.sheet import Sheet


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


def styles_of(sheet: Sheet, *more: str) -> tuple[str, ...]:
    """The style sheets of a sheet, in order; `more` are those of its kind."""
    how = {
        "large.css": sheet.large,
        "plain.css": sheet.plain,
        "fillable.css": sheet.fillable,
        "part.css": sheet.is_part,
    }
    return ("print.css", *more, *(name for name, is_so in how.items() if is_so))
