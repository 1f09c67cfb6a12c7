"""Something worth knowing, on one side of paper where it fits."""

from dataclasses import dataclass
from typing import Literal

from practice.handouts.layouts import Layout, layout_of, styles_of
from practice.handouts.sheet import Sheet, Step

Kind = Literal["heading", "paragraph", "list", "drawing"]

#: How it may be arranged, best first: class names of print.css, and how many sides it then takes.
ARRANGEMENTS = (
    ("reading roomy", 1),
    ("reading", 1),
    ("reading close", 1),
    ("reading", 2),
)
LARGE = (("reading large", 4), ("reading large close", 4))


@dataclass(frozen=True)
class Block:
    """One piece of a background sheet, in reading order.

    A "heading" and a "paragraph" have their `text`; a "list" has its `items`, whose leads
    may be empty; a "drawing", the circle that two partners can get into, has what it shows
    as its `text`, for those who hear the sheet, and four `labels` to be written into it,
    clockwise from the top, with a line break where they shall break.
    """

    kind: Kind
    text: str = ""
    items: tuple[Step, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BackgroundSheet(Sheet):
    """Something worth knowing, for anyone: it names no client and knows of none."""

    promise: str
    blocks: tuple[Block, ...]


@layout_of.register
def _(sheet: BackgroundSheet) -> Layout:
    return Layout(
        template="background",
        styles=styles_of(sheet),
        arrangements=LARGE if sheet.large else ARRANGEMENTS,
    )
