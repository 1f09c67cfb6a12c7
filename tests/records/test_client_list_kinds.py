"""What client lists say, kind by kind: headings, dates, phones, names, encodings, shapes of files."""

import time
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from practice.errors import Refused
from practice.records.client_lists import dates
from practice.records.client_lists.cells import clean_cell, is_not_known
from practice.records.client_lists.columns import match_columns
from practice.records.client_lists.contacts import read_emails, read_phones
from practice.records.client_lists.encoding import readings_of
from practice.records.client_lists.names import split_name, split_people
from practice.records.client_lists.parse import MOST_COLUMNS, MOST_ROWS, read_list, read_rows
from tests.records.client_lists import TODAY, a_list, entries_of

BIRTH, SINCE = dates.Kind(True, TODAY), dates.Kind(False, TODAY)


def keys_of(header: str) -> list[str]:
    """What the columns of a header are matched to."""
    return match_columns(header.split(","), lambda place: []).keys


@pytest.mark.parametrize(
    ("header", "keys"),
    [
        ("Frist Name,Emial,Phoen", "a-first_name,a-email,a-phone"),
        ("Vorname,Nachname,Geburtsdatum,Handy", "a-first_name,a-last_name,a-born_on,a-phone"),
        ("Name,Vorname,Geb.", "a-last_name,a-first_name,a-born_on"),
        ("Nombre,Apellidos,Correo electrónico", "a-first_name,a-last_name,a-email"),
        ("Nombre,Apellido 1,Apellido 2,Móvil", "a-first_name,a-last_name,a-last_name,a-phone"),
        ("Ehemann,Ehefrau,Telefon Ehefrau", "a-name,b-name,b-phone"),
        ("Esposo,Esposa,Correo esposa", "a-name,b-name,b-email"),
        ("P1 First,P2 First,P2 Cell", "a-first_name,b-first_name,b-phone"),
        ("Spouse First Name,First Name,Spouse DOB", "b-first_name,a-first_name,b-born_on"),
        ("First name (Partner B),First name (Partner A)", "b-first_name,a-first_name"),
        ("Client ID,Client Name,Partner,Partner Email", ",a-name,b-name,b-email"),
        ("Couple ID,first_name,surname", "household,a-first_name,a-last_name"),
        ("Name,Surname,Last appointment,File name", "a-first_name,a-last_name,,"),
        ("First Name,Email,First Name,Email", "a-first_name,a-email,b-first_name,b-email"),
    ],
)
def test_headings_are_matched_by_what_they_mean(header: str, keys: str) -> None:
    assert keys_of(header) == keys.split(",")


@pytest.mark.parametrize(
    "header",
    [
        "Partner A,Partner B,Phone",
        "Partner A,Partner B,Phone 1",
        "Client Name,Partner Name,Phone 2",
        "First Name 1,First Name 2,Phone,Phone 2",
        "First Name 1,First Name 2,Phone 3",
        "First Name,Last Name,First Name,Last Name,Phone",
        "Couple,Home Phone",
        "Names,Cell 1",
        "Partner 1 First Name,Partner 2 First Name,Partner Phone",
    ],
)
def test_a_phone_that_does_not_say_whose_it_is_is_asked_about(header: str) -> None:
    assert keys_of(header)[-1] == "x-phone"


@pytest.mark.parametrize(
    "heading",
    [
        *("Emergency Contact Phone", "Emergency Contact Name", "Guarantor Name", "Insured Name"),
        *("Therapist Email", "Primary Care Physician Phone", "Phone Type", "E-mail Display Name"),
        *("Home Fax", "Company", "Mother's Name", "Patient Number", "Client ID", "Case Manager"),
        *("Last Appointment", "Email Opt In", "Referring Provider", "Middle Name", "Zip"),
        *("Assistant's Phone", "Pet Name", "School", "User name", "Preferred Pharmacy"),
    ],
)
def test_what_is_of_somebody_or_something_else_is_left_out(heading: str) -> None:
    assert keys_of(f"First Name,Last Name,{heading}")[-1] == ""
    assert keys_of(f"First Name 1,First Name 2,{heading}")[-1] == ""


