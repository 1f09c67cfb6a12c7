"""A copy of everything in the making: beside the requests, watched, stoppable, fetched once.

It is kept in memory alone, encrypted under a key that is written down nowhere, until its owner
fetches it or half an hour has passed.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Lock, Thread, Timer

from cryptography.fernet import Fernet
from flask import Flask, current_app

from practice import clock
from practice.accounts.models import Practice, User
from practice.audit.service import Happening, write_apart
from practice.caseload import caseload_of, whole_practice
from practice.database import db
from practice.errors import Refused
from practice.records.couple_copy import Wish
from practice.records.practice_copy import Order, PracticeCopy, Stopped

log = logging.getLogger(__name__)
KEPT_FOR = timedelta(minutes=30)
UNFORESEEN = "The copy could not be made. Try again, or ask who looks after this computer."


@dataclass
class Making:
    """One copy of everything: being made, made, stopped or failed."""

    user_id: int
    practice_id: int
    done: int = 0
    #: How many couples there are; 0 until they are counted.
    total: int = 0
    #: Whether the sheets of homework given are printed into it, how many are, and of how many.
    with_sheets: bool = False
    printed: int = 0
    sheets: int = 0
    #: The finished copy, encrypted; empty until then, and once it is fetched.
    sealed: bytes = b""
    ready_at: datetime | None = None
    #: Why it came to nothing, for the owner to read.
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
    """Where copies of everything are made; one at a time for each owner."""

    def __init__(self) -> None:
        self._cipher = Fernet(Fernet.generate_key())
        self._makings: dict[int, Making] = {}
        self._lock = Lock()

    def begin(
        self, app: Flask, user_id: int, practice_id: int, *, with_sheets: bool = False
    ) -> None:
        """Begin a copy, unless this owner has one in the making."""
        with self._lock:
            there = self._makings.get(user_id)
            if there and not there.is_over:
                return
            making = Making(user_id, practice_id, with_sheets=with_sheets)
            self._makings[user_id] = making
        Thread(target=self.make, args=(app, making), name="copy", daemon=True).start()

    def making_of(self, user_id: int) -> Making | None:
        """The owner's copy, while it is made or kept."""
        with self._lock:
            making = self._makings.get(user_id)
            if making and making.ready_at and clock.now() - making.ready_at > KEPT_FOR:
                del self._makings[user_id]
                return None
            return making

    def stop(self, user_id: int) -> None:
        """Stop the owner's copy, and forget it if it is made."""
        with self._lock:
            if making := self._makings.get(user_id):
                making.stop.set()
                making.sealed = b""

    def fetch(self, user_id: int) -> bytes | None:
        """The finished copy, this once; None when there is none to fetch."""
        making = self.making_of(user_id)
        with self._lock:
            if making is None or not making.sealed:
                return None
            sealed, making.sealed = making.sealed, b""
            self._makings.pop(user_id, None)
        return self._cipher.decrypt(sealed)

    def forget_later(self, user_id: int) -> None:
        """Forget the copy when its time is over, also when nobody asks for it any more."""
        timer = Timer(KEPT_FOR.total_seconds() + 1, self.making_of, (user_id,))
        timer.daemon = True
        timer.start()

    def make(self, app: Flask, making: Making) -> None:
        """Make a copy, and note what came of it."""
        try:
            with app.app_context(), caseload_of(making.user_id, making.practice_id):
                whole = everything(making)
            making.sealed = b"" if making.stop.is_set() else self._cipher.encrypt(whole)
            making.ready_at = clock.now()
            self.forget_later(making.user_id)
        except Stopped:
            pass
        except Refused as reason:
            making.failure = str(reason)
        except Exception:
            log.exception("a copy of everything could not be made")
            making.failure = UNFORESEEN


def everything(making: Making) -> bytes:
    """The ZIP of all that the practice keeps; what left is in the audit log when this returns."""
    user = db.session.get_one(User, making.user_id)
    with whole_practice(user) as door:
        practice = db.session.get_one(Practice, making.practice_id)
        wish = Wish(practice, clock.now(), with_screens=True, with_sheets=making.with_sheets)
        copy = PracticeCopy(Order(wish, making.say, making.stop))
        copy.put_records(door)
    copy.put_sheets(making.total)
    made = Happening(
        "exported",
        f"practice:{making.practice_id}",
        practice_id=making.practice_id,
        user_id=making.user_id,
        detail={"couples": making.total},
    )
    write_apart([made])
    return copy.whole.getvalue()


def copy_room() -> CopyRoom:
    """Where this app's copies are made."""
    found: CopyRoom = current_app.extensions["copy_room"]
    return found
