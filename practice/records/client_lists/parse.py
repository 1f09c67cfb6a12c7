"""A client list parsed: the rows of a CSV file or of a workbook's sheets, each with its line."""

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO

from practice import handouts
from practice.errors import Refused
from practice.formatting import file_size
from practice.handouts.renderer import OF_THE_JOB, PrintFailed
from practice.records.client_lists.cells import clean_cell
from practice.records.client_lists.encoding import Reading, readings_of

MOST_BYTES = 10_000_000
#: Rows below the names of the columns, and what may stand above them.
MOST_ROWS, MOST_ABOVE = 5_000, 30
MOST_COLUMNS = 200
DELIMITERS = ",;\t|"
SAMPLE = 60
#: How the files of spreadsheets begin: zipped ones, and those of before 2007.
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
OTHERS = {
    b"%PDF-": "This is a PDF. Save the list as CSV or as an Excel workbook, and choose that file.",
    b"BEGIN:V": "These are contact cards or a calendar. Save the list as CSV, and choose that file.",
}
WEB_PAGE = re.compile(r"\s*<(?:!doctype|html|table|\?xml|meta)", re.IGNORECASE)
SEPARATOR_LINE = re.compile(r'\s*"?sep=(.)"?[ ,;\t]*(?:\r\n|\r|\n)', re.IGNORECASE)
NO_ROWS = "There is no row below the names of the columns."
LONE_QUOTE = (
    "A quotation mark in line {line} has no partner, so it is not clear where a cell ends there: "
    "{words}. Correct that line, and choose the list again."
)
UNREADABLE_BOOK = (
    "This Excel workbook is damaged or of a kind we cannot read. Open it, save it anew as .xlsx "
    "or CSV, and choose that file."
)
LOCKED_BOOK = "This workbook asks for a password. Save it without one, then choose it again."
TOO_MUCH = "This workbook took too long or too much to read. Save the one sheet as CSV."


@dataclass(frozen=True)
class Sheet:
    """The rows of a list as they stand in its file, and the line each begins in, from 1.

    `called` says how it was read, where there is more than one way: an encoding, or a sheet.
    """

    rows: list[list[str]]
    lines: list[int]
    called: str = ""


def read_list(content: bytes, most: int = MOST_BYTES) -> list[Sheet]:
    """The ways in which a file can be read as a list: one, unless a choice is needed.

    Raises Refused (field `file`) for what is no list, or larger than we take at once.
    """
    if len(content) > most:
        raise Refused(f"Choose a file of at most {file_size(most)}, or split the list.", "file")
    if not content.strip():
        raise Refused("This file is empty. Choose another.", "file")
    for start, said in OTHERS.items():
        if content.lstrip().startswith(start):
            raise Refused(said, "file")
    if content.startswith(WORKBOOKS):
        return sheets_of(content)
    readings = readings_of(content)
    return [within_bounds(parsed(one, len(readings) > 1)) for one in readings]


def parsed(reading: Reading, is_asked: bool) -> Sheet:
    """The list in one reading of a text."""
    if WEB_PAGE.match(reading.text):
        raise Refused(
            "This is a web page, whatever its name says. Open it in a spreadsheet, save it as "
            ".xlsx or CSV, and choose that file.",
            "file",
        )
    rows, lines = read_rows(reading.text)
    return Sheet(rows, lines, reading.called if is_asked else "")


def within_bounds(sheet: Sheet) -> Sheet:
    """`sheet`, unless it is larger than we take at once, or has no row. Raises Refused."""
    if len(sheet.rows) < 2:
        raise Refused(NO_ROWS, "file")
    if len(sheet.rows) > MOST_ROWS + MOST_ABOVE:
        raise Refused(f"Bring in at most {MOST_ROWS:,} rows at once; split the list.", "file")
    if max(map(len, sheet.rows)) > MOST_COLUMNS:
        raise Refused(f"Keep the list to {MOST_COLUMNS} columns.", "file")
    return sheet


