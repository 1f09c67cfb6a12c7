"""A packet: several printed sheets bound into one PDF, behind a cover that says what is in it."""

from dataclasses import dataclass

from practice.handouts.labels import labels_for
from practice.handouts.layouts import Layout, layout_of, styles_of
from practice.handouts.sheet import Sheet


@dataclass(frozen=True)
class Part:
    """One sheet of a packet: its title, what kind it is, and its PDF without page numbers."""

    title: str
    kind: str
    pdf: bytes


@dataclass(frozen=True, kw_only=True)
class Packet(Sheet):
    """What is to be bound, in order. Its own values are those of the cover."""

    for_name: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Entry:
    """A line of the contents, with the page it begins on."""

    title: str
    kind: str
    page: int


@dataclass(frozen=True, kw_only=True)
class Cover(Sheet):
    """The first page of a packet: for whom it is, and what is on which page."""

    for_name: str
    contents: tuple[Entry, ...]


@dataclass(frozen=True, kw_only=True)
class PageNumbers(Sheet):
    """As many pages as a packet has, with nothing on them but their numbers."""

    is_read = False

    pages: int


@layout_of.register
def _(sheet: Cover) -> Layout:
    return Layout(
        template="cover",
        styles=styles_of(sheet, "packet.css"),
        arrangements=((f"cover{' large' if sheet.large else ''}", 1),),
        values={"words": labels_for(sheet)},
    )


@layout_of.register
def _(sheet: PageNumbers) -> Layout:
    arrangement = f"numbers{' large' if sheet.large else ''}"
    return Layout(
        template="page_numbers",
        styles=styles_of(sheet, "numbers.css"),
        arrangements=((arrangement, sheet.pages),),
    )
