"""Fills an encrypted database with a practice of a given size, the same each time.

One clinician has every couple. Rows are laid down in the order a practice would have written
them, week by week over all couples, so that one couple's records lie scattered in the file.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, insert

from bench.words import FIRST, LAST, sentence
from practice import clock
from practice.access.team import CareTeamMember
from practice.application import create_app
from practice.assignments.models import Assignment, Review
from practice.assignments.service import CODE_LETTERS
from practice.audit.service import AuditEntry, append
from practice.couples.models import Appointment, Couple, Partner, SafetyScreen, SecretsPolicy
from practice.couples.names import folded_person
from practice.database.base import Base, db
from practice.database.engine import backend_for
from practice.identity.models import Practice, User
from practice.identity.service import set_up
from practice.library.builtin import builtin_homework
from practice.migrate import current, newest_revision, upgrade
from practice.sessions import seals
from practice.sessions.models import NoteSignature, ProgressNote, Sighting, TherapySession
from practice.sessions.signing import content_hash
from practice.settings import Settings
from practice.vocabulary import CORE_OBSTACLES, OBSTACLES

EMAIL = "wren@bench.example.com"
PASSWORD = "nineteen calm herons at low tide"
KEY = bytes(range(32))
SESSIONS = 12
GIVEN_AFTER = (2, 4, 6, 8, 11)
LOOKS = 20
AT_ONCE = 20_000
UNSIGNED_EVERY = 10
TODAY, NEXT_WEEK_EVERY = 8, 5


@dataclass(frozen=True)
class Bench:
    """What is filled: how many couples, as of which day, for which practice and user."""

    couples: int
    today: date
    practice_id: int = 1
    user_id: int = 1

    @property
    def now(self) -> datetime:
        """Noon of the day, in UTC."""
        return datetime.combine(self.today, time(12), UTC)

    def numbers(self) -> range:
        """The couples' ids."""
        return range(1, self.couples + 1)

    def held_on(self, couple: int, number: int) -> date:
        """The day of a couple's session: weekly, the last of them one to five days ago."""
        return self.today - timedelta(days=7 * (SESSIONS - number) + 1 + couple % 5)

    def session_id(self, couple: int, number: int) -> int:
        """Session ids follow the weeks, not the couples."""
        return (number - 1) * self.couples + couple

    def is_signed(self, couple: int, number: int) -> bool:
        """Every note but the newest of every tenth couple."""
        return number < SESSIONS or couple % UNSIGNED_EVERY != 0

    def of(self, couple: int) -> dict[str, int]:
        """The columns every client record has."""
        return {"practice_id": self.practice_id, "couple_id": couple}


def filled(folder: Path, couples: int) -> Settings:
    """An installation with so many couples; made in `folder` unless today's is there already."""
    today = clock.today_in("UTC")
    path = folder / f"{couples}-couples-{today}.db"
    settings = Settings(database=path, key=KEY, hosts=("localhost",), second_factor=False)
    if not path.exists() or current(settings) != newest_revision():
        path.unlink(missing_ok=True)
        part = replace(settings, database=path.with_suffix(".part"))
        part.database.unlink(missing_ok=True)
        upgrade(part)
        begin_practice(part)
        fill(part, Bench(couples, today))
        part.database.rename(path)
    return settings


def begin_practice(settings: Settings) -> None:
    """The practice and its one clinician, set up as an owner would."""
    app = create_app(settings)
    with app.app_context():
        practice = Practice(name="Harrow Lane", time_zone="UTC", address="1 Harrow Lane")
        wren = User(name="Wren Castellan", credentials="LMFT", email=EMAIL)
        set_up(practice, wren, PASSWORD)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def fill(settings: Settings, bench: Bench) -> None:
    """Every table, in an order in which what is referred to is there first."""
    engine = backend_for(settings.database, settings.derive("database")).migration_engine()
    tables = {
        Couple: couples(bench),
        CareTeamMember: care_team(bench),
        Partner: partners(bench),
        SafetyScreen: screens(bench),
        SecretsPolicy: policies(bench),
        Appointment: appointments(bench),
        TherapySession: sessions(bench),
        ProgressNote: notes(bench),
        Sighting: sightings(bench),
        NoteSignature: signatures(bench, settings.derive("signatures")),
        Assignment: assignments(bench),
        Review: reviews(bench),
    }
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA cache_size = -400000")
        for model, rows in tables.items():
            store(connection, model, rows)
        write_looks(connection, settings, bench)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        assert not broken, broken[:3]


def store(connection: Connection, model: type[Base], rows: Iterator[dict[str, Any]]) -> None:
    """Insert rows by the thousand."""
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == AT_ONCE:
            connection.execute(insert(model.__table__), batch)
            batch = []
    if batch:
        connection.execute(insert(model.__table__), batch)
    connection.commit()


