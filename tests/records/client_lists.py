"""Bringing a client list in as someone does it in a browser, and what comes of it."""

import re
from datetime import date
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from practice.couples.models import Couple
from practice.database.base import db
from practice.records.client_lists.entries import Entries
from practice.records.client_lists.parse import Sheet, read_rows
from practice.records.client_lists.pending import PendingLists
from practice.records.client_lists.state import OpenList, keep_list
from tests.browser import Browser
from tests.factories import in_the_name_of
from tests.waiting import wait_until

CASES = Path(__file__).parent.parent / "cases"
TODAY = date(2026, 12, 1)
TOKEN = re.compile(r'name="token"[^>]*value="([^"]*)"')
SELECT = re.compile(r'<select id="column-\d+".*?</select>', re.DOTALL)
SELECTED = re.compile(r'value="([^"]*)" selected')
HERE = re.compile(r'name="here" value="([^"]*)"')


def a_list(text: str) -> OpenList:
    """A list in CSV, kept and matched by itself, without any page."""
    return keep_list(PendingLists(), 1, Sheet(*read_rows(text)))


def entries_of(text: str, **orders: str) -> Entries:
    """What would come of a list in CSV that is matched by itself."""
    clients = a_list(text)
    clients.choices.orders = {
        str(clients.header.index(name)): order for name, order in orders.items()
    }
    return clients.entries(TODAY)


def choose(browser: Browser, content: bytes | str, name: str = "clients.csv") -> TestResponse:
    """Choose a file as the list, and see where that leads."""
    raw = content.encode() if isinstance(content, str) else content
    return browser.post_and_follow("/records/clients", file=(BytesIO(raw), name))


def case(browser: Browser, name: str) -> TestResponse:
    """Choose one of the small inputs in `tests/cases`, by the start of its name."""
    [path] = CASES.glob(f"{name}-*")
    return choose(browser, path.read_bytes(), path.name)


def token_of(page: TestResponse) -> str:
    """The mark of the list that a page is about."""
    found = TOKEN.search(page.text)
    assert found, page.text
    return found[1]


def matched_on(page: TestResponse) -> list[str]:
    """What each column is matched to on a page."""
    found = [SELECTED.search(one) for one in SELECT.findall(page.text)]
    return [one[1] if one else "" for one in found]


def match(browser: Browser, page: TestResponse, **fields: object) -> TestResponse:
    """Send the columns as the page has them, unless told otherwise; the rows come back."""
    line = re.search(r'name="header_line"[^>]*value="([^"]*)"', page.text)
    sent: dict[str, object] = {
        "token": token_of(page),
        "column": matched_on(page),
        "header_line": line[1] if line else "",
        **fields,
    }
    return browser.post_and_follow("/records/clients/columns", **sent)


def rows_of(browser: Browser, content: bytes | str, **fields: object) -> TestResponse:
    """The page of a list's rows, its columns as they are matched by themselves."""
    return match(browser, choose(browser, content), **fields)


def answer(
    browser: Browser, page: TestResponse, go: str = "keep", **fields: object
) -> TestResponse:
    """Send a page of rows with these answers, and open what it leads to.

    `said` has those whose names are no words of Python's: `{"owner-1:0": "b"}`.
    """
    said = fields.pop("said", {})
    assert isinstance(said, dict)
    sent = {"token": token_of(page), "here": HERE.findall(page.text), "go": go, **fields, **said}
    return browser.post_and_follow("/records/clients/rows", **sent)


def open_files(browser: Browser, page: TestResponse, **fields: object) -> TestResponse:
    """Open the files, and wait until all are."""
    brought = answer(browser, page, "open", **fields)
    return wait_for(browser, brought)


def wait_for(browser: Browser, page: TestResponse) -> TestResponse:
    """The page of a list that is being brought in, once that is over."""
    running = re.search(r'data-hx-get="([^"]+)"', page.text)
    if not running:
        return page
    wait_until(lambda: "data-hx-get" not in browser.get(running[1], X_Autosave="1").text)
    return browser.get(running[1].removesuffix("/progress"))


def bring_in(browser: Browser, content: bytes | str, **fields: object) -> TestResponse:
    """Bring in a list that needs no answer, from its file to its open files."""
    return open_files(browser, rows_of(browser, content), **fields)


def how_many(browser: Browser) -> int:
    """How many couples are on someone's caseload."""
    with in_the_name_of(browser):
        return db.session.scalar(select(func.count(Couple.id))) or 0


def couples_of(browser: Browser) -> list[dict[str, Any]]:
    """What is stored of each couple on someone's caseload."""
    with in_the_name_of(browser):
        return [
            {
                "names": [(one.first_name, one.last_name) for one in couple.partners],
                "born": [one.born_on for one in couple.partners],
                "phones": [one.phone for one in couple.partners],
                "emails": [one.email for one in couple.partners],
                "goes_by": [one.goes_by for one in couple.partners],
                "opened_on": couple.opened_on,
                "together_since": couple.together_since,
                "children": couple.children,
            }
            for couple in db.session.scalars(select(Couple).order_by(Couple.id))
        ]


def words_on(page: TestResponse) -> str:
    """The words of a page, one space between two."""
    main = page.text.partition("<main")[2] or page.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())
