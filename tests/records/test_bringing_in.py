"""A list of clients from another program: matched, looked at, opened all together or not at all."""

import re
from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from practice.audit.models import AuditEvent
from practice.couples.models import Couple
from practice.database import db
from practice.errors import Refused
from practice.records.bringing_in import look
from practice.records.lists import MOST_ROWS, matched, read_list, text_of
from tests.browser import Browser
from tests.factories import a_couple, in_the_name_of, today

LIST = """\
Frist Name,Last Name,Partner First Name,Partner Last Name,DOB,E-mail,Phone,Intake date,Notes
Mia,Stone,Lev,Stone,3/14/1988,mia@example.com,'+1 555 010 2231,2026-01-05,tea
Ana,Ruiz,Bo,Lind,,,,,
"""
ONCE = re.compile(r'name="once"[^>]*value="([^"]+)"')


def choose(browser: Browser, content: bytes | str) -> TestResponse:
    """Choose a file as the list."""
    raw = content.encode() if isinstance(content, str) else content
    return browser.post("/records/clients", file=(BytesIO(raw), "clients.csv"))


def send(browser: Browser, text: str = LIST, **fields: object) -> TestResponse:
    """Send the matched page, as it is matched by itself unless told otherwise."""
    columns = matched(read_list(text).header)
    sent = {"text": text, "column": columns, "step": "open", "once": "a-mark", **fields}
    return browser.post("/records/clients/matched", **sent)


def how_many(browser: Browser) -> int:
    """How many couples are on someone's caseload."""
    with in_the_name_of(browser):
        return db.session.scalar(select(func.count(Couple.id))) or 0


def test_columns_are_matched_also_when_misspelled() -> None:
    assert matched(read_list(LIST).header) == [
        "a-first_name",
        "a-last_name",
        "b-first_name",
        "b-last_name",
        "a-born_on",
        "a-email",
        "a-phone",
        "opened_on",
        "",
    ]
    assert matched(["Client 1 Name", "Client 2 Name", "Kids"]) == ["a-name", "b-name", "children"]
    assert matched(["Couple ID", "first_name", "surname"]) == [
        "household",
        "a-first_name",
        "a-last_name",
    ]


def test_a_list_is_looked_at_before_anything_is_stored(dana: Browser) -> None:
    page = choose(dana, LIST)
    assert page.status_code == 200
    assert "2 rows, 2 couples" in page.text
    assert '<option value="a-first_name" selected>' in page.text
    assert "+1 555 010 2231" in page.text
    assert "Open 2 files" in page.text
    assert how_many(dana) == 0


def test_all_files_are_opened_together_and_only_once(dana: Browser) -> None:
    assert send(dana).location == "/couples"
    assert how_many(dana) == 2
    send(dana)
    assert how_many(dana) == 2, "the same page sent twice"
    with in_the_name_of(dana):
        mia = db.session.scalars(select(Couple).order_by(Couple.id)).first()
        assert mia
        assert mia.name == "Mia Stone & Lev Stone"
        assert (mia.opened_on, mia.a.born_on) == (date(2026, 1, 5), date(1988, 3, 14))
        assert (mia.a.phone, mia.a.email) == ("+1 555 010 2231", "mia@example.com")
        lines = db.session.scalars(select(AuditEvent).filter_by(verb="imported")).all()
        assert [line.detail for line in lines] == [{"couples": 2}, {"couples": 0}]


def test_one_fault_and_nothing_is_opened(dana: Browser) -> None:
    wrong = LIST.replace("3/14/1988", "14-3-88").replace("Ana,Ruiz", ",Ruiz")
    page = choose(dana, wrong)
    assert "Write this date as 1988-03-14 or 3/14/1988." in page.text
    assert "Partner A: Enter a first name." in page.text
    assert "2 things keep this list from being taken" in page.text
    assert "Open 2 files" not in page.text
    answer = send(dana, wrong)
    assert answer.status_code == 422
    assert "Frist Name" in answer.text, "nothing that was chosen is lost"
    assert how_many(dana) == 0


