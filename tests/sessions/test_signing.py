"""A signed note never changes: not by a page, not by the service, not by SQL."""

from collections.abc import Iterator
from datetime import time
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from werkzeug.test import TestResponse

from practice import clock
from practice.accounts.models import User
from practice.database import db
from practice.errors import Refused
from practice.sessions.models import NoteAddendum, NoteSignature, ProgressNote, TherapySession
from practice.sessions.service import NoteWords, note_of, save, tag_obstacle
from practice.sessions.signing import add_addendum, content_hash, is_intact, sightings_of, sign
from practice.triggers import drop_triggers, make_triggers, triggers
from tests.browser import Browser
from tests.factories import (
    ASession,
    a_couple,
    a_session,
    in_the_name_of,
    on_the_team,
    today,
)
from tests.sessions.forms import the_page
from tests.sessions.test_saving import facts_of, note_in


def press_sign(browser: Browser, session: ASession, **changes: Any) -> TestResponse:
    """Press Sign note."""
    return browser.post(f"{session.url}/sign", **the_page(**changes))


def is_signed(browser: Browser, session: ASession) -> bool:
    """Whether the session's note is signed, by both places that say so."""
    with in_the_name_of(browser):
        found = db.session.get_one(TherapySession, session.id)
        signatures = db.session.scalars(select(NoteSignature).filter_by(session_id=session.id))
        by_row = bool(signatures.all())
        assert found.is_signed == by_row
        return by_row


@pytest.fixture
def signed(dana: Browser) -> ASession:
    """A signed session with two sightings, and an unsigned one beside it."""
    couple = a_couple(of=dana)
    a_session(dana, couple, seen=("screens",))
    return a_session(
        dana, couple, seen=(("busyness", "both", 3), "routine"), signed=True, plan="Rest."
    )


@pytest.fixture
def loose(dana: Browser) -> Iterator[None]:
    """The database without its triggers, as someone with a key and ill will could have it."""
    with in_the_name_of(dana):
        drop_triggers(db.session.connection())
    yield
    with in_the_name_of(dana):
        make_triggers(db.session.connection())


