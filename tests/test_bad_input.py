"""What people really type, paste and send: kept whole, or refused at its field with nothing lost."""

import html
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import text

from practice.application import create_app
from practice.database.base import db
from tests.browser import Browser
from tests.databases import Databases
from tests.factories import (
    a_couple,
    a_practice,
    a_session,
    a_user,
    an_appointment,
    an_assignment,
    in_the_name_of,
    today,
)
from tests.handouts.conftest import Printed
from tests.house import close
from tests.paper import words_on
from tests.sessions.forms import the_page

NOTE = 100_000
SLUG = "the-two-minute-shared-load"
TYPED = "Words that took a while to find."

#: Emoji and joined emoji, right to left, markup, a template, quotes, four scripts, a bit of SQL.
ODD = '👩‍👩‍👧 שלום <script>alert(1)</script> {{ 1234*5678 }} & "q" Łż Олена 王小明 \'; DROP TABLE a;--'


@dataclass(frozen=True)
class Sent:
    """A form ready to be sent: where, what, and the page on which it shows."""

    url: str
    fields: dict[str, Any]
    shown: str


def saving(dana: Browser) -> Sent:
    """The session page's form."""
    session = a_session(dana, a_couple(of=dana))
    return Sent(session.url, the_page(), session.url)


def tagging(dana: Browser) -> Sent:
    """A tap on an obstacle."""
    session = a_session(dana, a_couple(of=dana))
    return Sent(f"{session.url}/obstacles", {"obstacle": "busyness", "on": "1"}, session.url)


def amending(dana: Browser) -> Sent:
    """An addendum."""
    session = a_session(dana, a_couple(of=dana), signed=True)
    return Sent(f"{session.url}/addenda", {"text": "An addendum.", "once": "one"}, session.url)


def writing_apart(dana: Browser) -> Sent:
    """One's own psychotherapy note."""
    own = f"{a_session(dana, a_couple(of=dana)).url}/psychotherapy-note"
    return Sent(own, {"text": "A note.", "version": "0"}, own)


def giving(dana: Browser) -> Sent:
    """A homework, for a couple of whom one is not screened."""
    couple = a_couple(of=dana, screens=("none-known", None))
    due = (today() + timedelta(days=7)).isoformat()
    fields = {"due_on": due, "once": "one", "safety_reason": "Both were seen."}
    return Sent(f"/couples/{couple.id}/give/{SLUG}", fields, f"/couples/{couple.id}/homework")


def reviewing(dana: Browser) -> Sent:
    """How a homework went for Maya."""
    couple = a_couple(of=dana)
    url = f"{an_assignment(dana, couple).url}/review"
    return Sent(url, {"by_whom": "a", "outcome": "done"}, f"/couples/{couple.id}/homework")


FORMS: dict[str, Callable[[Browser], Sent]] = {
    "save": saving,
    "tag": tagging,
    "amend": amending,
    "psychotherapy": writing_apart,
    "give": giving,
    "review": reviewing,
}
#: Every field for words: its form, its name, the most it takes, and the table it is kept in.
WORDS = [
    ("save", "data", NOTE, "progress_note"),
    ("save", "assessment", NOTE, "progress_note"),
    ("save", "plan", NOTE, "progress_note"),
    ("save", "others_attended", 200, "therapy_session"),
    ("save", "place_a", 120, "therapy_session"),
    ("save", "place_b", 120, "therapy_session"),
    ("tag", "words", 200, "sighting"),
    ("amend", "text", NOTE, "note_addendum"),
    ("psychotherapy", "text", NOTE, "psychotherapy_note"),
    ("give", "anchor", 120, "assignment"),
    ("give", "place_and_time", 200, "assignment"),
    ("give", "expected_obstacle", 200, "assignment"),
    ("give", "if_then", 300, "assignment"),
    ("give", "personal_word", 600, "assignment"),
    ("give", "safety_reason", 600, "assignment"),
    ("review", "noticed", 600, "review"),
]
TABLES = sorted({table for *_, table in WORDS})


