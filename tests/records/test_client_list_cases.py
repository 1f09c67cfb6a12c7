"""The small lists in `tests/cases`: what is read of each, and the sentence that is shown."""

from datetime import date
from typing import Any

import pytest

from tests.browser import Browser
from tests.records.client_lists import (
    answer,
    case,
    choose,
    couples_of,
    how_many,
    match,
    open_files,
    words_on,
)
from tests.records.workbooks import a_workbook

QUILLS = [("Mara", "Quill"), ("Teo", "Quill")]
MARCH_14 = date(1984, 3, 14)

#: Lists that are brought in as they come: what is stored of each couple.
READ: dict[str, list[dict[str, Any]]] = {
    "c08": [
        {"names": QUILLS, "born": [MARCH_14, MARCH_14]},
        {"names": [("Oda", "Brink"), ("Nils", "Brink")], "born": [MARCH_14, MARCH_14]},
        {"names": [("Ana", "Sol"), ("Ben", "Sol")], "born": [MARCH_14, MARCH_14]},
        {"names": [("Lu", "Mar"), ("Vi", "Mar")], "born": [MARCH_14, MARCH_14]},
        {"names": [("Ed", "Hay"), ("Jo", "Hay")], "born": [MARCH_14, MARCH_14]},
    ],
    "c09": [{"names": QUILLS}],
    "c10": [{"names": [("Jürgen", "Müller"), ("Zoë", "Ångström")], "born": [MARCH_14, None]}],
    "c11": [{"names": [("José", "Núñez"), ("Zoé", "Lefèvre")]}],
    "c12": [{"names": [("Agnès", "Bâle"), ("Benoît", "Forêt")]}],
    "c13": [{"names": [("Łukasz", "Wójcik"), ("Żaneta", "Dvořák")]}],
    "c14": [{"names": [("Ольга", "Иванова"), ("Пётр", "Иванов")]}],
    "c15": [{"names": [("José", "Núñez"), ("Ольга", "Sørensen")]}],
    "c16": [{"names": [("José", "Núñez"), ("Olga", "Sørensen")]}],
    "c20": [
        {
            "names": QUILLS,
            "phones": ["(555) 010-2233", "555.010.2244 x12"],
            "emails": ["mara.q@example.com", ""],
        },
        {
            "names": [("Oda", "Brink"), ("Nils", "Brink")],
            "phones": ["+49 (0)30 010-2244", ""],
            "emails": ["oda@example.com", "nils@example.com"],
        },
    ],
    "c26": [{"names": QUILLS, "children": 'two lines, "7" and 4'}],
    "c27": [{"names": QUILLS}],
    "c29": [{"names": QUILLS, "emails": ["", ""], "born": [None, None]}],
    "c36": [{"names": QUILLS, "together_since": 2017}],
    "c40": [
        {
            "names": [("Maraq", "Brinkaz"), ("Teo", "Brinkaz")],
            "emails": ["mara.q@example.com", ""],
        }
    ],
    "c41": [
        {"names": [("Juan Carlos", "de la Cruz y Ortega"), ("Martin Luther", "Smith Jr.")]},
        {"names": [("Mary Ann", "van der Berg"), ("Aiko", "Tanaka-Ito")]},
        {"names": [("李小龍", ""), ("Thị Minh Khai", "Nguyễn")]},
    ],
    "c43": [{"names": QUILLS, "born": [None, None]}],
    "c45": [
        {
            "names": [('=HYPERLINK("http://example.com")', "@Quill"), ("-Teo", "+Quill")],
            "children": "=1+1",
        }
    ],
    "c46": [{"names": [("Marza", "Zerow"), ("Teoz", "Zerow")]}],
    "c50": [{"names": QUILLS}],
    "c51": [{"names": QUILLS, "together_since": 2017, "opened_on": date(2024, 3, 14)}],
    "c56": [{"names": QUILLS}],
    "c57": [{"names": [("José", "Núñez"), ("Zoë", "Ångström")]}],
}
#: What a page says of a list before anything is stored.
SAID = {
    "c01": ["E-mail mara.q@example.com: whose is it?", "Phone (555) 010-2233: whose is it?"],
    "c03": ["This looks like a list from Jane", "They share a street. Are they a couple?"],
    "c05": ["They have the same last name. Are they a couple?"],
    "c20": ["A second number of Mara is not kept: (555) 010-7788."],
    "c22": [
        "This looks like a list from Outlook",
        "Which comes first in these dates?",
        "Last name Quill",
    ],
    "c35": ["This row names one person. Mend it to name the partner"],
    "c38": ["They share a household. Are they a couple?"],
    "c39": ["This row names one person. Mend it to name the partner"],
    "c40": ["A second address of Maraq is not kept: mara.private@example.com."],
    "c41": ["First name Juan Carlos Last name de la Cruz y Ortega", "Last name Smith Jr."],
    "c44": ["Phone 555-010-2233: whose is it?"],
    "c55": [
        "First name Mara Last name Quill",
        "First name Teo Last name Quill",
        "Read as Oda Brink and Nils Brink. Is that right?",
        "Phone 555-010-2244: whose is it?",
    ],
}


