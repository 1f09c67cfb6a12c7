"""Putting a backup back, also on a new machine; and the drill that shows it can be done."""

import shutil
import time
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path

from practice import clock
from practice.audit.service import AuditEntry
from practice.errors import Refused
from practice.keeping import anchors, archive, status
from practice.keeping.archive import RECORDS, Archive
from practice.keeping.backup_config import plan_of
from practice.keeping.backups import all_there, dated, log, quietly, scratch_beside
from practice.keeping.digest import Contents, Say, contents_of, opened, refuse_without_room
from practice.keeping.ending import end_what_was_open
from practice.keeping.locks import BACKING_UP, BACKUP, OPEN, RUNNING, alone
from practice.keeping.rekeying import close_up, rekey
from practice.keeping.targets import TargetFailed, targets_of
from practice.key_file import settle_folder
from practice.key_ring import TABLE, name_of
from practice.settings import Settings, keys_before

LATEST = "latest"
RESTORING = ".restoring"
SIDE_FILES = ("-wal", "-shm")


@dataclass(frozen=True)
class Restored:
    """What was restored: from when it is, what it holds, and where the records before it are."""

    database: Path
    made_at: datetime
    contents: Contents
    kept_aside: Path | None


def restore(
    settings: Settings, which: str, *, into: Path | None = None, say: Say = quietly
) -> Restored:
    """Put a backup (a file, the name of one in the plan's places, or “latest”) in place.

    Everything is checked before anything is replaced; the records replaced are kept aside. Nobody
    is signed in afterwards, and no link of before opens (`ending.py`).
    With `into` the database goes to that file instead, which must not be there. Raises Refused
    when Rekindle is open, the backup is damaged, or its key is not at hand.
    """
    if into is not None and into.exists():
        raise Refused(f"{into} is there already. Name a file that is not.")
    target = into or settings.database
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (
        alone(settings.database, OPEN, RUNNING),
        alone(settings.database, BACKUP, BACKING_UP),
        scratch_beside(target) as scratch,
    ):
        made = unpacked(settings, which, scratch, say)
        restores = 1 + max(made.contents.restores, restores_known(settings))
        fresh = scratch / RECORDS
        settings = replace(settings, retired=keys_before(fresh, settings.key))
        end_what_was_open(fresh, settings, scratch)
        if into is None:
            detail = {"to": f"event {made.contents.audit_seq:,}", "restores": restores}
            log(settings, AuditEntry("restored", "records", None, detail), fresh)
        close_up(fresh, settings.key)
        say("Putting the records in place")
        aside = put_in_place(fresh, target)
        if into is None:
            seq, digest = made.contents.audit_seq, made.contents.audit_digest
            anchors.write(settings, seq, digest, anchors.RESTORED)
    return Restored(target, made.made_at, made.contents, aside)


def unpacked(settings: Settings, which: str, scratch: Path, say: Say) -> Archive:
    """Bring a backup here, check all of it, and have its database in `scratch` under our key."""
    say("Bringing the backup here")
    path = brought(settings, which, scratch, say)
    key = key_for(settings, archive.about(path))
    refuse_without_room(scratch, path.stat().st_size, "the records of this backup")
    say("Checking every page and every row")
    made = archive.unpack(path, key, scratch)
    if key != settings.key:
        say("Encrypting the records under the key in use now")
        rekey(scratch / RECORDS, key, settings)
    return made


def brought(settings: Settings, which: str, scratch: Path, say: Say) -> Path:
    """The file of a backup on this disk. Raises Refused when there is none by that name."""
    if which != LATEST and Path(which).is_file():
        return Path(which)
    if which == LATEST:
        newest = all_there(settings, say)[0]
        newest.target.fetch(newest.name, scratch / newest.name)
        return scratch / newest.name
    for target in targets_of(plan_of(settings)):
        try:
            if which in dated(target, settings.database.stem).values():
                target.fetch(which, scratch / which)
                return scratch / which
        except TargetFailed:
            continue
    raise Refused(f"There is no backup {which}. See the ones there are with: rekindle backups")


def restores_known(settings: Settings) -> int:
    """How many restores went before, as the backups there are tell; 0 when there is none.

    One more than that is counted in the log of what is restored now, so that its backups are
    newer than those of the records it takes the place of, though its log begins earlier.
    """
    try:
        found = [one.sealed.contents.restores for one in all_there(settings) if one.sealed]
    except Refused:
        return 0
    return max(found, default=0)


def key_for(settings: Settings, about: archive.About) -> bytes:
    """The key that a backup was made with. Raises Refused when it is not at hand."""
    for key in (settings.key, *settings.retired):
        if name_of(key) == about.key_name:
            return key
    raise Refused(
        f"This backup was made with another key (called {about.key_name}). Type that key from its "
        "recovery sheet: rekindle key recover"
    )


def put_in_place(fresh: Path, database: Path) -> Path | None:
    """Have a finished database take another's place; the file the other is kept in, if there was one.

    Until it is done a mark stands beside the database, with which a start is refused.
    """
    mark = database.with_name(f"{database.name}{RESTORING}")
    mark.touch(mode=0o600)
    aside = None
    if database.exists():
        aside = free_name(database)
        for end in ("", *SIDE_FILES):
            old = database.with_name(f"{database.name}{end}")
            if old.exists():
                keep_aside(old, aside.with_name(f"{aside.name}{end}"))
    settle_folder(database.parent)
    for end in SIDE_FILES:
        database.with_name(f"{database.name}{end}").unlink(missing_ok=True)
    fresh.replace(database)
    settle_folder(database.parent)
    mark.unlink()
    return aside


def free_name(database: Path) -> Path:
    """What a database that is replaced now is called from then on."""
    stamp = clock.now().strftime(archive.STAMP)
    names = (f"{database.name}.replaced-{stamp}-{number}" for number in count(1))
    return next(path for path in map(database.with_name, names) if not path.exists())


def keep_aside(path: Path, aside: Path) -> None:
    """Keep a file under another name too; a copy of it where the disk knows no second names."""
    try:
        aside.hardlink_to(path)
    except OSError:
        shutil.copy2(path, aside)


def drill(settings: Settings, say: Say = quietly) -> status.Drill:
    """Restore the newest backup into a scratch place, compare it row by row, and write down how long.

    Raises Refused when any of it does not come back as it was.
    """
    began = time.perf_counter()
    with (
        alone(settings.database, BACKUP, BACKING_UP),
        scratch_beside(settings.database) as scratch,
    ):
        made = unpacked(settings, LATEST, scratch, say)
        name = made.path.name
        place = scratch / "drill.db"
        put_in_place(scratch / RECORDS, place)
        say("Comparing row by row")
        compare(place, settings.key, made.contents)
    done = status.Drill(
        clock.now(), name, made.contents.rows, round(time.perf_counter() - began, 1)
    )
    status.write(settings, replace(status.read(settings), drill=done))
    return done


def compare(database: Path, key: bytes, backed_up: Contents) -> None:
    """Raise Refused unless a restored database holds, row by row, what was backed up."""
    with opened(database, key) as connection:
        # Keys retired are wrapped anew when the backup is older than the key in use.
        differing = [one for one in backed_up.differing(contents_of(connection)) if one != TABLE]
    if differing:
        raise Refused(f"These tables did not come back as they were: {', '.join(differing)}.")