@pytest.fixture(scope="module")
def dana(
    databases: Databases,
    compiled_templates: FileSystemBytecodeCache,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Browser]:
    """Dana's browser in an installation that all of these tests share; each opens a file of its own."""
    app: Flask = create_app(databases.installation(tmp_path_factory.mktemp("odd")))
    app.jinja_env.bytecode_cache = compiled_templates
    yield Browser(app, a_user(app, a_practice(app), owner=True))
    close(app)


def rows(dana: Browser, table: str) -> list[dict[str, Any]]:
    """Every row of a table, the newest last."""
    with dana.app.app_context():
        found = db.session.execute(text(f"SELECT * FROM {table} ORDER BY id")).mappings()
        return [dict(row) for row in found]


def stored(dana: Browser) -> dict[str, list[dict[str, Any]]]:
    """Everything these forms write."""
    return {table: rows(dana, table) for table in TABLES}


@pytest.mark.parametrize(("form", "name", "longest", "table"), WORDS)
def test_odd_words_are_kept_as_typed_and_shown_as_words(
    dana: Browser, form: str, name: str, longest: int, table: str
) -> None:
    sent = FORMS[form](dana)
    answer = dana.post(sent.url, **sent.fields | {name: f"  {ODD}\r\n "})
    assert answer.status_code in (200, 303), answer.text
    assert rows(dana, table)[-1][name] == ODD
    page = dana.get(sent.shown).text
    assert ODD in html.unescape(page)
    assert "<script>alert" not in page


@pytest.mark.parametrize(("form", "name", "longest", "table"), WORDS)
def test_a_field_takes_its_longest_words_whole_and_refuses_one_letter_more(
    dana: Browser, form: str, name: str, longest: int, table: str
) -> None:
    sent = FORMS[form](dana)
    whole = ("é👍 ż, " * longest)[: longest - 1] + "."
    before = stored(dana)
    answer = dana.post(sent.url, **sent.fields | {name: whole + "x"})
    assert answer.status_code == 422
    assert f"Keep this to {longest:,} characters." in answer.text
    assert whole + "x" in html.unescape(answer.text)
    assert stored(dana) == before
    assert dana.post(sent.url, **sent.fields | {name: whole}).status_code in (200, 303)
    assert rows(dana, table)[-1][name] == whole


@pytest.mark.parametrize(("form", "name", "longest", "table"), WORDS)
def test_what_no_page_can_carry_is_refused_at_its_field(
    dana: Browser, form: str, name: str, longest: int, table: str
) -> None:
    sent = FORMS[form](dana)
    before = stored(dana)
    answer = dana.post(sent.url, **sent.fields | {name: f"{TYPED[:40]}\x00 and more"})
    assert answer.status_code == 422
    assert "Remove the characters that cannot be printed." in answer.text
    assert TYPED[:40] in html.unescape(answer.text)
    assert stored(dana) == before


@pytest.mark.parametrize("form", FORMS)
def test_halves_of_letters_never_break_a_page(dana: Browser, form: str) -> None:
    """Bytes that are no text, as some programs send them: read as far as they can be read."""
    for half in ("%ED%A0%80", "%FF%FE", "%C3", "%u0000", "%00", "\\ud800", "&#xD800;"):
        for name in {name for one, name, *_ in WORDS if one == form}:
            sent = FORMS[form](dana)
            fields = sent.fields | {"csrf_token": dana.csrf_token()}
            body = "&".join(f"{key}={value}" for key, value in fields.items() if key != name)
            answer = dana.client.post(
                sent.url,
                data=f"{body}&{name}=before{half}after",
                content_type="application/x-www-form-urlencoded",
            )
            assert answer.status_code in (200, 303, 422), (half, answer.status)
            if answer.status_code == 422:
                assert "before" in answer.text and "after" in answer.text


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_form_stores_nothing_and_breaks_nothing(dana: Browser, form: str) -> None:
    sent = FORMS[form](dana)
    before = stored(dana)
    for fields in ({}, dict.fromkeys(sent.fields, ""), dict.fromkeys(sent.fields, "  ")):
        assert dana.post(sent.url, **fields).status_code in (303, 409, 422)
    assert stored(dana) == before


