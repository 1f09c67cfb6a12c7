"""Kinds of job, as rooms register them, and what the function of a kind is handed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from typing import Any

from practice.jobs.results import ResultWriter
from practice.jobs.sealing import Row

UNFORESEEN = "This could not be done. Try again, or ask who looks after this computer."


class Stopped(Exception):
    """Whoever wanted the job wants it no more: raised by its own work, which leaves nothing."""


class Interrupted(Exception):
    """The program closes, or another worker has the job: it is done there from its beginning."""


@dataclass
class JobContext:
    """One job at work: what was asked for, and where its work tells how far it is."""

    row: Row
    payload: dict[str, Any]
    #: What was sealed with it; empty when nothing was.
    given: bytes
    result: ResultWriter
    #: How far it is; a worker writes down what changed.
    progress: dict[str, Any] = field(default_factory=dict)
    #: Set when the work shall end, for whatever reason; `check` tells which.
    stop: Event = field(default_factory=Event)
    #: Whether its user wanted it no more.
    is_unwanted: bool = False
    #: Set when there is something new to write down.
    news: Event = field(default_factory=Event)

    @property
    def user_id(self) -> int:
        """Whose job it is. Raises TypeError for one of the installation's own."""
        return int(self.row.user_id)  # type: ignore[arg-type]

    @property
    def practice_id(self) -> int:
        """Of which practice. Raises TypeError for one of the installation's own."""
        return int(self.row.practice_id)  # type: ignore[arg-type]

    def say(self, **progress: Any) -> None:
        """Note how far it is: plain values. Raises Stopped or Interrupted when it shall end.

        It is written down beside the work, so this may be called within a transaction.
        """
        self.progress = {**self.progress, **progress}
        self.news.set()
        self.check()

    def cancel(self) -> None:
        """Have the work end because its user wants it no more."""
        self.is_unwanted = True
        self.stop.set()

    def check(self) -> None:
        """Raise Stopped when its user wants it no more, and Interrupted when it shall end otherwise."""
        if self.stop.is_set():
            raise Stopped if self.is_unwanted else Interrupted


#: Does the work, in its user's name and caseload and in no transaction, and commits what it changes;
#: what it returns or writes to `result` is kept for its user. Raises Refused with words for them.
Work = Callable[[JobContext], bytes | None]


@dataclass(frozen=True)
class JobKind:
    """A kind of job: what does it, and how long what comes of it is kept."""

    work: Work
    keep_for: timedelta
    #: What its user reads when it failed for a reason that nobody foresaw.
    unforeseen: str = UNFORESEEN
    #: How often it is begun when the worker dies over it. What may be lost is begun once.
    attempts: int = 3
    #: Whether it runs in a process of its own, because it takes long or much memory.
    in_own_process: bool = False
