"""A copy of everything a practice keeps: made beside the requests, handed over once."""

import csv
import json
from io import StringIO
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import select

from practice.audit.models import AuditEvent
from practice.database.base import db
from practice.handouts.renderer import Renderer
from practice.records import export_files, export_jobs, practice_copy
from practice.records.couple_copy import CoupleFiles
from practice.records.export_jobs import everything_job
from tests.browser import Browser
from tests.courses.test_courses import make as make_course
from tests.factories import a_couple, in_the_name_of
from tests.library.test_custom import LONGING, begin, publish
from tests.records.copies import (
    LETTER,
    OWN_LETTER,
    a_full_couple,
    everything_of,
    wait_for_copy,
    wait_for_words,
)
from tests.waiting import PATIENCE


def test_everything_is_in_it_also_what_the_owner_may_not_open(dana: Browser, noor: Browser) -> None:
    ours, noors = a_full_couple(dana), a_couple(of=noor, a="Ana Ruiz", b="Bo Lind")
    files = everything_of(dana)
    assert dana.get(f"/couples/{noors.id}").status_code == 404
    assert "Ana" in files[f"couples/{noors.id:05}/couple.json"]
    assert "They named what they miss." in files[f"couples/{ours.id:05}/notes.txt"]
    assert "safety_screen" in files[f"couples/{ours.id:05}/couple.json"]
    document = json.loads(files["practice.json"])
    assert (document["format"], document["version"]) == ("rekindle-practice", 1)
    assert document["practice"]["name"] == "Alder Street Couples Therapy"
    assert [one["name"] for one in document["people"]] == ["Dana Whitfield", "Noor Haddad"]
    assert document["people"][0]["roles"] == ["clinician", "owner"]
    [first, second] = csv.DictReader(StringIO(files["couples.csv"].removeprefix("\ufeff")))
    assert (first["partner_b"], second["partner_a"]) == ("Jonah Reyes", "Ana Ruiz")
    log = [json.loads(line) for line in files["audit-log.jsonl"].splitlines()]
    assert {"created", "viewed", "began to export"} <= {line["verb"] for line in log}


def test_what_its_author_has_not_shared_is_in_no_owners_copy(dana: Browser, noor: Browser) -> None:
    """“Only you see this until it is in the library and you share it.”"""
    publish(noor, begin(noor, "shared"), title="Shared with all")
    assert noor.post("/homework/own/1/share", on="1").status_code == 303
    publish(noor, begin(noor, "kept"), title="Quincecanary kept")
    begin(noor, "typing", LONGING)
    assert make_course(noor, title="Quincecanary course").status_code == 303
    for name, text in everything_of(dana).items():
        assert "quincecanary" not in str(text).lower(), name
    document = json.loads(everything_of(dana)["practice.json"])["records"]
    assert "Shared with all" in str(document["own_homework_version"])
    assert [len(document[name]) for name in ("own_homework", "own_homework_version")] == [1, 1]
    assert [document[name] for name in ("own_homework_draft", "own_course")] == [[], []]


def test_attachments_come_with_it_and_sheets_when_they_are_asked_for(dana: Browser) -> None:
    couple = a_full_couple(dana)
    files = everything_of(dana)
    folder = f"couples/{couple.id:05}"
    assert LETTER in files.values() and OWN_LETTER not in files.values()
    assert not [name for name in files if "/sheets/" in name]
    files = everything_of(dana, with_sheets="y")
    sheets = [name for name in files if name.startswith(f"{folder}/sheets/")]
    assert len(sheets) == 3 and all(files[name].startswith(b"%PDF-") for name in sheets)
    assert "sheets of their homework are in it" in files["README.txt"]


def test_printing_shows_how_far_it_is_and_can_be_stopped(
    dana: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_full_couple(dana)
    reached, go_on = Event(), Event()

    def slow(*_: object) -> bytes:
        reached.set()
        go_on.wait(PATIENCE)
        return b"%PDF-"

    monkeypatch.setattr(Renderer, "print", slow)
    dana.post("/records/everything", with_sheets="y")
    assert reached.wait(PATIENCE)
    wait_for_words(dana, "/records", "0 of 3 sheets printed")
    dana.post("/records/everything/stop")
    go_on.set()
    assert "nothing of it was kept" in dana.get("/records").text
    assert dana.post("/records/everything/file").status_code == 303


def test_more_sheets_than_a_copy_holds_are_refused_in_words(
    dana: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_full_couple(dana)
    monkeypatch.setattr(export_files, "MOST_SHEETS", 2)
    dana.post("/records/everything", with_sheets="y")
    wait_for_copy(dana)
    assert "These are 3 sheets" in dana.get("/records").text
    with dana.app.app_context():
        copied = select(AuditEvent).where(AuditEvent.verb == "exported", AuditEvent.couple_id > 0)
        assert not list(db.session.scalars(copied)), "they are counted before a file is opened"


def test_each_file_that_left_has_a_line_in_its_own_name(
    app: Flask, dana: Browser, noor: Browser
) -> None:
    couples = {a_couple(of=dana).id, a_couple(of=noor, a="Ana Ruiz", b="Bo Lind").id}
    everything_of(dana)
    with app.app_context():
        query = select(AuditEvent).where(AuditEvent.verb == "exported")
        lines = list(db.session.scalars(query))
        assert {line.couple_id for line in lines} == {*couples, None}
        assert {line.user_id for line in lines} == {dana.user_id}
        fetched = select(AuditEvent.seq).where(AuditEvent.verb == "fetched the copy of")
        assert db.session.scalar(fetched)


def test_it_is_handed_over_once(dana: Browser) -> None:
    assert everything_of(dana)
    assert dana.post("/records/everything/file").status_code == 303
    assert "no longer here" in dana.get("/records").text
    assert "Copy everything" in dana.get("/records").text


def test_it_shows_how_far_it_is_and_can_be_stopped(
    dana: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_couple(of=dana)
    a_couple(of=dana, a="Ana Ruiz", b="Bo Lind")
    reached, go_on = Event(), Event()
    files_of_couple = practice_copy.files_of_couple

    def slow(*given: object) -> CoupleFiles:
        reached.set()
        go_on.wait(PATIENCE)
        return files_of_couple(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(practice_copy, "files_of_couple", slow)
    dana.post("/records/everything")
    assert reached.wait(PATIENCE)
    wait_for_words(dana, "/records", "0 of 2 couples copied")
    dana.post("/records/everything/stop")
    go_on.set()
    assert "nothing of it was kept" in dana.get("/records").text
    assert dana.post("/records/everything/file").status_code == 303


def test_what_went_wrong_is_said(dana: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_jobs, "PracticeCopy", lambda *_: 1 / 0)
    dana.post("/records/everything")
    wait_for_copy(dana)
    assert "The copy could not be made" in dana.get("/records").text


def test_nobody_but_the_owner_makes_or_fetches_it(dana: Browser, noor: Browser) -> None:
    dana.post("/records/everything")
    wait_for_copy(dana)
    for address in ("", "/file", "/stop"):
        assert noor.post(f"/records/everything{address}").status_code == 403
    assert "Copy everything" not in noor.get("/records").text
    with in_the_name_of(noor):
        assert everything_job() is None
    assert dana.post("/records/everything/file").mimetype == "application/zip"
