"""Reads the cells of an Excel workbook that somebody sent, as the text that people see in them.

Only the press's own processes import this, because a file can be made to break, or to exhaust,
whatever reads it.
"""

import json
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum
from python_calamine import SheetVisibleEnum as Visible

MOST_SHEETS = 12
#: Cells of one sheet; beyond its bounds, rows and columns are left for the caller to refuse.
MOST_ROWS, MOST_COLUMNS = 5_040, 201


def cells_of(content: bytes) -> bytes:
    """JSON with the `sheets` of a workbook that are shown, or why it is `refused`.

    Each sheet has a `name`, the number of its `first` row, from 1, and its `rows` of text.
    """
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        shown = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == Visible.Visible
        ]
        sheets = [found for name in shown[:MOST_SHEETS] if (found := sheet_of(book, name))]
    except PasswordError:
        return json.dumps({"refused": "password"}).encode()
    except (CalamineError, OSError, ValueError):
        return json.dumps({"refused": "damaged"}).encode()
    return json.dumps({"sheets": sheets}).encode()


def sheet_of(book: CalamineWorkbook, name: str) -> dict[str, Any] | None:
    """One sheet as plain values; None when nothing stands in it."""
    sheet = book.get_sheet_by_name(name)
    first = sheet.start
    if first is None:
        return None
    rows = []
    for row in sheet.iter_rows():
        rows.append([as_text(value) for value in row[:MOST_COLUMNS]])
        if len(rows) > MOST_ROWS:
            break
    return {"name": name, "first": 1, "rows": rows}


def as_text(value: object) -> str:
    """A cell as text: dates as ISO 8601 has them, whole numbers without a fraction."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if not isinstance(value, timedelta) else ""
