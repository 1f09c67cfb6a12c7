"""A backup asked for on the page: made beside the requests, and watched while it runs."""

import logging
from dataclasses import dataclass, field
from threading import Lock, Thread

from flask import current_app
from sqlalchemy.exc import DatabaseError
from sqlcipher3.dbapi2 import DatabaseError as FileError

from practice.errors import Refused
from practice.faults import fault_in, sentence
from practice.keeping.anchors import Tampered
from practice.keeping.backups import Acting, back_up
from practice.settings import Settings, Unsafe

log = logging.getLogger(__name__)
UNFORESEEN = "The backup could not be made. Try again, or ask who looks after this computer."


@dataclass(frozen=True)
class Progress:
    """How far a backup is: what was begun so far, and once it is over what came of it."""

    steps: tuple[str, ...] = ()
    is_over: bool = False
    #: Why it came to nothing, or what of it did; empty when all is well.
    trouble: str = ""


@dataclass
class Runner:
    """Makes one backup at a time, in a thread of its own."""

    settings: Settings
    progress: Progress | None = None
    _lock: Lock = field(default_factory=Lock, repr=False)

    @property
    def is_running(self) -> bool:
        """Whether a backup is being made now."""
        return self.progress is not None and not self.progress.is_over

    def start(self, acting: Acting) -> None:
        """Begin a backup, unless one is being made."""
        with self._lock:
            if self.is_running:
                return
            self.progress = Progress()
        Thread(target=self.run, args=(acting,), name="backup", daemon=True).start()

    def run(self, acting: Acting) -> None:
        """Make a backup and say how it goes."""
        trouble = ""
        try:
            made = back_up(self.settings, self.say, acting)
            trouble = " ".join(made.failures.values())
        except (Refused, Unsafe, Tampered) as reason:
            trouble = str(reason)
        except (DatabaseError, FileError, OSError) as error:
            log.exception("a backup asked for could not be made")
            database = self.settings.database
            trouble = sentence(fault_in(error, database), database)
        except Exception:
            log.exception("a backup asked for could not be made")
            trouble = UNFORESEEN
        steps = self.progress.steps if self.progress else ()
        self.progress = Progress(steps, is_over=True, trouble=trouble)

    def say(self, words: str) -> None:
        """Note what is being done."""
        steps = self.progress.steps if self.progress else ()
        self.progress = Progress((*steps, words))


def runner() -> Runner:
    """Who makes the backups of this app."""
    found: Runner = current_app.extensions["backups"]
    return found