@pytest.mark.parametrize(
    ("program", "header"),
    [
        ("SimplePractice", "Client,Client Type,Clinician,Intake Date,Phone,Email"),
        ("Jane", "Patient Number,First Name,Last Name,Birth Date,Email,Home Phone,Mobile Phone"),
        ("TherapyNotes", "Last Name,First Name,DOB,Mobile Phone,Email,Assigned Clinicians"),
        ("TherapyAppointment", "Account Number,First Name,Last Name,DOB,Phone,Email,Therapist"),
        ("Power Diary", "Client ID,First Name,Last Name,DOB,Mobile,Email,Default Practitioner"),
        (
            "Google Contacts",
            "First Name,Last Name,Birthday,E-mail 1 - Value,Phone 1 - Value,Relation 1 - Value",
        ),
        ("Outlook", "First Name,Last Name,E-mail Address,Home Phone,Mobile Phone,Birthday,Spouse"),
    ],
)
def test_the_lists_of_other_programs_are_known(program: str, header: str) -> None:
    found = match_columns(header.split(","), lambda place: [])
    assert found.program == program
    names = {"a-first_name", "a-last_name"} if program != "SimplePractice" else {"both"}
    assert names <= set(found.keys)
    assert {"a-email", "x-email"} & set(found.keys) and {"a-phone", "x-phone"} & set(found.keys)


def test_a_contact_is_paired_with_a_spouse_and_not_with_a_child() -> None:
    header = "First Name,Last Name,E-mail 1 - Value,Phone 1 - Value,Relation 1 - Label,Relation 1 - Value"
    text = f"{header}\nMia,Stone,m@example.com,5550101,Spouse,Lev Stone\nIda,Sol,,,Child,Kim Sol\n"
    mia, ida = entries_of(text).all
    assert [one["first_name"] for one in mia.people] == ["Mia", "Lev"]
    assert mia.people[0]["phone"] == "5550101" and "phone" not in mia.people[1]
    assert [one["first_name"] for one in ida.people] == ["Ida"] and ida.waits


@pytest.mark.parametrize(
    "text",
    [
        *("3/14/84", "14-Mar-84", "Mar 14, 1984", "1984-03-14 00:00:00", "14/03/1984", "30755"),
        *("1984/03/14", "1984-03-14T00:00:00.000Z", "14-03-1984", "14 March 1984", "14.03.84"),
        *("14. März 1984", "14 de marzo de 1984", "Wednesday, March 14, 1984", "19840314"),
        *("1984-03-14T00:00:00-08:00", "3/14/1984 12:00:00 AM", "14.3.1984", "30755.0"),
        *("mercredi 14 mars 1984", "March 14th, 1984", "1984. 03. 14.", "14 MAR 1984"),
    ],
)
def test_each_usual_form_of_a_date_is_read(text: str) -> None:
    assert dates.read_date(text, None, BIRTH) == date(1984, 3, 14)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3/4/1984", "March 4, 1984 or April 3, 1984"),
        ("03.04.1984", "March 4, 1984 or April 3, 1984"),
        ("31/31/1984", "not in the calendar"),
        ("2/30/1984", "not in the calendar"),
        ("1984", "a year alone"),
        ("March 1984", "The day is missing"),
        ("14 March", "The year is missing"),
        ("3/14/20", "in four digits"),
        ("2099-01-01", "still to come"),
        ("1850-01-01", "before 1900"),
        ("1984-03-14T22:00:00.000Z", "by world time"),
        ("2001", "a year alone"),
        ("45000", "stands for March 15, 2023"),
        ("soon", "Write this date as 1988-03-14"),
    ],
)
def test_a_date_that_is_not_certain_is_asked_about(text: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        dates.read_date(text, None, BIRTH)


@given(st.integers(1, 12), st.integers(1, 12), st.sampled_from("/.-"), st.integers(1940, 2005))
def test_no_date_is_read_month_first_or_day_first_by_itself(
    one: int, two: int, mark: str, year: int
) -> None:
    text = f"{one}{mark}{two}{mark}{year}"
    if one == two:
        assert dates.read_date(text, None, BIRTH) == date(year, one, two)
        return
    with pytest.raises(dates.EitherDay):
        dates.read_date(text, None, BIRTH)
    assert dates.read_date(text, "month", BIRTH) == date(year, one, two)
    assert dates.read_date(text, "day", BIRTH) == date(year, two, one)


@given(st.lists(st.tuples(st.integers(1, 28), st.integers(1, 12)), min_size=1, max_size=6))
def test_a_column_proves_an_order_only_by_a_date_that_has_no_other(
    days: list[tuple[int, int]],
) -> None:
    texts = [f"{day}/{month}/1984" for day, month in days]
    proved = dates.order_proved(texts)
    assert proved == ("day" if any(day > 12 for day, _ in days) else None)
    if proved is None:
        assert dates.needs_order(texts) == any(day != month for day, month in days)
    assert dates.order_proved([*texts, "1/31/1984", "31/1/1984"]) is None


def test_years_are_read_of_a_year_or_a_date() -> None:
    for text in ("2017", "2017.0", "since 2017", "6/14/2017", "2017-06-14", "42900"):
        assert dates.read_year(text, TODAY) == 2017
    for text in ("17", "2017 or 2018", "2099", "long ago"):
        with pytest.raises(Refused):
            dates.read_year(text, TODAY)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("(555) 010-2233 (mobile), (555) 010-7788 (work)", ["(555) 010-2233", "(555) 010-7788"]),
        ("work 555-010-7788 / cell 555-010-2233", ["555-010-2233", "555-010-7788"]),
        ("555.010.2244 x12", ["555.010.2244 x12"]),
        ("555 010 2244, ext. 12", ["555 010 2244, ext. 12"]),
        ("+49 (0)30 010-2244", ["+49 (0)30 010-2244"]),
        ("030/1234567", ["030/1234567"]),
        ("5550102233.0", ["5550102233"]),
        ("5.550102233E+09", ["5550102233"]),
        ("555-010-2233\n555-010-2244", ["555-010-2233", "555-010-2244"]),
        ("555-010-2233 ::: 555-010-2233", ["555-010-2233"]),
        ("000-000-0000", []),
        ("none", []),
    ],
)
def test_phones_are_read_as_people_and_spreadsheets_write_them(text: str, found: list[str]) -> None:
    assert [one.text for one in read_phones(text)] == found


