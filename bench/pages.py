"""How long the server takes for each page, beside its floor, in a small and a large practice.

    python -m bench.pages [--rounds 150] [--couples 100 1000 10000] [--keep FOLDER]

Everything is in one process: a request goes straight into the WSGI application. The sign-in is a
real one, the audit log is on and every commit waits for the disk. Pages, floors and sizes take
turns, each with another couple each time, so that a busy minute of the machine falls on all alike.
"""

import argparse
import re
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import perf_counter, thread_time
from typing import Any

from flask import Flask
from werkzeug.test import Client, create_environ

from bench.fill import EMAIL, PASSWORD, SESSIONS, UNSIGNED_EVERY, filled
from bench.floor import Floor
from practice.application import create_app
from practice.database.base import db

HOST = "http://localhost"
TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
WARM_UP = 15
#: Some systems give back what was not read for a minute; a measured page should not wait for a disk.
READ_EVERY = 10
CHUNK = 2**22


@dataclass(frozen=True)
class Answer:
    """One answer: milliseconds by the clock and of the processor, and its bytes."""

    clock: float
    processor: float
    bytes: int


@dataclass
class Times:
    """The answers of one page, and of its floor, in a practice of one size."""

    page: list[Answer] = field(default_factory=list)
    floor: list[Answer] = field(default_factory=list)

    def row(self, page: str, couples: int, smallest: "Times") -> str:
        """One line of the table."""
        mine, floor = middle(self.page, "clock"), middle(self.floor, "clock")
        busy, floor_busy = middle(self.page, "processor"), middle(self.floor, "processor")
        return (
            f"| {page} | {couples:,} | {self.page[-1].bytes / 1024:.0f} "
            f"| {floor:.2f} | {mine:.2f} | {worst(self.page):.2f} | {mine / floor:.1f} "
            f"| {mine / middle(smallest.page, 'clock'):.2f} "
            f"| {floor_busy:.2f} | {busy:.2f} | {busy / floor_busy:.1f} "
            f"| {busy / middle(smallest.page, 'processor'):.2f} |"
        )


def middle(answers: list[Answer], what: str) -> float:
    """The median of a figure."""
    return median(getattr(answer, what) for answer in answers)


def worst(answers: list[Answer]) -> float:
    """The 95th percentile by the clock."""
    return quantiles((answer.clock for answer in answers), n=20)[-1]


class Office:
    """A practice of one size, its application and someone who is signed in."""

    def __init__(self, folder: Path, couples: int) -> None:
        self.couples = couples
        settings = filled(folder, couples)
        self.file = settings.database
        self.app: Flask = create_app(settings)
        self.cookie = signed_in(self.app)
        self.floor = Floor(self.app, connection_of(self.app))
        self.rng = Random(couples)

    def read_file(self) -> None:
        """Have the system hold the whole file in memory, as a machine that serves it would."""
        with self.file.open("rb") as file:
            while file.read(CHUNK):
                pass

    def paths(self) -> dict[str, Callable[[], str]]:
        """The pages that are measured: for each a way to draw a random address."""
        return {
            "Today": lambda: "/",
            "a couple's file": lambda: f"/couples/{self.any_couple()}",
            "a session, being written": lambda: self.session_page(self.any_unsigned(), SESSIONS),
            "a session, signed": lambda: self.session_page(
                self.any_couple(), self.rng.randint(3, SESSIONS - 1)
            ),
        }

    def any_couple(self) -> int:
        """A random couple."""
        return self.rng.randint(1, self.couples)

    def any_unsigned(self) -> int:
        """A random couple whose newest note is not signed."""
        return UNSIGNED_EVERY * self.rng.randint(1, self.couples // UNSIGNED_EVERY)

    def session_page(self, couple: int, number: int) -> str:
        """The address of a session; ids follow the weeks."""
        return f"/couples/{couple}/sessions/{(number - 1) * self.couples + couple}"

    def time_page(self, path: str) -> Answer:
        """The page at an address."""
        return timed(self.app.wsgi_app, self.environ(path))

    def time_floor(self, path: str, length: int) -> Answer:
        """The same from the floor."""
        self.floor.length = length
        return timed(self.floor, self.environ(path))

    def environ(self, path: str) -> dict[str, Any]:
        """A request as a server would hand it over."""
        environ = create_environ(path, HOST)
        environ["HTTP_COOKIE"] = self.cookie
        return environ


def connection_of(app: Flask) -> Any:
    """The driver's connection that the application is going to use: its pool's only one."""
    with app.app_context():
        db.engine.dispose()
        pooled = db.engine.raw_connection()
        connection = pooled.driver_connection
        pooled.close()  # back into the pool, and still open
        return connection


def signed_in(app: Flask) -> str:
    """Sign in through the form; the cookie that a browser would send from then on."""
    client: Client = app.test_client()
    token = TOKEN.search(client.get("/sign-in", base_url=HOST).text)
    assert token
    fields = {"email": EMAIL, "password": PASSWORD, "csrf_token": token[1]}
    assert client.post("/sign-in", base_url=HOST, data=fields).status_code == 302
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie
    return f"{cookie.key}={cookie.value}"


def timed(application: Callable[..., Any], environ: dict[str, Any]) -> Answer:
    """One request, until the whole answer is there. It must be a success."""
    status: list[str] = []
    began, busy = perf_counter(), thread_time()
    parts = application(environ, lambda line, _headers, _error=None: status.append(line))
    length = sum(len(part) for part in parts)
    if hasattr(parts, "close"):
        parts.close()
    answer = Answer((perf_counter() - began) * 1000, (thread_time() - busy) * 1000, length)
    assert status == ["200 OK"], status
    return answer


def measure(offices: list[Office], rounds: int) -> dict[tuple[str, int], Times]:
    """Answers of every page at every size, taken in turns."""
    kept: dict[tuple[str, int], Times] = {}
    for round_ in range(-WARM_UP, rounds):
        for office in offices:
            if round_ % READ_EVERY == 0:
                office.read_file()
            for page, path in office.paths().items():
                answer = office.time_page(path())
                least = office.time_floor(path(), answer.bytes)
                if round_ >= 0:
                    times = kept.setdefault((page, office.couples), Times())
                    times.page.append(answer)
                    times.floor.append(least)
    return kept


def table(kept: dict[tuple[str, int], Times]) -> str:
    """The figures as a Markdown table: by the clock, then of the processor alone."""
    smallest = min(couples for _, couples in kept)
    lines = [
        "| page | couples | KiB | floor ms | page ms | p95 ms | x floor | x smallest "
        "| floor CPU | page CPU | x floor | x smallest |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for (page, couples), times in sorted(kept.items()):
        lines.append(times.row(page, couples, kept[page, smallest]))
    return "\n".join(lines)


@contextmanager
def folder(keep: Path | None) -> Any:
    """Where databases are made: a folder that stays, or one that goes."""
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
    else:
        with tempfile.TemporaryDirectory() as passing:
            yield Path(passing)


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=150)
    parser.add_argument("--couples", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--keep", type=Path, help="keep the filled databases here for the day")
    asked = parser.parse_args()
    with folder(asked.keep) as place:
        offices = [Office(place, couples) for couples in asked.couples]
        print(table(measure(offices, asked.rounds)))


if __name__ == "__main__":
    main()
