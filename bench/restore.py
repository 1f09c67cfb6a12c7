"""How long a backup, a restore drill and a start take in a large practice.

python -m bench.restore [--couples 10000] [--folder FOLDER]
"""

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.fill import filled
from practice.formatting import file_size
from practice.keeping.backups import back_up
from practice.keeping.digest import opened
from practice.keeping.restoring import drill, restore
from practice.keeping.startup_checks import refuse_unsafe
from practice.settings import Settings


def timed(words: str, began: float) -> float:
    """Say how long something took; the moment the next thing begins."""
    now = time.perf_counter()
    print(f"{words:<34}{now - began:7.2f} s")
    return now


def bench(settings: Settings) -> None:
    """Back up, drill, restore elsewhere and look over, one after the other."""
    with opened(settings.database, settings.key) as connection:
        notes = connection.execute("SELECT count(*) FROM progress_note").fetchone()[0]
    print(f"{file_size(settings.database.stat().st_size)}, {notes:,} notes")
    began = time.perf_counter()
    made = back_up(settings)
    began = timed(f"backup, read back ({file_size(made.bytes)})", began)
    done = drill(settings)
    began = timed(f"drill ({done.rows:,} rows compared)", began)
    restore(settings, "latest", into=settings.database.with_name("restored.db"))
    began = timed("restore to another file", began)
    refuse_unsafe(settings)
    timed("looking over before a start", began)


def main() -> None:
    """Fill a practice, unless today's is there, and time what keeps it safe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--couples", type=int, default=10_000)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="rekindle-bench-") as temporary:
        folder = asked.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        settings = filled(folder, asked.couples)
        bench(settings)


if __name__ == "__main__":
    main()
