"""What leaves the practice: a recent sign-in (S12), nobody else's words (S27, S29), no formula (S41)."""

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from practice import clock
from practice.access.doors import whole_practice
from practice.access.guard import Unguarded
from practice.couples.models import Couple
from practice.database.base import db
from practice.errors import Refused
from practice.identity.models import SignInSession, User
from practice.records import safe_csv
from practice.sessions.models import PsychotherapyNote
from tests.browser import Browser
from tests.factories import a_couple, kept, on_the_team
from tests.records.copies import PRIVATE, a_full_couple, copy_of, everything_of

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1", "'", "O'Hara", "")


def test_s12_records_leave_only_within_five_minutes_of_a_sign_in(app: Flask, dana: Browser) -> None:
    couple = a_couple(of=dana)
    with kept(app):
        ago = clock.now() - timedelta(minutes=6)
        db.session.execute(update(SignInSession).values(proved_at=ago))
    for address in (
        f"/couples/{couple.id}/copy",
        f"/couples/{couple.id}/copy/file",
        f"/couples/{couple.id}/copy/own",
        "/records/own",
        "/records/everything",
        "/records/everything/file",
    ):
        answer = dana.post(address)
        assert answer.status_code == 401, address
        assert "Is it still you?" in answer.text


def test_s27_a_psychotherapy_note_is_in_no_export(dana: Browser, noor: Browser) -> None:
    couple = a_full_couple(dana)
    on_the_team(dana, couple, noor)
    for files in (
        copy_of(dana, couple, with_screens="y"),
        copy_of(noor, couple, with_screens="y"),
        everything_of(dana),
    ):
        assert PRIVATE not in str(files)
    assert PRIVATE not in noor.post("/records/own").text


def test_s29_another_practices_words_are_in_no_export(dana: Browser, stranger: Browser) -> None:
    a_full_couple(dana)
    theirs = a_couple(of=stranger, a="Quillon Harrow", b="Tamsin Vale")
    files = everything_of(dana)
    assert not any(word in str(files) for word in ("Quillon", "Tamsin", "Harbor", "Ines Marlow"))
    assert dana.post(f"/couples/{theirs.id}/copy").status_code == 404


def test_the_door_past_care_teams_opens_for_an_owner_and_to_no_authors_own(
    app: Flask, dana: Browser, noor: Browser
) -> None:
    couple = a_full_couple(dana)
    with app.app_context():
        owner, clinician = (db.session.get_one(User, one.user_id) for one in (dana, noor))
        with pytest.raises(Refused), whole_practice(clinician):
            pass
        with whole_practice(owner) as door:
            assert door.couples(Couple) == [couple.id]
            with pytest.raises(Unguarded):
                door.file(PsychotherapyNote, couple.id)
            with pytest.raises(Unguarded):
                door.apart_from_files(PsychotherapyNote)


@pytest.mark.parametrize("text", FORMULAS)
def test_s41_no_cell_starts_a_formula(text: str) -> None:
    assert safe_csv.safe(text)[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
    assert safe_csv.unmarked(safe_csv.safe(text)) == text


@given(st.text())
def test_s41_what_went_out_comes_in_equal(text: str) -> None:
    assert safe_csv.unmarked(safe_csv.safe(text)) == text