@pytest.mark.parametrize(
    ("text", "said"),
    [("5.55E+09", "digits are lost"), ("call her", "phone number"), ("12", "phone number")],
)
def test_a_phone_that_is_none_or_lost_its_digits_is_asked_about(text: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        read_phones(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mara.q@example.com; mara@work.example", ["mara.q@example.com", "mara@work.example"]),
        ("Oda Brink <oda@example.com>", ["oda@example.com"]),
        (
            '"Brink, Oda" <oda@example.com>, Nils <n@example.com>',
            ["oda@example.com", "n@example.com"],
        ),
        ("nils@example.com.", ["nils@example.com"]),
        ("mailto:nils@example.com", ["nils@example.com"]),
        ("none@none.com", []),
        ("n/a", []),
    ],
)
def test_addresses_are_read_as_people_write_them(text: str, found: list[str]) -> None:
    assert [one.text for one in read_emails(text)] == found


@pytest.mark.parametrize("text", ["a@example,com", "a..b@example.com", "no address", "a@localhost"])
def test_an_address_that_is_none_is_asked_about(text: str) -> None:
    with pytest.raises(Refused, match="e-mail address"):
        read_emails(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Okafor, Maya", "Maya", "Okafor"),
        ("Smith, Jr., Martin Luther", "Martin Luther", "Smith Jr."),
        ("Martin Luther King Jr.", "Martin Luther", "King Jr."),
        ("Juan Carlos de la Cruz y Ortega", "Juan Carlos", "de la Cruz y Ortega"),
        ("José Ortega y Gasset", "José", "Ortega y Gasset"),
        ("Mary Ann van der Berg", "Mary Ann", "van der Berg"),
        ("Dr. Aiko Tanaka-Ito MD", "Aiko", "Tanaka-Ito"),
        ("Maria Garcia Lopez", "Maria", "Garcia Lopez"),
        ("Nguyễn Thị Minh Khai", "Thị Minh Khai", "Nguyễn"),
        ("Van Morrison", "Van", "Morrison"),
        ("李小龍", "李小龍", ""),
    ],
)
def test_a_full_name_is_split_as_people_would(text: str, first: str, last: str) -> None:
    name = split_name(text)
    assert (name.first, name.last) == (first, last)


