"""The weekly tracker: the rows of an exercise for one week or for four, and little else."""

from dataclasses import dataclass

from practice.handouts.labels import labels_for, row_label, week_from
from practice.handouts.layouts import Layout, layout_of, styles_of
from practice.handouts.sheet import Sheet, TrackerRow


@dataclass(frozen=True, kw_only=True)
class TrackerSheet(Sheet):
    """A table for each week; where there is only one, a line for each of its days as well."""

    #: "Maya"; empty on a tracker that is for no one yet.
    for_name: str = ""
    with_name: str | None = None
    #: How often: "5 days a week".
    try_it: str | None = None
    #: How much: "2 minutes".
    dose: str = ""
    rows: tuple[TrackerRow, ...]
    #: One to four.
    weeks: int = 1
    #: The table's first day: 0 is Monday, 6 is Sunday.
    first_weekday: int = 0
    #: The short check-in code, and who reads what is brought back.
    code: str | None = None
    goes_to: str | None = None


@layout_of.register
def _(sheet: TrackerSheet) -> Layout:
    words = labels_for(sheet)
    kind = "tracker one-week" if sheet.weeks == 1 else "tracker weeks"
    return Layout(
        template="tracker",
        styles=styles_of(sheet, "tracker.css"),
        arrangements=((f"{kind} large", 4),)
        if sheet.large
        else ((kind, 1), (f"{kind} tight", 1), (kind, 2)),
        values={
            "words": words,
            "days": week_from(sheet.first_weekday, words.days),
            "rows": [row_label(row, words) for row in sheet.rows],
        },
    )