WRONG_DATES = [
    "2026-02-30",
    "2026-13-01",
    "2026-00-10",
    "0000-01-01",
    "0001-01-01",
    "99999-01-01",
    "9999-12-31",
    "31/12/2026",
    "yesterday",
    "-1",
    "2026-02-",
    "٢٠٢٦-٠١-٠١",
    "1e3",
]
WRONG_TIMES = ["25:00", "16:60", "noon", "-1:00", "4 pm", "16h", "99", "1e3"]
#: What is no choice of ours: the form, the field, and values.
WRONG_CHOICES = [
    ("save", "held_on", [*WRONG_DATES, "", "2099-01-01"]),
    ("give", "due_on", [*WRONG_DATES, "", "2020-01-01"]),
    ("save", "started_at", WRONG_TIMES),
    ("save", "stopped_at", [*WRONG_TIMES, "16:00", "03:00"]),
    ("save", "kind", ["picnic", "", "CONJOINT", "0"]),
    ("save", "modality", ["telepathy", ""]),
    ("save", "format", ["haiku", "", "../soap"]),
    ("give", "for_whom", ["dog", "", "A", "ab"]),
    ("give", "dose", ["3.5", "-1", "9e9", str(2**63), "", "x", "17", "9" * 5_000]),
    ("give", "days", ["8", "-1", "x", str(2**63), ""]),
    ("give", "confidence_a", ["11", "-1", "x", str(2**63), "9" * 5_000]),
    ("give", "confidence_b", ["99", "1.5"]),
    ("review", "outcome", ["obeyed", "DONE", "0"]),
    ("review", "usefulness", ["7", "-1", "x", "³", str(2**63), "9" * 300]),
    ("review", "by_whom", ["c", "", "Clinician", "both"]),
    ("tag", "obstacle", ["gluten", "", "BUSYNESS", "busyness "]),
    ("tag", "who", ["c", "A", "everyone"]),
    ("tag", "strength", ["9", "-1", "0", "x", "1.5", str(2**63)]),
]
WORDS_OF = {"save": "plan", "give": "personal_word", "review": "noticed", "tag": "words"}


@pytest.mark.parametrize(("form", "name", "values"), WRONG_CHOICES)
def test_what_cannot_be_is_refused_and_the_words_beside_it_come_back(
    dana: Browser, form: str, name: str, values: list[str]
) -> None:
    sent = FORMS[form](dana)
    before = stored(dana)
    for value in values:
        answer = dana.post(sent.url, **sent.fields | {WORDS_OF[form]: TYPED, name: value})
        assert answer.status_code == 422, (value[:40], answer.status)
        assert TYPED in html.unescape(answer.text), value[:40]
    after = stored(dana)
    if form == "save":  # the words are saved once, and what is wrong waits
        note = after["progress_note"][-1]
        assert (note["plan"], note["version"]) == (TYPED, 2)
        after["progress_note"][-1] = before["progress_note"][-1]
    assert after == before


