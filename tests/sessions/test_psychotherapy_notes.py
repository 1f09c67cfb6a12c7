"""A clinician's own note is theirs alone, and apart from the record."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from practice.access.guard import NoCaseload
from practice.couples.models import Couple
from practice.database.base import db
from practice.sessions.forms import PsychotherapyNoteForm
from practice.sessions.models import PsychotherapyNote, TherapySession
from tests.browser import Browser
from tests.factories import (
    ASession,
    a_couple,
    a_session,
    in_the_name_of,
    on_the_team,
)

CANARY = "the quince tree he never mentions"


@pytest.fixture
def shared(dana: Browser, noor: Browser) -> ASession:
    """A session both clinicians may open, with Dana's own note on it."""
    couple = a_couple(of=dana)
    on_the_team(dana, couple, noor)
    session = a_session(dana, couple)
    dana.post(own(session), text=CANARY, version="0")
    return session


def own(session: ASession) -> str:
    """Where one's own note of a session is."""
    return f"{session.url}/psychotherapy-note"


def test_the_author_reads_and_changes_it(dana: Browser, shared: ASession) -> None:
    assert CANARY in dana.get(own(shared)).text
    assert "Open your note" in dana.get(shared.url).text
    assert dana.post(own(shared), text="Another thought.", version="1").status_code == 303
    assert "Another thought." in dana.get(own(shared)).text


def test_a_colleague_on_the_same_care_team_sees_nothing_of_it(
    noor: Browser, shared: ASession
) -> None:
    assert noor.get(shared.url).status_code == 200
    couple = f"/couples/{shared.couple_id}"
    for page in ("", "/homework", "/details", shared.url.removeprefix(couple)):
        assert CANARY not in noor.get(couple + page).text
    answer = noor.get(own(shared))
    assert answer.status_code == 200 and CANARY not in answer.text
    assert "Write one" in noor.get(shared.url).text


def test_a_colleagues_own_note_stands_beside_it(
    dana: Browser, noor: Browser, shared: ASession
) -> None:
    assert noor.post(own(shared), text="Mine.", version="0").status_code == 303
    assert "Mine." in noor.get(own(shared)).text
    assert "Mine." not in dana.get(own(shared)).text
    assert CANARY in dana.get(own(shared)).text


def test_no_query_of_a_colleague_finds_it(noor: Browser, shared: ASession) -> None:
    other = aliased(PsychotherapyNote)
    with in_the_name_of(noor):
        assert db.session.scalars(select(TherapySession)).all()
        for query in (
            select(PsychotherapyNote),
            select(PsychotherapyNote.text),
            select(other.text).where(other.session_id == shared.id),
            select(PsychotherapyNote.id).where(PsychotherapyNote.author_id != noor.user_id),
            select(Couple.id).join(PsychotherapyNote, PsychotherapyNote.couple_id == Couple.id),
            select(PsychotherapyNote.text.label("words")).distinct(),
            select(select(PsychotherapyNote.text).subquery().c.text),
        ):
            assert db.session.execute(query).all() == [], query
        count = select(func.count()).select_from(PsychotherapyNote)
        assert db.session.scalar(count) == 0
        assert db.session.get(PsychotherapyNote, 1) is None


def test_without_a_caseload_it_cannot_even_be_asked_for(dana: Browser, shared: ASession) -> None:
    with dana.app.app_context(), pytest.raises(NoCaseload):
        db.session.scalars(select(PsychotherapyNote.text))


def test_the_owner_of_the_practice_sees_no_colleagues_note(dana: Browser, noor: Browser) -> None:
    couple = a_couple(of=noor)
    on_the_team(noor, couple, dana)
    session = a_session(noor, couple)
    noor.post(own(session), text=CANARY, version="0")
    assert CANARY not in dana.get(own(session)).text


def test_times_attendance_and_diagnosis_have_no_place_in_it() -> None:
    kept_apart = {column.key for column in PsychotherapyNote.__table__.columns}
    assert kept_apart == {
        "id",
        "practice_id",
        "couple_id",
        "session_id",
        "author_id",
        "text",
        "version",
        "saved_at",
    }


def test_its_form_asks_for_words_only(dana: Browser) -> None:
    with dana.app.test_request_context():
        assert {field.name for field in PsychotherapyNoteForm()} == {
            "text",
            "version",
            "csrf_token",
        }


def test_its_page_says_where_times_and_attendance_belong(dana: Browser, shared: ASession) -> None:
    page = dana.get(own(shared)).text
    assert "belong in the progress note (45 CFR 164.501)" in page


def test_it_saves_itself_and_an_older_window_overwrites_nothing(
    dana: Browser, shared: ASession
) -> None:
    by_itself = {"X-Autosave": "1"}
    saved = dana.post(own(shared), headers=by_itself, text="Second.", version="1")
    assert (saved.status_code, saved.json["version"]) == (200, 2)
    again = dana.post(own(shared), headers=by_itself, text="Second.", version="1")
    assert (again.status_code, again.json["version"]) == (200, 2)
    stale = dana.post(own(shared), headers=by_itself, text="Third.", version="1")
    assert stale.status_code == 409
    assert "Second." in stale.json["panel"] and "Third." in stale.json["panel"]
    page = dana.post(own(shared), text="Third.", version="1")
    assert page.status_code == 409
    assert "Second." in page.text and "Third.</textarea>" in page.text
    assert "Second." in dana.get(own(shared)).text


def test_a_signed_session_still_takes_ones_own_note(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana), signed=True)
    assert dana.post(own(session), text="Afterthought.", version="0").status_code == 303
