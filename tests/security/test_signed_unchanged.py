"""S68: every signed note is compared with its signature by a check, a start, its page and copies."""

from threading import Event

import pytest
from sqlalchemy import select, text

from practice import clock
from practice.cli.main import compare_signed
from practice.database.base import db
from practice.database.triggers import drop_triggers
from practice.database.unit_of_work import reading
from practice.identity.models import Practice
from practice.keeping.signed_notes import compared
from practice.keeping.status_page import ALTERED as TODAY_LINE
from practice.records.couple_copy import Wish, files_of_couple, on_ones_caseload
from practice.records.reading import ALTERED, AS_SIGNED
from practice.sessions import integrity, integrity_watch
from practice.sessions.models import NoteAddendum, NoteSignature
from practice.settings import Settings
from tests.browser import Browser
from tests.factories import ASession, a_couple, a_session, in_the_name_of, kept
from tests.sessions.test_signing import TAMPERING

MORE = [
    "UPDATE note_signature SET content_hash = 'x', seal = 'x' WHERE session_id = :signed",
    "UPDATE note_addendum SET text = 'Other words.' WHERE session_id = :signed",
    "UPDATE note_addendum SET signed_at = '2020-01-01 09:00:00' WHERE session_id = :signed",
    "UPDATE note_addendum SET signed_as = 'Someone Else' WHERE session_id = :signed",
    "DELETE FROM progress_note WHERE session_id = :signed",
]


@pytest.fixture
def signed(dana: Browser) -> ASession:
    """A signed note with an addendum, among others."""
    couple = a_couple(of=dana)
    a_session(dana, couple, signed=True)
    one = a_session(
        dana, couple, seen=(("busyness", "both", 3), "routine"), signed=True, plan="Rest."
    )
    dana.post(f"{one.url}/addenda", text="They phoned later.", once="1")
    return one


def by_force(browser: Browser, statement: str, signed: ASession) -> None:
    """Change what is signed as someone could who has the key."""
    with kept(browser.app):
        drop_triggers(db.session.connection())
        db.session.execute(text(statement), {"signed": signed.id})


def verified(browser: Browser, settings: Settings) -> tuple[str, list[str]]:
    """What `audit verify` says of the signed notes."""
    with browser.app.app_context(), reading() as connection:
        return compare_signed(connection, settings)


def looked_over(browser: Browser) -> tuple[str, ...]:
    """What the look while Rekindle is open finds."""
    integrity_watch.compare_all(browser.app, Event())
    with browser.app.app_context():
        state = compared()
    assert state and state.done_at and state.checked == state.total
    return state.altered


def copy_of(browser: Browser, session: ASession) -> dict[str, str | bytes]:
    """The files of a couple's copy."""
    with in_the_name_of(browser):
        practice = db.session.scalars(select(Practice)).first()
        assert practice
        wish = Wish(practice, clock.now(), with_sheets=False)
        return files_of_couple(session.couple_id, on_ones_caseload, wish).files


@pytest.mark.parametrize("statement", [*TAMPERING, *MORE])
def test_s68_what_was_changed_by_force_is_found_everywhere(
    dana: Browser, settings: Settings, signed: ASession, statement: str
) -> None:
    by_force(dana, statement, signed)
    said, altered = verified(dana, settings)
    assert altered and "not equal" in said
    assert looked_over(dana)
    assert TODAY_LINE in dana.get("/").text
    assert "Not as it was signed" in dana.get("/backups").text
    files = copy_of(dana, signed)
    assert ALTERED in str(files["notes.txt"])
    assert (
        f'"not_as_signed": [\n  {signed.id}' in str(files["couple.json"])
        or statement == TAMPERING[-1]
    )
    if "progress_note WHERE" not in statement:
        page = dana.get(signed.url).text
        assert "not as it was signed" in page


def test_s68_what_is_as_it_was_signed_is_said_to_be(
    dana: Browser, settings: Settings, signed: ASession
) -> None:
    said, altered = verified(dana, settings)
    assert altered == [] and said == "3 signatures were compared with what was signed: all equal."
    assert looked_over(dana) == ()
    assert integrity_watch.first_look(dana.app) == []
    assert TODAY_LINE not in dana.get("/").text
    assert "all equal" in dana.get("/backups").text
    page = dana.get(signed.url).text
    assert "Unchanged since." in page and "not as it was signed" not in page
    files = copy_of(dana, signed)
    assert str(files["notes.txt"]).count(AS_SIGNED) == 2 and ALTERED not in str(files["notes.txt"])
    assert '"not_as_signed": []' in str(files["couple.json"])


def test_s68_a_start_looks_at_the_newest_before_it_opens(
    dana: Browser, signed: ASession, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_force(dana, "UPDATE progress_note SET data = 'x' WHERE session_id = :signed", signed)
    [found] = integrity_watch.first_look(dana.app)
    assert str(found) == f"File {signed.couple_id}, session 2: the note is not as it was signed."
    monkeypatch.setattr(integrity_watch, "FIRST", 0)
    assert integrity_watch.first_look(dana.app) == []


def test_s68_the_look_goes_on_in_parts_and_ends_when_told(
    dana: Browser, signed: ASession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(integrity, "AT_ONCE", 1)
    monkeypatch.setattr(integrity_watch, "PAUSE_SECONDS", 0)
    assert looked_over(dana) == ()
    over = Event()
    over.set()
    integrity_watch.compare_all(dana.app, over)


def test_s68_a_seal_is_made_however_a_row_is_written(dana: Browser, signed: ASession) -> None:
    with in_the_name_of(dana):
        for model in (NoteSignature, NoteAddendum):
            assert all(len(one.seal or "") == 64 for one in db.session.scalars(select(model)))
