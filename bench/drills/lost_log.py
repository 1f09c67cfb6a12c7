"""P24: a write-ahead log that is lost, is noticed: the log's end stands outside, minutes old at most."""

import time
from collections.abc import Iterator
from pathlib import Path

from bench.drills.figures import Figure, Size, at_most
from bench.drills.house import House, a_house
from practice.keeping import anchors
from practice.keeping.digest import first, opened
from practice.keeping.startup_checks import refuse_unsafe
from practice.settings import Unsafe

#: How old an anchor may be, in seconds.
GOAL = 300
PRELUDE = "from practice.keeping import scheduler; scheduler.SECONDS_BETWEEN_ANCHORS = 1"


def anchored_seq(house: House) -> int:
    """The number of the audit log's line that was written down last outside."""
    return anchors.read(house.settings)[-1].seq


def log_seq(house: House) -> int:
    """The number of the audit log's last line."""
    with opened(house.database, house.settings.key) as connection:
        return int(first(connection, "audit_event", anchors.LAST)[0])


def noticed(size: Size) -> Iterator[Figure]:
    """P24: work, an anchor, a crash, and the log gone; and a stop as it should be."""
    with a_house(1) as house:
        house.prelude = PRELUDE if size.is_short else ""
        house.open()
        desk, note = house.desk(), house.notes[0]
        version = 1
        for words in ("first", "second"):
            began, seq = time.monotonic(), log_seq(house)
            version = desk.save(note, version, f"the {words} words").json()["version"]
            while anchored_seq(house) <= seq and time.monotonic() - began < GOAL:
                time.sleep(0.2)
            took = time.monotonic() - began
            yield at_most("P24", f"the {words} save stands outside after", took, GOAL)
        house.kill()
        for end in ("-wal", "-shm"):
            Path(f"{house.database}{end}").unlink()
        said = refusal(house)
        is_noticed = "what was written last is missing" in said
        yield Figure("P24", "a crash, and its log gone", "refused", said[:16], is_noticed)
    with a_house(1) as house:
        house.open()
        house.desk().save(house.notes[0], 1, "words")
        house.end()
        is_there = Path(f"{house.database}-wal").exists()
        yield Figure("P24", "a log beside it after a stop", "none", str(is_there), not is_there)
        left = log_seq(house) - anchored_seq(house)
        yield Figure("P24", "lines after the anchor at a stop", "0", str(left), left == 0)


def refusal(house: House) -> str:
    """What a start says; empty when it opens."""
    try:
        refuse_unsafe(house.settings)
    except Unsafe as reason:
        return str(reason)
    return ""
