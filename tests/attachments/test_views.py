"""Letters and scans kept with a couple: added, shown, corrected, set aside, and to whom."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from practice.attachments.models import Attachment, AttachmentContent
from practice.audit.models import AuditEvent
from practice.database.base import db
from practice.identity.permissions import BILLER, FRONT_DESK, SUPERVISOR
from tests.attachments import files
from tests.attachments.files import send
from tests.browser import Browser
from tests.factories import (
    ACouple,
    a_couple,
    a_letter,
    a_user,
    in_the_name_of,
    on_the_team,
    today,
)
from tests.paper import lend_press

CANARY = "quincecanary"


@pytest.fixture
def couple(app: Flask, dana: Browser) -> ACouple:
    """Dana's couple, and a press to look files through."""
    lend_press(app)
    return a_couple(of=dana)


def path_of(couple: ACouple, letter: int, part: str = "") -> str:
    """An attachment's page, or a part of it."""
    return f"/couples/{couple.id}/attachments/{letter}{part}"


def count(of: Browser) -> int:
    """How many attachments somebody sees."""
    with in_the_name_of(of):
        return db.session.scalar(select(func.count()).select_from(Attachment)) or 0


def test_a_letter_is_kept_shown_and_handed_over_as_what_it_is(
    dana: Browser, couple: ACouple
) -> None:
    answer = send(dana, couple, files.a_pdf_that_acts(), title="From the psychiatrist")
    page = dana.get(answer.location)
    assert "Taken out of it: scripts" in page.text
    assert "A PDF of 2 pages" in page.text and "Everyone who may open this file" in page.text
    listed = dana.get(f"/couples/{couple.id}/attachments").text
    assert "From the psychiatrist" in listed and "Dana Whitfield" in listed
    assert "From the psychiatrist" in dana.get(f"/couples/{couple.id}").text, "on the timeline"
    file = dana.get(f"{answer.location}/file")
    number = answer.location.rpartition("/")[2]
    assert file.mimetype == "application/pdf" and file.data.startswith(b"%PDF-")
    assert file.headers["Content-Disposition"] == f'attachment; filename="attachment-{number}.pdf"'
    assert file.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Cache-Control"] == "no-store"
    assert dana.get(f"{answer.location}/picture").status_code == 404


def test_a_picture_is_shown_on_its_page_and_each_look_is_written_down(
    app: Flask, dana: Browser, couple: ACouple
) -> None:
    page = send(dana, couple, files.a_photo(), "scan.png").location
    assert f'src="{page}/picture"' in dana.get(page).text
    assert dana.get(f"{page}/picture").mimetype == "image/jpeg"
    dana.get(f"{page}/file")
    with app.app_context():
        lines = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(3))
        said = [(line.verb, line.subject.partition(":")[0], line.couple_id) for line in lines]
    assert said == [
        (verb, "attachment", couple.id)
        for verb in ("downloaded", "viewed the picture of", "viewed")
    ]


def test_what_is_refused_loses_nothing_typed(dana: Browser, couple: ACouple) -> None:
    for content, name, said in (
        (b"<svg></svg>", "scan.png", "something else, whatever its name says"),
        (files.a_locked_pdf(), "scan.pdf", "asks for a password"),
    ):
        answer = send(dana, couple, content, name, title=CANARY, readers="clinicians")
        assert answer.status_code == 422
        assert said in answer.text and CANARY in answer.text
        assert re.search(r"<input checked[^>]*value=\"clinicians\"", answer.text)
    empty = dana.post(f"/couples/{couple.id}/attachments/new", title=CANARY)
    assert empty.status_code == 422 and "Choose a file." in empty.text and CANARY in empty.text
    assert count(dana) == 0


def send_raw(browser: Browser, address: str, size: int) -> Any:
    """Send a file of that many bytes before the fields, all of it from memory."""
    start = b"--x\r\nContent-Disposition: form-data; name="
    body = start + b'"file"; filename="a.pdf"\r\n\r\n%PDF-' + b"x" * size + b"\r\n"
    for name, value in (("title", CANARY), ("csrf_token", browser.csrf_token())):
        body += start + f'"{name}"\r\n\r\n{value}\r\n'.encode()
    kind = "multipart/form-data; boundary=x"
    return browser.client.post(address, data=body + b"--x--\r\n", content_type=kind)


def test_a_file_that_is_too_large_is_let_go_and_nothing_else(
    app: Flask, dana: Browser, couple: ACouple
) -> None:
    app.config.update(ATTACHMENT_BYTES=4_000_000, LARGEST_BODY=9_000_000)
    page = f"/couples/{couple.id}/attachments/new"
    answer = send_raw(dana, page, 5_000_000)
    assert answer.status_code == 422
    assert "Choose a file of at most 4 MB." in answer.text and CANARY in answer.text
    assert send_raw(dana, page, 9_000_000).status_code == 413
    assert send_raw(dana, "/logo", 5_000_000).status_code == 413


def test_the_same_file_is_stored_once(dana: Browser, couple: ACouple) -> None:
    content = files.saved(files.a_pdf())
    first, second = (send(dana, couple, content, once="a-mark") for _ in range(2))
    assert first.location == second.location
    again = send(dana, couple, content, once="another-mark", title="Once more")
    assert again.status_code == 422
    assert "kept with them already, as “Letter from the psychiatrist”" in again.text
    assert count(dana) == 1


