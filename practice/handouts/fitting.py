"""How much room an exercise takes, foreseen from its words, so that it is laid out only once.

Laying out is most of what a sheet costs, and one that does not fit is laid out again. This breaks
the words into lines by the widths of their letters, a hundred times as fast, and adds up the
heights that print.css gives them. It says only where to begin: what is then laid out is looked at
as before, so a word that is wider than foreseen costs time and nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, singledispatch

from fontTools.ttLib import TTFont

from practice.handouts.kinds.exercise import ExerciseSheet
from practice.handouts.labels import labels_for, row_label
from practice.handouts.sheet import Letterhead, Sheet
from practice.handouts.weasyprint_page import FONTS

#: A point in millimetres, which is what everything here is measured in.
POINT = 25.4 / 72
#: The width of a letter that is not in the font, in ems.
STRANGE = 0.6

PLAIN = "atkinson-hyperlegible-next-latin-400.ttf"
ITALIC = "source-serif-4-latin-400-italic.ttf"
TITLE = "source-serif-4-latin-600.ttf"

#: The room between the margins of print.css: from side to side, from top to bottom.
ROOM = {"letter": (182.9, 252.4), "a4": (177.0, 270.0)}
HEADING = 5.4
#: How far a sheet must be beyond the room before an arrangement is not even tried. Estimates of
#: the library's sheets are off by two or three millimetres, as a rule; and a needless second
#: side is worse than a needless try.
DOUBT = {"one-side": 1.0, "one-side snug": 4.0}


@dataclass(frozen=True)
class Sizes:
    """What an arrangement of print.css makes of the words: sizes in points, heights of lines."""

    body: float
    line: float
    small: float
    example: float
    word: float
    title: float
    promise: float
    step_gap: float
    box_gap: float
    row: float
    #: All that does not depend on the words, by paper: the gaps and the lines to write on.
    #: Found by laying out the library's sheets.
    rest: dict[str, float]


ONE_SIDE = Sizes(10.2, 1.42, 9.4, 9.6, 10.2, 26, 12.4, 2.0, 3.0, 9.0, {"letter": 54.9, "a4": 64.4})
SNUG = Sizes(9.7, 1.38, 9.1, 9.1, 9.7, 24, 11.6, 1.5, 2.4, 8.6, {"letter": 48.4, "a4": 58.2})


@singledispatch
def hopeless(_sheet: Sheet) -> int:
    """How many of a sheet's arrangements, from the first on, need not be tried: they are too small."""
    return 0


@hopeless.register
def _(sheet: ExerciseSheet) -> int:
    if sheet.large or sheet.fillable:
        return 0
    room = ROOM[sheet.paper][1]
    if height(sheet, ONE_SIDE) <= room + DOUBT["one-side"]:
        return 0
    return 1 if height(sheet, SNUG) <= room + DOUBT["one-side snug"] else 2


def height(sheet: ExerciseSheet, sizes: Sizes) -> float:
    """How high the sheet is on one endless side."""
    width, _ = ROOM[sheet.paper]
    word = sheet.personal_word or ""
    beside, below = (word, "") if len(word) <= 260 else ("", word)
    main, side = width * 0.66, width * 0.304
    columns = max(
        main_column(sheet, sizes, main)
        + (agreed(sheet, beside, sizes, main) if sheet.is_brief else 0),
        side_column(sheet, sizes, side)
        + (0 if sheet.is_brief else agreed(sheet, beside, sizes, side)),
    )
    parts = (
        sizes.rest[sheet.paper],
        letterhead(sheet.letterhead, width),
        text(sheet.title, TITLE, sizes.title, 1.12, width),
        text(sheet.promise, ITALIC, sizes.promise, 1.4, width),
        facts(sheet, sizes, width),
        text(sheet.why, PLAIN, sizes.body, sizes.line, width),
        columns,
        4 + personal(below, sizes, width - 3.6) if below else 0,
        writing(sheet, sizes, width),
    )
    return sum(parts)


def letterhead(head: Letterhead, width: float) -> float:
    """The practice on the left, beside its logo, and its address on the right."""
    left = width * (0.44 if head.logo else 0.64)
    names = (head.clinician_line, " · ".join(head.people))
    practice = text(head.practice_name, TITLE, 11.5, 1.4, left)
    practice += sum(text(each, PLAIN, 8.6, 1.4, left) for each in names)
    address = sum(text(each, PLAIN, 8.6, 1.4, width * 0.34) for each in head.address_lines)
    return max(practice, address + 0.8, 13.4 if head.logo else 0)