@pytest.mark.parametrize(
    ("form", "name", "value", "message"),
    [
        ("save", "held_on", "2026-02-30", "Enter a date that is in the calendar"),
        ("save", "held_on", "0001-01-01", "Check the year of this date."),
        ("save", "held_on", "", "Enter the date."),
        ("save", "held_on", "2099-01-01", "not taken place yet is an appointment."),
        ("save", "started_at", "25:00", "Enter a time of day, such as 16:30."),
        ("save", "stopped_at", "15:00", "The session must stop after it started."),
        ("give", "due_on", "2026-02-30", "Enter a date that is in the calendar"),
        ("give", "due_on", "", "Enter the date to talk about it."),
        ("give", "due_on", "2020-01-01", "That date has already passed."),
        ("give", "confidence_a", "11", "Choose a number from 0 to 10."),
        ("review", "usefulness", "7", "Choose a number from 0 to 4."),
        ("review", "outcome", "obeyed", "Choose one of the answers offered."),
        ("tag", "strength", "9", "Choose one of the values offered."),
        ("tag", "obstacle", "gluten", "Choose one of the obstacles offered."),
    ],
)
def test_the_page_says_what_to_do_about_it(
    dana: Browser, form: str, name: str, value: str, message: str
) -> None:
    sent = FORMS[form](dana)
    answer = dana.post(sent.url, **sent.fields | {name: value})
    page = html.unescape(answer.text)
    assert message in page
    if form in ("save", "give") and "confidence" not in name:
        field = page[page.index(f'<label for="{name}"') :]
        assert message in field[: field.index("</div>")], "beside its field"
        assert f'value="{value}"' in field[: field.index("</div>")], "with what was typed"


@pytest.mark.parametrize("form", FORMS)
def test_two_megabytes_are_answered_in_words(dana: Browser, form: str) -> None:
    sent = FORMS[form](dana)
    before = stored(dana)
    name = next(name for one, name, *_ in WORDS if one == form)
    answer = dana.post(sent.url, **sent.fields | {name: "long " * 400_000})
    assert answer.status_code == 422
    assert "Keep this to" in answer.text and "long long long" in answer.text
    huge = dana.post(sent.url, **sent.fields | {name: "long " * 900_000})
    assert huge.status_code == 413
    assert "That is more than one page can take" in huge.text and "long long long" in huge.text
    assert stored(dana) == before


