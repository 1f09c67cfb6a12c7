"""Runs every drill and says how each promise did.

python -m bench.drills [--short] [NAME ...]

Ends with 1 when a promise is not kept. The short set is what every run of the tests does; its
times are shown and not judged, because the machine may be doing other things.
"""

import argparse
import sys

from bench.drills import (
    clocks,
    disks,
    full_practice,
    hostile,
    lost_log,
    mangled,
    printing,
    saving,
    starts,
    upgrading,
)
from bench.drills.figures import Drill, Figure, Size

DRILLS: dict[str, Drill] = {
    "saving": saving.served,
    "full-disk": disks.full,
    "damaged": disks.damaged,
    "starts": starts.named,
    "lost-log": lost_log.noticed,
    "fuzzed": hostile.fuzzed,
    "guessed": hostile.guessed,
    "clocks": clocks.jumps,
    "ran-ahead": clocks.ran_ahead,
    "hostile-sheets": printing.hostile_sheets,
    "mangled-pdfs": mangled.mangled,
    "upgrading": upgrading.killed,
    "working-day": full_practice.working_day,
    "cold-start": full_practice.cold_start,
}
#: Left out of the short set: they show nothing in a few seconds.
LONG = {"working-day", "cold-start"}
SHORT = [name for name in DRILLS if name not in LONG]


def is_kept(figure: Figure, size: Size) -> bool:
    """Whether a figure lets the run pass."""
    return figure.is_met or (size.is_short and figure.is_time)


def line_of(figure: Figure, size: Size) -> str:
    """A figure as a line of the report."""
    verdict = "kept" if figure.is_met else "slower" if is_kept(figure, size) else "BROKEN"
    return (
        f"{figure.promise:4} {figure.what:62} {figure.reach:>16} {figure.measured:>16}  {verdict}"
    )


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="a minute rather than an hour")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(DRILLS))
    asked = parser.parse_args()
    if unknown := set(asked.names) - DRILLS.keys():
        parser.error(f"no such drill: {', '.join(sorted(unknown))}")
    size, broken = Size(asked.short), 0
    print(f"{'':4} {'what':62} {'to reach':>16} {'measured':>16}")
    for name in asked.names or (SHORT if asked.short else DRILLS):
        for figure in DRILLS[name](size):
            broken += not is_kept(figure, size)
            print(line_of(figure, size), flush=True)
    print("Every promise was kept." if not broken else f"{broken} not kept.")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
