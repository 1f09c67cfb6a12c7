"""When a clinician leaves or dies, their notes apart go to the custodian, and to nobody else."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from practice.access.guard import UNSCOPED, CrossedCaseload
from practice.audit.models import AuditEvent
from practice.couples.models import Handover
from practice.database.base import db
from practice.identity.models import User
from practice.identity.permissions import FRONT_DESK, SUPERVISOR
from practice.migrate import downgrade, upgrade
from practice.sessions.models import PsychotherapyNote
from practice.settings import Settings
from tests.browser import Browser
from tests.factories import a_couple, a_session, a_user, in_the_name_of, kept, today
from tests.security.test_people import forget_proof

WORDS = "quincecanary: my own doubts after this hour"
REASON = "She moved to another city."


@pytest.fixture
def ines(app: Flask, dana: Browser) -> Browser:
    """A third clinician of the practice, whom Dana has named custodian."""
    ines = Browser(app, a_user(app, dana.practice_id, name="Ines Marlow"))
    dana.get("/care")
    assert dana.post("/care/custodian", custodian_id=ines.user_id).status_code == 303
    return ines


@pytest.fixture
def note(noor: Browser) -> str:
    """Where Noor wrote a psychotherapy note; its couple is hers alone."""
    session = a_session(noor, a_couple(of=noor), today(), data="What was said.")
    noor.get(session.url)
    noor.post(f"{session.url}/psychotherapy-note", text=WORDS, version="0")
    return f"{session.url}/psychotherapy-note"


def leave(dana: Browser, noor: Browser) -> None:
    """End Noor's access."""
    dana.get("/people")
    dana.post(f"/people/{noor.user_id}/account", deed="close")


def start(dana: Browser, noor: Browser, **more: object) -> object:
    """Ask the custodian to take over from Noor."""
    fields = {"clinician_id": noor.user_id, "kind": "left", "on_day": today(), "reason": REASON}
    dana.get("/care/hand-over")
    return dana.post("/care/hand-over", **(fields | more))


@pytest.fixture
def started(app: Flask, dana: Browser, noor: Browser, ines: Browser, note: str) -> str:
    """Where a hand-over from Noor to Ines waits to be accepted."""
    leave(dana, noor)
    assert start(dana, noor).status_code == 303  # type: ignore[attr-defined]
    with app.app_context():
        return f"/handed-over/{db.session.scalars(select(Handover.id)).one()}"


@pytest.fixture
def accepted(ines: Browser, started: str) -> str:
    """Where what was handed over to Ines stands, now that she has accepted it."""
    ines.get(started)
    assert ines.post(f"{started}/accept").location == started
    return started


def note_in(app: Flask, place: str) -> str:
    """The page of the one note that came with a hand-over."""
    with app.app_context():
        note_id = db.session.scalar(text("SELECT id FROM psychotherapy_note"))
    return f"{place}/notes/{note_id}"


def test_the_custodian_is_asked_accepts_and_reads_what_was_written_apart(
    app: Flask, ines: Browser, note: str, started: str
) -> None:
    file = note.partition("/sessions")[0]
    assert ines.get(file).status_code == 404
    assert f'href="{started}"' in ines.get("/").text
    asked = ines.get(started)
    assert REASON in asked.text
    assert "you join the care team of 1 couple" in asked.text
    assert ines.get(note_in(app, started)).status_code == 404, "not before it is accepted"
    assert ines.post(f"{started}/copy").location == started
    ines.post(f"{started}/accept")
    assert f'href="{started}"' not in ines.get("/").text
    assert started in ines.get("/records").text
    assert ines.get(file).status_code == 200, "on the care team now"
    page = ines.get(started)
    assert "Maya Okafor" in page.text and WORDS not in page.text
    read = ines.get(note_in(app, started))
    assert WORDS in read.text and "Handed over" in read.text
    assert "<textarea" not in read.text
    taken = ines.post(f"{started}/copy")
    assert WORDS in taken.text and "Noor Haddad" in taken.text
    assert "handed-over-notes.txt" in taken.headers["Content-Disposition"]


def test_s27_nobody_else_sees_a_word_of_it_also_not_the_owner(
    app: Flask, dana: Browser, ines: Browser, stranger: Browser, note: str, accepted: str
) -> None:
    supervisor = Browser(app, a_user(app, dana.practice_id, name="Sam Field"))
    with kept(app):
        user = db.session.get_one(User, supervisor.user_id)
        roles = app.extensions["security"].datastore
        roles.add_role_to_user(user, roles.find_or_create_role(SUPERVISOR))
    dana.get("/care")
    dana.post("/care/supervision", supervisor_id=supervisor.user_id, clinician_id=ines.user_id)
    others = (dana, supervisor, stranger)
    for who in others:
        for page in (accepted, note_in(app, accepted)):
            assert who.get(page).status_code in (403, 404), page
        assert who.post(f"{accepted}/accept").status_code in (403, 404)
        assert who.post(f"{accepted}/copy").status_code in (403, 404)
        for page in (note, note.rpartition("/")[0], "/", "/care", "/records", "/log"):
            assert "quincecanary" not in who.get(page).text, page
    ines.get(note)
    assert "quincecanary" not in ines.get(note).text, "her own note of that hour is hers"
    assert "quincecanary" not in ines.post("/records/psychotherapy-notes").text


