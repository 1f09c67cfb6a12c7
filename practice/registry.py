"""The registry: what rooms tell those below them, once, when the application is made.

A room imports only what stands below it. What a lower room needs from a higher one, such as a column
of the couples list that counts notes, the higher one registers in its `init_app`.
"""

from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask import Flask, current_app

#: From couples' ids to {couple id: value}; ids may be missing.
Column = Callable[[list[int]], dict[int, Any]]
#: From couples' ids to the names of those that whoever acts now may know.
CoupleNames = Callable[[list[int]], dict[int, str]]
#: From a couple's id to audit subjects (“attachment:7”) of what somebody keeps there for themselves.
KeptAlone = Callable[[int], Collection[str]]
#: From a couple and today's date to what is open in their file (`couples.closing.StillOpen`).
StillOpenIn = Callable[[Any, date], Iterable[Any]]
#: Something that follows when a user may come in again at a moment (UTC).
OnReturn = Callable[[Any, datetime], None]
#: From a user's id and their practice's to a block in which their caseload is open.
CaseloadOf = Callable[[int, int], AbstractContextManager[None]]
EXTENSION = "registry"


def no_names(_couple_ids: list[int]) -> dict[int, str]:
    """No names, until a room says how couples are called."""
    return {}


def no_caseload(_user_id: int, _practice_id: int) -> AbstractContextManager[None]:
    """No caseload is to be had, until the guard says how one is opened."""
    raise LookupError("nothing opens a caseload here")


@dataclass
class Registry:
    """What rooms have registered, by who asks for it."""

    #: The couples list: `unsigned` counts notes that wait, `last_session` is a date.
    list_columns: dict[str, Column] = field(default_factory=dict)
    #: The audit log's page and the access report.
    couple_names: CoupleNames = no_names
    kept_alone: list[KeptAlone] = field(default_factory=list)
    #: Closing a file: what is not finished in it.
    still_open: list[StillOpenIn] = field(default_factory=list)
    #: Giving a user their access back.
    on_return: list[OnReturn] = field(default_factory=list)
    #: The job queue: its kinds (`jobs.kinds.JobKind`), and how a job acts in its user's name.
    job_kinds: dict[str, Any] = field(default_factory=dict)
    caseload_of: CaseloadOf = no_caseload


def init_app(app: Flask) -> Registry:
    """Give the application an empty registry, for its rooms to fill."""
    made = app.extensions[EXTENSION] = Registry()
    return made


def registry() -> Registry:
    """The registry of the application at work."""
    found: Registry = current_app.extensions[EXTENSION]
    return found
