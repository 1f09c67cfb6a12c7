"""One exercise on one sheet of paper, two sides at most; in large print, four."""

from dataclasses import dataclass

from practice.handouts.labels import labels_for, row_label, week_from
from practice.handouts.layouts import Layout, layout_of, styles_of
from practice.handouts.sheet import Copy, Sheet, Step, TrackerRow

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
    ("large close apart", 4),
    ("large close", 4),
)


@dataclass(frozen=True, kw_only=True)
class ExerciseSheet(Sheet):
    """One exercise for one reader: the couple together, partner A or partner B.

    It carries only what its reader may see. What is None or empty is left out,
    with its heading.
    """

    copy: Copy
    #: "Maya", or "Maya and Jonah" on the couple's copy, where `with_name` is None.
    for_name: str
    with_name: str | None
    #: How often: "5 days this week".
    try_it: str | None
    #: The next session, already in words: "Thursday, December 3".
    talk_on: str | None
    promise: str
    why: str
    #: Who does it: "Together".
    who: str
    #: How long: "2 minutes", "2 to 10 minutes".
    dose: str
    #: What to do in that time.
    dose_text: str
    #: After what: "After the kids are in bed".
    anchor: str | None
    where_when: str | None
    needs: str
    steps: tuple[Step, ...]
    example: str
    if_hard: str
    care: str
    #: One or two questions, printed above the writing lines.
    notice: str
    #: More of them, for its reflection sheet.
    questions: tuple[str, ...] = ()
    #: "If we are too tired, then we do two minutes in bed."
    if_then: str | None
    personal_word: str | None
    #: The first name under the personal word, and the one who hears how it went: "Dana".
    signed_by: str
    #: Empty when nothing is to be marked.
    tracker: tuple[TrackerRow, ...]
    #: The short check-in code, such as "7F3K-29QD"; None on the couple's copy.
    code: str | None
    #: One or two sentences on who reads what is brought back.
    goes_to: str | None
    #: The table's first day: 0 is Monday, 6 is Sunday.
    first_weekday: int = 0

    @property
    def is_brief(self) -> bool:
        """Whether its steps are so short that what was agreed has room under them."""
        return not self.example and not any(step.text for step in self.steps)


@layout_of.register
def _(sheet: ExerciseSheet) -> Layout:
    words = labels_for(sheet)
    return Layout(
        template="exercise",
        styles=styles_of(sheet),
        arrangements=LARGE_ARRANGEMENTS if sheet.large else ARRANGEMENTS,
        values={
            "words": words,
            "days": week_from(sheet.first_weekday, words.days),
            "rows": [row_label(row, words) for row in sheet.tracker],
        },
        by_arrangement=lambda arrangement: {"lines": writing_lines(sheet.paper, arrangement)},
    )


def writing_lines(paper: str, arrangement: str) -> int:
    """How many lines to write on there is room for."""
    if arrangement.startswith("large"):
        return 3 if arrangement.endswith("close") else 5
    if arrangement.startswith("one-side"):
        return 3 if paper == "a4" else 2
    return 14 if paper == "a4" else 12