BODIES: list[tuple[str, Any]] = [
    ("application/json", json.dumps({"data": {"a": [1]}, "text": 5, "held_on": None})),
    ("application/json", '{"text": "\\ud800", "data": "\\ud800", "outcome": ["done"]}'),
    ("application/json", "[1, 2, 3]"),
    ("application/json", "null"),
    ("application/json", "{"),
    ("application/json", '"words"'),
    ("text/plain", "data=x&text=x"),
    ("application/xml", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
    ("application/octet-stream", b"\x00\xff" * 100),
    ("multipart/form-data", b"no boundary at all"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n--x--"),
    ("application/x-www-form-urlencoded; charset=utf-16", "data=x"),
    ("", b"data=x"),
]


@pytest.mark.parametrize("form", FORMS)
def test_other_kinds_of_content_are_turned_away_in_words(dana: Browser, form: str) -> None:
    sent = FORMS[form](dana)
    before = stored(dana)
    for kind, body in BODIES:
        headers = {"X-CSRFToken": dana.csrf_token()}
        answer = dana.client.post(sent.url, data=body, content_type=kind, headers=headers)
        assert answer.status_code < 500, (kind, body)
    assert stored(dana) == before


@pytest.mark.parametrize("form", FORMS)
def test_a_file_in_the_place_of_words_is_turned_away(dana: Browser, form: str) -> None:
    sent = FORMS[form](dana)
    before = stored(dana)
    for name in {"csrf_token", *sent.fields, *(name for one, name, *_ in WORDS if one == form)}:
        file = (io.BytesIO(b"words"), "words.txt")
        answer = dana.post(sent.url, **sent.fields | {name: file})
        assert 400 <= answer.status_code < 500, name
    assert stored(dana) == before


@pytest.mark.parametrize("form", FORMS)
def test_a_field_sent_twice_breaks_nothing(dana: Browser, form: str) -> None:
    sent = FORMS[form](dana)
    twice = {name: [value, value] for name, value in sent.fields.items()}
    assert dana.post(sent.url, **twice).status_code in (200, 303, 422)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_form_sent_three_times_is_stored_once(dana: Browser, form: str) -> None:
    sent = FORMS[form](dana)
    name, table = next((name, table) for one, name, _, table in WORDS if one == form)
    before = {table: len(found) for table, found in stored(dana).items()}
    for _ in range(3):
        assert dana.post(sent.url, **sent.fields | {name: TYPED}).status_code in (200, 303)
    after = {table: len(found) for table, found in stored(dana).items()}
    grown = {
        table: after[table] - before[table] for table in TABLES if after[table] > before[table]
    }
    assert grown in ({}, {table: 1})
    assert rows(dana, table)[-1][name] == TYPED


def test_marks_of_forms_can_be_anything(dana: Browser) -> None:
    couple = a_couple(of=dana)
    start = f"/couples/{couple.id}/sessions"
    for once in ("x" * 40, "' OR 1=1", "🙂", "", "once"):
        assert dana.post(start, once=once).status_code == 303
    for once in ("x" * 41, "\x00", "x" * 100_000):
        answer = dana.post(start, once=once)
        assert answer.status_code == 303 and answer.location == f"/couples/{couple.id}"
    sent = giving(dana)
    for once in ("x" * 41, "\x00"):
        assert dana.post(sent.url, **sent.fields | {"once": once}).status_code == 422


@pytest.mark.parametrize(
    "address",
    [
        "/couples/{id}?before={odd}",
        "/homework?couple={odd}",
        "/homework?couple={id}&session={odd}",
        "/homework?obstacle={odd}&element={odd}",
        "/homework/{odd}",
        "/couples/{id}/sessions/{odd}",
        "/couples/{id}/give/{odd}",
        "/couples?page={odd}&show={odd}",
    ],
)
def test_odd_addresses_are_never_an_error_of_ours(dana: Browser, address: str) -> None:
    couple = a_couple(of=dana)
    odd = (str(2**63), str(-(2**63)), "9" * 400, "0", "-1", "1e3", "%00", "%ff", "%ED%A0%80",
           "%F0%9F%98%80", "<script>", "{{1234*5678}}", "..%2f..", "a" * 3_000, "")  # fmt: skip
    for value in odd:
        answer = dana.get(address.format(id=couple.id, odd=value))
        assert answer.status_code < 500, value[:40]
        assert "<script>{{" not in answer.text and ">7006652<" not in answer.text


NAMES = [
    ("Łukasz Żółć", "Đặng Thị Hồng"),
    ("Zoë Ångström", "Çağla Şimşek"),
    ("Олександр Їжак", "Ђорђе Љубић"),
    ("שרה לוי", "יוסף כהן"),
    ("王小明", "田中 さくら"),
    ("Αθηνά Γεωργίου", "김민준"),
    ("Mary-Jo O’Neil & Sons", '"Zo" d\'Arc'),
    ("<b>Ann</b>", "{{ 1234*5678 }}"),
    ("Ana María", "Nuñez"),
    ("سارة حداد", "Noé"),
]


@pytest.mark.parametrize(("a", "b"), NAMES)
def test_names_in_any_script_are_read_on_every_page_and_printed_as_letters(
    dana: Browser, a: str, b: str
) -> None:
    couple = a_couple(of=dana, a=a, b=b)
    an_appointment(dana, couple, on_day=today() + timedelta(days=6))
    session = a_session(dana, couple, seen=(("busyness", "a", 2),))
    made = an_assignment(dana, couple)
    with in_the_name_of(dana):
        first = [
            name
            for (name,) in db.session.execute(
                text("SELECT first_name FROM partner WHERE couple_id = :id ORDER BY letter"),
                {"id": couple.id},
            )
        ]
    for page in (f"/couples/{couple.id}", f"/couples/{couple.id}/homework", session.url, "/"):
        shown = dana.get(page).text
        assert a in html.unescape(shown) and b in html.unescape(shown), page
        assert "<b>Ann" not in shown and ">7006652<" not in shown
    for copy, expected in (("a", first[0]), ("b", first[1]), ("couple", first[1])):
        pdf = dana.get(f"{made.url}/handout-{copy}.pdf").data
        assert expected in words_on(pdf), copy
        assert not Printed(pdf).has_boxes
