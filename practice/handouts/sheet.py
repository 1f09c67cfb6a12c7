"""What is printed, as plain values: no database, no request, nothing to look up later.

Every class here is frozen and can be pickled, because a sheet travels to another
process to be printed. Text is text: it may hold anything a person can type, and is
never read as HTML.
"""

from dataclasses import KW_ONLY, dataclass
from typing import Literal

Paper = Literal["letter", "a4"]
Copy = Literal["couple", "a", "b"]
Mark = Literal["tick", "count", "scale"]
Kind = Literal["heading", "paragraph", "list", "drawing"]


@dataclass(frozen=True)
class Letterhead:
    """Who the sheet comes from, as printed at its top."""

    practice_name: str
    #: Name and licence in one line: "Dana Whitfield, LMFT".
    clinician_line: str
    #: Street, telephone and the like, one printed line each; may be empty.
    address_lines: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One thing to do: a bold sentence of the doing, then what exactly."""

    lead: str
    text: str


@dataclass(frozen=True)
class TrackerRow:
    """One row of the week's table.

    `mark` is what goes into a day: "tick" a ✓, "count" a stroke for each time,
    "scale" a number from 0 to 10. The press adds those words to the label itself.
    """

    label: str
    mark: Mark


@dataclass(frozen=True)
class ExerciseSheet:
    """One exercise for one reader: the couple together, partner A or partner B.

    It carries only what its reader may see. What is None or empty is left out,
    with its heading.
    """

    letterhead: Letterhead
    _: KW_ONLY
    #: Two letters, as in HTML's `lang`. The sheet's own headings are in English or
    #: Spanish; any other language gets the English ones.
    language: str = "en"
    paper: Paper
    copy: Copy
    #: "Maya", or "Maya and Jonah" on the couple's copy, where `with_name` is None.
    for_name: str
    with_name: str | None
    #: How often: "5 days this week".
    try_it: str | None
    #: The next session, already in words: "Thursday, December 3".
    talk_on: str | None
    #: The exercise's title; it is also the title of the PDF, so it names nobody.
    title: str
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
    #: Where the exercise is drawn from, for the footer.
    source_line: str
    #: The table's first day: 0 is Monday, 6 is Sunday.
    first_weekday: int = 0
    #: In large print, where no letter is smaller than 18 points.
    large: bool = False


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


@dataclass(frozen=True)
class BackgroundSheet:
    """Something worth knowing, for anyone: it names no client and knows of none."""

    letterhead: Letterhead
    _: KW_ONLY
    #: Two letters, as in HTML's `lang`.
    language: str = "en"
    paper: Paper
    #: The title on the paper and of the PDF.
    title: str
    promise: str
    blocks: tuple[Block, ...]
    #: Where it is drawn from, for the footer.
    source_line: str


#: Whatever the press can print.
Sheet = ExerciseSheet | BackgroundSheet