def test_a_name_in_quotation_marks_is_what_they_go_by() -> None:
    name = split_name('Teo "Ted" Quill')
    assert (name.first, name.last, name.goes_by) == ("Teo", "Quill", "Ted")
    assert split_name("Mara Quill (née Stone)").goes_by == ""


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Mara & Teo Quill", ["Mara Quill", "Teo Quill"]),
        ("Mara Quill and Teo Brink", ["Mara Quill", "Teo Brink"]),
        ("Quill, Mara & Brink, Teo", ["Mara Quill", "Teo Brink"]),
        ("Brink, Oda and Nils", ["Oda Brink", "Nils Brink"]),
        ("Mara und Teo Quill", ["Mara Quill", "Teo Quill"]),
        ("Mara Quill\nTeo Quill", ["Mara Quill", "Teo Quill"]),
        ("Mara/Teo Quill", ["Mara Quill", "Teo Quill"]),
        ("Ana y Luis García", ["Ana García", "Luis García"]),
        ("Sandy Anderson", ["Sandy Anderson"]),
        ("Juan Carlos de la Cruz y Ortega", ["Juan Carlos de la Cruz y Ortega"]),
    ],
)
def test_two_people_in_a_cell_become_two(text: str, names: list[str]) -> None:
    assert [one.full for one in split_people(text).names] == names


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Mara, Teo & Lia Quill",
            "Mara & Teo & Lia Quill",
            "Mara, Teo, and Lia",
            "Ana, Luis y Eva",
        ),
        *("The Quill Family", "Mr. & Mrs. Quill", "Mr. and Mrs. Teo Quill", "Ana Sol y Eva Mar"),
    ],
)
def test_what_names_three_or_nobody_for_certain_is_asked_about(text: str) -> None:
    with pytest.raises(Refused):
        split_people(text)
    [entry] = entries_of(f'Couple,Phone\n"{text}",555 010 2233\n').all
    assert entry.waits and not any("phone" in one for one in entry.people)


FIRST = st.sampled_from(["Mia", "Lev", "Ana", "Bo", "Zoë", "李", "Jo Ann", "O’Neil"])
#: Ten digits that are not all the same: a number such as 9999999999 stands for “not known”.
PHONE = st.integers(10**9, 10**10 - 1).map(str).filter(lambda digits: len(set(digits)) > 2)
#: Headers of rows with two people, and whose each phone and e-mail is: "a", "b", or "" not said.
SHAPES = [
    ("First name 1,First name 2,Phone 1,Phone 2,Email 1,Email 2", "abab"),
    ("First name 1,First name 2,Phone 2,Phone 1,Email 2,Email 1", "baba"),
    ("Client First Name,Spouse First Name,Spouse Phone,Phone,Email,Spouse Email", "baab"),
    ("Partner A,Partner B,Phone,Phone 2,Email,Email 2", ["", "", "", ""]),
    ("Husband,Wife,Wife Phone,Husband Phone,Email Husband,Email Wife", "baab"),
    ("First Name,Spouse,Mobile Phone,Home Phone,E-mail Address,E-mail 2 Address", "aaaa"),
]


@given(st.sampled_from(SHAPES), FIRST, FIRST, PHONE, PHONE)
def test_no_phone_or_address_lands_with_the_other_partner(
    shape: tuple[str, list[str]], one: str, two: str, phone: str, other: str
) -> None:
    assume(phone != other)
    header, owners = shape
    emails = ["one@example.com", "two@example.com"]
    cells = [one, two, phone, other, *emails]
    [entry] = entries_of(f"{header}\n{','.join(cells)}\n").all
    for value, owner in zip(cells[2:], owners, strict=True):
        holders = [
            letter
            for letter, person in zip("ab", entry.people, strict=False)
            if value in (person.get("phone"), person.get("email"))
        ]
        assert holders in ([], [owner]), (header, value)
        if not owner:
            assert entry.waits and value in [asked.text for asked in entry.unowned]


