"""A row of a client list as it was read: its people as plain values, and what is in doubt."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

#: What makes a whole row doubtful, or its names, rather than one of its cells.
ROW = "row"
NAMES = "names"


@dataclass(frozen=True)
class Fault:
    """What keeps a value from being taken: its key, what stands in the cell, why in words."""

    key: str
    text: str
    words: str


@dataclass(frozen=True)
class Unowned:
    """A value of a row with two people that does not say whose it is. A date is in ISO's form."""

    field: str
    text: str


@dataclass
class RowRead:
    """What a row tells: one or two people, what is theirs together, and what is in doubt.

    The people are plain values by the names of PartnerDetails.
    """

    row: int
    people: list[dict[str, Any]] = field(default_factory=list)
    together: dict[str, Any] = field(default_factory=dict)
    unowned: list[Unowned] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    #: A reading of the names that the clinician confirms; "" where it is plain.
    look: str = ""
    household: str = ""
    address: str = ""

    def packed(self) -> list[Any]:
        """The same as JSON can hold it."""
        return [
            self.row,
            [plain(one) for one in self.people],
            plain(self.together),
            [(one.field, one.text) for one in self.unowned],
            [(one.key, one.text, one.words) for one in self.faults],
            self.remarks,
            self.look,
            self.household,
            self.address,
        ]

    @classmethod
    def unpacked(cls, packed: list[Any]) -> "RowRead":
        """What was packed."""
        row, people, together, unowned, faults, *rest = packed
        return cls(
            row,
            [with_dates(one) for one in people],
            with_dates(together),
            [Unowned(*one) for one in unowned],
            [Fault(*one) for one in faults],
            *rest,
        )


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """Values as JSON can hold them, dates in ISO's form; what is empty is left out, but names."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
        if value or name in ("first_name", "last_name")
    }


def with_dates(values: dict[str, Any]) -> dict[str, Any]:
    """Plain values with their dates read back."""
    return {
        name: date.fromisoformat(value) if name in ("born_on", "opened_on") else value
        for name, value in values.items()
    }
