"""CSV that a spreadsheet reads as text and never as a formula."""

import csv
from collections.abc import Iterable, Mapping
from io import StringIO
from typing import Any

#: A cell that begins with one of these could be taken for a formula, or for the mark itself.
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "'")
MARK = "'"


def safe(text: str) -> str:
    """The text of a cell, marked where a spreadsheet might take it for a formula."""
    return MARK + text if text.startswith(STARTS_A_FORMULA) else text


def unmarked(text: str) -> str:
    """The text of a cell without the one mark that `safe` put there."""
    if text.startswith(MARK) and text[1:].startswith(STARTS_A_FORMULA):
        return text[1:]
    return text


def cell(value: Any) -> str:
    """A value as it stands in a cell: nothing for None, yes and no, a list's parts with commas."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        value = ", ".join(str(one) for one in value)
    return safe(str(value))


def table(columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """A CSV file with a line of names and a line for each row; a mark at its start says UTF-8."""
    columns = list(columns)
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([cell(row.get(name)) for name in columns] for row in rows)
    return "\ufeff" + text.getvalue()
