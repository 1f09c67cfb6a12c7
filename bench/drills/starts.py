"""P23: a start says what is wrong and changes nothing, in some fifty states of the files."""

import hashlib
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.drills.disks import small_disk
from bench.drills.figures import Figure, Size, all_of, none_of
from bench.drills.house import House, a_house
from practice.application import create_app
from practice.database.base import db
from practice.database.sqlcipher import opener
from practice.keeping import anchors
from practice.keeping.digest import first, opened
from practice.keeping.restoring import RESTORING
from practice.keeping.startup_checks import refuse_unsafe
from practice.settings import ROOT, Settings, Unsafe
from tests.factories import a_couple

ENDS = ("", "-wal", "-shm")
OPENS = ""
DAMAGE = "rekindle restore latest"
KEY = "rekindle key recover"
NOT_ITS = "does not belong to"
LOST = "with it what was written last"
CUT_OFF = "what was written last is missing"
#: Words of the sentences that may lead to a restore; every other may not.
MAY_RESTORE = (DAMAGE, LOST, CUT_OFF)
FRAME = 24 + 4096


@dataclass(frozen=True)
class Snapshot:
    """The three files at one moment, as a power cut would leave them; None for one not there."""

    files: dict[str, bytes | None]

    @classmethod
    def of(cls, database: Path) -> "Snapshot":
        """What is there now."""
        paths = {end: Path(f"{database}{end}") for end in ENDS}
        return cls(
            {end: path.read_bytes() if path.exists() else None for end, path in paths.items()}
        )

    def lay_out(self, database: Path) -> None:
        """Have it there again."""
        for end, content in self.files.items():
            path = Path(f"{database}{end}")
            path.unlink(missing_ok=True)
            if content is not None:
                path.touch(mode=0o600)
                path.write_bytes(content)

    def having(self, **parts: bytes | None) -> "Snapshot":
        """The same with other parts: `database`, `wal`, `shm`."""
        names = {"database": "", "wal": "-wal", "shm": "-shm"}
        return Snapshot(self.files | {names[name]: content for name, content in parts.items()})

    def __getattr__(self, name: str) -> bytes:
        return self.files[{"database": "", "wal": "-wal", "shm": "-shm"}[name]] or b""


@dataclass(frozen=True)
class Life:
    """Some hours of one installation, as its files stood: closed, at work twice, closed again."""

    closed: Snapshot
    earlier: Snapshot
    crashed: Snapshot
    later: Snapshot
    #: The anchors as they stood before, and while it crashed.
    anchored_early: bytes
    anchored_late: bytes
    #: Write-ahead logs of other records, under another key and under this one.
    foreign: bytes
    twin: bytes


@dataclass(frozen=True)
class State:
    """One state to start from: how the files lie, and what a start says of it."""

    name: str
    files: Snapshot
    says: str
    is_late: bool = False
    key: bytes | None = None


def a_life(house: House) -> Life:
    """Work at a house and write down how its files stood; it is closed afterwards."""
    database = house.database
    closed = Snapshot.of(database)
    early = anchored(house.settings)
    app = create_app(house.settings)
    owner = replace(house.owner, app=app)
    with app.app_context():
        connection = db.engine.raw_connection()  # while it is open nothing is copied into the file
        work(owner, 1)
        earlier = Snapshot.of(database)
        work(owner, 3)
        crashed = Snapshot.of(database)
        late = anchored(house.settings)
        work(owner, 1)
        connection.close()
        db.session.remove()
        db.engine.dispose()
    later = Snapshot.of(database)
    twin = house.settings.database.with_name("twin.db")
    foreign = wal_of(replace(house.settings, database=twin, key=secrets.token_bytes(32)))
    mine = wal_of(replace(house.settings, database=twin))
    return Life(closed, earlier, crashed, later, early, late, foreign, mine)


def work(owner: Any, couples: int) -> None:
    """Open some files."""
    for number in range(couples):
        a_couple(of=owner, a=f"Cleo{number} Hart", b=f"Dov{number} Hart")


def anchored(settings: Settings) -> bytes:
    """Write down outside where the log stands; the file of it."""
    path = anchors.anchors_file(settings)
    with opened(settings.database, settings.key) as connection:
        anchors.write(settings, *first(connection, "audit_event", anchors.LAST))
    assert path
    return path.read_bytes()


def wal_of(settings: Settings) -> bytes:
    """The write-ahead log of other records."""
    with closing(opener(settings.database, settings.derive("database"))()) as connection:
        connection.execute("CREATE TABLE audit_event (seq INTEGER PRIMARY KEY, digest TEXT)")
        found = Snapshot.of(settings.database).wal
    settings.database.unlink()
    return found


