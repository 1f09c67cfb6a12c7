"""The log as its readers see it: the practice's, and what happened to one couple's file."""

from datetime import timedelta

import pytest

from practice.activity.descriptions import deed
from tests.browser import Browser
from tests.factories import a_couple, a_letter, a_session, today


@pytest.mark.parametrize(
    ("verb", "subject", "words"),
    [
        ("viewed", "therapy_session:7", "Looked at a session"),
        ("viewed homework of", "couple:3", "Looked at the homework in the file"),
        ("changed", "partner:2", "Changed a partner’s details"),
        ("printed", "assignment:4", "Printed homework"),
        ("refused", "couple:9", "Was turned away from the file"),
        ("signed-in", "user:1", "Signed in"),
        ("sign-in-failed", "user:1", "Sign in failed"),
        ("created", "user:5", "Added a user"),
        ("created", "note_signature:5", "Signed a note"),
        ("viewed", "today", "Looked at today"),
    ],
)
def test_a_line_says_what_was_done_in_words(verb: str, subject: str, words: str) -> None:
    assert deed(verb, subject) == words


def test_the_owner_reads_who_did_what_newest_first(dana: Browser, noor: Browser) -> None:
    couple = a_couple(of=dana)
    dana.get(f"/couples/{couple.id}")
    noor.get(f"/couples/{couple.id}")
    page = dana.get("/log").text
    assert page.index("Was turned away from the file") < page.index("Looked at the file")
    assert "Noor Haddad" in page and "Maya" in page


def test_the_owner_reads_that_a_wrong_password_was_given_and_nobody_elses_owner_does(
    dana: Browser, noor: Browser, stranger: Browser, visitor: Browser
) -> None:
    assert noor.person
    visitor.get("/sign-in")
    visitor.post("/sign-in", email=noor.person.email, password="not the password at all")
    assert "Sign in failed" in dana.get("/log").text
    assert "Sign in failed" not in stranger.get("/log").text


def test_a_file_of_others_is_named_by_its_number_alone(dana: Browser, noor: Browser) -> None:
    couple = a_couple(of=noor, a="Łukasz Secret", b="Minh Hidden")
    noor.get(f"/couples/{couple.id}")
    page = dana.get("/log").text
    assert f"File {couple.id}" in page
    assert "Secret" not in page and "Hidden" not in page


def test_the_log_is_narrowed_by_person_kind_file_and_day(dana: Browser, noor: Browser) -> None:
    mine, other = a_couple(of=dana), a_couple(of=dana)
    dana.get(f"/couples/{mine.id}")
    noor.get(f"/couples/{other.id}")
    rows = {
        "who": f"/log?who={noor.user_id}",
        "kind": "/log?kind=refusals",
        "file": f"/log?file={other.id}",
    }
    for page in (dana.get(url).text for url in rows.values()):
        assert "Was turned away from the file" in page
        assert "Looked at the file" not in page
    tomorrow = (today() + timedelta(days=1)).isoformat()
    assert "Nothing like this was written" in dana.get(f"/log?first={tomorrow}").text


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("file=0", "Enter a file’s number."),
        ("file=99999999999999999999", "Enter a file’s number."),
        ("first=2026-02-31", "Enter a date that is in the calendar"),
        ("first=2026-03-02&last=2026-03-01", "This is before the first day."),
    ],
)
def test_what_cannot_be_asked_is_said_beside_the_field(
    dana: Browser, asked: str, message: str
) -> None:
    answer = dana.get(f"/log?{asked}")
    assert answer.status_code == 422
    assert message in answer.text


def test_a_long_log_has_pages(dana: Browser) -> None:
    couple = a_couple(of=dana)
    for _ in range(60):
        dana.get(f"/couples/{couple.id}")
    first = dana.get("/log?kind=looks").text
    assert first.count("<tr>") == 51
    older = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = dana.get(older).text
    assert 'rel="prev"' in second and "kind=looks" in older


def test_another_practice_reads_its_own_log_alone(dana: Browser, stranger: Browser) -> None:
    dana.get(f"/couples/{a_couple(of=dana).id}")
    page = stranger.get("/log").text
    assert "Dana Whitfield" not in page and "Looked at the file" not in page


def test_the_report_on_a_couple_shows_everyone_who_opened_the_file(
    dana: Browser, noor: Browser
) -> None:
    couple, other = a_couple(of=dana), a_couple(of=dana)
    session = a_session(dana, couple)
    dana.get(f"/couples/{couple.id}/sessions/{session.id}")
    dana.get(f"/couples/{other.id}")
    noor.get(f"/couples/{couple.id}")
    page = dana.get(f"/couples/{couple.id}/access").text
    assert "Looked at a session" in page
    assert "Was turned away from the file" in page
    assert page.count("Looked at the file") == 0
    assert noor.get(f"/couples/{couple.id}/access").status_code == 404


def test_the_report_does_not_tell_that_something_is_kept_apart(
    dana: Browser, noor: Browser
) -> None:
    """A psychotherapy note and an attachment for its author alone leave no line in it, for anyone."""
    couple = a_couple(of=dana)
    file = f"/couples/{couple.id}"
    session = a_session(dana, couple)
    dana.post(f"{file}/team", user_id=noor.user_id)
    dana.post(f"{session.url}/psychotherapy-note", text="My doubts.", version="0")
    dana.get(f"{session.url}/psychotherapy-note")
    dana.post(f"{session.url}/psychotherapy-note", text="Fewer doubts.", version="1")
    letter = a_letter(dana, couple, b"%PDF-1.7 mine", readers="author")
    assert dana.get(f"{file}/attachments/{letter}/file").status_code == 200
    assert noor.get(f"{file}/attachments/{letter}").status_code == 404
    assert dana.post(f"{file}/copy/own").status_code == 200
    for who in (dana, noor):
        report = who.get(f"{file}/access").text.partition("<tbody>")[2]
        assert "Started a session" in report
        for word in ("psychotherapy", "attachment", "themselves", "alone"):
            assert word not in report, (who.email, word)
    seen = a_letter(dana, couple, b"%PDF-1.7 all", readers="everyone")
    dana.get(f"{file}/attachments/{seen}/file")
    assert "Downloaded an attachment" in dana.get(f"{file}/access").text
