"""A signed note never changes: not by a page, not by the service, not by SQL."""

import html
from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from werkzeug.test import TestResponse

from practice import clock
from practice.database.base import db
from practice.database.rules import RULES
from practice.database.triggers import drop_triggers, make_triggers
from practice.errors import Refused
from practice.identity.models import User
from practice.sessions.models import NoteAddendum, NoteSignature, ProgressNote, TherapySession
from practice.sessions.service import NoteWords, note_of, save, tag_obstacle
from practice.sessions.signing import add_addendum, content_hash, is_intact, sightings_of, sign
from tests.browser import Browser
from tests.databases import trigger_names
from tests.factories import (
    ASession,
    a_couple,
    a_session,
    an_assignment,
    in_the_name_of,
    on_the_team,
    today,
)
from tests.sessions.forms import the_page
from tests.sessions.test_saving import facts_of, note_in

PORTLAND = "America/Los_Angeles"


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


@pytest.mark.parametrize("minutes", [1, 60, 9 * 60])
def test_an_hour_that_lies_ahead_is_not_signed(dana: Browser, minutes: int) -> None:
    session = a_session(dana, a_couple(of=dana))
    begins = clock.in_zone(clock.now() + timedelta(minutes=minutes + 1), PORTLAND)
    with in_the_name_of(dana):
        found = db.session.get_one(TherapySession, session.id)
        found.held_on, found.started_at = begins.date(), begins.time().replace(second=0)
        found.stopped_at = (begins + timedelta(minutes=50)).time().replace(second=0)
        user = db.session.get_one(User, dana.user_id)
        with pytest.raises(Refused, match="still to come") as refusal:
            sign(found, note_of(found), user, clock.now())
        assert refusal.value.field == "started_at"
        sign(found, note_of(found), user, clock.now() + timedelta(minutes=minutes + 1))
        assert is_intact(session.id)


def test_the_page_says_that_the_hour_is_to_come_and_keeps_the_words(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    answer = press_sign(
        dana, session, held_on=today().isoformat(), started_at="23:59", stopped_at="00:49"
    )
    assert answer.status_code == 422
    assert "11:59 pm, which is still to come." in html.unescape(answer.text)
    assert "They named what they miss." in answer.text
    assert not is_signed(dana, session)


def test_the_question_before_signing_names_all_that_is_fixed(dana: Browser) -> None:
    couple = a_couple(of=dana)
    session = a_session(
        dana,
        couple,
        date(2025, 11, 2),
        started_at=time(23, 40),
        stopped_at=time(0, 30),
        kind="individual-b",
        a_attended=False,
        others_attended="Their neighbor",
        modality="video",
        place_b="in a parked car",
    )
    page = html.unescape(dana.get(session.url).text)
    asked = page[page.index('id="sign-facts"') : page.index('class="columns"')]
    for fact in (
        "Jonah and Their neighbor",
        "Dana Whitfield, LMFT",
        "Sunday, November 2, 2025",
        "11:40 pm–12:30 am, 50 minutes, past midnight",
        "Individual, Jonah",
        "Video",
        "in a parked car",
        "November 2, 2025 is 1",
    ):
        assert fact in asked, fact
    assert 'data-confirm-facts="sign-facts"' in page


def test_the_question_follows_what_is_saved_while_the_page_is_open(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    saved = dana.post(
        session.url,
        headers={"X-Autosave": "1"},
        **the_page(started_at="17:00", stopped_at="18:30", modality="phone", a_attended=None),
    )
    parts = {name: html.unescape(text) for name, text in saved.json["parts"].items()}
    assert "5:00–6:30 pm, 90 minutes" in parts["sign-facts"]
    assert "Phone" in parts["sign-facts"] and "<dd>Jonah</dd>" in parts["sign-facts"]
    assert "5:00–6:30 pm" in parts["meeting-when"]
    assert "Jonah present · 90 minutes" in parts["note-about"]
    again = dana.post(
        session.url,
        headers={"X-Autosave": "1"},
        **the_page(
            version="2",
            started_at="17:00",
            stopped_at="18:30",
            modality="phone",
            a_attended=None,
            plan="More words.",
        ),
    )
    assert "parts" not in again.json, "words alone change nothing of the meeting"


def test_a_year_off_is_said_and_keeps_nobody_from_going_on(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    last_year = (today() - timedelta(days=372)).isoformat()
    assert "is 12 months ago" not in dana.get(session.url).text
    saved = dana.post(session.url, headers={"X-Autosave": "1"}, **the_page(held_on=last_year))
    assert "is 12 months ago" in saved.json["parts"]["meeting-says"]
    assert dana.get(session.url).text.count("is 12 months ago") > 1, "and in the question"
    assert press_sign(dana, session, held_on=last_year, version="2").status_code == 303


def test_on_a_signed_session_the_homework_review_is_read_and_not_tapped(dana: Browser) -> None:
    couple = a_couple(of=dana)
    given = an_assignment(dana, couple, given_on=today() - timedelta(days=14))
    session = a_session(dana, couple)
    path = f"{session.url}/assignments/{given.id}/review"
    dana.post(path, by_whom="clinician", outcome="partly")
    dana.post(path, by_whom="a", usefulness="3")
    assert "<button" in last_homework(dana, session)
    press_sign(dana, session)
    shown = last_homework(dana, session)
    assert "Partly" in shown and "Of use to Maya: 3 of 4" in shown
    assert "<button" not in shown and "<form" not in shown and "<input" not in shown
    for headers in ({}, {"HX-Request": "true"}):
        answer = dana.post(path, headers=headers, by_whom="clinician", outcome="done")
        assert answer.status_code == 422
        assert "The note of this session is signed." in html.unescape(answer.text)
    elsewhere = f"/couples/{couple.id}/assignments/{given.id}/review"
    assert dana.post(elsewhere, by_whom="clinician", outcome="done").status_code == 303
    assert "Done" in last_homework(dana, session)


def last_homework(browser: Browser, session: ASession) -> str:
    """The part of a session's page that asks how the last homework went."""
    page = browser.get(session.url).text
    return page[page.index('id="last-homework"') : page.index('id="obstacles"')]


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
    "UPDATE therapy_session SET a_attended = false WHERE id = :signed",
    "UPDATE therapy_session SET b_attended = false WHERE id = :signed",
    "UPDATE therapy_session SET others_attended = 'a lawyer' WHERE id = :signed",
    "UPDATE therapy_session SET place_a = 'a car' WHERE id = :signed",
    "UPDATE therapy_session SET place_b = 'a train' WHERE id = :signed",
    "UPDATE therapy_session SET couple_id = couple_id WHERE id = :signed",
    "UPDATE therapy_session SET number = 99 WHERE id = :signed",
    "UPDATE therapy_session SET is_signed = false WHERE id = :signed",
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
    "UPDATE therapy_session SET b_attended = false WHERE id = :signed",
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
        found = trigger_names(db.session.connection())
    assert {name.removesuffix("_all") for name in found} == {rule.name for rule in RULES}


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
