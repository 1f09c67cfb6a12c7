"""P01 to P05, P16, P19 and P21: what was acknowledged stays, whatever happens to the server."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import requests

from bench.drills.figures import Figure, Size, all_of, at_most, none_of, slowest
from bench.drills.house import Desk, House, a_house, all_at_once
from practice.forms import new_once

HANDS = 8
MANY = 50


def words(number: int) -> str:
    """The words of one save, so long that a half-written one would show."""
    return f"words of {number} " + "and what they said that day " * 60 + f"end of {number}"


def which(text: str) -> int:
    """The number of a save by its words; -1 when they are not whole."""
    number = int(text.split()[2])
    return number if number == 0 or text == words(number) else -1


class Writer(threading.Thread):
    """Keeps saving one note; sends a save again until it is acknowledged, as the page does."""

    def __init__(self, desk: Desk, place: int, is_open: threading.Event) -> None:
        super().__init__(daemon=True)
        self.desk, self.note = desk, desk.house.notes[place]
        self.is_open, self.is_done = is_open, threading.Event()
        #: The number of the last save that was acknowledged.
        self.kept = 0
        self.refusals: list[int] = []

    def run(self) -> None:
        """Save until told to stop."""
        version = 1
        while not self.is_done.is_set():
            self.is_open.wait()
            with suppress(requests.RequestException):
                answer = self.desk.save(self.note, version, words(self.kept + 1))
                if answer.status_code == 200:
                    version = answer.json()["version"]
                    self.kept += 1
                else:
                    self.refusals.append(answer.status_code)

    def is_lost(self, stored: dict[int, str]) -> bool:
        """Whether the note is neither what was acknowledged last nor the save under way."""
        return which(stored[self.note.id]) - self.kept not in (0, 1)


def at_work(house: House, is_open: threading.Event) -> list[Writer]:
    """So many writers, begun on notes that are new again."""
    house.run("UPDATE progress_note SET data = 'words of 0 end', version = 1")
    desk = house.desk()
    writers = [Writer(desk.another(), place, is_open) for place in range(HANDS)]
    is_open.set()
    for writer in writers:
        writer.start()
    return writers


def at_rest(writers: list[Writer], is_open: threading.Event) -> None:
    """Stop the writers; each ends with its save acknowledged or refused."""
    for writer in writers:
        writer.is_done.set()
    is_open.set()
    for writer in writers:
        writer.join(60)


def served(size: Size) -> Iterator[Figure]:
    """All of these drills, one after the other, in one house."""
    with a_house(MANY) as house:
        house.open()
        for drill in (killed, many_hands, stale_and_twice, sent_away, ended):
            yield from drill(house, size)


def killed(house: House, size: Size) -> Iterator[Figure]:
    """P01: the server is killed in the middle of saves, again and again."""
    times, lost, faults, starts = size.of(100, 1), 0, 0, []
    is_open = threading.Event()
    writers = at_work(house, is_open)
    for number in range(times):
        wait_for(writers, 10 * (number + 1), random.uniform(0, 0.05))
        is_open.clear()
        house.kill()
        time.sleep(0.1)  # an answer that was on its way is counted
        stored = house.stored()
        lost += sum(writer.is_lost(stored) for writer in writers)
        faults += bool(house.fault())
        starts.append(house.open())
        is_open.set()
    at_rest(writers, is_open)
    stored = house.stored()
    lost += sum(which(stored[one.note.id]) != one.kept for one in writers)
    saves = sum(writer.kept for writer in writers)
    yield none_of("P01", f"acknowledged saves lost or half-written, kills: {times}", lost, saves)
    yield none_of("P01", "files or logs found damaged after a kill", faults, times)
    yield at_most("P01", "the longest start after a kill", max(starts), 10)


def wait_for(writers: list[Writer], saves: int, more: float) -> None:
    """Wait until so many saves are acknowledged, and a little longer."""
    while sum(writer.kept for writer in writers) < saves:
        time.sleep(0.01)
    time.sleep(more)


def many_hands(house: House, size: Size) -> Iterator[Figure]:
    """P02 and P03: fifty write at once, and the log is one chain."""
    house.run("UPDATE progress_note SET data = 'words of 0 end', version = 1")
    each, desk, errors = size.of(60, 2), house.desk(), 0
    took: list[float] = []

    def write(place: int) -> None:
        nonlocal errors
        own, version = desk.another(), 1
        for number in range(1, each + 1):
            began = time.perf_counter()
            answer = own.save(house.notes[place], version, words(number))
            took.append(time.perf_counter() - began)
            errors += answer.status_code != 200
            version = answer.json().get("version", version)

    all_at_once(write, MANY)
    stored = house.stored()
    behind = sum(which(stored[note.id]) != each for note in house.notes)
    fault = house.fault()
    yield none_of("P02", f"saves of {MANY} writers refused", errors, len(took))
    yield none_of("P02", "notes that do not hold their last save", behind, MANY)
    yield at_most("P02", f"a save among {MANY} writers, 99 in 100", slowest(took, 99), 1)
    yield Figure(
        "P03", "the audit log under that load", "one chain", fault or "one chain", not fault
    )


def stale_and_twice(house: House, size: Size) -> Iterator[Figure]:
    """P04, P05, P16: an older window overwrites nothing; one form sent 20 times is one record."""
    house.run("UPDATE progress_note SET data = 'words of 0 end', version = 1")
    desk, times, both = house.desk(), size.of(100, 3), 0
    note = house.notes[0]
    for number in range(1, times + 1):
        newest = desk.save(note, number, f"newer words {number}")
        assert newest.status_code == 200, newest.text
        older = desk.save(note, number, f"older words {number}")
        texts = older.json().get("panel", "")
        both += older.status_code == 409 and all(
            f"{age} words {number}" in texts for age in ("newer", "older")
        )
    yield all_of("P04", "stale saves answered with both texts", both, times)
    is_kept = house.stored()[note.id] == f"newer words {times}"
    yield Figure("P04", "what stands after them", "the newer text", str(is_kept), is_kept)
    yield from sent_twenty_times(house, desk, times)
    yield from long_words(house, desk)


def sent_twenty_times(house: House, desk: Desk, times: int) -> Iterator[Figure]:
    """P05: so many forms, each sent twenty times at once."""
    before, errors = house.count("therapy_session"), 0
    address = f"/couples/{house.notes[1].couple_id}/sessions"
    for _ in range(times):
        once = new_once()

        def send(_number: int, once: str = once) -> None:
            nonlocal errors
            errors += desk.another().post(address, once=once).status_code != 303

        all_at_once(send, 20)
    made = house.count("therapy_session") - before
    yield all_of("P05", f"records made by {times} forms sent 20 times at once", made, times)
    yield none_of("P05", "of them answered with an error", errors, times * 20)


def long_words(house: House, desk: Desk) -> Iterator[Figure]:
    """P16: the longest note comes back as it was typed; what no page can carry is refused."""
    note = house.notes[1]
    line = "👩‍👩‍👧 שלום à é\r\n"
    typed = (line * 10_000)[:99_990] + "the end"
    assert desk.save(note, 1, typed).status_code == 200
    came_back = house.stored()[note.id] == typed.replace("\r\n", "\n")
    yield Figure("P16", "a note of 100,000 characters", "equal", str(came_back), came_back)
    refused = desk.save(note, 2, "a\x00b").status_code
    yield Figure("P16", "a character that no page can carry", "422", str(refused), refused == 422)


def sent_away(house: House, _size: Size) -> Iterator[Figure]:
    """P21: someone's access ends while their pages are open."""
    desk = house.desk()
    pages = ["/", "/couples", house.notes[0].url, f"/couples/{house.notes[0].couple_id}"]
    assert all(desk.get(page).status_code == 200 for page in pages)
    house.run("UPDATE user SET active = 0")
    told = sum("Lind" in desk.get(page).text for page in pages)
    yield none_of("P21", "answers with records after access ended", told, len(pages))
    house.run("UPDATE user SET active = 1")
    house.signed_in = None


def ended(house: House, size: Size) -> Iterator[Figure]:
    """P19: told to end under load, and started again."""
    times, lost, ends, starts = size.of(20, 1), 0, list[float](), list[float]()
    for number in range(times):
        is_open = threading.Event()
        writers = at_work(house, is_open)
        wait_for(writers, 20, 0)
        is_open.clear()
        ends.append(house.end())
        stored = house.stored()
        lost += sum(writer.is_lost(stored) for writer in writers)
        if number + 1 < times:
            starts.append(house.open())
        at_rest(writers, is_open)
    yield none_of("P19", f"saves lost by {HANDS} writers, told to end", lost, HANDS * times)
    yield at_most("P19", "the longest end", max(ends), 10)
    if starts:
        yield at_most("P19", "the longest start", max(starts), 5)
