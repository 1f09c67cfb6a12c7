"""A copy of one couple's file, to keep or to bring elsewhere."""

import csv
import json
from io import StringIO
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import select

from practice.audit.models import AuditEvent
from practice.database.base import Base, db
from practice.handouts.renderer import PrintFailed, Renderer
from practice.identity.models import User
from practice.identity.permissions import SUPERVISOR
from practice.practice_admin.users import give_roles
from practice.records.export_schema import LEFT_OUT, tables_of_a_couple, tables_of_a_practice
from tests.browser import Browser
from tests.factories import a_couple, a_letter, a_session, kept, on_the_team
from tests.paper import words_on
from tests.records.copies import (
    LETTER,
    OWN_LETTER,
    PRIVATE,
    a_full_couple,
    copy_of,
    own_of,
    records_in,
    wait_for_copy,
    wait_for_words,
)
from tests.waiting import PATIENCE


def test_everything_of_a_couple_is_in_its_copy(dana: Browser) -> None:
    files = copy_of(dana, a_full_couple(dana))
    records = records_in(files)
    assert {name: len(found) for name, found in records.items() if found} == {
        "couple": 1,
        "partner": 2,
        "care_team_member": 1,
        "secrets_policy": 1,
        "appointment": 1,
        "therapy_session": 2,
        "sighting": 2,
        "progress_note": 2,
        "note_signature": 1,
        "note_addendum": 1,
        "assignment": 1,
        "attachment": 1,
        "review": 1,
    }
    assert records["assignment"][0]["wording"]
    document = json.loads(files["couple.json"])
    assert (document["format"], document["version"]) == ("rekindle-couple", 1)
    assert [one["name"] for one in document["people"]] == ["Dana Whitfield"]
    assert "password" not in files["couple.json"]


def test_every_table_is_in_a_copy_or_named_with_a_reason() -> None:
    copied = {model.__tablename__ for model in (*tables_of_a_couple(), *tables_of_a_practice())}
    assert copied | LEFT_OUT.keys() == set(Base.metadata.tables)
    assert not copied & LEFT_OUT.keys()


def test_notes_read_as_text_with_signature_and_addendum(dana: Browser) -> None:
    files = copy_of(dana, a_full_couple(dana))
    notes, [signature] = files["notes.txt"], records_in(files)["note_signature"]
    assert "Maya Okafor & Jonah Reyes" in notes
    assert "In the way: Busyness, strongly, Maya" in notes
    assert "Ten minutes after supper." in notes
    assert f"SHA-256 {signature['content_hash']}" in notes
    assert "He called the next day." in notes
    assert "Not signed." in notes
    assert notes.index("Session 1") < notes.index("Session 2")


def test_a_spreadsheet_gets_text_and_no_formula(dana: Browser) -> None:
    files = copy_of(dana, a_full_couple(dana))
    sheets = {name for name in files if name.endswith(".csv")}
    assert sheets == {
        "partners.csv",
        "sessions.csv",
        "obstacles.csv",
        "homework.csv",
        "reviews.csv",
        "appointments.csv",
    }
    [maya, jonah] = csv.DictReader(StringIO(files["partners.csv"].removeprefix("\ufeff")))
    assert (maya["first_name"], jonah["letter"]) == ("Maya", "b")
    assert maya["phone"] == "'+1 555 010 4477"
    assert maya["came_for"] == "'=More evenings"


def test_safety_screens_come_only_when_asked_for(dana: Browser) -> None:
    couple = a_full_couple(dana)
    assert "safety_screen" not in records_in(copy_of(dana, couple))
    assert "safety_reason" not in copy_of(dana, couple)["couple.json"]
    records = records_in(copy_of(dana, couple, with_screens="y"))
    assert len(records["safety_screen"]) == 2
    assert records["assignment"][0]["safety_reason"] == ""


def test_attachments_and_each_readers_sheet_come_with_it(dana: Browser) -> None:
    files = copy_of(dana, a_full_couple(dana))
    [row] = records_in(files)["attachment"]
    assert row["title"] == "From the psychiatrist"
    assert files[f"attachments/attachment-{row['id']}.pdf"] == LETTER
    sheets = sorted(name for name in files if name.startswith("sheets/"))
    assert [name.rpartition("-")[2] for name in sheets] == ["a.pdf", "b.pdf", "couple.pdf"]
    maya, jonah, _ = (words_on(files[name]) for name in sheets)
    assert "After supper" in maya and maya != jonah


