"""The practice as a browser meets it: a server on this machine, and what its records hold."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import func, select, text, update
from waitress import wasyncore
from waitress.server import create_server

from practice import clock
from practice.couples.models import Appointment, Couple
from practice.database.base import db
from practice.demo.loader import PASSWORD
from practice.identity.models import SignInSession, User
from practice.sessions.models import NoteSignature, ProgressNote, TherapySession
from tests.factories import Person, in_the_name_of

DANA = "dana@alderstreet.example"
MAYA_AND_JONAH = "Maya Okafor & Jonah Reyes"
COOKIE = "rekindle-demo"


@dataclass(frozen=True)
class Records:
    """Where Maya and Jonah's records are."""

    couple: int
    unsigned: int
    signed: int
    appointment: int

    @property
    def file(self) -> str:
        """The path of their file."""
        return f"/couples/{self.couple}"

    @property
    def session(self) -> str:
        """The path of their session whose note is not signed."""
        return f"{self.file}/sessions/{self.unsigned}"

    @property
    def signed_session(self) -> str:
        """The path of a session of theirs whose note is signed."""
        return f"{self.file}/sessions/{self.signed}"


@dataclass(frozen=True)
class Demo:
    """The demo practice at rest: its file, the cookie of Dana's sign-in, and its records.

    And the templates, compiled once for every office.
    """

    database: Path
    cookie: str
    records: Records
    templates: FileSystemBytecodeCache


@dataclass
class Office:
    """The demo practice, open: its address, and what stands in its records."""

    app: Flask
    url: str
    demo: Demo
    records: Records = field(init=False)

    def __post_init__(self) -> None:
        self.records = self.demo.records

    @property
    def cookie(self) -> Any:
        """The cookie of Dana's sign-in, as a browser keeps it."""
        return {"name": COOKIE, "value": self.demo.cookie, "url": self.url}

    def note(self, session_id: int | None = None) -> dict[str, str]:
        """The stored sections of a session's note; of the unsigned session unless told."""
        with in_the_name_of(dana_of(self.app)):
            query = select(ProgressNote).where(
                ProgressNote.session_id == (session_id or self.records.unsigned)
            )
            note = db.session.scalars(query).one()
            return {name: getattr(note, name) for name in ("data", "assessment", "plan")}

    def count(self, model: Any, **columns: Any) -> int:
        """How many records there are with those values."""
        with in_the_name_of(dana_of(self.app)):
            query = select(func.count()).select_from(model).filter_by(**columns)
            return db.session.scalars(query).one()

    def note_input(self) -> None:
        """Have Dana sign in and use the keyboard just now; her sign-in is as old as the demo."""
        now = clock.now()
        with self.app.app_context():
            db.session.execute(update(SignInSession).values(last_input_at=now, proved_at=now))
            db.session.commit()

    def end_every_sign_in(self) -> None:
        """Have every sign-in be over, as if its time had run out."""
        self.run("DELETE FROM sign_in_session")

    def lock_after(self, minutes: int) -> None:
        """Have the practice's screens lock after so many minutes."""
        self.run(f"UPDATE practice SET idle_minutes = {minutes}")

    def run(self, statement: str) -> None:
        """Change something behind the program's back."""
        with self.app.app_context():
            db.session.execute(text(statement))
            db.session.commit()


def dana_of(app: Flask) -> Person:
    """Dana, as the demo has her."""
    with app.app_context():
        found = db.session.scalars(select(User).where(User.email == DANA)).one()
        return Person(app, found.id, found.practice_id, found.name, found.email, PASSWORD)


def find_records(app: Flask) -> Records:
    """Maya and Jonah's records in a demo practice just made."""
    with in_the_name_of(dana_of(app)):
        couple = next(
            one for one in db.session.scalars(select(Couple)) if one.a.first_name == "Maya"
        )
        sessions = list(
            db.session.scalars(
                select(TherapySession.id)
                .where(TherapySession.couple_id == couple.id)
                .order_by(TherapySession.number)
            )
        )
        signed = set(db.session.scalars(select(NoteSignature.session_id)))
        appointment = db.session.scalars(
            select(Appointment.id)
            .where(Appointment.couple_id == couple.id, Appointment.outcome == "")
            .order_by(Appointment.on_day)
        ).first()
        assert appointment
        return Records(
            couple=couple.id,
            unsigned=next(one for one in sessions if one not in signed),
            signed=next(one for one in sessions if one in signed),
            appointment=appointment,
        )


@contextmanager
def open_office(app: Flask, demo: Demo) -> Iterator[Office]:
    """Serve `app` on a free port of this machine for as long as the block lasts."""
    sockets: dict[int, Any] = {}
    server = create_server(app, host="127.0.0.1", port=0, threads=6, map=sockets, ident=None)
    closing = threading.Event()

    def answer() -> None:
        while not closing.is_set():
            wasyncore.loop(timeout=0.1, map=sockets, count=1)

    thread = threading.Thread(target=answer, name="office", daemon=True)
    thread.start()
    try:
        yield Office(app, f"http://127.0.0.1:{server.effective_port}", demo)
    finally:
        closing.set()
        server.pull_trigger()
        thread.join()
        server.task_dispatcher.shutdown()
        wasyncore.close_all(sockets)
