"""Packets in the making: several of a couple's sheets, printed one by one and bound into one PDF.

A packet is made in the background and kept in memory alone, encrypted, for a quarter of an hour.
Its maker may look how far it is, stop it, and open it when it is ready.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event, Lock, Thread

from cryptography.fernet import Fernet
from flask import current_app
from flask.sansio.app import App

from practice.handouts.kinds.packet import Packet, Part
from practice.handouts.renderer import PrintFailed, Renderer
from practice.handouts.sheet import Sheet

#: How long a packet is kept, and how many sheets it may hold.
KEPT_FOR = timedelta(minutes=15)
MOST_SHEETS = 40


@dataclass
class Making:
    """One packet in the making, or made."""

    name: str
    user_id: int
    couple_id: int
    begun_at: datetime
    total: int
    done: int = 0
    #: The finished packet, encrypted; empty until then.
    sealed: bytes = b""
    #: Why it could not be made, for the therapist to read.
    failure: str = ""
    stop: Event = field(default_factory=Event)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return bool(self.sealed or self.failure or self.stop.is_set())


class Bindery:
    """Makes packets; safe to share between threads. Each user has one at a time."""

    def __init__(self) -> None:
        self._cipher = Fernet(Fernet.generate_key())
        self._makings: dict[str, Making] = {}
        self._lock = Lock()

    def begin(
        self,
        press: Renderer,
        packet: Packet,
        sheets: list[tuple[str, Sheet]],
        user_id: int,
        couple_id: int,
        now: datetime,
    ) -> Making:
        """Start making a packet of `sheets`, each with its kind in words.

        What the user was making before is stopped and forgotten.
        """
        name = secrets.token_urlsafe(12)
        making = Making(name, user_id, couple_id, now, total=len(sheets) + 1)
        with self._lock:
            for old in list(self._makings.values()):
                if old.user_id == user_id or now - old.begun_at > KEPT_FOR:
                    old.stop.set()
                    del self._makings[old.name]
            self._makings[name] = making
        work = (press, packet, sheets, making)
        Thread(target=self._make, args=work, name="packet", daemon=True).start()
        return making

    def find(self, name: str, user_id: int, couple_id: int, now: datetime) -> Making | None:
        """The user's packet of that name for that couple, while it is kept."""
        with self._lock:
            making = self._makings.get(name)
        if making is None or now - making.begun_at > KEPT_FOR:
            return None
        return making if (making.user_id, making.couple_id) == (user_id, couple_id) else None

    def opened(self, making: Making) -> bytes:
        """The PDF of a finished packet."""
        return self._cipher.decrypt(making.sealed)

    def _make(
        self, press: Renderer, packet: Packet, sheets: list[tuple[str, Sheet]], making: Making
    ) -> None:
        try:
            pdfs = dict(counted(press, [sheet for _, sheet in sheets], making))
            if making.stop.is_set():
                return
            parts = tuple(
                Part(sheet.title, kind, pdfs[at]) for at, (kind, sheet) in enumerate(sheets)
            )
            making.sealed = self._cipher.encrypt(press.print(replace(packet, parts=parts)))
            making.done += 1
        except PrintFailed as failure:
            making.failure = str(failure)
        finally:
            if not making.is_over:
                making.failure = "This packet could not be made. Try again."


def counted(press: Renderer, sheets: list[Sheet], making: Making) -> Iterable[tuple[int, bytes]]:
    """The sheets as they are printed, each counted; it ends early when the packet is stopped."""
    parts = [replace(sheet, is_part=True) for sheet in sheets]
    for at, pdf in press.print_many(parts, making.stop):
        making.done += 1
        yield at, pdf


def init_app(app: App) -> None:
    """Give the app a bindery."""
    app.extensions["bindery"] = Bindery()


def bindery() -> Bindery:
    """The app's bindery."""
    found: Bindery = current_app.extensions["bindery"]
    return found
