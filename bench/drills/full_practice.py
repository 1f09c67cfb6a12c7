"""P13 and P19: a practice of full size, worked in for ten minutes, and opened on a cold machine."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

from bench.drills.figures import Figure, Size, at_most, none_of, slowest
from bench.drills.house import Desk, House, all_at_once, resident
from bench.fill import EMAIL, GIVEN_AFTER, KEY, PASSWORD, SESSIONS, UNSIGNED_EVERY, Bench, filled
from bench.words import sentence
from practice import clock, key_file
from practice.application import create_app
from practice.key_file import Keys
from tests.factories import ASession, Person

HANDS = 20
A_SECOND = 20
MINUTE = 60
#: How often each thing is done among a hundred.
MIX = {"save": 25, "file": 20, "session": 20, "today": 15, "list": 10, "library": 7, "sheet": 3}


@contextmanager
def a_full_house(couples: int) -> Iterator[House]:
    """An installation with so many couples, twelve notes each; gone afterwards."""
    with TemporaryDirectory(prefix="rekindle-drill-") as name:
        key, data = Path(name) / "keys" / "rekindle.key", Path(name) / "data"
        key_file.write(key, Keys(KEY))
        data.mkdir(mode=0o700)
        settings = replace(filled(data, couples), key_file=key)
        bench = Bench(couples, clock.today_in("UTC"))
        app = create_app(settings)
        house = House(settings, Person(app, bench.user_id, bench.practice_id, "", EMAIL, PASSWORD))
        try:
            yield house
        finally:
            house.close()


@dataclass
class Hand:
    """One who works: opens pages and saves the open notes of couples nobody else writes about."""

    desk: Desk
    place: int
    couples: int
    versions: dict[int, int] = field(default_factory=dict)
    #: When each thing was due since the beginning, and how long until it was answered.
    took: list[tuple[float, float]] = field(default_factory=list)
    refused: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = Random(self.place)

    def work(self, began: float, seconds: float) -> None:
        """Do one thing whenever it is due; what is late counts from when it was due."""
        every = HANDS / A_SECOND
        due = self.place / A_SECOND
        while due < seconds:
            time.sleep(max(0, began + due - time.monotonic()))
            [what] = self.rng.choices(list(MIX), list(MIX.values()))
            status = self.save() if what == "save" else self.desk.get(self.path(what)).status_code
            self.took.append((due, time.monotonic() - began - due))
            if status != 200:
                self.refused.append((what, status))
            due += every

    def save(self) -> int:
        """Save an open note by itself; the status of the answer."""
        most = self.couples // UNSIGNED_EVERY
        couple = UNSIGNED_EVERY * (1 + self.place + HANDS * self.rng.randrange(most // HANDS))
        session = Bench(self.couples, clock.today_in("UTC")).session_id(couple, SESSIONS)
        note = ASession(session, couple)
        answer = self.desk.save(note, self.versions.get(couple, 1), sentence(self.rng, 60))
        if answer.status_code == 200:
            self.versions[couple] = answer.json()["version"]
        return answer.status_code

    def path(self, what: str) -> str:
        """The address of a page."""
        couple, bench = (
            self.rng.randint(1, self.couples),
            Bench(self.couples, clock.today_in("UTC")),
        )
        held = bench.session_id(couple, self.rng.randint(3, SESSIONS))
        given = self.rng.randrange(len(GIVEN_AFTER)) * self.couples + couple
        return {
            "today": "/",
            "list": "/couples",
            "library": "/homework",
            "file": f"/couples/{couple}",
            "session": f"/couples/{couple}/sessions/{held}",
            "sheet": f"/couples/{couple}/assignments/{given}/handout-couple.pdf",
        }[what]


def working_day(size: Size) -> Iterator[Figure]:
    """P13: ten minutes of mixed work, twenty things a second."""
    couples, seconds = size.of(1_000, 200), size.of(10 * MINUTE, 3)
    with a_full_house(couples) as house:
        house.open()
        desk = house.desk()
        hands = [Hand(desk.another(), place, couples) for place in range(HANDS)]
        warm = [Hand(desk.another(), place, couples) for place in range(HANDS)]
        for one in (*warm, *hands):
            one.versions = warm[one.place].versions
        at_once(warm, size.of(20, 1))
        sizes = [resident(house)]
        halfway = threading.Timer(seconds / 2, lambda: sizes.append(resident(house)))
        halfway.start()
        at_once(hands, seconds)
        sizes.append(resident(house))
        fault = house.fault()
    took = sorted(one for hand in hands for one in hand.took)
    refused = [one for hand in hands for one in hand.refused]
    times = [seconds for _, seconds in took]
    first = median(late for due, late in took if due < MINUTE)
    last = median(late for due, late in took if due >= seconds - MINUTE)
    yield none_of(
        "P13", f"answers but 200 {sorted(set(refused)) or ''}".strip(), len(refused), len(took)
    )
    yield at_most("P13", "an answer, 95 in 100", slowest(times, 95), 0.3)
    yield Figure("P13", "the last minute ÷ the first, medians", "≤ 1.2", f"{last / first:.2f}",
                 last <= 1.2 * first, is_time=True)  # fmt: skip
    filled_up, grown = sizes[1] - sizes[0], sizes[2] - sizes[1]
    what = f"memory grown in the second half (in the first: {filled_up:.0f} MB)"
    yield Figure("P13", what, "≤ 20 MB", f"{grown:.0f} MB", grown <= 20)
    yield Figure("P13", "the file and its log afterwards", "whole", fault or "whole", not fault)


def at_once(hands: list[Hand], seconds: float) -> None:
    """Have all work for so long."""
    began = time.monotonic()
    all_at_once(lambda number: hands[number].work(began, seconds), len(hands))


def cold_start(size: Size) -> Iterator[Figure]:
    """P19: a start with 60,000 notes, none of the file in the system's memory."""
    times = list[float]()
    with a_full_house(size.of(5_000, 20)) as house:
        notes = house.count("progress_note")
        for _ in range(size.of(5, 1)):
            forget(house.database)
            times.append(house.open())
            house.end()
    yield at_most("P19", f"the longest start with {notes:,} notes", max(times), 5)


def forget(path: Path) -> None:
    """Have the system give back what it holds of a file in memory."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