def read_rows(text: str) -> tuple[list[list[str]], list[int]]:
    """The rows of a CSV text that have anything in them, and the line each begins in.

    Raises Refused for a quotation mark without its partner, naming its line.
    """
    separator = SEPARATOR_LINE.match(text)
    above = 0
    if separator:
        text, above = text[separator.end() :], 1
    delimiter = separator[1] if separator else delimiter_of(text)
    csv.field_size_limit(MOST_BYTES)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, lines, begins = [], [], 1
    try:
        for row in reader:
            cells = trimmed(clean_cell(cell) for cell in row)
            if cells:
                rows.append(cells)
                lines.append(begins + above)
            begins = reader.line_num + 1
            if len(rows) > MOST_ROWS + MOST_ABOVE:
                break
    except csv.Error as fault:
        line, words = where_it_breaks(text, begins, delimiter)
        said = LONE_QUOTE.format(line=line + above, words=f"“{words}”")
        raise Refused(said, "file") from fault
    return rows, lines


def trimmed(cells: Iterable[str]) -> list[str]:
    """A row without the empty cells at its end."""
    row = list(cells)
    while row and not row[-1]:
        row.pop()
    return row


def delimiter_of(text: str) -> str:
    """What stands between the cells: what parts most rows into the same number of cells."""
    best, delimiter = (0.0, 0), ","
    for one in DELIMITERS:
        widths: Counter[int] = Counter()
        try:
            for number, row in enumerate(csv.reader(StringIO(text, newline=""), delimiter=one)):
                if number >= SAMPLE:
                    break
                if any(row):
                    widths[len(row)] += 1
        except csv.Error:
            pass
        wide = {width: times for width, times in widths.items() if width > 1}
        if wide:
            width, times = max(wide.items(), key=lambda found: (found[1], found[0]))
            score = (round(times / widths.total(), 1), width)
            if score > best:
                best, delimiter = score, one
    return delimiter


def where_it_breaks(text: str, begins: int, delimiter: str) -> tuple[int, str]:
    """The line of the quotation mark that makes a row unreadable, and that line's first words.

    `begins` is the line in which the row begins.
    """
    lines = re.split(r"\r\n|\r|\n", text)
    inside, opened = False, begins
    for number in range(begins - 1, len(lines)):
        line = lines[number]
        place = 0
        while place < len(line):
            if not inside and line[place] == '"' and (place == 0 or line[place - 1] == delimiter):
                inside, opened = True, number + 1
            elif inside and line[place] == '"':
                if line[place + 1 : place + 2] == '"':
                    place += 1
                elif place + 1 == len(line) or line[place + 1] == delimiter:
                    inside = False
                else:
                    return opened, shortened(lines[opened - 1])
            place += 1
        if not inside:
            break
    return opened, shortened(lines[opened - 1])


def shortened(line: str) -> str:
    """The beginning of a line, to find it by."""
    return line if len(line) <= 40 else line[:40] + "…"


def sheets_of(content: bytes) -> list[Sheet]:
    """The sheets of a workbook that have rows, read by the press. Raises Refused."""
    try:
        book = handouts.current_renderer().workbook(content)
    except PrintFailed as failure:
        said = str(failure)
        raise Refused(TOO_MUCH if said in OF_THE_JOB else said, "file") from failure
    if "refused" in book:
        raise Refused(LOCKED_BOOK if book["refused"] == "password" else UNREADABLE_BOOK, "file")
    found = []
    for one in book["sheets"]:
        numbered = [
            (row, line)
            for line, cells in enumerate(one["rows"], one["first"])
            if (row := trimmed(clean_cell(cell) for cell in cells))
        ]
        if len(numbered) > 1:
            rows, lines = [row for row, _ in numbered], [line for _, line in numbered]
            found.append(within_bounds(Sheet(rows, lines, one["name"])))
    if not found:
        raise Refused(NO_ROWS, "file")
    return found if len(found) > 1 else [Sheet(found[0].rows, found[0].lines)]