def couples(bench: Bench) -> Iterator[dict[str, Any]]:
    """The couples, all open."""
    for couple in bench.numbers():
        yield {
            "id": couple,
            "practice_id": bench.practice_id,
            "opened_on": bench.today - timedelta(days=100),
            "together_since": 2005 + couple % 18,
            "children": "two, 7 and 4",
            "strengths": "They laugh easily, and both keep their word.",
            "warning_signs": ["disconnected"],
            "names_folded": " ".join(
                folded_person(*name_of(couple, letter)) for letter in ("a", "b")
            ),
        }


def name_of(couple: int, letter: str) -> tuple[str, str]:
    """A partner's first and last name."""
    shift = 0 if letter == "a" else 7
    return FIRST[(couple + shift) % 30], LAST[(couple // 30 + shift) % 30]


def care_team(bench: Bench) -> Iterator[dict[str, Any]]:
    """One clinician for all."""
    for couple in bench.numbers():
        yield {**bench.of(couple), "user_id": bench.user_id, "joined_at": bench.now}


def partners(bench: Bench) -> Iterator[dict[str, Any]]:
    """Two for each couple."""
    for couple in bench.numbers():
        for letter in ("a", "b"):
            first, last = name_of(couple, letter)
            yield {
                **bench.of(couple),
                "letter": letter,
                "first_name": first,
                "last_name": last,
                "born_on": date(1980 + couple % 20, 3, 14),
                "came_for": "More ease in the evenings, and fewer silences.",
                "person_folded": folded_person(first, last),
            }


def screens(bench: Bench) -> Iterator[dict[str, Any]]:
    """Both partners screened, nothing found."""
    for couple in bench.numbers():
        for letter in ("a", "b"):
            yield {
                **bench.of(couple),
                "letter": letter,
                "asked_on": bench.today - timedelta(days=99),
                "seen_alone": True,
                "outcome": "none-known",
                "by_user_id": bench.user_id,
            }


def policies(bench: Bench) -> Iterator[dict[str, Any]]:
    """One policy, signed by both."""
    day = bench.today - timedelta(days=98)
    for couple in bench.numbers():
        signed = {"signed_a_on": day, "signed_b_on": day}
        yield {**bench.of(couple), "kind": "no-secrets", "in_force_from": day, **signed}


def appointments(bench: Bench) -> Iterator[dict[str, Any]]:
    """One for each session held, in the order they were held, and one ahead."""
    for number in range(1, SESSIONS + 1):
        for couple in bench.numbers():
            id_, day = bench.session_id(couple, number), bench.held_on(couple, number)
            yield appointment(bench, couple, day) | {"id": id_, "outcome": "kept"}
    for couple in bench.numbers():
        yield appointment(bench, couple, day_ahead(bench, couple)) | {
            "id": bench.session_id(couple, SESSIONS + 1)
        }


def day_ahead(bench: Bench, couple: int) -> date:
    """Eight couples come today, every fifth within a week, the others in the weeks after."""
    if couple <= TODAY:
        return bench.today
    days = 1 + couple % 7 if couple % NEXT_WEEK_EVERY == 0 else 8 + couple % 50
    return bench.today + timedelta(days=days)


def appointment(bench: Bench, couple: int, day: date) -> dict[str, Any]:
    """A time agreed to meet."""
    return {
        **bench.of(couple),
        "on_day": day,
        "at_time": time(9 + couple % 9),
        "modality": "office",
        "kind": "conjoint",
        "created_at": bench.now,
        "outcome": "",
    }


def session(bench: Bench, couple: int, number: int) -> dict[str, Any]:
    """One session."""
    id_ = bench.session_id(couple, number)
    return {
        **bench.of(couple),
        "id": id_,
        "number": number,
        "held_on": bench.held_on(couple, number),
        "started_at": time(9 + couple % 9),
        "stopped_at": time(9 + couple % 9, 50),
        "kind": "conjoint",
        "modality": "office",
        "a_attended": True,
        "b_attended": True,
        "others_attended": "",
        "place_a": "",
        "place_b": "",
        "by_user_id": bench.user_id,
        "appointment_id": id_,
        "is_signed": bench.is_signed(couple, number),
    }


def note(bench: Bench, couple: int, number: int) -> dict[str, Any]:
    """About sixty words in three sections."""
    id_ = bench.session_id(couple, number)
    rng = Random(id_)
    return {
        **bench.of(couple),
        "id": id_,
        "session_id": id_,
        "format": "dap",
        "data": sentence(rng, 28),
        "objective": "",
        "goal": "",
        "intervention": "",
        "response": "",
        "assessment": sentence(rng, 18),
        "plan": sentence(rng, 14),
        "saved_at": bench.now,
    }


def two_sightings(bench: Bench, couple: int, number: int) -> list[dict[str, Any]]:
    """A core obstacle and one of the others."""
    id_ = bench.session_id(couple, number)
    rng = Random(id_)
    others = [key for key in OBSTACLES if key not in CORE_OBSTACLES]
    seen = (rng.choice(CORE_OBSTACLES), rng.choice(others))
    shared = {**bench.of(couple), "session_id": id_, "who": "both", "words": ""}
    return [{**shared, "obstacle": key, "strength": rng.randint(1, 3)} for key in seen]


def in_order(bench: Bench) -> Iterator[tuple[int, int]]:
    """(couple, number) of every session, in the order they were held."""
    return ((couple, number) for number in range(1, SESSIONS + 1) for couple in bench.numbers())


def sessions(bench: Bench) -> Iterator[dict[str, Any]]:
    """Twelve for each couple."""
    return (session(bench, *which) for which in in_order(bench))


def notes(bench: Bench) -> Iterator[dict[str, Any]]:
    """One for each session."""
    return (note(bench, *which) for which in in_order(bench))


def sightings(bench: Bench) -> Iterator[dict[str, Any]]:
    """Two for each session."""
    return (row for which in in_order(bench) for row in two_sightings(bench, *which))


def signatures(bench: Bench, key: bytes) -> Iterator[dict[str, Any]]:
    """One for each signed note, over what it says."""
    for couple, number in in_order(bench):
        if not bench.is_signed(couple, number):
            continue
        fixed = SimpleNamespace(minutes=None, **session(bench, couple, number))
        words = SimpleNamespace(**note(bench, couple, number))
        seen = [SimpleNamespace(**row) for row in two_sightings(bench, couple, number)]
        row = {
            **bench.of(couple),
            "session_id": fixed.id,
            "user_id": bench.user_id,
            "role": "author",
            "signed_as": "Wren Castellan, LMFT",
            "signed_at": bench.now,
            "content_hash": content_hash(fixed, words, seen),  # type: ignore[arg-type]
        }
        yield row | {"seal": seals.seal(seals.SIGNATURE, row, key)}


def assignments(bench: Bench) -> Iterator[dict[str, Any]]:
    """Five for each couple, with the wording frozen."""
    shelf = list(builtin_homework().values())
    frozen = [json.loads(json.dumps(homework.wording())) for homework in shelf]
    for at, number in enumerate(GIVEN_AFTER):
        for couple in bench.numbers():
            which = (couple + at * 5) % len(shelf)
            homework, id_ = shelf[which], at * bench.couples + couple
            yield {
                **bench.of(couple),
                "id": id_,
                "session_id": bench.session_id(couple, number),
                "by_user_id": bench.user_id,
                "slug": homework.slug,
                "for_whom": "couple",
                "wording": frozen[which],
                "title": homework.title,
                "given_on": bench.held_on(couple, number),
                "due_on": bench.held_on(couple, number) + timedelta(days=7),
                "dose": homework.smallest.minutes,
                "days": 5,
                "place_and_time": "In the kitchen",
                "anchor": "the dishes are done",
                "code_a": code(2 * id_),
                "code_b": code(2 * id_ + 1),
            }


def code(number: int) -> str:
    """A short code that no other assignment has."""
    letters = ""
    for _ in range(8):
        number, which = divmod(number, len(CODE_LETTERS))
        letters += CODE_LETTERS[which]
    return f"{letters[:4]}-{letters[4:]}"


def reviews(bench: Bench) -> Iterator[dict[str, Any]]:
    """Three for each assignment, in the next session; every other couple's last is still out."""
    outcomes = ("done", "partly", "tried")
    for at, number in enumerate(GIVEN_AFTER):
        for couple in bench.numbers():
            if number == GIVEN_AFTER[-1] and couple % 2:
                continue
            for by, whom in enumerate(("a", "b", "clinician")):
                yield {
                    **bench.of(couple),
                    "assignment_id": at * bench.couples + couple,
                    "session_id": bench.session_id(couple, number + 1),
                    "by_whom": whom,
                    "outcome": outcomes[(couple + by) % 3],
                    "usefulness": (couple + at + by) % 5,
                    "noticed": "" if by else "Mornings went better than evenings.",
                    "reviewed_on": bench.held_on(couple, number + 1),
                    "saved_at": bench.now,
                }


def write_looks(connection: Connection, settings: Settings, bench: Bench) -> None:
    """An audit log as long as a practice of this size would have by now, properly chained."""
    app = create_app(settings)
    for _ in range(LOOKS):
        looks = [
            AuditEntry("viewed", f"couple:{couple}", couple, {}, bench.practice_id, bench.user_id)
            for couple in bench.numbers()
        ]
        with app.app_context():
            append(connection, looks)
        connection.commit()
