"""How far the look is that compares signed notes with their signatures, as the owner's page shows it.

The look itself is a higher room's (`sessions.integrity`); it tells here how far it is.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app

STATE = "signed_notes"


@dataclass(frozen=True)
class Compared:
    """How many signatures were compared, of how many, and what of it was not as it was signed."""

    checked: int = 0
    total: int = 0
    #: One line for each note, addendum or signature that is not as it was signed.
    altered: tuple[str, ...] = ()
    #: When all were compared; None while the look goes on.
    done_at: datetime | None = None


def compared() -> Compared | None:
    """The look of this app; None where none was begun."""
    found: Compared | None = current_app.extensions.get(STATE)
    return found
