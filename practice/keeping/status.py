"""How the last backups went, as the owner's page shows it: a small file beside the database."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from practice.key_file import write_whole
from practice.settings import Settings

#: When a backup is too old. The page and Today say so in red.
TOO_OLD = timedelta(hours=24)


@dataclass(frozen=True)
class Kept:
    """One backup that was read back: its file name, when it was made, its size."""

    name: str
    made_at: datetime
    bytes: int


@dataclass(frozen=True)
class Place:
    """One place for backups: what is kept there, newest first, and what went wrong last, if it did."""

    where: str
    kept: tuple[Kept, ...] = ()
    failed_at: datetime | None = None
    failure: str = ""

    @property
    def last(self) -> Kept | None:
        """The newest good backup there."""
        return self.kept[0] if self.kept else None


@dataclass(frozen=True)
class Drill:
    """How the last restore drill went."""

    at: datetime
    name: str
    rows: int
    seconds: float


@dataclass(frozen=True)
class Status:
    """Everything known about the backups of an installation."""

    #: Since when backups are expected; None before the first start.
    since: datetime | None = None
    places: dict[str, Place] = field(default_factory=dict)
    drill: Drill | None = None

    def is_too_old(self, now: datetime) -> bool:
        """Whether any place lacks a good backup of the last day, having had a day to get one."""
        if self.since is None:
            return False
        oldest = min(
            (p.last.made_at if p.last else self.since for p in self.places.values()),
            default=self.since,
        )
        return now - oldest > TOO_OLD

    @property
    def last(self) -> Kept | None:
        """The newest good backup anywhere."""
        newest = [place.last for place in self.places.values() if place.last]
        return max(newest, key=lambda kept: kept.made_at, default=None)

    def of(self, where: Iterable[str]) -> "Status":
        """The same with exactly these places, known or not yet."""
        return replace(self, places={name: self.places.get(name, Place(name)) for name in where})


def status_file(settings: Settings) -> Path:
    """Where the status of an installation is kept."""
    return settings.database.with_name(f"{settings.database.stem}.backups.json")


def read(settings: Settings) -> Status:
    """The status; an empty one when nothing is known, or what is there cannot be read."""
    try:
        said = json.loads(status_file(settings).read_text("utf-8"))
        return status_from(said)
    except (OSError, ValueError, KeyError, TypeError):
        return Status()


def write(settings: Settings, status: Status) -> None:
    """Keep the status, whole or not at all."""
    text = json.dumps(asdict(status), default=datetime.isoformat, indent=1)
    write_whole(status_file(settings), text.encode())


def status_from(said: dict[str, Any]) -> Status:
    """A status as it was written."""
    places = {where: place_from(one) for where, one in said["places"].items()}
    drill = said["drill"]
    return Status(
        since=moment(said["since"]),
        places=places,
        drill=Drill(**{**drill, "at": datetime.fromisoformat(drill["at"])}) if drill else None,
    )


def place_from(said: dict[str, Any]) -> Place:
    """A place as it was written."""
    kept = tuple(
        Kept(one["name"], datetime.fromisoformat(one["made_at"]), one["bytes"])
        for one in said["kept"]
    )
    return Place(said["where"], kept, moment(said["failed_at"]), said["failure"])


def moment(said: str | None) -> datetime | None:
    """A moment as it was written."""
    return datetime.fromisoformat(said) if said else None