def test_signing_keeps_what_is_on_the_page_and_fixes_it(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    answer = press_sign(dana, session, data="Typed a moment ago.")
    assert (answer.status_code, answer.location) == (303, session.url)
    assert is_signed(dana, session)
    page = dana.get(session.url).text
    assert "Typed a moment ago." in page
    assert "Signed by Dana Whitfield, LMFT" in page
    assert "<textarea" not in page


def test_a_second_click_on_sign_changes_nothing(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    first, second = press_sign(dana, session), press_sign(dana, session)
    assert first.location == second.location == session.url
    with in_the_name_of(dana):
        assert len(db.session.scalars(select(NoteSignature)).all()) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"data": "", "plan": " "}, "Write the note before you sign it."),
        ({"started_at": ""}, "Enter when the session started and stopped."),
        ({"stopped_at": ""}, "Enter when the session started and stopped."),
        ({"a_attended": None, "b_attended": None}, "Say who attended."),
        ({"stopped_at": "15:00"}, "The session must stop after it started."),
    ],
)
def test_a_note_is_not_signed_before_it_is_whole(
    dana: Browser, changes: dict[str, Any], words: str
) -> None:
    session = a_session(dana, a_couple(of=dana))
    typed = {"plan": "Typed meanwhile.", "others_attended": "Their neighbor"} | changes
    answer = press_sign(dana, session, **typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Their neighbor" in answer.text and typed["plan"].strip() in answer.text
    assert not is_signed(dana, session)


def test_only_the_clinician_who_led_the_session_signs_it(dana: Browser, noor: Browser) -> None:
    couple = a_couple(of=dana)
    on_the_team(dana, couple, noor)
    session = a_session(dana, couple)
    answer = press_sign(noor, session)
    assert answer.status_code == 422
    assert "The clinician who led the session signs its note." in answer.text
    assert not is_signed(dana, session)


def test_an_older_window_does_not_sign_what_it_never_showed(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    dana.post(session.url, **the_page(data="Changed in another window."))
    answer = press_sign(dana, session)
    assert answer.status_code == 409
    assert "Changed in another window." in answer.text
    assert not is_signed(dana, session)


def test_the_service_refuses_every_change_of_a_signed_note(dana: Browser, signed: ASession) -> None:
    with in_the_name_of(dana):
        session = db.session.get_one(TherapySession, signed.id)
        version, now = note_of(session).version, clock.now()
        words = NoteWords("dap", {"data": "Rewritten."})
        for facts in (facts_of(session), facts_of(session, started_at=time(9))):
            with pytest.raises(Refused, match="signed and never changes"):
                save(session, facts, words, version, today(), now)
        for said in ({"on": False}, {"on": True}, {"who": "a"}, {"strength": 1}, {"words": "x"}):
            with pytest.raises(Refused, match="signed and never changes"):
                tag_obstacle(session, "busyness", **said)  # type: ignore[arg-type]
        assert is_intact(signed.id)


def test_the_page_of_a_signed_note_refuses_and_gives_the_words_back(
    dana: Browser, signed: ASession
) -> None:
    answer = dana.post(signed.url, **the_page(data="A late thought."))
    assert answer.status_code == 422
    assert "This note is signed and never changes. Add an addendum instead." in answer.text
    assert "A late thought." in answer.text
    tapped = dana.post(f"{signed.url}/obstacles", obstacle="busyness", on="0")
    assert tapped.status_code == 422
    assert "signed and never changes" in tapped.text
    assert note_in(dana, signed)["data"] == "They named what they miss."


FROZEN = [
    "UPDATE therapy_session SET held_on = '2020-01-01' WHERE id = :signed",
    "UPDATE therapy_session SET started_at = '09:00:00.000000' WHERE id = :signed",
    "UPDATE therapy_session SET stopped_at = NULL WHERE id = :signed",
    "UPDATE therapy_session SET kind = 'closing' WHERE id = :signed",
    "UPDATE therapy_session SET modality = 'phone' WHERE id = :signed",
    "UPDATE therapy_session SET a_attended = 0 WHERE id = :signed",
    "UPDATE therapy_session SET b_attended = 0 WHERE id = :signed",
    "UPDATE therapy_session SET others_attended = 'a lawyer' WHERE id = :signed",
    "UPDATE therapy_session SET place_a = 'a car' WHERE id = :signed",
    "UPDATE therapy_session SET place_b = 'a train' WHERE id = :signed",
    "UPDATE therapy_session SET couple_id = couple_id WHERE id = :signed",
    "UPDATE therapy_session SET number = 99 WHERE id = :signed",
    "UPDATE therapy_session SET is_signed = 0 WHERE id = :signed",
    "DELETE FROM therapy_session WHERE id = :signed",
    "UPDATE progress_note SET data = 'Rewritten.' WHERE session_id = :signed",
    "UPDATE progress_note SET plan = '' WHERE session_id = :signed",
    "UPDATE progress_note SET format = 'soap' WHERE session_id = :signed",
    "UPDATE progress_note SET session_id = :other WHERE session_id = :signed",
    "DELETE FROM progress_note WHERE session_id = :signed",
    "INSERT OR REPLACE INTO progress_note SELECT * FROM progress_note WHERE session_id = :signed",
    "UPDATE sighting SET strength = 1 WHERE session_id = :signed",
    "UPDATE sighting SET words = 'x' WHERE session_id = :signed",
    "UPDATE sighting SET session_id = :signed WHERE session_id = :other",
    "DELETE FROM sighting WHERE session_id = :signed",
    "INSERT INTO sighting (practice_id, couple_id, session_id, obstacle, who, strength, words) "
    "SELECT practice_id, couple_id, id, 'screens', '', 0, '' FROM therapy_session WHERE id = :signed",
    "UPDATE note_signature SET signed_as = 'Someone Else'",
    "UPDATE note_signature SET content_hash = ''",
    "DELETE FROM note_signature",
    "INSERT OR REPLACE INTO note_signature SELECT * FROM note_signature",
    "UPDATE note_addendum SET text = 'Never mind.'",
    "DELETE FROM note_addendum",
]


@pytest.fixture
def with_addendum(dana: Browser, signed: ASession) -> ASession:
    """The signed session with an addendum."""
    dana.post(f"{signed.url}/addenda", text="They phoned later.", once="1")
    return signed


def test_the_database_refuses_every_change_of_a_signed_note(
    dana: Browser, with_addendum: ASession
) -> None:
    with in_the_name_of(dana):
        other = db.session.scalar(select(TherapySession.id).filter_by(is_signed=False))
        rows = {"signed": with_addendum.id, "other": other}
        for statement in FROZEN:
            with pytest.raises(DatabaseError, match="never change"):
                db.session.execute(text(statement), rows)
            db.session.rollback()
        assert is_intact(with_addendum.id)


def test_an_unsigned_note_can_still_be_changed_by_the_same_statements(dana: Browser) -> None:
    couple = a_couple(of=dana)
    session = a_session(dana, couple, seen=("busyness",))
    with in_the_name_of(dana):
        for statement in FROZEN:
            if statement.startswith("UPDATE") and ":other" not in statement:
                db.session.execute(text(statement), {"signed": session.id})
            db.session.rollback()


def test_a_signed_note_reads_exactly_as_it_was_signed(dana: Browser, signed: ASession) -> None:
    with in_the_name_of(dana):
        session = db.session.get_one(TherapySession, signed.id)
        kept = db.session.scalars(select(NoteSignature)).one()
        assert kept.content_hash == content_hash(session, note_of(session), sightings_of(session))
        assert len(kept.content_hash) == 64
        assert is_intact(signed.id)


TAMPERING = [
    "UPDATE therapy_session SET held_on = '2020-01-01' WHERE id = :signed",
    "UPDATE therapy_session SET stopped_at = '23:00:00.000000' WHERE id = :signed",
    "UPDATE therapy_session SET kind = 'closing' WHERE id = :signed",
    "UPDATE therapy_session SET modality = 'phone' WHERE id = :signed",
    "UPDATE therapy_session SET b_attended = 0 WHERE id = :signed",
    "UPDATE therapy_session SET others_attended = 'a lawyer' WHERE id = :signed",
    "UPDATE therapy_session SET place_b = 'a train' WHERE id = :signed",
    "UPDATE progress_note SET data = 'Rewritten.' WHERE session_id = :signed",
    "UPDATE progress_note SET data = plan, plan = data WHERE session_id = :signed",
    "UPDATE progress_note SET format = 'soap' WHERE session_id = :signed",
    "UPDATE sighting SET strength = 1 WHERE session_id = :signed AND obstacle = 'busyness'",
    "UPDATE sighting SET who = 'a' WHERE session_id = :signed AND obstacle = 'busyness'",
    "DELETE FROM sighting WHERE session_id = :signed AND obstacle = 'routine'",
    "UPDATE note_signature SET signed_as = 'Someone Else' WHERE session_id = :signed",
    "UPDATE note_signature SET signed_at = '2020-01-01 09:00:00' WHERE session_id = :signed",
    "UPDATE note_signature SET content_hash = seal WHERE session_id = :signed",
    "UPDATE note_signature SET seal = content_hash WHERE session_id = :signed",
    "UPDATE note_signature SET seal = NULL WHERE session_id = :signed",
    "DELETE FROM note_signature",
]


@pytest.mark.usefixtures("loose")
def test_tampering_behind_the_triggers_is_found(dana: Browser, signed: ASession) -> None:
    with in_the_name_of(dana):
        for statement in TAMPERING:
            assert is_intact(signed.id)
            db.session.execute(text(statement), {"signed": signed.id})
            assert not is_intact(signed.id), statement
            db.session.rollback()


def test_an_unsigned_note_is_never_called_intact(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    with in_the_name_of(dana):
        assert not is_intact(session.id)


def test_every_trigger_is_in_the_database(dana: Browser) -> None:
    with in_the_name_of(dana):
        rows = db.session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        assert {name for (name,) in rows} == set(triggers())


def test_a_note_is_signed_with_the_name_and_letters_of_that_day(
    dana: Browser, signed: ASession
) -> None:
    with in_the_name_of(dana):
        user = db.session.get_one(User, dana.user_id)
        user.name, user.credentials = "Dana Whitfield-Cole", "PhD"
    assert "Signed by Dana Whitfield, LMFT" in dana.get(signed.url).text


def test_an_addendum_stands_signed_under_the_note(dana: Browser, signed: ASession) -> None:
    answer = dana.post_and_follow(f"{signed.url}/addenda", text="They phoned later.", once="1")
    assert "They phoned later." in answer.text
    assert "Added and signed by Dana Whitfield, LMFT" in answer.text
    assert "They named what they miss." in answer.text
    with in_the_name_of(dana):
        assert is_intact(signed.id)


def test_an_addendum_sent_twice_is_one_and_other_words_are_another(
    dana: Browser, signed: ASession
) -> None:
    for words in ("They phoned.", "They phoned.", "They phoned twice.", "They phoned twice."):
        dana.post(f"{signed.url}/addenda", text=words, once="same form")
    with in_the_name_of(dana):
        kept = db.session.scalars(select(NoteAddendum.text).order_by(NoteAddendum.id)).all()
        assert kept == ["They phoned.", "They phoned twice."]


def test_an_addendum_needs_words_and_a_signed_note(dana: Browser, signed: ASession) -> None:
    empty = dana.post(f"{signed.url}/addenda", text="  ", once="1")
    assert empty.status_code == 422
    assert "Write the addendum first." in empty.text
    unsigned = a_session(dana, a_couple(of=dana, a="Ana Ruiz", b="Bo Lind"))
    early = dana.post(f"{unsigned.url}/addenda", text="Too early.", once="2")
    assert early.status_code == 422
    assert "This note is not signed yet: write in the note itself." in early.text
    assert "Too early." in early.text
    with in_the_name_of(dana):
        assert db.session.scalars(select(NoteAddendum)).all() == []


def test_a_colleague_on_the_care_team_adds_under_their_own_name(
    dana: Browser, noor: Browser, signed: ASession
) -> None:
    with in_the_name_of(dana):
        couple = db.session.get_one(TherapySession, signed.id).couple
        ours = type("Ours", (), {"id": couple.id})
    on_the_team(dana, ours, noor)
    page = noor.post_and_follow(f"{signed.url}/addenda", text="I read this.", once="1").text
    assert "Added and signed by Noor Haddad, PhD" in page


def test_a_signature_by_someone_who_did_not_lead_is_refused_by_the_service(
    dana: Browser, noor: Browser
) -> None:
    couple = a_couple(of=dana)
    on_the_team(dana, couple, noor)
    made = a_session(dana, couple)
    with in_the_name_of(noor):
        session = db.session.get_one(TherapySession, made.id)
        user = db.session.get_one(User, noor.user_id)
        with pytest.raises(Refused, match="who led the session"):
            sign(session, note_of(session), user, clock.now())
        with pytest.raises(Refused, match="not signed yet"):
            add_addendum(session, "x", user, clock.now(), "1")
        assert db.session.scalars(select(ProgressNote)).one().version == 1
