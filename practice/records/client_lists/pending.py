"""A client list between its steps: kept in memory alone, sealed, for whoever chose it, for a while.

The key is written down nowhere. What one user may keep, and all together, is bounded; the list that
was not touched for longest goes first. Columns are sealed singly, so that a page opens only those
that it needs.
"""

import json
import secrets
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock, Timer
from typing import Any

from cryptography.fernet import Fernet
from flask import current_app

from practice import clock
from practice.records.client_lists.entries import Choices, as_plain
from practice.records.client_lists.parse import Sheet

KEPT_FOR = timedelta(hours=2)
#: How many bytes of lists are kept at once, sealed.
MOST_BYTES = 60_000_000
#: The rows that a question about a list's encoding or sheet shows.
LOOKED_AT = 3


@dataclass
class PendingList:
    """One list: its rows by column, sealed, and what was chosen for it so far."""

    token: str
    columns: list[bytes]
    lines: list[int]
    #: How many cells each row has, to notice those with more than the list has columns.
    widths: list[int]
    choices: bytes = b""
    #: What the rows tell as the columns are matched now, sealed; empty until that is read.
    rows: bytes = b""
    #: The import that it became; None until then.
    import_id: int | None = None
    touched_at: datetime = field(default_factory=clock.now)

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return sum(map(len, self.columns)) + len(self.choices) + len(self.rows)


@dataclass
class PendingQuestion:
    """A file that can be read in more than one way: its readings, sealed, to choose from."""

    token: str
    readings: list[bytes]
    names: list[str]
    touched_at: datetime = field(default_factory=clock.now)

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return sum(map(len, self.readings))


class PendingLists:
    """The lists that are between two steps, one for each user."""

    def __init__(self) -> None:
        self._cipher = Fernet(Fernet.generate_key())
        self._kept: dict[int, PendingList | PendingQuestion] = {}
        self._lock = Lock()

    def seal(self, value: Any) -> bytes:
        """A plain value, packed and encrypted."""
        return self._cipher.encrypt(zlib.compress(json.dumps(value).encode(), 1))

    def unseal(self, sealed: bytes) -> Any:
        """The value again."""
        return json.loads(zlib.decompress(self._cipher.decrypt(sealed)))

    def ask(self, user_id: int, sheets: Sequence[Sheet]) -> None:
        """Keep the ways in which a file can be read, until one is chosen."""
        readings = [self.seal([sheet.rows, sheet.lines]) for sheet in sheets]
        names = [sheet.called for sheet in sheets]
        self._keep(user_id, PendingQuestion(secrets.token_urlsafe(12), readings, names))

    def keep(self, user_id: int, sheet: Sheet, choices: Choices) -> None:
        """Keep a list that is read."""
        widths = [len(row) for row in sheet.rows]
        columns = [
            self.seal([row[place] if place < len(row) else "" for row in sheet.rows])
            for place in range(max(widths))
        ]
        kept = PendingList(secrets.token_urlsafe(12), columns, sheet.lines, widths)
        kept.choices = self.seal(as_plain(choices))
        self._keep(user_id, kept)

    def list_of(self, user_id: int) -> PendingList | None:
        """The list somebody is at, if it is read."""
        kept = self._found(user_id)
        return kept if isinstance(kept, PendingList) else None

    def question_of(self, user_id: int) -> PendingQuestion | None:
        """The file somebody is asked about."""
        kept = self._found(user_id)
        return kept if isinstance(kept, PendingQuestion) else None

    def sheets_of(self, question: PendingQuestion) -> list[Sheet]:
        """The readings of a file again."""
        found = [self.unseal(sealed) for sealed in question.readings]
        return [
            Sheet(rows, lines, name)
            for (rows, lines), name in zip(found, question.names, strict=True)
        ]

    def column(self, kept: PendingList, place: int) -> list[str]:
        """The cells of a column, from the first row of the file to the last."""
        cells: list[str] = self.unseal(kept.columns[place])
        return cells

    def row(self, kept: PendingList, row: int) -> list[str]:
        """The cells of a row."""
        return [self.column(kept, place)[row] for place in range(len(kept.columns))]

    def choices_of(self, kept: PendingList) -> Choices:
        """What was chosen for a list so far."""
        return Choices(**self.unseal(kept.choices))

    def choose(self, kept: PendingList, choices: Choices) -> None:
        """Keep what was chosen."""
        kept.choices = self.seal(as_plain(choices))

    def forget(self, user_id: int) -> None:
        """Throw a list away."""
        with self._lock:
            self._kept.pop(user_id, None)

    def _keep(self, user_id: int, kept: PendingList | PendingQuestion) -> None:
        with self._lock:
            self._kept.pop(user_id, None)
            room = MOST_BYTES - kept.size
            for other in sorted(self._kept, key=lambda one: self._kept[one].touched_at):
                if sum(one.size for one in self._kept.values()) > room:
                    del self._kept[other]
            self._kept[user_id] = kept
        self._forget_later()

    def _found(self, user_id: int) -> PendingList | PendingQuestion | None:
        with self._lock:
            self._forget_old(self._kept)
            kept = self._kept.get(user_id)
            if kept:
                kept.touched_at = clock.now()
            return kept

    def _forget_old(self, users: Iterable[int]) -> None:
        """Forget the lists of these users that nobody has touched for long; the lock is held."""
        for user_id in list(users):
            if clock.now() - self._kept[user_id].touched_at > KEPT_FOR:
                del self._kept[user_id]

    def _forget_later(self) -> None:
        """Look again when the time of what is kept now is over, also when nobody asks."""
        timer = Timer(KEPT_FOR.total_seconds() + 1, self._found, (0,))
        timer.daemon = True
        timer.start()


def pending_lists() -> PendingLists:
    """Where this app keeps lists between their steps."""
    found: PendingLists = current_app.extensions["pending_lists"]
    return found
