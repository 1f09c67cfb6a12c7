"""P10: an upgrade is killed at many moments; the records are in the old form or the new."""

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.drills.figures import Figure, Size, none_of
from bench.drills.house import a_house
from practice.database.base import db
from practice.keeping.backup_config import plan_of
from practice.keeping.backups import dated
from practice.keeping.digest import Contents, contents_of, opened
from practice.keeping.startup_checks import refuse_unsafe
from practice.keeping.targets import targets_of
from practice.keeping.upgrading import bring_up_to_date
from practice.migrate import current, downgrade, newest_revision
from practice.settings import Settings

OLDER = "0002"
UPGRADE = """
import sys
from pathlib import Path
from practice import key_file
from practice.keeping.upgrading import bring_up_to_date
from practice.settings import Settings
database, key = map(Path, sys.argv[1:])
settings = Settings(database, key_file.read(key, lambda: "").key, key_file=key)
print("ready", flush=True)
bring_up_to_date(settings, lambda words: print(words, flush=True))
"""
#: The words after which the change itself begins.
BACKED_UP = "The backup is"
#: A line of the log tells of the backup.
MAY_DIFFER = {"audit_event"}


def killed(size: Size) -> Iterator[Figure]:
    """Every other time while it backs up, every other time while it changes the form."""
    times, inside, between, unsaved, changed = size.of(60, 2), 0, 0, 0, 0
    with TemporaryDirectory(prefix="rekindle-drill-") as name:
        place = Path(name) / "now"
        settings = older(Path(name) / "before", place)
        before, new = held(settings), newest_revision()
        backing, changing = unhindered(settings)
        for number in range(times):
            shutil.rmtree(place)
            shutil.copytree(Path(name) / "before", place)
            after, most = (BACKED_UP, changing) if number % 2 == 0 else ("ready", backing)
            inside += kill(settings, after, random.uniform(0, most))
            refuse_unsafe(settings)
            form = current(settings)
            between += form not in (OLDER, new)
            if form == new:
                unsaved += not backups(settings)
                downgrade(settings, OLDER)
            changed += not set(held(settings).differing(before)) <= MAY_DIFFER
        bring_up_to_date(settings)
        is_new = current(settings) == new
    most = f"≥ {times // 2} of {times}"
    yield Figure(
        "P10", "kills before the upgrade was done", most, str(inside), inside >= times // 2
    )
    yield none_of("P10", "of them that left neither the old form nor the new", between, times)
    yield none_of("P10", "of them after which a row was another", changed, times)
    yield none_of("P10", "new forms without a backup from before", unsaved, times)
    yield Figure("P10", "the upgrade, tried again", "done", str(is_new), is_new)


def older(before: Path, now: Path) -> Settings:
    """Records in an older form, in a folder `before` and a copy `now`; the settings of the copy."""
    with a_house(10) as house:
        downgrade(house.settings, OLDER)
        with house.owner.app.app_context():
            db.engine.dispose()
        assert house.settings.key_file
        shutil.copytree(house.database.parents[1], before)
        key = now / house.settings.key_file.relative_to(house.database.parents[1])
        shutil.copytree(before, now)
        return replace(house.settings, database=now / "data" / house.database.name, key_file=key)


def held(settings: Settings) -> Contents:
    """What the database holds."""
    with opened(settings.database, settings.key) as connection:
        return contents_of(connection)


def backups(settings: Settings) -> list[str]:
    """The names of the backups there are; each was read back when it was made."""
    [target] = targets_of(plan_of(settings))
    return list(dated(target, settings.database.stem).values())


def started(settings: Settings) -> subprocess.Popen[str]:
    """An upgrade in a process of its own."""
    words = [sys.executable, "-c", UPGRADE, str(settings.database), str(settings.key_file)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def heard(process: subprocess.Popen[str], words: str) -> float:
    """The moment when the process says a line that begins so."""
    assert process.stdout
    assert any(line.startswith(words) for line in process.stdout), words
    return time.monotonic()


def unhindered(settings: Settings) -> tuple[float, float]:
    """How many seconds the backup before an upgrade takes, and the upgrade itself."""
    with started(settings) as process:
        began = heard(process, "ready")
        backed_up = heard(process, BACKED_UP)
        return backed_up - began, heard(process, "The records are in the newer form") - backed_up


def kill(settings: Settings, after: str, seconds: float) -> bool:
    """Kill an upgrade so long after it said something; whether it was not done by then."""
    with started(settings) as process:
        heard(process, after)
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        assert process.stdout
        return "newer form now" not in process.stdout.read()