def test_each_look_is_in_the_audit_log(
    app: Flask, dana: Browser, ines: Browser, accepted: str
) -> None:
    ines.get(note_in(app, accepted))
    ines.get(note_in(app, accepted))
    ines.post(f"{accepted}/copy")
    with app.app_context():
        rows = db.session.execute(
            select(AuditEvent.user_id, AuditEvent.verb, AuditEvent.couple_id).order_by(
                AuditEvent.seq
            )
        ).all()
    of = {verb: [row for row in rows if row.verb == verb] for verb in {row.verb for row in rows}}
    assert [row.user_id for row in of["hand-over-started"]] == [dana.user_id]
    assert [row.user_id for row in of["hand-over-accepted"]] == [ines.user_id]
    looks = of["viewed handed-over"]
    assert [(row.user_id, bool(row.couple_id)) for row in looks] == [(ines.user_id, True)] * 2
    assert len(of["exported handed-over notes"]) == 2, "one for the hand-over, one for the file"
    log = dana.get("/log").text
    assert "Looked, as custodian, at a psychotherapy note" in log
    assert "Accepted a hand-over" in log
    assert "quincecanary" not in log


def test_it_cannot_be_started_while_they_can_come_in(
    app: Flask, dana: Browser, noor: Browser, ines: Browser, note: str
) -> None:
    assert "Everyone who sees couples still works here" in dana.get("/care/hand-over").text
    assert start(dana, noor).status_code == 422  # type: ignore[attr-defined]
    with app.app_context(), pytest.raises(IntegrityError, match="still works here"):
        db.session.execute(
            text(
                "INSERT INTO handover (practice_id, clinician_id, custodian_id, by_user_id, kind, "
                "on_day, reason, started_at) VALUES (:p, :a, :c, :b, 'left', '2026-01-01', 'x', "
                "'2026-01-01')"
            ),
            {"p": dana.practice_id, "a": noor.user_id, "c": ines.user_id, "b": dana.user_id},
        )


def test_it_goes_to_a_named_clinician_alone_with_a_reason_and_a_day(
    app: Flask, dana: Browser, noor: Browser, ines: Browser, note: str
) -> None:
    leave(dana, noor)
    for fields, words in (
        ({"reason": " "}, "Say why"),
        ({"on_day": ""}, "Enter the day"),
        ({"on_day": today() + timedelta(days=1)}, "not one to come"),
        ({"kind": "moved"}, ""),
    ):
        answer = start(dana, noor, **fields)
        assert answer.status_code == 422, fields  # type: ignore[attr-defined]
        assert words in answer.text  # type: ignore[attr-defined]
    dana.post(f"/people/{ines.user_id}", roles=FRONT_DESK)
    assert "is not a clinician here" in start(dana, noor).text  # type: ignore[attr-defined]
    dana.post("/care/custodian", custodian_id=0)
    assert "No custodian is named" in dana.get("/care/hand-over").text


def test_s12_sudo_starting_accepting_and_taking_out_ask_for_a_recent_sign_in(
    app: Flask, dana: Browser, noor: Browser, ines: Browser, accepted: str
) -> None:
    """S12."""
    forget_proof(app)
    dana.get("/people")
    assert start(dana, noor).status_code == 401  # type: ignore[attr-defined]
    for deed in ("accept", "copy"):
        ines.get(accepted)
        answer = ines.post(f"{accepted}/{deed}")
        assert (answer.status_code, "Is it still you" in answer.text) == (401, True)


def test_an_owner_takes_back_what_was_not_accepted_yet(
    app: Flask, dana: Browser, ines: Browser, started: str
) -> None:
    number = started.rpartition("/")[2]
    assert "Waits to be accepted" in dana.get("/care").text
    dana.post(f"/care/hand-over/{number}/take-back")
    assert ines.get(started).status_code == 404
    assert ines.post(f"{started}/accept").status_code == 404
    assert started not in ines.get("/").text


def test_whoever_comes_back_has_their_notes_to_themselves_again(
    app: Flask, dana: Browser, noor: Browser, ines: Browser, note: str, accepted: str
) -> None:
    page = note_in(app, accepted)
    assert ines.get(page).status_code == 200
    dana.get("/people")
    dana.post(f"/people/{noor.user_id}/account", deed="open")
    assert ines.get(page).status_code == 404
    assert WORDS in Browser(app, noor.person).get(note).text
    leave(dana, noor)
    assert ines.get(page).status_code == 404, "it has to be handed over anew"


