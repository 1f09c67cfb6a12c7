"""A copy in the making: beside the requests, watched, stoppable, fetched once.

It is kept in memory alone, encrypted under a key that is written down nowhere, until whoever wanted
it fetches it or half an hour has passed.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Lock, Thread, Timer

from cryptography.fernet import Fernet
from flask import Flask, current_app

from practice import clock
from practice.access.doors import whole_practice
from practice.access.guard import caseload_of
from practice.audit.service import AuditEntry, write_apart
from practice.database.base import READS_ONLY, db
from practice.errors import Refused
from practice.identity.models import Practice, User
from practice.records.couple_copy import Wish, files_of_couple, on_ones_caseload, packed
from practice.records.export_files import printed
from practice.records.practice_copy import Order, PracticeCopy, Stopped

log = logging.getLogger(__name__)
KEPT_FOR = timedelta(minutes=30)
UNFORESEEN = "The copy could not be made. Try again, or ask who looks after this computer."


@dataclass(frozen=True)
class Wanted:
    """Which copy somebody wants: everything, or with `couple_id` one couple's file."""

    user_id: int
    practice_id: int
    couple_id: int | None = None


@dataclass
class Making:
    """One copy: being made, made, stopped or failed."""

    wanted: Wanted
    with_screens: bool = True
    #: Whether the sheets of homework given are printed into it.
    with_sheets: bool = True
    done: int = 0
    #: How many couples there are; 0 until they are counted.
    total: int = 0
    #: How many sheets are printed, and of how many.
    printed: int = 0
    sheets: int = 0
    #: The finished copy, encrypted; empty until then, and once it is fetched.
    sealed: bytes = b""
    ready_at: datetime | None = None
    #: Why it came to nothing, for whoever wants it to read.
    failure: str = ""
    stop: Event = field(default_factory=Event)

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return bool(self.ready_at or self.failure or self.stop.is_set())

    def say(self, done: int, total: int, printed: int, sheets: int) -> None:
        """Note how far it is. Raises Stopped when it is not wanted any more."""
        if self.stop.is_set():
            raise Stopped
        self.done, self.total, self.printed, self.sheets = done, total, printed, sheets


class CopyRoom:
    """Where copies are made; one at a time of each that somebody wants."""

    def __init__(self) -> None:
        self._cipher = Fernet(Fernet.generate_key())
        self._makings: dict[Wanted, Making] = {}
        self._lock = Lock()

    def begin(self, app: Flask, making: Making) -> None:
        """Begin a copy, unless the same is in the making."""
        with self._lock:
            there = self._makings.get(making.wanted)
            if there and not there.is_over:
                return
            self._makings[making.wanted] = making
        Thread(target=self.make, args=(app, making), name="copy", daemon=True).start()

    def making_of(self, wanted: Wanted) -> Making | None:
        """That copy, while it is made or kept."""
        with self._lock:
            making = self._makings.get(wanted)
            if making and making.ready_at and clock.now() - making.ready_at > KEPT_FOR:
                del self._makings[wanted]
                return None
            return making

    def stop(self, wanted: Wanted) -> None:
        """Stop a copy, and forget it if it is made."""
        with self._lock:
            if making := self._makings.get(wanted):
                making.stop.set()
                making.sealed = b""

    def fetch(self, wanted: Wanted) -> bytes | None:
        """The finished copy, this once; None when there is none to fetch."""
        making = self.making_of(wanted)
        with self._lock:
            if making is None or not making.sealed:
                return None
            sealed, making.sealed = making.sealed, b""
            self._makings.pop(wanted, None)
        return self._cipher.decrypt(sealed)

    def forget_later(self, wanted: Wanted) -> None:
        """Forget a copy when its time is over, also when nobody asks for it any more."""
        timer = Timer(KEPT_FOR.total_seconds() + 1, self.making_of, (wanted,))
        timer.daemon = True
        timer.start()

    def make(self, app: Flask, making: Making) -> None:
        """Make a copy, and note what came of it."""
        wanted = making.wanted
        try:
            with app.app_context(), caseload_of(wanted.user_id, wanted.practice_id):
                whole = everything(making) if wanted.couple_id is None else one_couple(making)
            making.sealed = b"" if making.stop.is_set() else self._cipher.encrypt(whole)
            making.ready_at = clock.now()
            self.forget_later(wanted)
        except Stopped:
            pass
        except Refused as reason:
            making.failure = str(reason)
        except Exception:
            log.exception("a copy could not be made")
            making.failure = UNFORESEEN


def wish_of(making: Making) -> Wish:
    """What a copy shall hold, as of now."""
    practice = db.session.get_one(Practice, making.wanted.practice_id)
    return Wish(practice, clock.now(), making.with_screens, making.with_sheets)


def one_couple(making: Making) -> bytes:
    """The ZIP of a couple's file, beneath the guard. Nothing is locked while its sheets are printed."""
    db.session.connection(execution_options={READS_ONLY: True})
    copy = files_of_couple(making.wanted.couple_id or 0, on_ones_caseload, wish_of(making))
    db.session.rollback()
    files, count = dict(copy.files), len(copy.sheets)
    making.say(0, 0, 0, count)
    for done, (name, pdf) in enumerate(printed(copy.sheets, making.stop), start=1):
        files[name] = pdf
        making.say(0, 0, done, count)
    return packed(files)


def everything(making: Making) -> bytes:
    """The ZIP of all that the practice keeps; what left is in the audit log when this returns."""
    wanted = making.wanted
    user = db.session.get_one(User, wanted.user_id)
    with whole_practice(user) as door:
        copy = PracticeCopy(Order(wish_of(making), making.say, making.stop))
        copy.put_records(door)
    copy.put_sheets(making.total)
    made = AuditEntry(
        "exported",
        f"practice:{wanted.practice_id}",
        practice_id=wanted.practice_id,
        user_id=wanted.user_id,
        detail={"couples": making.total},
    )
    write_apart([made])
    return copy.whole.getvalue()


def copy_room() -> CopyRoom:
    """Where this app's copies are made."""
    found: CopyRoom = current_app.extensions["copy_room"]
    return found
