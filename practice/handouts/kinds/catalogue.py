"""The catalogue of the library: every homework under what it helps with, and where to find it."""

from dataclasses import dataclass

from practice.handouts.labels import labels_for
from practice.handouts.layouts import Layout, layout_of, styles_of
from practice.handouts.sheet import Sheet

#: More sides than the library will ever fill: a catalogue runs on as far as it must.
SIDES = 200


@dataclass(frozen=True)
class Listed:
    """One homework, in a line or three."""

    title: str
    promise: str
    #: Who does it: "Together".
    who: str
    #: The sizes there are: "2, 10 or 20 minutes".
    doses: str


@dataclass(frozen=True)
class Shelf:
    """What stands in the way, and every homework that helps with it."""

    label: str
    homeworks: tuple[Listed, ...]


@dataclass(frozen=True, kw_only=True)
class CatalogueSheet(Sheet):
    """The whole library, shelf by shelf; a homework stands on each shelf it belongs to."""

    promise: str
    shelves: tuple[Shelf, ...]


@layout_of.register
def _(sheet: CatalogueSheet) -> Layout:
    return Layout(
        template="catalogue",
        styles=styles_of(sheet, "packet.css", "catalogue.css"),
        arrangements=((f"catalogue{' large' if sheet.large else ''}", SIDES),),
        values={"words": labels_for(sheet)},
    )
