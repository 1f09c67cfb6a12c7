"""Making backups: one copy, read back, put in every place, and the old ones pruned."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from practice import clock
from practice.audit.service import AuditEntry, append
from practice.database.engine import backend_for
from practice.errors import Refused
from practice.keeping import anchors, archive, status
from practice.keeping.archive import Archive, Sealed
from practice.keeping.backup_config import plan_of
from practice.keeping.digest import Say, refuse_without_room
from practice.keeping.locks import BACKING_UP, BACKUP, alone
from practice.keeping.pruning import to_keep
from practice.keeping.status import Kept, Place, Status
from practice.keeping.targets import Target, TargetFailed, targets_of
from practice.settings import Settings

SCRATCH = ".keeping-"
#: How long to wait after a try that failed.
RETRY = timedelta(minutes=30)
Acting = tuple[int | None, int | None]


@dataclass(frozen=True)
class Made:
    """A backup that was made: what it holds and where it is kept now."""

    archive: Archive
    bytes: int
    where: tuple[str, ...]
    #: Places that could not be used, with why.
    failures: dict[str, str]


def quietly(_words: str) -> None:
    """Say nothing."""


@contextmanager
def scratch_beside(path: Path) -> Iterator[Path]:
    """A folder for unfinished work on the same disk, for its owner alone, gone at the end.

    What an earlier run left there when it was killed goes first.
    """
    for left in path.parent.glob(f"{SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=path.parent) as folder:
        yield Path(folder)


def back_up(settings: Settings, say: Say = quietly, acting: Acting = (None, None)) -> Made:
    """Back up an installation that may be in use to every place of its plan.

    `say` is told what is being done. The backup counts for a place only when it was read back
    from there. Raises Refused when no place could keep it, or a backup is being made already.
    """
    plan = plan_of(settings)
    with (
        alone(settings.database, BACKUP, BACKING_UP),
        in_words(settings.database.parent),
        scratch_beside(settings.database) as scratch,
    ):
        places = targets_of(plan)
        known = status.read(settings).of(place.where for place in places)
        try:
            if settings.database.exists():
                refuse_without_room(scratch, 2 * settings.database.stat().st_size, "a backup")
            made = archive.make(settings.database, settings.key, scratch, clock.now(), say)
        except (Refused, OSError) as reason:
            note_failure(settings, known, reason)
            raise
        failures = {}
        for target in places:
            say(f"Keeping it in {target.where}")
            now = kept_in(target, made, known.places[target.where], settings, scratch)
            known = replace(known, places={**known.places, target.where: now})
            if now.failed_at == made.made_at:
                failures[target.where] = now.failure
        status.write(settings, replace(known, since=known.since or made.made_at))
        where = tuple(place.where for place in places if place.where not in failures)
        result = Made(made, made.bytes, where, failures)
    if not where:
        raise Refused("No backup could be kept. " + " ".join(failures.values()))
    note(settings, result, acting)
    return result


def note_failure(settings: Settings, known: Status, reason: Exception) -> None:
    """Have the owner's page say why no copy could be made."""
    why = str(reason) if isinstance(reason, Refused) else "No copy of the records could be made."
    places = {
        where: replace(place, failed_at=clock.now(), failure=why)
        for where, place in known.places.items()
    }
    with suppress(OSError):
        status.write(settings, replace(known, since=known.since or clock.now(), places=places))


@contextmanager
def in_words(folder: Path) -> Iterator[None]:
    """Say in words what the disk would not do."""
    try:
        yield
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Refused(f"A backup could not be prepared in {folder}: {why}.") from error


def kept_in(
    target: Target, made: Archive, before: Place, settings: Settings, scratch: Path
) -> Place:
    """Put a backup in a place and prune what is there; how the place stands then."""
    try:
        target.put(made, scratch)
        names = pruned(target, settings.database.stem, made.made_at)
    except TargetFailed as reason:
        return replace(before, failed_at=made.made_at, failure=str(reason))
    sizes = {one.name: one.bytes for one in before.kept} | {made.path.name: made.bytes}
    kept = tuple(
        Kept(name, moment, sizes.get(name, 0))
        for moment, name in sorted(names.items(), reverse=True)
    )
    return Place(target.where, kept)


def pruned(target: Target, stem: str, now: datetime) -> dict[datetime, str]:
    """Remove from a place what the rule does not keep; what remains, by moment."""
    there = dated(target, stem)
    keep = to_keep(there, now)
    for moment, name in there.items():
        if moment not in keep:
            target.remove(name)
    return {moment: name for moment, name in there.items() if moment in keep}


def dated(target: Target, stem: str) -> dict[datetime, str]:
    """The backups of the database `stem` in a place, by the moment they were made."""
    moments = {archive.moment_in(name, stem): name for name in target.names()}
    return {moment: name for moment, name in moments.items() if moment}


def note(settings: Settings, made: Made, acting: Acting) -> None:
    """Write down outside the database where the audit log stood, and in the log that it was kept."""
    held = made.archive.contents
    anchors.write(settings, held.audit_seq, held.audit_digest)
    if "audit_event" in held.tables:
        detail = {"file": made.archive.path.name, "rows": held.rows, "places": len(made.where)}
        log(settings, AuditEntry("backed-up", "records", None, detail, *acting))


def log(settings: Settings, happening: AuditEntry, database: Path | None = None) -> None:
    """Write one line into the audit log of an installation, or of another database under its key."""
    engine = backend_for(
        database or settings.database, settings.derive("database")
    ).migration_engine()
    with engine.begin() as connection:
        append(connection, [happening], settings.derive("audit"))


@dataclass(frozen=True)
class There:
    """A backup in a place, and what it says of itself; None when none of our keys opens that."""

    target: Target
    name: str
    moment: datetime
    sealed: Sealed | None


def all_there(settings: Settings, say: Say = quietly) -> list[There]:
    """Every backup in every place, the newest first by the audit log that is sealed in it.

    A clock that ran ahead makes no old one the newest. Those whose seal does not open come last, by
    date; `say` is told of them. Raises Refused when no place holds any.
    """
    found: list[There] = []
    failures = []
    for target in targets_of(plan_of(settings)):
        try:
            found += [
                There(target, name, moment, target.look(name, settings.keys))
                for moment, name in dated(target, settings.database.stem).items()
            ]
        except TargetFailed as reason:
            failures.append(str(reason))
    if not found:
        raise Refused(" ".join(["No backup was found.", *failures]))
    if any(one.sealed for one in found):
        for one in found:
            if one.sealed is None:
                say(f"Passed over {one.name}: it is damaged, or of another key")
    return sorted(found, key=order_of, reverse=True)


def order_of(one: There) -> tuple[bool, tuple[int, int], datetime]:
    """What tells which of two backups is newer."""
    order = one.sealed.contents.order if one.sealed else (0, 0)
    return one.sealed is not None, order, one.moment


def is_due(settings: Settings, now: datetime) -> bool:
    """Whether it is time for the next backup; one dated after `now` is none."""
    plan = plan_of(settings)
    known = status.read(settings).of(target.where for target in targets_of(plan)).as_of(now)
    last = [place.last.made_at if place.last else None for place in known.places.values()]
    tried = [place.failed_at for place in known.places.values() if place.failed_at]
    if any(timedelta() <= now - at < RETRY for at in tried):
        return False
    return any(made_at is None or now - made_at >= plan.every for made_at in last)
