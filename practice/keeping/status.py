"""How the last backups went, as the owner's page shows it: a small file beside the database."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from practice.key_file import write_whole
from practice.settings import Settings

#: When a backup is too old. The page and Today say so in red.
TOO_OLD = timedelta(hours=24)
#: How far ahead of the clock a moment may be: clocks are set right by seconds all the time.
TOLERANCE = timedelta(minutes=5)
NEVER = datetime.min.replace(tzinfo=UTC)


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
class ClockWentBack:
    """That something is dated after the present moment, so that the clock must have gone back."""

    noticed_at: datetime
    #: The latest date found that has not come yet.
    ahead: datetime


@dataclass(frozen=True)
class Status:
    """Everything known about the backups of an installation."""

    #: Since when backups are expected; None before the first start.
    since: datetime | None = None
    places: dict[str, Place] = field(default_factory=dict)
    drill: Drill | None = None
    #: None while the clock was never seen to go back.
    clock: ClockWentBack | None = None

    def as_of(self, now: datetime) -> "Status":
        """The same without what is dated after `now`: an age below zero is none."""
        places = {
            where: replace(
                place, kept=tuple(one for one in place.kept if one.made_at <= now + TOLERANCE)
            )
            for where, place in self.places.items()
        }
        since = NEVER if self.since and self.since > now + TOLERANCE else self.since
        return replace(self, since=since, places=places)

    @property
    def moments(self) -> list[datetime]:
        """Every date in it."""
        places = self.places.values()
        found = [one.made_at for place in places for one in place.kept]
        found += [place.failed_at for place in places if place.failed_at]
        return found + [at for at in (self.since, self.drill and self.drill.at) if at]

    def is_too_old(self, now: datetime) -> bool:
        """Whether any place lacks a good backup of the last day, having had a day to get one."""
        known = self.as_of(now)
        if known.since is None:
            return False
        oldest = min(
            (p.last.made_at if p.last else known.since for p in known.places.values()),
            default=known.since,
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
        clock=clock_from(said.get("clock")),
    )


def clock_from(said: dict[str, str] | None) -> ClockWentBack | None:
    """That the clock went back, as it was written."""
    if not said:
        return None
    return ClockWentBack(**{name: datetime.fromisoformat(at) for name, at in said.items()})


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
