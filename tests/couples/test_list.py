"""The list of couples, and looking for one by name."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import event

from practice.couples import listing
from practice.database.base import db
from tests.browser import Browser
from tests.factories import a_couple, an_appointment, today

NAMES = re.compile(r'<a class="serif" href="/couples/\d+">(.*?)</a>', re.DOTALL)


def names_on(html: str) -> list[str]:
    """The couples of a list, in its order."""
    return [unescape(re.sub(r"<[^>]+>", "", name)) for name in NAMES.findall(html)]


def search(browser: Browser, words: str) -> list[str]:
    """The couples found as one types."""
    answer = browser.post("/couples/search", headers={"HX-Request": "true"}, q=words)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    return names_on(answer.text)


def test_an_empty_list_says_how_to_begin(dana: Browser) -> None:
    page = dana.get("/couples").text
    assert "No couples yet" in page
    assert "/couples/new" in page


def test_one_sees_ones_own_couples_and_no_others(
    dana: Browser, noor: Browser, stranger: Browser
) -> None:
    a_couple(of=dana)
    a_couple(of=noor, a="Ana Blue", b="Bo Gray")
    a_couple(of=stranger, a="Cy Red", b="Di Green")
    assert names_on(dana.get("/couples").text) == ["Maya Okafor & Jonah Reyes"]
    assert search(dana, "Blue") == []
    assert search(dana, "Green") == []


def test_open_files_come_first_and_can_be_shown_alone(dana: Browser) -> None:
    a_couple(of=dana, a="Ana Blue", closed_on=today())
    a_couple(of=dana, a="Zoe White")
    first, second = "Zoe White & Jonah Reyes", "Ana Blue & Jonah Reyes"
    assert names_on(dana.get("/couples").text) == [first]
    assert names_on(dana.get("/couples?show=closed").text) == [second]
    assert names_on(dana.get("/couples?show=all").text) == [first, second]
    assert names_on(dana.get("/couples?show=unheard-of").text) == [first]


@pytest.mark.parametrize(
    "words",
    ["luk", "LUKASZ", "Łukasz", "wisn", "tran", "Trần", "minh luk", "anh", " kasz ", "ukasz"],
)
def test_any_part_of_either_name_finds_a_couple(dana: Browser, words: str) -> None:
    a_couple(of=dana, a="Łukasz Wiśniewski", b="Minh-Anh Trần")
    a_couple(of=dana)
    assert search(dana, words) == ["Łukasz Wiśniewski & Minh-Anh Trần"]


@pytest.mark.parametrize("words", ["דוד", "петр", "芳", "O'Neil", "oneil"])
def test_names_in_any_script_are_found(dana: Browser, words: str) -> None:
    a_couple(of=dana, a="דָּוִד O’Neil", b="Анна Петрова-王芳")
    assert len(search(dana, words)) == 1


@pytest.mark.parametrize(
    "words", ["%", "_", "\\", "...", "'", "%%%%", "{{ 7*7 }}", "<script>", "🙂"]
)
def test_signs_in_the_search_box_are_only_signs(dana: Browser, words: str) -> None:
    a_couple(of=dana)
    assert search(dana, words) == []


@pytest.mark.parametrize("words", ["x" * 100_000, "a b " * 20_000, "%" * 5_000, "\x00"])
def test_the_longest_search_is_answered(dana: Browser, words: str) -> None:
    a_couple(of=dana)
    answer = dana.post("/couples/search", q=words)
    assert answer.status_code == 200


def test_a_closed_file_is_found_too(dana: Browser) -> None:
    a_couple(of=dana, a="Ana Blue", closed_on=today())
    assert search(dana, "blue") == ["Ana Blue & Jonah Reyes"]


def test_emptying_the_box_brings_the_list_back(dana: Browser) -> None:
    a_couple(of=dana)
    assert search(dana, "") == search(dana, "  ") == ["Maya Okafor & Jonah Reyes"]


def test_without_scripts_the_search_is_a_page_that_keeps_the_words(dana: Browser) -> None:
    a_couple(of=dana)
    page = dana.post("/couples/search", q='Maya "O"').text
    assert "<html" in page
    assert 'value="Maya &#34;O&#34;"' in page


def test_the_words_looked_for_never_stand_in_an_address(dana: Browser) -> None:
    assert dana.get("/couples/search?q=Maya").status_code == 405
    form = re.search(r'<form class="search".*?</form>', dana.get("/couples").text, re.DOTALL)
    assert form
    assert 'method="post"' in form[0]
    assert "data-hx-get" not in form[0]
    assert "data-hx-push-url" not in form[0]


def test_a_row_shows_the_next_appointment(dana: Browser) -> None:
    couple = a_couple(of=dana)
    an_appointment(dana, couple, today() + timedelta(days=30))
    an_appointment(dana, couple, today() + timedelta(days=9))
    an_appointment(dana, couple, today() + timedelta(days=2), outcome="cancelled")
    an_appointment(dana, couple, today() - timedelta(days=2))
    day = today() + timedelta(days=9)
    assert f"{day:%B} {day.day}" in dana.get("/couples").text


@pytest.fixture
def last_session(app: Flask, monkeypatch: pytest.MonkeyPatch) -> dict[int, date]:
    """The column of last sessions, filled by hand: {couple id: date}."""
    days: dict[int, date] = {}
    columns = app.extensions["registry"].list_columns
    monkeypatch.setitem(columns, "last_session", lambda _ids: days)
    return days


@pytest.mark.parametrize(("days_ago", "due"), [(14, False), (15, True)])
def test_a_couple_not_seen_for_over_two_weeks_is_due(
    dana: Browser, last_session: dict[int, date], days_ago: int, due: bool
) -> None:
    couple = a_couple(of=dana)
    last_session[couple.id] = today() - timedelta(days=days_ago)
    assert ("Due for a time" in dana.get("/couples").text) == due


def test_a_couple_with_a_time_agreed_or_a_closed_file_is_not_due(
    dana: Browser, last_session: dict[int, date]
) -> None:
    agreed, closed = a_couple(of=dana), a_couple(of=dana, closed_on=today())
    an_appointment(dana, agreed)
    last_session.update(dict.fromkeys((agreed.id, closed.id), today() - timedelta(days=40)))
    assert "Due for a time" not in dana.get("/couples?show=all").text


def test_unsigned_notes_are_counted(dana: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    couple = a_couple(of=dana)
    columns = dana.app.extensions["registry"].list_columns
    monkeypatch.setitem(columns, "unsigned", lambda _ids: {couple.id: 3})
    assert "3 unsigned" in dana.get("/couples").text


def test_a_long_list_comes_in_pages(dana: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    for name in ("Ana", "Bo", "Cy", "Di", "Eli"):
        a_couple(of=dana, a=f"{name} Blue")
    pages = [dana.get(f"/couples?page={page}").text for page in (1, 2, 3)]
    firsts = [name.split()[0] for page in pages for name in names_on(page)]
    assert firsts == ["Ana", "Bo", "Cy", "Di", "Eli"]
    assert "Earlier in the alphabet" not in pages[0]
    assert "Later in the alphabet" not in pages[2]


@pytest.mark.parametrize("page", ["0", "-1", "x", "", "99999", str(2**63), "9" * 400])
def test_an_odd_page_number_is_answered(dana: Browser, page: str) -> None:
    assert dana.get(f"/couples?page={page}").status_code == 200


def test_the_list_asks_no_more_of_the_database_however_long_it_is(dana: Browser) -> None:
    asked: list[str] = []
    with dana.app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    counts = []
    for name in ("Ana", "Bo", "Cy"):
        a_couple(of=dana, a=f"{name} Blue")
        asked.clear()
        dana.get("/couples")
        counts.append(len(asked))
    assert counts[0] == counts[1] == counts[2]
