"""P08 and P09: no room left, and a file that is not what it was."""

import os
import random
import resource
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.drills.figures import Figure, Size, all_of, at_most, none_of
from bench.drills.house import House, a_house
from practice.keeping.startup_checks import refuse_unsafe
from practice.settings import Unsafe

MEGABYTES = 6
SAVES = 400
LONG = 90_000


class Disk:
    """A disk that can be filled: a real small one for root, else a limit on the server's files."""

    def __init__(self, folder: Path, is_real: bool) -> None:
        self.folder, self.is_real = folder, is_real

    def fill(self, house: House) -> None:
        """Leave no room."""
        if not self.is_real:
            largest = max(path.stat().st_size for path in self.folder.iterdir())
            self.limit(house, largest)
            return
        with (self.folder / "ballast").open("wb", buffering=0) as ballast:
            block = b"0" * 65_536
            try:
                while True:
                    ballast.write(block)
            except OSError:
                return

    def free(self, house: House) -> None:
        """Give the room back."""
        if self.is_real:
            (self.folder / "ballast").unlink()
        else:
            self.limit(house, resource.RLIM_INFINITY)

    def limit(self, house: House, most: int) -> None:
        """Let the server write no file beyond so many bytes."""
        assert house.process
        resource.prlimit(house.process.pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


@contextmanager
def small_disk() -> Iterator[Disk]:
    """A folder with room for a few megabytes, where this user may make one."""
    with TemporaryDirectory(prefix="rekindle-disk-") as name:
        options = ["-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=0700", "tmpfs", name]
        may = os.geteuid() == 0
        is_real = may and subprocess.run(["mount", *options], check=False).returncode == 0
        try:
            yield Disk(Path(name), is_real)
        finally:
            if is_real:
                subprocess.run(["umount", "-l", name], check=True)


def full(_size: Size) -> Iterator[Figure]:
    """P08: the disk fills while a note is being written, and room comes back."""
    with small_disk() as disk, a_house(1, disk.folder) as house:
        house.open()
        desk, note, version, kept = house.desk(), house.notes[0], 1, "words of 0 end"
        disk.fill(house)
        for number in range(SAVES):
            words = f"{number} " + "a long evening " * (LONG // 15)
            answer = desk.save(note, version, words)
            if answer.status_code != 200:
                break
            version, kept = answer.json()["version"], words.strip()
        said = answer.status_code
        is_told = said in (503, 507)
        yield Figure("P08", "the answer when the disk is full", "503 or 507", str(said), is_told)
        returned = words.strip() in answer.text
        yield Figure("P08", "the words come back with it", "all", str(returned), returned)
        disk.free(house)
        stands = house.stored()[note.id] == kept
        yield Figure("P08", "what was acknowledged before", "there", str(stands), stands)
        began = time.monotonic()
        while (answer := desk.save(note, version, "after it")).status_code != 200:
            assert time.monotonic() - began < 60, answer.status_code
            time.sleep(0.2)
        yield at_most("P08", "saves again once there is room", time.monotonic() - began, 10)
        fault = house.fault()
        yield Figure("P08", "the file afterwards", "whole", fault or "whole", not fault)
        yield from read_only(disk, house)


def read_only(disk: Disk, house: House) -> Iterator[Figure]:
    """P08: a start on a disk that may only be read."""
    house.end()
    if not disk.is_real:
        return
    subprocess.run(["mount", "-o", "remount,ro", str(disk.folder)], check=True)
    try:
        refuse_unsafe(house.settings)
    except Unsafe as reason:
        yield Figure("P08", "a start on a read-only disk", "refused", "refused", bool(str(reason)))
    else:
        yield Figure("P08", "a start on a read-only disk", "refused", "let through", False)


def damaged(size: Size) -> Iterator[Figure]:
    """P09: one byte flipped, or the end cut off; a start refuses and repairs nothing."""
    times, refused, changed = size.of(100, 6), 0, 0
    rng = random.Random(9)
    with a_house(1) as house:
        path = house.database
        whole = path.read_bytes()
        for number in range(times):
            there = bytearray(whole)
            place = rng.randrange(len(whole))
            if number % 3 == 2:
                del there[place:]
            else:
                there[place] ^= 1 + rng.randrange(255)
            path.write_bytes(there)
            refused += is_refused(house)
            changed += path.read_bytes() != there
            for beside in (f"{path}-wal", f"{path}-shm"):
                Path(beside).unlink(missing_ok=True)
        path.write_bytes(whole)
        well = not is_refused(house)
    yield all_of("P09", "damaged files that a start refuses", refused, times)
    yield none_of("P09", "of them written to", changed, times)
    yield Figure("P09", "the whole file afterwards", "opens", "opens" if well else "refused", well)


def is_refused(house: House) -> bool:
    """Whether a start refuses, with the command that puts a backup back."""
    try:
        refuse_unsafe(house.settings)
    except Unsafe as reason:
        return "rekindle restore" in str(reason)
    return False