@pytest.mark.parametrize(
    ("cell", "column", "said"),
    [
        ("2999-01-01", "a-born_on", "still to come"),
        ("1850-01-01", "a-born_on", "Write this date"),
        ("no address", "a-email", "e-mail address"),
        ("17", "together_since", "four digits"),
        ("x" * 81, "a-last_name", "80 characters"),
        ("x" * 201, "children", "200 characters"),
    ],
)
def test_each_faulty_cell_says_what_is_wrong(
    dana: Browser, cell: str, column: str, said: str
) -> None:
    with in_the_name_of(dana):
        clients = read_list(f"one,other,more\nMia,Lev,{cell}\n")
        looked = look(clients, ["a-first_name", "b-first_name", column], today())
        assert said in looked.faults[0, 2]


def test_a_row_for_each_partner_makes_a_couple_of_a_household(dana: Browser) -> None:
    rows = 'Household,Name,Phone\n7,Mia Stone,1\n9,"Ruiz, Ana",2\n7,Lev Stone,3\n9,Bo Lind,4\n'
    assert send(dana, rows).status_code == 303
    with in_the_name_of(dana):
        couples = db.session.scalars(select(Couple).order_by(Couple.id)).all()
        assert [one.name for one in couples] == ["Mia Stone & Lev Stone", "Ana Ruiz & Bo Lind"]
        assert couples[1].b.phone == "4"
    alone = choose(dana, "Household,Name\n7,Mia Stone\n")
    assert "A household needs two rows" in alone.text


def test_who_has_a_file_already_is_noticed(dana: Browser, noor: Browser) -> None:
    a_couple(of=noor, a="Mia Stone", b="Lev Stone")
    twice = f"{LIST}Bo,Lind,Ana,Ruiz,,,,,\n"
    page = choose(dana, twice)
    assert "Known here already: Mia Stone and Lev Stone." in page.text
    assert "These two stand in an earlier row too." in page.text
    refused = send(dana, twice)
    assert refused.status_code == 422
    assert "Tick that you looked at them" in refused.text
    assert how_many(dana) == 0
    assert send(dana, twice, knowingly="y").status_code == 303
    assert how_many(dana) == 3


def test_both_names_have_to_be_matched_and_each_thing_once(dana: Browser) -> None:
    clients = read_list("one,two\nMia,Lev\n")
    for matching, said in (
        (["a-first_name", ""], "partner B’s first name"),
        (["a-name", "a-name"], "Two columns"),
    ):
        with in_the_name_of(dana), pytest.raises(Refused, match=said):
            look(clients, matching, today())
    page = send(dana, "one,two\nMia,Lev\n")
    assert page.status_code == 422
    assert "Match a column to partner A’s first name" in page.text


def test_s40_whatever_the_encoding() -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert text_of("Name;Zoë".encode(encoding)) == "Name;Zoë"
    with pytest.raises(Refused, match="at most 1 MB"):
        text_of(b"x" * 1_000_001)
    assert read_list("a;b\nZoë;1,5\n").rows == [["Zoë", "1,5"]]
    assert read_list("a\tb\n1\t2\n").rows == [["1", "2"]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\x00\x01\x02", "not a list as text"),
        (b"PK\x03\x04 a workbook", "not a list as text"),
        (b"\xff\xfea", "not a list as text"),
        (b"", "no row below"),
        (b"Name\n", "no row below"),
        (b"a,b\n" + b"x,y\n" * (MOST_ROWS + 1), "at most 500 rows"),
        (b",".join([b"a"] * 61) + b"\n1\n", "60 columns"),
        (b"a,b\n" + b"x" * 4_001 + b",1\n", "4,000 characters"),
        (b'a,b\n"' + b"x" * 140_000 + b'",1\n', "a cell is too long"),
    ],
)
def test_s40_what_cannot_be_taken_is_said(dana: Browser, content: bytes, said: str) -> None:
    answer = choose(dana, content)
    assert answer.status_code == 422
    assert said in answer.text


def test_a_page_with_a_list_made_up_is_refused_in_words(dana: Browser) -> None:
    answer = dana.post("/records/clients/matched", text="x", step="open")
    assert answer.status_code == 422
    assert "no row below" in answer.text