def test_the_files_close_to_the_custodian_when_the_clinician_comes_back(
    app: Flask, dana: Browser, noor: Browser, ines: Browser, note: str, accepted: str
) -> None:
    file = note.partition("/sessions")[0]
    own = f"/couples/{a_couple(of=ines, a='Ida Lund', b='Jo Park').id}"
    assert "Stays, as custodian" in ines.get(f"{file}/team").text
    dana.get("/people")
    dana.post(f"/people/{noor.user_id}/account", deed="open")
    for page in (file, f"{file}/team", f"{file}/homework", note.rpartition("/")[0]):
        assert ines.get(page).status_code == 404, page
    assert "Okafor" not in ines.get("/couples").text
    assert ines.get(own).status_code == 200, "her own couples stay hers"
    assert Browser(app, noor.person).get(file).status_code == 200


def test_the_custodian_stays_where_the_clinician_looks_after_the_couple_no_more(
    app: Flask, dana: Browser, noor: Browser, ines: Browser, note: str, accepted: str
) -> None:
    file = note.partition("/sessions")[0]
    ines.get(f"{file}/team")
    ines.post(f"{file}/team", leaving=noor.user_id)
    dana.get("/people")
    dana.post(f"/people/{noor.user_id}/account", deed="open")
    assert ines.get(file).status_code == 200
    assert Browser(app, noor.person).get(file).status_code == 404


def test_a_supervisor_of_the_custodian_reads_the_files_no_longer_than_the_custodian(
    app: Flask, dana: Browser, noor: Browser, ines: Browser, note: str, accepted: str
) -> None:
    file = note.partition("/sessions")[0]
    supervisor = Browser(app, a_user(app, dana.practice_id, name="Sam Field"))
    dana.get("/people")
    dana.post(f"/people/{supervisor.user_id}", roles=SUPERVISOR)
    dana.get("/care")
    dana.post("/care/supervision", supervisor_id=supervisor.user_id, clinician_id=ines.user_id)
    assert supervisor.get(file).status_code == 200
    dana.get("/people")
    dana.post(f"/people/{noor.user_id}/account", deed="open")
    assert supervisor.get(file).status_code == 404


def test_a_custodian_who_is_no_clinician_any_more_reads_nothing(
    dana: Browser, ines: Browser, accepted: str
) -> None:
    dana.get("/people")
    dana.post(f"/people/{ines.user_id}", roles=FRONT_DESK)
    assert ines.get(accepted).status_code == 403


def test_notes_on_a_couple_that_the_author_had_left_come_along_but_not_the_file(
    app: Flask, dana: Browser, noor: Browser, ines: Browser, note: str
) -> None:
    file = note.partition("/sessions")[0]
    noor.get(f"{file}/team")
    noor.post(f"{file}/team", user_id=dana.user_id)
    dana.get(f"{file}/team")
    dana.post(f"{file}/team", leaving=noor.user_id, confirmed="1")
    assert noor.get(file).status_code == 404
    leave(dana, noor)
    start(dana, noor)
    with app.app_context():
        place = f"/handed-over/{db.session.scalars(select(Handover.id)).one()}"
    ines.get(place)
    ines.post(f"{place}/accept")
    assert WORDS in ines.get(note_in(app, place)).text
    assert ines.get(file).status_code == 404


def change_the_note(note_id: int) -> None:
    """Put other words into a note, as a mistake in our own code might."""
    query = select(PsychotherapyNote).where(PsychotherapyNote.id == note_id)
    note = db.session.scalars(query.execution_options(**{UNSCOPED: True})).one()
    note.text = "changed"


def test_nothing_that_was_handed_over_can_be_changed(
    app: Flask, ines: Browser, accepted: str
) -> None:
    note_id = int(note_in(app, accepted).rpartition("/")[2])
    with pytest.raises(CrossedCaseload), in_the_name_of(ines):
        change_the_note(note_id)
    for change in ("author_id = 1", "couple_id = 9"):
        with app.app_context(), pytest.raises(DatabaseError, match="stays its author"):
            db.session.execute(text(f"UPDATE psychotherapy_note SET {change}"))
    with app.app_context(), pytest.raises(DatabaseError, match="never changed"):
        db.session.execute(text("UPDATE handover SET custodian_id = 1"))


def test_a_custodian_of_an_earlier_version_is_told_from_who_joined_otherwise(
    settings: Settings, app: Flask, ines: Browser, note: str, accepted: str
) -> None:
    def kinds() -> list[str]:
        with app.app_context():
            query = text("SELECT kind FROM care_team_member ORDER BY id")
            return list(db.session.scalars(query))

    a_couple(of=ines, a="Ida Lund", b="Jo Park")
    with kept(app):
        db.session.execute(
            text("UPDATE care_team_member SET joined_at = '2025-01-01' WHERE id = 3")
        )
    assert kinds() == ["team", "custody", "team"]
    downgrade(settings, "0016")
    assert kinds() == ["team", "team", "team"]
    upgrade(settings)
    assert kinds() == ["team", "custody", "team"]