@given(st.lists(st.sampled_from(["H1", "H2", "H3", ""]), min_size=2, max_size=9))
def test_no_two_of_a_household_are_a_couple_until_it_is_said(households: list[str]) -> None:
    rows = [f"{home},First{n},Last{n},555010{n:04}" for n, home in enumerate(households)]
    clients = a_list("\n".join(["Household,First Name,Last Name,Phone", *rows]) + "\n")
    found = clients.entries(TODAY)
    assert found.ready == []
    for entry in found.all:
        names = [one["first_name"] for one in entry.people]
        assert names == [f"First{row - 1}" for row in entry.rows]
        assert [one["phone"] for one in entry.people] == [
            f"555010{row - 1:04}" for row in entry.rows
        ]
        if len(entry.rows) == 2:
            first, second = (households[row - 1] for row in entry.rows)
            assert first == second and households.count(first) == 2 and entry.question


@given(st.text(max_size=60))
def test_cells_are_what_a_person_sees(text: str) -> None:
    cell = clean_cell(text)
    assert clean_cell(cell) == cell or cell.startswith(("'", '="'))
    assert not set(cell) & set("\u200b\u200e\u2060\ufeff\x00\x07")
    is_not_known(cell)


@pytest.mark.parametrize(
    "text", ["N/A", "n.a.", "-", "–", "unknown", "(none)", "?", "#N/A", "k.A."]
)
def test_placeholders_mean_not_known(text: str) -> None:
    assert is_not_known(text) and is_not_known(text, a_name=True)


def test_names_that_look_like_placeholders_are_names() -> None:
    for name in ("Null", "Nan", "Na", "No", "Nil"):
        assert not is_not_known(name, a_name=True)
    for day in ("0000-00-00", "00/00/0000", "1900-01-01", "1/1/1900", "1/0/1900"):
        assert is_not_known(day, a_date=True)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *(("Núñez,José,Muñoz,Zoë", one) for one in ("cp1252", "mac_roman", "utf-8", "utf-16-le")),
        *(("Müller,Größe,Jäger", one) for one in ("cp1252", "mac_roman", "utf-8-sig", "utf-16")),
        ("Łukasz,Wójcik,Dvořák", "cp1250"),
        ("Łódź,Wójcik", "iso8859_2"),
        ("Ольга,Иванова", "cp1251"),
        ("Ольга,Иванова", "koi8_r"),
        ("Σοφία,Παπαδοπούλου", "cp1253"),
        ("Renée O’Brien,François", "cp1252"),
    ],
)
def test_s40_whatever_the_encoding(text: str, encoding: str) -> None:
    readings = readings_of(f"First name,Last name\r\n{text}\r\n".encode(encoding))
    assert [one.text.splitlines()[1].lstrip("\ufeff") for one in readings] == [text]


def test_an_encoding_that_is_not_certain_is_asked_about() -> None:
    for text, encoding in (("Kovács,Őry", "cp1250"), ("Yıldız,Şahin", "cp1254")):
        readings = readings_of(f"Name,Last name\n{text}\n".encode(encoding))
        assert len(readings) > 1
        assert text in [one.text.splitlines()[1] for one in readings]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\x00\x01\x02,", "not a list as text"),
        (b"\xff\xfea", "not a list as text"),
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (b"%PDF-1.7 a list", "This is a PDF"),
        (b"BEGIN:VCARD", "contact cards"),
        (b"<html><table><tr><td>Name</td></tr></table>", "web page"),
        (b"Name\n", "no row below"),
        (b"a,b\n" + b"x,y\n" * (MOST_ROWS + 40), "at most 5,000 rows"),
        (b",".join([b"a"] * (MOST_COLUMNS + 1)) + b"\n1\n", "200 columns"),
        (b'a,b\nx,y\n"x,y\nx,y\n', "line 3"),
        (b'a,b\n"x\nz",y\nx,"y" z\n', "line 4"),
        (b"x" * 10_000_001, "at most 10.0 MB"),
    ],
)
def test_s40_what_cannot_be_taken_is_said(content: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said):
        read_list(content)


def test_rows_are_parted_by_what_the_file_parts_them_by() -> None:
    for text in ("a,b\n1,2\n", "a;b\n1;2\n", "a\tb\n1\t2\n", "a|b\n1|2\n", "sep=;\na;b\n1;2\n"):
        rows, lines = read_rows(text)
        assert rows == [["a", "b"], ["1", "2"]]
        assert lines == ([2, 3] if text.startswith("sep") else [1, 2])
    rows, lines = read_rows('"Name, first";"Name, last"\r\n\r\n"Mara\nJo";Quill\r\nTeo;Quill\r\n')
    assert rows[0] == ["Name, first", "Name, last"] and rows[1] == ["Mara\nJo", "Quill"]
    assert lines == [1, 3, 5]


