"""The shelf: finished sheets, kept in memory until what they say changes.

A sheet that was printed ahead, or is asked for again, is handed over without waiting. What is
kept is encrypted under a key that lives and dies with this process, and never reaches a disk.
"""

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Lock, Thread

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from practice.handouts.renderer import PrintFailed, Renderer, Turn
from practice.handouts.sheet import Sheet

#: What a sheet is found under, from the general to the particular: ("assignment", 7, 12, "a").
Name = tuple[str | int, ...]

#: How much is kept: bytes, and sheets. What was asked for longest ago goes first.
BYTES = 24 * 2**20
SHEETS = 400
NONCE = 12


@dataclass
class _Slot:
    """Room for one sheet that says one thing."""

    digest: bytes
    #: Its PDF, encrypted; empty until it is printed.
    sealed: bytes = b""
    #: Set when the print that is under way has ended, well or not.
    ended: Event | None = None


class PdfCache:
    """Prints a sheet once for all who ask for it; safe to share between threads."""

    def __init__(self, press: Renderer, most_bytes: int = BYTES, most_sheets: int = SHEETS) -> None:
        self._press = press
        self._most_bytes = most_bytes
        self._most_sheets = most_sheets
        self._cipher = AESGCM(AESGCM.generate_key(256))
        self._digest_key = secrets.token_bytes(32)
        self._slots: OrderedDict[Name, _Slot] = OrderedDict()
        self._lock = Lock()

    def pdf(self, sheet: Sheet, name: Name = (), turn: Turn = Turn.NOW) -> bytes:
        """The sheet as a PDF: the one that is kept, or is being printed, or else a new one.

        Under one name only the newest is kept; one without a name is found by what it says
        alone. Raises PrintFailed as the press does.
        """
        slot = self._slot(sheet, name)
        while not slot.sealed:
            if under_way := slot.ended:
                under_way.wait()
                continue
            with self._press.room(turn) as print_here:
                if ended := self._begin(slot):
                    try:
                        self._keep(slot, print_here(sheet))
                    finally:
                        slot.ended = None
                        ended.set()
        return self._cipher.decrypt(slot.sealed[:NONCE], slot.sealed[NONCE:], slot.digest)

    def print_ahead(self, sheets: Iterable[tuple[Name, Sheet]]) -> None:
        """Print these while nobody waits, and forget at once what stood under their names."""
        wanted = [(name, sheet, self._slot(sheet, name)) for name, sheet in sheets]
        missing = [(name, sheet) for name, sheet, slot in wanted if not slot.sealed]
        if missing:
            Thread(target=self._print_each, args=(missing,), name="ahead", daemon=True).start()

    def forget(self, *name: str | int) -> None:
        """Drop whatever is kept under names that begin so."""
        with self._lock:
            for each in [kept for kept in self._slots if kept[: len(name)] == name]:
                del self._slots[each]

    def _print_each(self, sheets: list[tuple[Name, Sheet]]) -> None:
        for name, sheet in sheets:
            with suppress(PrintFailed):  # whoever asks for it will hear why
                self.pdf(sheet, name, Turn.LATER)

    def _slot(self, sheet: Sheet, name: Name) -> _Slot:
        """Where this sheet belongs. One of that name which said something else is gone."""
        said = repr(sheet).encode("utf-8", "backslashreplace")
        digest = hashlib.blake2b(said, key=self._digest_key).digest()
        name = name or (digest.hex(),)
        with self._lock:
            slot = self._slots.get(name)
            if slot is None or slot.digest != digest:
                slot = self._slots[name] = _Slot(digest)
            self._slots.move_to_end(name)
            return slot

    def _begin(self, slot: _Slot) -> Event | None:
        """What to set when the print has ended; None when somebody else printed it or does."""
        with self._lock:
            if slot.sealed or slot.ended:
                return None
            slot.ended = Event()
            return slot.ended

    def _keep(self, slot: _Slot, pdf: bytes) -> None:
        """Put a PDF into its slot, and drop the oldest of what is too much.

        A slot that was forgotten meanwhile serves those who wait for it, and is then gone.
        """
        nonce = secrets.token_bytes(NONCE)
        slot.sealed = nonce + self._cipher.encrypt(nonce, pdf, slot.digest)
        with self._lock:
            held = sum(len(each.sealed) for each in self._slots.values())
            while self._slots and (held > self._most_bytes or len(self._slots) > self._most_sheets):
                held -= len(self._slots.popitem(last=False)[1].sealed)
