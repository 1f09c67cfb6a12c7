"""A real installation, served by the real command, that a drill may kill, fill and starve."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests

from practice import key_file
from practice.application import create_app
from practice.audit import service as audit
from practice.database.base import db
from practice.database.unit_of_work import reading
from practice.keeping.digest import opened, refuse_if_damaged
from practice.key_file import Keys
from practice.migrate import upgrade
from practice.settings import ROOT, Settings
from tests.factories import ASession, Person, a_couple, a_practice, a_session, a_user
from tests.sessions.forms import the_page

TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
OPEN_AT = re.compile(r"open at (http://\S+)")
PATIENCE = 60


@dataclass
class House:
    """One installation: where it lies, who works in it, and the server when it runs."""

    settings: Settings
    owner: Person
    notes: list[ASession] = field(default_factory=list)
    url: str = ""
    process: subprocess.Popen[str] | None = None
    #: What the server's process does before it begins, as Python: to have it be quicker at something.
    prelude: str = ""
    #: Whoever signed in last: the cookie and the token.
    signed_in: tuple[str, str] | None = None

    @property
    def database(self) -> Path:
        """The file of the records."""
        return self.settings.database

    def open(self) -> float:
        """Start `rekindle serve`; how many seconds until it answers."""
        began = time.monotonic()
        self.process = subprocess.Popen(
            [*self.program(), "serve", "--port", "8900"],
            cwd=ROOT,
            env=os.environ | self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout
        found = (OPEN_AT.search(line) for line in self.process.stdout)
        self.url = next((one[1] for one in found if one), "")
        assert self.url, "the server did not start"
        while True:
            try:
                requests.get(f"{self.url}/alive", timeout=PATIENCE)
                return time.monotonic() - began
            except requests.ConnectionError:
                time.sleep(0.02)

    def program(self) -> list[str]:
        """The command that is run."""
        if not self.prelude:
            return [sys.executable, "-m", "practice.cli.main"]
        return [sys.executable, "-c", f"{self.prelude}\nfrom practice.cli.main import main\nmain()"]

    def environment(self) -> dict[str, str]:
        """How the command finds this installation."""
        return {
            "REKINDLE_DATABASE": str(self.database),
            "REKINDLE_KEY_FILE": str(self.settings.key_file),
            "REKINDLE_SECOND_FACTOR": "0",
        }

    def kill(self) -> None:
        """End the server and all it started at once, as a power cut would."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.wait()

    def end(self) -> float:
        """Ask the server to end; how many seconds it took."""
        assert self.process
        began = time.monotonic()
        self.process.terminate()
        self.wait()
        return time.monotonic() - began

    def wait(self) -> None:
        """Wait until the server is gone."""
        assert self.process
        assert self.process.stdout
        self.process.wait(PATIENCE)
        self.process.stdout.close()
        self.process = None

    def close(self) -> None:
        """Leave nothing running."""
        if self.process:
            self.kill()

    def stored(self) -> dict[int, str]:
        """The words of every note by its session, read from the file past the program."""
        with opened(self.database, self.settings.key) as connection:
            rows = connection.execute("SELECT session_id, data FROM progress_note").fetchall()
        return dict(rows)

    def count(self, table: str) -> int:
        """How many rows a table has."""
        with opened(self.database, self.settings.key) as connection:
            return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def run(self, statement: str) -> None:
        """Change something past the program."""
        with opened(self.database, self.settings.key) as connection:
            connection.execute(statement)

    def fault(self) -> str:
        """What is wrong with the file or its audit log; empty when all is well."""
        with opened(self.database, self.settings.key) as connection:
            refuse_if_damaged(connection)
        app = create_app(self.settings)
        with app.app_context():
            with reading() as looking:
                verdict = audit.verify(looking, self.settings.derive("audit"))
            db.engine.dispose()
        return verdict.fault or ""

    def desk(self) -> "Desk":
        """Someone who is signed in at this house."""
        self.signed_in = self.signed_in or sign_in(self)
        return Desk(self, *self.signed_in)


def resident(house: House) -> float:
    """How many megabytes the server itself holds in memory."""
    assert house.process
    pages = int(Path(f"/proc/{house.process.pid}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 2**20


def sign_in(house: House) -> tuple[str, str]:
    """The cookie and the token of the owner, who signs in."""
    with requests.Session() as session:
        page = session.get(f"{house.url}/sign-in", timeout=PATIENCE).text
        sent = {
            "csrf_token": TOKEN.search(page)[1],  # type: ignore[index]  # every page has one
            "email": house.owner.email,
            "password": house.owner.password,
        }
        session.post(f"{house.url}/sign-in", data=sent, timeout=PATIENCE)
        token = TOKEN.search(session.get(f"{house.url}/password", timeout=PATIENCE).text)
        assert token, "nobody could sign in"
        return session.cookies["rekindle"], token[1]


@dataclass
class Desk:
    """A browser at the house, signed in; one for each thread."""

    house: House
    cookie: str
    token: str
    line: requests.Session = field(default_factory=requests.Session)

    def another(self) -> "Desk":
        """The same sign-in, on a connection of its own."""
        return Desk(self.house, self.cookie, self.token)

    def get(self, path: str) -> requests.Response:
        """Open a page."""
        return self.ask("GET", path)

    def post(self, path: str, **fields: Any) -> requests.Response:
        """Send a form."""
        return self.ask("POST", path, data={"csrf_token": self.token, **fields})

    def save(self, note: ASession, version: int, words: str) -> requests.Response:
        """Save a note by itself, as its page does while one types."""
        sent = the_page(version=str(version), data=words, csrf_token=self.token)
        return self.ask("POST", note.url, data=sent, headers={"X-Autosave": "1"})

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """Send a request. Raises requests.ConnectionError when nobody answers."""
        headers = {"Cookie": f"rekindle={self.cookie}", **more.pop("headers", {})}
        return self.line.request(
            method,
            self.house.url + path,
            headers=headers,
            allow_redirects=False,
            timeout=PATIENCE,
            **more,
        )


@contextmanager
def a_house(notes: int, folder: Path | None = None) -> Iterator[House]:
    """An installation with so many notes being written, five a couple; gone afterwards."""
    with TemporaryDirectory(prefix="rekindle-drill-") as name:
        place = folder or Path(name) / "data"
        place.mkdir(mode=0o700, exist_ok=True)
        path = Path(name) / "keys" / "rekindle.key"
        key_file.write(path, Keys(key_file.new_key()))
        key = key_file.read(path, lambda: "").key
        settings = Settings(place / "rekindle.db", key, key_file=path, second_factor=False)
        upgrade(settings)
        app = create_app(settings)
        owner = a_user(app, a_practice(app), owner=True)
        house = House(settings, owner)
        for number in range(notes):
            if number % 5 == 0:
                couple = a_couple(of=owner, a=f"Ann{number} Lind", b=f"Bo{number} Lind")
            house.notes.append(a_session(owner, couple, data="words of 0 end"))
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        try:
            yield house
        finally:
            house.close()


def all_at_once(work: Any, hands: int) -> None:
    """Have so many threads do `work(number)`; raises what any of them raised."""
    troubles: list[BaseException] = []

    def one(number: int) -> None:
        try:
            work(number)
        except BaseException as trouble:
            troubles.append(trouble)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]
