"""The demo practice as it stands in the database: every text in its place, and all of it sound."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import func, select

from practice import clock
from practice.application import create_app
from practice.assignments.models import Assignment, Review
from practice.audit.service import verify
from practice.couples.models import Appointment, Couple
from practice.couples.safety import gate
from practice.courses import enrollments
from practice.database.base import db
from practice.database.unit_of_work import reading
from practice.demo.loader import PASSWORD, TEXTS, load, read
from practice.errors import Refused
from practice.identity.models import Practice, User
from practice.library import custom
from practice.library.models import OWN
from practice.migrate import upgrade
from practice.sessions.models import (
    ProgressNote,
    PsychotherapyNote,
    Sighting,
    TherapySession,
)
from practice.sessions.signing import is_intact
from practice.settings import Settings
from tests.browser import Browser
from tests.factories import Person, in_the_name_of
from tests.house import KEY, close

FILES = [read(path.name) for path in sorted(TEXTS.glob("[0-9]*.toml"))]


@pytest.fixture(scope="module")
def demo(
    tmp_path_factory: pytest.TempPathFactory, compiled_templates: FileSystemBytecodeCache
) -> Iterator[Flask]:
    """An installation with the demo practice in it; these tests only look."""
    settings = Settings(tmp_path_factory.mktemp("demo") / "demo.db", KEY, True, testing=True)
    upgrade(settings)
    app = create_app(settings)
    app.jinja_env.bytecode_cache = compiled_templates
    with app.app_context():
        load()
        db.session.commit()
    yield app
    close(app)


@pytest.fixture(scope="module")
def team(demo: Flask) -> dict[str, Person]:
    """The demo's clinicians, by first name."""
    with demo.app_context():
        return {
            user.first_name.lower(): Person(
                demo, user.id, user.practice_id, user.name, user.email, PASSWORD
            )
            for user in db.session.scalars(select(User))
        }


def caseload(key: str) -> list[dict]:
    """The texts of one clinician's couples."""
    return [facts for facts in FILES if key in facts["clinicians"]]


def rows_of(texts: list[dict], name: str) -> list[dict]:
    """A list that is in every text, or in every session of it, put together."""
    if name in ("sessions", "appointments"):
        return [row for facts in texts for row in facts.get(name, [])]
    return [row for session in rows_of(texts, "sessions") for row in session.get(name, [])]


@pytest.mark.parametrize("key", ["dana", "noor"])
def test_every_text_is_in_the_database_and_nothing_twice(team: dict[str, Person], key: str) -> None:
    texts = caseload(key)
    sessions = rows_of(texts, "sessions")
    homework = rows_of(texts, "homework")
    told = [row["review"] for row in homework if "review" in row]
    expected = {
        Couple: len(texts),
        TherapySession: len(sessions),
        ProgressNote: len(sessions),
        Sighting: len(rows_of(texts, "sightings")),
        Assignment: len(homework),
        Review: sum(by in one for one in told for by in ("clinician", "a", "b")),
        Appointment: len(rows_of(texts, "appointments")),
        PsychotherapyNote: sum(
            bool(row.get("psychotherapy_note"))
            for facts in texts
            if facts["clinicians"][0] == key
            for row in facts.get("sessions", [])
        ),
    }
    with in_the_name_of(team[key]):
        for model, count in expected.items():
            found = db.session.scalar(select(func.count()).select_from(model))
            assert found == count, model.__tablename__


def test_every_day_is_counted_from_today(team: dict[str, Person]) -> None:
    with in_the_name_of(team["dana"]):
        practice = db.session.scalars(select(Practice)).one()
        assert practice.is_demo
        today = clock.today_in(practice.time_zone)
        last = db.session.scalar(select(func.max(TherapySession.held_on)))
        assert isinstance(last, date) and last <= today
        here = select(Appointment).where(Appointment.on_day == today)
        assert len(db.session.scalars(here).all()) >= 4


def test_what_was_signed_is_intact_and_what_was_not_waits(team: dict[str, Person]) -> None:
    for key, person in team.items():
        if key not in ("dana", "noor"):
            continue
        signed = sum(row["signed"] for row in rows_of(caseload(key), "sessions"))
        with in_the_name_of(person):
            sessions = db.session.scalars(select(TherapySession)).all()
            assert sum(one.is_signed for one in sessions) == signed
            assert all(is_intact(one.id) for one in sessions if one.is_signed)


def test_nothing_together_was_given_behind_a_closed_gate(team: dict[str, Person]) -> None:
    refused = 0
    for key in ("dana", "noor"):
        with in_the_name_of(team[key]):
            for couple in db.session.scalars(select(Couple)):
                if gate(couple).level != "refused":
                    continue
                refused += 1
                newest = select(Assignment).filter_by(couple_id=couple.id)
                last = db.session.scalars(newest.order_by(Assignment.given_on.desc())).first()
                assert last is None or last.for_whom != "couple" or not last.wording["conjoint"]
    assert refused >= 1


def test_what_was_given_keeps_the_wording_it_was_given_in(team: dict[str, Person]) -> None:
    with in_the_name_of(team["dana"]):
        given = db.session.scalars(select(Assignment).where(Assignment.slug.startswith(OWN))).one()
        newest = custom.catalog().called(given.slug)
        assert newest is not None and newest.title == given.title
        assert len(given.wording["steps"]) < len(newest.steps)


def test_what_is_kept_to_oneself_is_on_no_other_shelf(team: dict[str, Person]) -> None:
    ours = {}
    for key in ("dana", "noor"):
        with in_the_name_of(team[key]):
            shelf = custom.catalog()
            ours[key] = {shelf.told[slug][0].title for slug in shelf.owned}
    assert ours["dana"] - ours["noor"] == {"Leave three things undone"}
    assert len(ours["noor"]) == 2


def test_one_course_is_under_way_and_one_was_stopped_with_a_reason(team: dict[str, Person]) -> None:
    with in_the_name_of(team["dana"]):
        found = {
            course.ended_as: course
            for couple_id in db.session.scalars(select(Couple.id))
            for course in enrollments.courses_of(couple_id)
        }
    assert set(found) == {"", "stopped"}
    assert found["stopped"].ended_because


def test_the_audit_log_of_the_demo_holds(demo: Flask) -> None:
    with demo.app_context(), reading() as connection:
        verdict = verify(connection, demo.config["AUDIT_KEY"])
    assert verdict.fault is None and verdict.events > 100


def test_a_practice_that_is_there_already_is_left_alone(demo: Flask) -> None:
    with demo.app_context(), pytest.raises(Refused, match="set up already"):
        load()


def test_every_couple_of_the_demo_opens(demo: Flask, team: dict[str, Person]) -> None:
    for key in ("dana", "noor"):
        browser = Browser(demo, team[key])
        assert browser.get("/").status_code == 200
        with in_the_name_of(team[key]):
            couples = db.session.scalars(select(Couple.id)).all()
            newest = db.session.execute(
                select(TherapySession.couple_id, func.max(TherapySession.id)).group_by(
                    TherapySession.couple_id
                )
            ).all()
        for couple_id in couples:
            assert browser.get(f"/couples/{couple_id}").status_code == 200
            assert browser.get(f"/couples/{couple_id}/homework").status_code == 200
        for couple_id, session_id in newest:
            assert browser.get(f"/couples/{couple_id}/sessions/{session_id}").status_code == 200