def test_without_a_press_there_is_a_copy_and_why_it_has_no_sheets(
    dana: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    couple = a_full_couple(dana)
    monkeypatch.setattr(Renderer, "print", broken)
    files = copy_of(dana, couple)
    assert files["sheets/NOT-ALL.txt"] == "Not every sheet is here. Out of ink.\n"
    assert records_in(files)["assignment"]


def broken(*_: object) -> bytes:
    """A press that prints nothing."""
    raise PrintFailed("Out of ink.")


def test_what_is_ones_own_comes_alone_and_to_its_author(
    app: Flask, dana: Browser, noor: Browser
) -> None:
    couple = a_full_couple(dana)
    on_the_team(dana, couple, noor)
    assert PRIVATE not in str(copy_of(dana, couple))
    for address in (f"/couples/{couple.id}/copy/own", "/records/own"):
        mine = own_of(dana, address)
        assert f"I wonder, {PRIVATE}." in mine["psychotherapy-notes.txt"]
        assert "Maya Okafor & Jonah Reyes, session 2" in mine["psychotherapy-notes.txt"]
        assert OWN_LETTER in mine.values() and LETTER not in mine.values()
        assert noor.post(address).status_code == 303, "she keeps nothing for herself"
    with app.app_context():
        lines = list(db.session.scalars(select(AuditEvent).filter_by(verb="exported one's own")))
        assert [line.couple_id for line in lines] == [couple.id, couple.id]
        assert lines[0].detail == {"notes": 1, "attachments": 1}


def test_whoever_left_the_care_team_still_takes_out_their_own_and_nothing_else(
    dana: Browser, noor: Browser
) -> None:
    couple = a_full_couple(dana)
    session = a_session(dana, couple, data="Their words stay with the team.")
    on_the_team(dana, couple, noor)
    noor.post(f"{session.url}/psychotherapy-note", text="What I felt.", version="0")
    a_letter(noor, couple, b"%PDF-1.7 hers", title="Hers", readers="author")
    dana.post(f"/couples/{couple.id}/team", leaving=str(noor.user_id))
    assert noor.get(f"/couples/{couple.id}").status_code == 404
    assert noor.post(f"/couples/{couple.id}/copy/own").status_code == 404
    files = own_of(noor)
    assert "What I felt." in files["psychotherapy-notes.txt"]
    assert b"%PDF-1.7 hers" in files.values()
    assert PRIVATE not in str(files) and "stay with the team" not in str(files)


def test_a_copy_leaves_a_line_and_a_file_name_that_names_nobody(app: Flask, dana: Browser) -> None:
    couple = a_couple(of=dana)
    page = f"/couples/{couple.id}/copy"
    dana.post(page)
    wait_for_copy(dana, f"{page}/progress")
    assert "The copy is ready" in dana.get(page).text
    answer = dana.post(f"{page}/file")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="couple-{couple.id}.zip"'
    assert "no-store" in answer.headers["Cache-Control"]
    assert dana.post(f"{page}/file").location == page, "it is handed over once"
    with app.app_context():
        verbs = ("exported", "fetched the copy of")
        query = select(AuditEvent).where(AuditEvent.verb.in_(verbs)).order_by(AuditEvent.seq)
        began, fetched = db.session.scalars(query)
        assert (began.couple_id, began.detail) == (couple.id, {"screens": False})
        assert fetched.couple_id == couple.id


def test_its_sheets_show_how_far_it_is_and_it_can_be_stopped(
    dana: Browser, noor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    couple = a_full_couple(dana)
    on_the_team(dana, couple, noor)
    reached, go_on = Event(), Event()

    def slow(*_: object) -> bytes:
        reached.set()
        go_on.wait(PATIENCE)
        return b"%PDF-"

    monkeypatch.setattr(Renderer, "print", slow)
    page = f"/couples/{couple.id}/copy"
    dana.post(page)
    assert reached.wait(PATIENCE)
    wait_for_words(dana, page, "0 of 3 sheets printed")
    assert "Make a copy" in noor.get(page).text, "a colleague makes one of their own"
    dana.post(f"{page}/stop")
    go_on.set()
    assert "nothing of it was kept" in dana.get(page).text
    assert dana.post(f"{page}/file").location == page


def test_the_page_says_whose_record_it_is(dana: Browser) -> None:
    couple = a_couple(of=dana)
    assert f"/couples/{couple.id}/copy" in dana.get(f"/couples/{couple.id}/details").text
    assert "not a copy for a partner" in dana.get(f"/couples/{couple.id}/copy").text


def test_a_supervisor_reads_and_takes_nothing_out(app: Flask, dana: Browser, noor: Browser) -> None:
    couple = a_couple(of=dana)
    on_the_team(dana, couple, noor)
    with kept(app):
        give_roles(db.session.get_one(User, noor.user_id), [SUPERVISOR])
    assert "Take a copy" not in noor.get(f"/couples/{couple.id}/details").text
    assert noor.post(f"/couples/{couple.id}/copy").status_code == 403
