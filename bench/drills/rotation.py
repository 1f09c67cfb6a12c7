"""Changes the key again and again and kills it at any moment: the records must always open.

python -m bench.drills.rotation [--times 20]
"""

import argparse
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from practice import key_file
from practice.application import create_app
from practice.audit import service as audit
from practice.database.base import db
from practice.database.unit_of_work import reading
from practice.demo.loader import load
from practice.keeping.digest import Contents, contents_of, opened
from practice.keeping.startup_checks import refuse_unsafe
from practice.key_file import Keys
from practice.migrate import upgrade
from practice.settings import Settings, in_use, keys_before

CHANGE = """
import sys
from pathlib import Path
from bench.drills.rotation import installation
from practice.keeping.rekeying import rotate
settings = installation(Path(sys.argv[1]))
print("ready", flush=True)
rotate(settings, None, lambda words: None)
"""
LONGEST = 1.2
MAY_DIFFER = {"audit_event", "retired_key"}


def installation(folder: Path) -> Settings:
    """The installation in a folder, with whichever of its keys opens the records."""
    database, path = folder / "data" / "rekindle.db", folder / "keys" / "rekindle.key"
    key = in_use(key_file.read(path, lambda: ""), database)
    return Settings(database, key, key_file=path, retired=keys_before(database, key))


def begun(folder: Path) -> Settings:
    """The demo's records, in an installation of their own."""
    (folder / "data").mkdir(mode=0o700)
    key_file.write(folder / "keys" / "rekindle.key", Keys(key_file.new_key()))
    settings = installation(folder)
    upgrade(settings)
    app = create_app(settings)
    with app.app_context():
        load()
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return settings


def held(settings: Settings) -> Contents:
    """What the records are; raises when they cannot be read or their log is broken."""
    refuse_unsafe(settings)
    app = create_app(settings)
    with app.app_context():
        with reading() as connection:
            verdict = audit.verify(connection, settings.derive("audit"))
        db.engine.dispose()
    assert verdict.fault is None, verdict.fault
    with opened(settings.database, settings.key) as connection:
        return contents_of(connection)


def kill_while_changing(folder: Path, after: float) -> bool:
    """Begin a change of the key and kill it after so many seconds; whether it was done by then."""
    words = [sys.executable, "-c", CHANGE, str(folder)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        return process.wait() == 0


def main() -> None:
    """Kill the change as often as asked, and look at the records each time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="rekindle-drill-") as name:
        folder = Path(name)
        before, names = held(begun(folder)), set()
        for number in range(asked.times):
            done = kill_while_changing(folder, random.uniform(0, LONGEST))
            settings = installation(folder)
            differing = set(before.differing(held(settings)))
            assert differing <= MAY_DIFFER, differing
            names.add(settings.key)
            print(f"{number + 1:>4}  {'done' if done else 'killed'}, key {len(names)}, all there")
        print(f"{asked.times} times, {len(names) - 1} keys taken over, no row lost")


if __name__ == "__main__":
    main()
