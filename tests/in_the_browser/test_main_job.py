"""The job the product is for: from an open session to a personal sheet on paper."""

import re
import subprocess
import tomllib
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from practice import clock
from practice.demo.loader import TEXTS
from practice.formatting import long_date
from practice.library.builtin import builtin_homework
from practice.vocabulary import OBSTACLES
from tests.in_the_browser.conftest import Opener
from tests.in_the_browser.steps import (
    agree,
    give_first_suggestion,
    open_from_today,
    say_when,
    section,
    sign_in,
    start_session,
)
from tests.in_the_browser.watching import Taps

MOST_TAPS = 8
SPACE = re.compile(r"\s+")
PORTLAND = "America/Los_Angeles"


def words_of(pdf: bytes) -> str:
    """What a PDF says, on one line."""
    answer = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return SPACE.sub(" ", answer.stdout.decode())


def open_sheet(link: Locator) -> str:
    """Follow a link to a sheet into its new tab; what the sheet says."""
    with link.page.context.expect_page() as opened:
        link.click()
    url = link.get_attribute("href") or ""
    answer = link.page.context.request.get(url)
    assert answer.ok
    assert answer.headers["content-type"] == "application/pdf"
    opened.value.close()
    return words_of(answer.body())


def told_in_private(letter: str) -> list[str]:
    """What one partner of the demo's first couple said that the other may not read."""
    facts = tomllib.loads((TEXTS / "01-maya-jonah.toml").read_text(encoding="utf-8"))
    reviews = [
        homework["review"]
        for session in facts["sessions"]
        for homework in session.get("homework", [])
        if "review" in homework
    ]
    told = [facts[letter]["came_for"], *(one.get(f"noticed_{letter}", "") for one in reviews)]
    return [words for words in told if words]


def has(text: str, words: str) -> bool:
    """Whether a sheet carries these words, wherever its lines break."""
    return SPACE.sub("", words) in SPACE.sub("", text)


@pytest.fixture
def job(open_browser: Opener) -> tuple[Page, Taps, str]:
    """The whole job done by mouse, up to the first sheet: the page, the taps, what was given."""
    context = open_browser(signed_in=False)
    taps = Taps(context)
    page = context.new_page()
    sign_in(page)
    open_from_today(page)
    start_session(page)
    taps.forget()
    page.get_by_role("group", name="How it went, as you saw it").get_by_text("Partly").click()
    page.get_by_role("button", name="Busyness").click()
    page.get_by_role("button", name="Protest behavior").click()
    section(page).click()
    page.keyboard.type("They came in laughing about the milk.")
    title = give_first_suggestion(page)
    return page, taps, title


def test_eight_taps_lead_from_an_open_session_to_the_first_sheet(
    job: tuple[Page, Taps, str],
) -> None:
    page, taps, _title = job
    open_sheet(page.get_by_role("link", name="Maya’s sheet"))
    assert len(taps) <= MOST_TAPS, taps.made


def test_each_partner_gets_a_sheet_of_their_own(job: tuple[Page, Taps, str]) -> None:
    page, _taps, title = job
    homework = next(one for one in builtin_homework().values() if one.title == title)
    due = long_date(clock.today_in(PORTLAND) + timedelta(days=7))
    for name, other_letter in (("Maya", "b"), ("Jonah", "a")):
        sheet = open_sheet(page.get_by_role("link", name=f"{name}’s sheet"))
        assert has(sheet, f"For {name}")
        assert has(sheet, title)
        assert has(sheet, due)
        for step in homework.steps:
            assert has(sheet, f"{step.lead} {step.text}")
        for surname in ("Okafor", "Reyes"):
            assert surname not in sheet
        for obstacle in OBSTACLES.values():
            assert obstacle.label.lower() not in sheet.lower()
        for words in told_in_private(other_letter):
            assert not has(sheet, words)


def test_the_note_is_signed_when_the_job_is_done(job: tuple[Page, Taps, str]) -> None:
    page, _taps, title = job
    say_when(page)
    page.get_by_role("button", name="Sign note").click()
    facts = page.locator("#confirm-facts")
    expect(facts).to_contain_text("12:00–12:50 am, 50 minutes")
    expect(facts).to_contain_text("Maya and Jonah")
    agree(page, "Sign note")
    expect(page.locator(".page-header .tag--signed")).to_be_visible()
    expect(page.get_by_text("They came in laughing about the milk.")).to_be_visible()
    expect(page.locator("#given").get_by_text(title)).to_be_visible()
    expect(page.locator("#session-form")).to_have_count(0)
