"""The outline of a course: what comes in which week, and what each is for."""

from dataclasses import dataclass

from practice.handouts.labels import labels_for
from practice.handouts.layouts import Layout, layout_of, styles_of
from practice.handouts.sheet import Sheet

#: Class names of outline.css, best first, and how many sides it then takes.
ARRANGEMENTS = (("outline roomy", 1), ("outline", 1), ("outline tight", 1), ("outline", 2))


@dataclass(frozen=True)
class OutlineWeek:
    """One week of a course."""

    #: Which it is, in words: "Week 1", "Weeks 2 and 3".
    label: str
    title: str
    #: What it is for.
    promise: str
    #: How much of it: "10 minutes, 3 days a week"; may be empty.
    dose: str


@dataclass(frozen=True, kw_only=True)
class OutlineSheet(Sheet):
    """A course for one reader, or for two, week by week."""

    #: "Maya and Jonah"; empty on an outline that is for no one yet.
    for_name: str = ""
    promise: str
    weeks: tuple[OutlineWeek, ...]


@layout_of.register
def _(sheet: OutlineSheet) -> Layout:
    return Layout(
        template="outline",
        styles=styles_of(sheet, "outline.css"),
        arrangements=(("outline large", 4),) if sheet.large else ARRANGEMENTS,
        values={"words": labels_for(sheet)},
    )