@pytest.mark.parametrize("name", READ)
def test_a_list_is_read_right_and_stored_so(dana: Browser, name: str) -> None:
    rows = match(dana, case(dana, name))
    assert how_many(dana) == 0, "nothing is stored before it is said"
    brought = open_files(dana, rows)
    assert brought.status_code == 200, words_on(brought)
    found = couples_of(dana)
    assert len(found) == len(READ[name])
    for couple, expected in zip(found, READ[name], strict=True):
        assert {key: couple[key] for key in expected} == expected


@pytest.mark.parametrize("name", SAID)
def test_what_a_list_leaves_open_is_said_before_anything_is_stored(
    dana: Browser, name: str
) -> None:
    columns = case(dana, name)
    rows = match(dana, columns)
    words = words_on(columns) + words_on(rows)
    for sentence in SAID[name]:
        assert sentence in words
    assert how_many(dana) == 0


def test_c28_a_lone_quote_is_named_with_its_line(dana: Browser) -> None:
    answer = case(dana, "c28")
    assert answer.status_code == 422
    assert "A quotation mark in line 3 has no partner" in answer.text


def test_c32_an_excel_file_is_taken_whatever_it_is_called(dana: Browser) -> None:
    damaged = case(dana, "c32")
    assert damaged.status_code == 422
    assert "This Excel workbook is damaged or of a kind we cannot read." in words_on(damaged)
    book = a_workbook({"Clients": [["Partner 1", "Partner 2"], ["Mara Quill", "Teo Quill"]]})
    open_files(dana, match(dana, choose(dana, book, "clients.csv")))
    assert [one["names"] for one in couples_of(dana)] == [QUILLS]


def test_c38_each_number_stays_with_its_own_person(dana: Browser) -> None:
    rows = match(dana, case(dana, "c38"))
    ready = answer(dana, rows, said={"couple-1+2": "yes"})
    open_files(dana, ready)
    [couple] = couples_of(dana)
    assert couple["names"] == [("Mara", "Quillbyx"), ("Teo", "Quillbyx")]
    assert couple["phones"] == ["555-010-2233", "555-010-2244"]
    assert couple["emails"] == ["mara.q@example.com", "teo.q@example.com"]


def test_c22_a_date_is_read_as_the_clinician_says(dana: Browser) -> None:
    columns = case(dana, "c22")
    place = 9
    rows = match(dana, columns, **{f"order-{place}": "day"})
    open_files(dana, rows)
    [couple] = couples_of(dana)
    assert couple["names"] == QUILLS
    assert couple["born"] == [date(1984, 3, 2), None]
    assert couple["phones"] == ["(555) 010-2233", ""]


def test_c55_what_names_nobody_is_given_to_whom_the_clinician_says(dana: Browser) -> None:
    rows = match(dana, case(dana, "c55"))
    said = {
        "owner-1:0": "b",
        "owner-1:1": "a",
        "couple-2": "yes",
        "owner-2:0": "-",
        "owner-2:1": "b",
    }
    open_files(dana, answer(dana, rows, said=said))
    quills, brinks = couples_of(dana)
    assert quills["emails"] == ["", "mara.q@example.com"]
    assert quills["phones"] == ["555-010-2233", ""]
    assert brinks["names"] == [("Oda", "Brink"), ("Nils", "Brink")]
    assert (brinks["emails"], brinks["phones"]) == (["", ""], ["", "555-010-2244"])


def test_c05_placeholders_are_not_known(dana: Browser) -> None:
    rows = match(dana, case(dana, "c05"))
    open_files(dana, answer(dana, rows, said={"couple-1+2": "yes"}))
    [couple] = couples_of(dana)
    assert couple["born"] == [None, date(1982, 11, 30)]
    assert couple["phones"] == ["5550102233", "5550102244"]


def test_numbers_and_dates_of_a_workbook_are_read_as_people_see_them(dana: Browser) -> None:
    header = ["First name 1", "First name 2", "DOB 1", "Phone 1", "Together since"]
    rows = [["Clients of Alder Street"], [], header, ["Mara", "Teo", MARCH_14, 5550102233, 2017]]
    rows += [["Ana", "Bo", 30755, "soon", 2017.0]]
    page = match(dana, choose(dana, a_workbook({"Clients": rows}), "clients.xlsx"))
    assert "Line 5" in words_on(page) and "“soon”" in words_on(page)
    open_files(dana, answer(dana, page, empty="3:a-phone"))
    mara, ana = couples_of(dana)
    assert (mara["born"][0], ana["born"][0]) == (MARCH_14, MARCH_14)
    assert (mara["phones"][0], mara["together_since"]) == ("5550102233", 2017)