def test_titles_totals_and_headings_that_come_again_are_no_couples() -> None:
    text = (
        "Client list,,\nExported on 2026-11-30,,\n\nPartner 1,Partner 2,Phone 1\n"
        "Mia Stone,Lev Stone,5550101\nPartner 1,Partner 2,Phone 1\nIda Sol,Uma Sol,\nTotal: 2,,\n"
    )
    found = entries_of(text)
    assert [[one["first_name"] for one in entry.people] for entry in found.ready] == [
        ["Mia", "Lev"],
        ["Ida", "Uma"],
    ]
    assert len(found.left_out) == 2


def test_a_row_whose_cells_slipped_is_looked_at() -> None:
    found = entries_of("Partner 1,Partner 2,Phone 1\nMia Stone,12 Elm St,Lev Stone,5550101\n")
    assert "more cells than the list has columns" in found.waiting[0].faults[0].words


def test_five_thousand_rows_and_two_hundred_columns_are_taken() -> None:
    people = [f"H{n // 2},First{n},Last{n // 2},p{n}@example.com" for n in range(MOST_ROWS)]
    clients = a_list("\n".join(["Household,First Name,Last Name,Email", *people]) + "\n")
    found = clients.entries(TODAY)
    assert len(found.waiting) == MOST_ROWS // 2 and found.ready == []
    wide = [f"Other {n}" for n in range(MOST_COLUMNS - 2)]
    header = ",".join(["Partner 1", "Partner 2", *wide])
    [entry] = entries_of(f"{header}\nMia Stone,Lev Stone,{','.join(wide)}\n").all
    assert not entry.waits


def test_long_cells_trouble_nobody_in_columns_that_are_left_out() -> None:
    long = "They came for help. " * 10_000
    [entry] = entries_of(f'Partner 1,Partner 2,Notes\nMia Stone,Lev Stone,"{long}"\n').all
    assert not entry.waits
    [entry] = entries_of(f'Partner 1,Partner 2,Kids\nMia Stone,Lev Stone,"{long}"\n').all
    assert entry.faults[0].words == "Keep this to 400 characters."


@pytest.mark.parametrize("filling", [" ", ",", "T", "a ", "1", "/", "Mia & ", "(", '"" '])
def test_a_cell_made_to_take_long_does_not(filling: str) -> None:
    long = "x" + filling * 200_000 + "x"
    for header in ("Partner 1,Partner 2,DOB 1", "Couple,Phone,Email", "First Name,Last Name,Since"):
        text = f'{header}\n"{long}","{long}","{long}"\n'
        begun = time.process_time()
        assert entries_of(text).ready == []
        assert time.process_time() - begun < 5
    assert len(a_list(f'"{long}",Partner 1,Partner 2\nx,Mia,Lev\n').choices.keys) == 3


@pytest.mark.parametrize(
    ("header", "keys"),
    [
        (
            "Nombre,Apellidos,Nombre de la pareja,Teléfono de la pareja,Correo del cónyuge",
            ["a-first_name", "a-last_name", "b-name", "b-phone", "b-email"],
        ),
        (
            "Vorname,Nachname,Vorname der Partnerin,Telefon vom Partner",
            ["a-first_name", "a-last_name", "b-first_name", "b-phone"],
        ),
        ("Her name,Her email,His name,His email", ["a-name", "a-email", "b-name", "b-email"]),
        (
            "First name,Last name,Husband’s phone,Wife’s phone",
            ["a-first_name", "a-last_name", "x-phone", "x-phone"],
        ),
        (
            "First name,Last name,Spouse,Husband’s phone,Wife’s phone",
            ["a-first_name", "a-last_name", "b-name", "x-phone", "x-phone"],
        ),
        (
            "First name,Last name,Her phone,His phone",
            ["a-first_name", "a-last_name", *["x-phone"] * 2],
        ),
        ("First name,Last name,Wife’s phone", ["a-first_name", "a-last_name", "b-phone"]),
    ],
)
def test_small_words_between_do_not_hide_whose_a_column_is(header: str, keys: list[str]) -> None:
    names = header.split(",")
    assert a_list(f"{header}\n{','.join('1' for _ in names)}\n").choices.keys == keys
