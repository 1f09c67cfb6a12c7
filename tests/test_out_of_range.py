"""A number or date that cannot be is answered beside its field: never as a conflict, never with 500."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.browser import Browser
from tests.factories import a_couple, today
from tests.test_every_page import FOR_EVERYONE, FOR_THE_AUTHOR, FOR_THE_OWNER, FOR_THE_TEAM, World
from tests.test_every_page import world as world_of_pages

world = world_of_pages
#: Values of each kind that no field of ours can hold.
IMPOSSIBLE = {
    "date": ["0000-01-01", "0001-01-01", "9999-12-31", "2026-02-30", "12026-01-01", "x"],
    "time": ["24:00", "25:61", "-1:00", "x"],
    "number": ["-1", "99999", "99999999999999999999", "2.5", "1e3", "x"],
}
#: No zero of ours is a number of anything here but of days a week and of a scale.
ZERO_IS_ONE = ("days", "confidence", "usefulness", "strength")
#: A draft keeps whatever was typed; what is wrong in it is said before it goes into the library.
DRAFTS = ("homework.edit",)
NUMERIC = (
    "minutes",
    "days",
    "confidence_a",
    "confidence_b",
    "usefulness",
    "file",
    "together_since",
)


class Forms(HTMLParser):
    """Every form of a page: where it goes, what it sends as it stands, and the kind of each field."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, Any]] = []
        self.invalid: set[str] = set()
        self.now: dict[str, Any] | None = None
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attributes}
        name = about.get("name", "")
        if about.get("id", "").endswith("-error"):
            self.invalid.add(about["id"].removesuffix("-error"))
        if tag == "form":
            self.now = {"action": about.get("action", ""), "method": about.get("method", "get")}
            self.now |= {"fields": {}, "kinds": {}}
            self.found.append(self.now)
        if self.now is None or not (name or tag == "option"):
            return
        kind = about.get("type", "text")
        if tag == "input" and not (kind in ("checkbox", "radio") and "checked" not in about):
            self.now["fields"][name] = about.get("value", "")
        if tag == "input" and kind != "submit":
            self.now["kinds"][name] = kind_of(name, kind, about)
        elif tag == "select":
            self.select = name
            self.now["kinds"][name] = "number" if name in NUMERIC else "text"
        elif tag == "textarea":
            self.area = name
            self.now["fields"][name] = ""
        elif (
            tag == "option"
            and self.select
            and ("selected" in about or self.select not in self.now["fields"])
        ):
            self.now["fields"][self.select] = about.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.area and self.now is not None:
            self.now["fields"][self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.now = None
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.area = ""


def kind_of(name: str, kind: str, about: dict[str, str]) -> str:
    """Whether a control asks for a number, a date, a time, or words."""
    if kind in ("date", "time", "number"):
        return kind
    is_number = about.get("inputmode") == "numeric" or name.rpartition("-")[2] in NUMERIC
    return "number" if is_number and name != "code" else "text"


def forms_of(text: str) -> Forms:
    """The forms of a page."""
    parser = Forms()
    parser.feed(text)
    return parser


def pages(world: World) -> Iterator[str]:
    """Every page Dana may open, of her couple's with something in it."""
    every = FOR_EVERYONE | FOR_THE_OWNER | FOR_THE_AUTHOR | FOR_THE_TEAM
    for rule in world.rules(*every.difference(DRAFTS)):
        if "GET" in (rule.methods or set()):
            yield world.address(rule, world.danas)


def tries(world: World) -> Iterator[tuple[str, str, str, dict[str, Any], str]]:
    """Each field of each form once with each impossible value: (page, address, method, sent, field)."""
    seen = set()
    for page in pages(world):
        answer = world.dana.get(page)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        for form in forms_of(answer.text).found:
            address = form["action"] or page
            for name, kind in form["kinds"].items():
                if kind not in IMPOSSIBLE or (address, name) in seen:
                    continue
                seen.add((address, name))
                zero = [] if name.startswith(ZERO_IS_ONE) or kind != "number" else ["0"]
                for value in IMPOSSIBLE[kind] + zero:
                    fields = {
                        key: one for key, one in form["fields"].items() if key != "csrf_token"
                    }
                    yield page, address, form["method"], fields | {name: value}, name


def test_every_impossible_number_and_date_is_answered_at_its_field(world: World) -> None:
    wrong, tried = [], set()
    for page, address, method, sent, name in tries(world):
        is_get = method.lower() == "get"
        ask = world.dana.client.get if is_get else world.dana.post
        answer = ask(address, query_string=sent) if is_get else ask(address, **sent)
        tried.add((address, name))
        value = sent[name]
        if answer.status_code in (400, 409, 500, 503) or (
            method.lower() == "post"
            and not (answer.status_code == 422 and name in forms_of(answer.text).invalid)
        ):
            wrong.append(f"{page}: {name}={value} at {address}: {answer.status_code}")
    assert wrong == [], chr(10).join(wrong)
    assert len(tried) >= 15, tried


@pytest.mark.parametrize("year", ["0", "0000", "1", "1899", "2201", "9999"])
def test_together_since_a_year_that_cannot_be_is_said_beside_it(dana: Browser, year: str) -> None:
    sent = {"a-first_name": "Maya", "b-first_name": "Jonah", "opened_on": today().isoformat()}
    couple = a_couple(of=dana)
    for address in ("/couples/new", f"/couples/{couple.id}/edit"):
        form = next(
            one
            for one in forms_of(dana.get(address).text).found
            if "together_since" in one["fields"]
        )
        answer = dana.post(address, **form["fields"] | sent | {"together_since": year})
        assert answer.status_code == 422
        assert "together_since" in forms_of(answer.text).invalid
