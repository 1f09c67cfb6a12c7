"""What rooms above add to the list of couples; each registers its column at start.

Two names are known to the list: `unsigned` (how many notes wait for a signature) and
`last_session` (the date of the last one).
"""

from collections.abc import Callable
from typing import Any

Column = Callable[[list[int]], dict[int, Any]]
columns: dict[str, Column] = {}


def register(name: str, column: Column) -> None:
    """Add a column: a function from couples' ids to {couple id: value}; ids may be missing."""
    columns[name] = column


def values(name: str, couple_ids: list[int]) -> dict[int, Any]:
    """The column's value for each of these couples; nothing while no room has registered it."""
    column = columns.get(name)
    return column(couple_ids) if column and couple_ids else {}