def flipped(content: bytes, at: float) -> bytes:
    """With one bit changed."""
    place = min(int(len(content) * at), len(content) - 1)
    return content[:place] + bytes((content[place] ^ 1,)) + content[place + 1 :]


def whole(life: Life) -> Iterator[State]:
    """What a start has to open: also what a crash leaves."""
    crashed, later = life.crashed, life.later
    torn = crashed.wal + crashed.wal[32 : 32 + FRAME // 2]
    yield State("closed", later, OPENS, is_late=True)
    yield State("crashed", crashed, OPENS, is_late=True)
    yield State("crashed, no shared memory", crashed.having(shm=None), OPENS, is_late=True)
    yield State("crashed within a frame", crashed.having(wal=torn), OPENS, is_late=True)
    yield State("crashed, older rounds after", crashed.having(wal=torn + torn), OPENS, is_late=True)
    yield State("an empty log", later.having(wal=b""), OPENS, is_late=True)
    yield State("a log of zeros", later.having(wal=bytes(9000)), OPENS, is_late=True)
    yield State("a log that only began", later.having(wal=crashed.wal[:32]), OPENS, is_late=True)


def damaged(life: Life) -> Iterator[State]:
    """A file that is not as it was written."""
    later, content = life.later, life.later.database
    for name, at in (("salt", 0.0), ("first page", 0.001), ("middle", 0.5), ("end", 1.0)):
        yield State(f"a bit of the {name}", later.having(database=flipped(content, at)), DAMAGE)
    swapped = content[:4096] + content[8192:12288] + content[4096:8192] + content[12288:]
    for name, there in (
        ("cut in half", content[: len(content) // 8192 * 4096]),
        ("cut within a page", content[: len(content) // 2 + 7]),
        ("less than a page", content[:900]),
        ("emptied", b""),
        ("all zeros", bytes(len(content))),
        ("another program’s", b"SQLite format 3\0" + bytes(8176)),
        ("two pages changed places", swapped),
    ):
        yield State(name, later.having(database=there), DAMAGE)
    bad = life.crashed.having(database=flipped(life.crashed.database, 0.5))
    yield State("crashed and damaged", bad, DAMAGE)


def other_keys(life: Life) -> Iterator[State]:
    """The key of other records."""
    key = secrets.token_bytes(32)
    yield State("another key", life.later, KEY, key=key)
    yield State("another key, crashed", life.crashed, KEY, key=key)
    yield State("noise", life.later.having(database=secrets.token_bytes(40_960)), KEY)


def other_logs(life: Life) -> Iterator[State]:
    """A write-ahead log that is not the file's own."""
    later, crashed, earlier = life.later, life.crashed, life.earlier
    for name, wal in (
        ("another practice’s log", life.foreign),
        ("a log of other records, same key", life.twin),
        ("noise for a log", secrets.token_bytes(30_000)),
        ("words for a log", b"left over by something that was killed" * 100),
        ("an older log", earlier.wal),
        ("the log before", crashed.wal),
    ):
        yield State(f"{name}, closed", later.having(wal=wal), NOT_ITS)
        yield State(f"{name}, crashed", crashed.having(database=later.database, wal=wal), NOT_ITS)
    yield State(
        "a log’s beginning damaged", crashed.having(wal=flipped(crashed.wal, 0.00001)), NOT_ITS
    )


def cut_logs(life: Life) -> Iterator[State]:
    """A write-ahead log that lost something, or is gone."""
    crashed = life.crashed
    frames = (len(crashed.wal) - 32) // FRAME
    for name, wal in (
        ("cut in half", crashed.wal[: len(crashed.wal) // 2]),
        ("cut between frames", crashed.wal[: 32 + frames // 2 * FRAME]),
        ("without its last frame", crashed.wal[: 32 + (frames - 1) * FRAME]),
        ("without its last byte", crashed.wal[: 32 + frames * FRAME - 1]),
        ("cut in the first frame", crashed.wal[:2000]),
        ("a bit of the first frame", flipped(crashed.wal, 0.001)),
        ("a bit of the last frame", flipped(crashed.wal[: 32 + frames * FRAME], 1.0)),
    ):
        yield State(f"a log {name}", crashed.having(wal=wal), LOST)
    half = crashed.wal[: 32 + frames // 2 * FRAME]
    yield State(
        "a log cut, nothing beside", crashed.having(wal=half, shm=None), CUT_OFF, is_late=True
    )
    middle = flipped(crashed.wal, 0.3)
    yield State("a bit of the middle, nothing beside", crashed.having(wal=middle, shm=None), LOST)
    yield State("a log gone", crashed.having(wal=None), LOST)
    yield State("a log emptied", crashed.having(wal=b""), LOST)
    gone = crashed.having(wal=None, shm=None)
    yield State("a log gone, nothing beside", gone, CUT_OFF, is_late=True)


def states(life: Life) -> list[State]:
    """Every state that is made of bytes alone."""
    kinds: tuple[Callable[[Life], Iterator[State]], ...]
    kinds = (whole, damaged, other_keys, other_logs, cut_logs)
    return [state for kind in kinds for state in kind(life)]


def said(settings: Settings) -> str:
    """What a start says; empty when it opens."""
    try:
        refuse_unsafe(settings)
    except Unsafe as reason:
        return str(reason)
    return ""


def hashes(database: Path) -> dict[str, str]:
    """Of each of the three files that is there."""
    there = {end: Path(f"{database}{end}") for end in ENDS}
    return {
        end: hashlib.sha256(path.read_bytes()).hexdigest()
        for end, path in there.items()
        if path.exists()
    }


def is_right(words: str, says: str) -> bool:
    """Whether a start said what it should, and led to a restore only where it may."""
    if not says:
        return not words
    return says in words and ("rekindle restore" not in words or says in MAY_RESTORE)


def named(_size: Size) -> Iterator[Figure]:
    """P23: each state once."""
    wrong, changed = [], []
    with a_house(1) as house:
        life, database = a_life(house), house.database
        path = anchors.anchors_file(house.settings)
        assert path
        every = states(life)
        for state in every:
            state.files.lay_out(database)
            path.write_bytes(life.anchored_late if state.is_late else life.anchored_early)
            before = hashes(database)
            words = said(replace(house.settings, key=state.key or house.settings.key))
            if not is_right(words, state.says):
                wrong.append(f"{state.name}: {words}")
            if hashes(database) != before:
                changed.append(state.name)
    more = [*disks(), *held()]
    wrong += [f"{name}: {words}" for name, words, is_well, _ in more if not is_well]
    changed += [name for name, _, _, is_same in more if not is_same]
    count = len(every) + len(more)
    for line in (*wrong, *changed):
        print(f"     {line}")
    yield all_of("P23", "states that a start names rightly", count - len(wrong), count)
    yield none_of("P23", "states in which it changed a file", len(changed), count)


Tried = tuple[str, str, bool, bool]


def tried(name: str, settings: Settings, says: str) -> Tried:
    """Start in a state of the disk: (name, what was said, whether rightly, whether nothing changed)."""
    before = hashes(settings.database)
    words = said(settings)
    return name, words, is_right(words, says), hashes(settings.database) == before


def disks() -> Iterator[Tried]:
    """A disk without room, and one that may only be read, where this user may make one."""
    with small_disk() as disk, a_house(1, disk.folder) as house:
        if not disk.is_real:
            return
        life = a_life(house)
        for name, files in (("closed", life.later), ("crashed", life.crashed)):
            files.lay_out(house.database)
            disk.fill(house)
            yield tried(f"a full disk, {name}", house.settings, "no room left")
            disk.free(house)
            with remounted(disk.folder):
                yield tried(f"a read-only disk, {name}", house.settings, "read but not written")


@contextmanager
def remounted(folder: Path) -> Iterator[None]:
    """A small disk that may only be read meanwhile."""
    for how in ("ro", "rw"):
        subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True)
        if how == "ro":
            yield


HOLDS = """
import sys
from practice.database.sqlcipher import opener
from pathlib import Path
held = opener(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]))()
held.execute("PRAGMA locking_mode = EXCLUSIVE")
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def another_program(house: House) -> Iterator[None]:
    """Another process has the records for itself meanwhile."""
    key = house.settings.derive("database").hex()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(house.database), key],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as other:
        assert other.stdin
        assert other.stdout
        other.stdout.readline()
        yield
        other.stdin.close()


def held() -> Iterator[Tried]:
    """A file that another program holds, others can read, or a restore left half done."""
    with a_house(1) as house:
        with another_program(house):
            yield tried("held by another program", house.settings, "Another program is using")
        house.database.chmod(0o644)
        yield tried("others can read it", house.settings, "chmod 600")
        house.database.chmod(0o600)
        mark = Path(f"{house.database}{RESTORING}")
        mark.touch()
        yield tried("a restore cut off", house.settings, DAMAGE)
        mark.unlink()
        anchored(house.settings)
        house.database.unlink()
        yield tried("the records gone", house.settings, DAMAGE)
