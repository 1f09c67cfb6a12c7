"""The reflection sheet: a few questions, each with lines to write on."""

from dataclasses import dataclass

from practice.handouts.labels import labels_for
from practice.handouts.layouts import Layout, layout_of, styles_of
from practice.handouts.sheet import Copy, Sheet

#: How many lines of eight millimeters a side has room for, by paper, and how many a question takes.
ROOM = {"letter": 21, "a4": 23}
#: The most and the fewest lines under one question.
MOST, FEWEST = 7, 2
TWO_SIDES = (f"reflection lines-of-{FEWEST}", 2)
LARGE = (("reflection large three", 4), ("reflection large", 4))


@dataclass(frozen=True, kw_only=True)
class ReflectionSheet(Sheet):
    """Questions on one exercise, for one reader or for two."""

    copy: Copy
    #: "Maya"; empty on a sheet that is for no one yet.
    for_name: str = ""
    with_name: str | None = None
    questions: tuple[str, ...]
    #: The short check-in code, and who reads what is brought back.
    code: str | None = None
    goes_to: str | None = None


@layout_of.register
def _(sheet: ReflectionSheet) -> Layout:
    words = labels_for(sheet)
    is_shared = sheet.copy == "couple"
    closing = (
        (words.we_remember, words.we_bring) if is_shared else (words.i_remember, words.i_bring)
    )
    questions = (*sheet.questions, *closing)
    fitting = min(MOST, max(FEWEST, ROOM[sheet.paper] // len(questions)))
    return Layout(
        template="reflection",
        styles=styles_of(sheet, "reflection.css"),
        arrangements=LARGE if sheet.large else (*one_side(fitting), TWO_SIDES),
        values={"words": words, "questions": questions},
        by_arrangement=lines_of,
    )


def one_side(fitting: int) -> tuple[tuple[str, int], ...]:
    """The arrangements on one side, from as many lines as should fit downwards."""
    return tuple((f"reflection lines-of-{count}", 1) for count in range(fitting, FEWEST - 1, -1))


def lines_of(arrangement: str) -> dict[str, int]:
    """How many lines follow each question."""
    if "large" in arrangement:
        return {"lines": 3 if "three" in arrangement else FEWEST}
    return {"lines": int(arrangement.rpartition("-")[2])}