def main_column(sheet: ExerciseSheet, sizes: Sizes, width: float) -> float:
    """The steps, what comes before them, and the example."""
    before = [f"{sheet.dose}: {sheet.dose_text}"] if sheet.dose_text else []
    before += [f"{labels_for(sheet).you_need}: {sheet.needs}"] if sheet.needs else []
    total = sum(text(each, PLAIN, sizes.small, sizes.line, width) for each in before)
    for step in sheet.steps:
        words = f"{step.lead} {step.text}"
        total += max(text(words, PLAIN, sizes.body, sizes.line, width - 9.4), 6.6) + sizes.step_gap
    if sheet.example:
        total += 3 + HEADING + text(sheet.example, PLAIN, sizes.example, sizes.line, width)
    return HEADING + total + 2


def side_column(sheet: ExerciseSheet, sizes: Sizes, width: float) -> float:
    """The box: when it gets hard, and a word of care."""
    total = 0.0
    boxed = [each for each in (sheet.if_hard, sheet.care) if each]
    for each in boxed:
        total += HEADING + text(each, PLAIN, sizes.small, sizes.line, width - 7.6)
    if boxed:
        total += 6 + 2.4 * (len(boxed) - 1) + sizes.box_gap
    return total


def agreed(sheet: ExerciseSheet, word: str, sizes: Sizes, width: float) -> float:
    """The plan for a hurdle, and a word that is not long."""
    total = 0.0
    if sheet.if_then:
        total += HEADING + text(sheet.if_then, PLAIN, sizes.small, sizes.line, width - 7.6)
        total += 4.8 + sizes.box_gap
    return total + (personal(word, sizes, width - 3.6) if word else 0)


def personal(word: str, sizes: Sizes, width: float) -> float:
    """The clinician's word, with the name under it."""
    return text(f"{word}\n—", ITALIC, sizes.word, 1.42, width)


def facts(sheet: ExerciseSheet, sizes: Sizes, width: float) -> float:
    """Who, how long, when and where: small frames, side by side while there is room."""
    given = [each for each in (sheet.who, sheet.dose, sheet.anchor, sheet.where_when) if each]
    rows, used = 1, 0.0
    for each in given:
        wide = min(sum(widths_of(PLAIN, each)) * 8.8 * POINT + 6.4, 160)
        if used and used + wide > width:
            rows, used = rows + 1, 0.0
        used += wide + 1.6
    return rows * (8.8 * sizes.line * POINT + 3.0)


def writing(sheet: ExerciseSheet, sizes: Sizes, width: float) -> float:
    """The week's table, the question to write on, and what is said about bringing it back."""
    words, total = labels_for(sheet), 0.0
    for row in sheet.tracker:
        label = text(row_label(row, words), PLAIN, 9, 1.25, 51.2)
        total += max(label + 1.6, sizes.row)
    total += 5.6 + HEADING if sheet.tracker else 0
    total += text(sheet.notice, PLAIN, 9.4, sizes.line, width)
    if sheet.code or sheet.goes_to:
        code = f"{words.bring_back} {words.code} {sheet.code}. " if sheet.code else ""
        total += 3.2 + text(code + (sheet.goes_to or ""), PLAIN, 8.8, 1.4, width)
    return total


def text(words: str, font: str, points: float, line: float, width: float) -> float:
    """The height of words that are set in lines of a width."""
    size = points * POINT
    return sum(lines_of(part, font, width / size) for part in words.splitlines()) * line * size


def lines_of(words: str, font: str, width: float) -> int:
    """How many lines words fill, when a line is `width` ems wide."""
    lines, used, space = 1, 0.0, letters(font)[" "]
    for wide in widths_of(font, *words.split()):
        if used and used + space + wide > width:
            lines, used = lines + 1, wide
        else:
            used += wide + (space if used else 0)
    return lines


def widths_of(font: str, *words: str) -> Iterator[float]:
    """How wide each of some words is, in ems."""
    known = letters(font)
    for word in words:
        yield sum([known.get(letter, STRANGE) for letter in word])


@cache
def letters(font: str) -> dict[str, float]:
    """How wide each letter of a font is, in ems."""
    file = TTFont(FONTS[font])
    wide, em = file["hmtx"], file["head"].unitsPerEm
    return {chr(code): wide[name][0] / em for code, name in file.getBestCmap().items()}