def test_details_are_corrected_and_two_windows_never_overwrite(
    dana: Browser, couple: ACouple
) -> None:
    letter = a_letter(dana, couple)
    told: dict[str, Any] = {
        "title": "Report",
        "kind": "report",
        "whose": "b",
        "dated_on": "2026-01-05",
        "readers": "clinicians",
    }
    assert dana.post(path_of(couple, letter, "/change"), **told, version="1").status_code == 303
    page = dana.get(path_of(couple, letter)).text
    assert "Report or assessment" in page and "January 5, 2026" in page and "Jonah" in page
    older = dana.post(path_of(couple, letter, "/change"), **told | {"title": "Else"}, version="1")
    assert older.status_code == 409 and "Else" in older.text and "Report" in older.text
    ahead = told | {"dated_on": "2100-01-01"}
    refused = dana.post(path_of(couple, letter, "/change"), **ahead, version="2")
    assert refused.status_code == 422 and "still to come" in refused.text


def test_what_is_set_aside_stays_kept_and_comes_back(dana: Browser, couple: ACouple) -> None:
    letter = a_letter(dana, couple, title=CANARY)
    assert dana.post(path_of(couple, letter, "/set-aside"), because=" ").status_code == 422
    dana.post(path_of(couple, letter, "/set-aside"), because="Scanned twice.")
    assert "Scanned twice." in dana.get(path_of(couple, letter)).text
    assert CANARY not in dana.get(f"/couples/{couple.id}").text
    assert "Set aside: 1" in dana.get(f"/couples/{couple.id}/attachments").text
    assert dana.get(path_of(couple, letter, "/file")).status_code == 200
    dana.post(path_of(couple, letter, "/bring-back"))
    assert CANARY in dana.get(f"/couples/{couple.id}").text


def test_the_database_refuses_to_change_or_remove_a_file(dana: Browser, couple: ACouple) -> None:
    a_letter(dana, couple)
    for statement in (
        "UPDATE attachment_content SET content = 'x'",
        "DELETE FROM attachment_content",
        "UPDATE attachment SET sha256 = 'x'",
        "DELETE FROM attachment",
    ):
        with (
            dana.app.app_context(),
            pytest.raises(DatabaseError, match="never changed"),
        ):
            db.session.execute(text(statement))


def sees(who: Browser, couple: ACouple, letter: int) -> bool:
    """Whether somebody finds an attachment, in every place alike."""
    found = {
        CANARY in who.get(f"/couples/{couple.id}").text,
        CANARY in who.get(f"/couples/{couple.id}/attachments").text,
        count(who) == 1,
        *(
            who.get(path_of(couple, letter, part)).status_code == 200
            for part in ("", "/file", "/change")
        ),
    }
    with in_the_name_of(who):
        found.add(bool(db.session.scalars(select(AttachmentContent.id)).all()))
    assert len(found) == 1, found
    return found.pop()


def test_s25_only_those_it_is_for_find_an_attachment_anywhere(
    app: Flask, dana: Browser, noor: Browser, stranger: Browser, couple: ACouple
) -> None:
    """Everyone who may open the file, its clinicians, or its author: also in lists and counts."""
    eve = Browser(app, a_user(app, dana.practice_id, name="Eve Moss", roles=(SUPERVISOR,)))
    dana.post("/care/supervision", supervisor_id=eve.user_id, clinician_id=dana.user_id)
    letter = a_letter(dana, couple, title=CANARY)
    told = {"title": CANARY, "kind": "letter", "whose": "couple", "dated_on": today().isoformat()}
    assert not sees(noor, couple, letter), "not on the care team"
    on_the_team(dana, couple, noor)
    for version, (readers, who) in enumerate(
        (("everyone", (dana, noor, eve)), ("clinicians", (dana, noor)), ("author", (dana,))), 1
    ):
        change = path_of(couple, letter, "/change")
        assert dana.post(change, **told, readers=readers, version=version).status_code == 303
        for one in (dana, noor, eve, stranger):
            assert sees(one, couple, letter) == (one in who), (readers, one.email)
    twin = files.saved(files.a_pdf())
    assert send(dana, couple, twin, readers="author").status_code == 303
    assert send(noor, couple, twin).status_code == 303, "nor is she told that the same file is here"


def test_s27_desk_and_billing_see_no_attachment_and_only_its_author_keeps_one_back(
    app: Flask, dana: Browser, noor: Browser, couple: ACouple
) -> None:
    letter = a_letter(dana, couple, title=CANARY)
    for role in (FRONT_DESK, BILLER):
        desk = Browser(app, a_user(app, dana.practice_id, name="Sam Field", roles=(role,)))
        for part in ("", "/file", "/picture"):
            assert desk.get(path_of(couple, letter, part)).status_code == 403
    on_the_team(dana, couple, noor)
    mine = {"title": "x", "kind": "letter", "whose": "couple", "dated_on": today().isoformat()}
    answer = noor.post(path_of(couple, letter, "/change"), **mine, readers="author", version="1")
    assert answer.status_code == 422
    assert sees(dana, couple, letter)
