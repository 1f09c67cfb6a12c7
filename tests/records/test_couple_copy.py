"""A copy of one couple's file, to keep or to bring elsewhere."""

import csv
import json
from io import StringIO

from flask import Flask
from sqlalchemy import select

from practice.accounts.models import User
from practice.accounts.people import give_roles
from practice.accounts.permissions import SUPERVISOR
from practice.audit.models import AuditEvent
from practice.database import Base, db
from practice.records.contents import LEFT_OUT, tables_of_a_couple, tables_of_a_practice
from tests.browser import Browser
from tests.factories import a_couple, kept, on_the_team
from tests.records.copies import PRIVATE, a_full_couple, copy_of, records_in


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


def test_psychotherapy_notes_come_alone_and_to_their_author(dana: Browser, noor: Browser) -> None:
    couple = a_full_couple(dana)
    on_the_team(dana, couple, noor)
    assert PRIVATE not in str(copy_of(dana, couple))
    for address in (
        f"/couples/{couple.id}/copy/psychotherapy-notes",
        "/records/psychotherapy-notes",
    ):
        mine = dana.post(address)
        assert PRIVATE in mine.text
        assert mine.mimetype == "text/plain"
        assert noor.post(address).status_code == 303, "she has written none"


def test_a_copy_leaves_a_line_and_a_file_name_that_names_nobody(app: Flask, dana: Browser) -> None:
    couple = a_couple(of=dana)
    answer = dana.post(f"/couples/{couple.id}/copy")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="couple-{couple.id}.zip"'
    assert "no-store" in answer.headers["Cache-Control"]
    with app.app_context():
        query = select(AuditEvent).where(AuditEvent.verb == "exported")
        [line] = db.session.scalars(query)
        assert (line.couple_id, line.detail) == (couple.id, {"screens": False})


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
