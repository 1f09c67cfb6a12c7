"""What is typed, tapped or chosen before a page's scripts are there is taken up once they are."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from practice.demo.loader import PASSWORD
from practice.library.models import CustomHomeworkDraft, HomeworkFavorite
from practice.sessions.models import NoteSignature, Sighting
from tests.in_the_browser.conftest import Opener, a_browser
from tests.in_the_browser.held_scripts import HeldScripts
from tests.in_the_browser.office import DANA, Office
from tests.in_the_browser.steps import agree, say_saved, section

EARLY = "early.js"


def test_a_note_typed_before_the_scripts_saves_itself(dana: Page, office: Office) -> None:
    scripts = HeldScripts(dana)
    scripts.open(office.records.session)
    section(dana).fill("Typed on a slow phone.")
    scripts.let_come()
    say_saved(dana)
    assert office.note()["data"] == "Typed on a slow phone."


def test_a_homework_is_begun_and_written_before_the_scripts(dana: Page, office: Office) -> None:
    dana.goto("/homework/from-complaint-to-longing")
    scripts = HeldScripts(dana)
    dana.get_by_role("button", name="Make it ours").click()
    dana.get_by_label("Title", exact=True).first.fill("From grumble to wish")
    scripts.let_come()
    say_saved(dana)
    expect(dana.locator("#beside .sheet__title").first).to_have_text("From grumble to wish")
    assert office.count(CustomHomeworkDraft) >= 1
    dana.reload()
    expect(dana.get_by_label("Title", exact=True).first).to_have_value("From grumble to wish")


def test_the_list_of_couples_narrows_to_what_was_typed_before_the_scripts(dana: Page) -> None:
    scripts = HeldScripts(dana)
    scripts.open("/couples")
    dana.locator("[data-search]").fill("may")
    expect(dana.get_by_role("link", name="Priya")).not_to_have_count(0)
    scripts.let_come()
    expect(dana.get_by_role("link", name="Priya")).to_have_count(0)
    expect(dana.get_by_role("link", name="Maya")).not_to_have_count(0)


def test_a_filter_chosen_before_the_scripts_narrows_the_library(dana: Page) -> None:
    scripts = HeldScripts(dana)
    scripts.open("/homework")
    everything = dana.locator("#found article").count()
    dana.get_by_label("Ours only").check()
    scripts.let_come()
    expect(dana.locator("#found article")).not_to_have_count(everything)
    expect(dana).to_have_url(re.compile("ours=1"))


def test_a_question_is_asked_before_what_was_sent_too_early(dana: Page, office: Office) -> None:
    before = office.count(NoteSignature)
    scripts = HeldScripts(dana, but=EARLY)
    scripts.open(office.records.session)
    section(dana).fill("Typed, then signed at once.")
    dana.get_by_role("button", name="Sign note").click()
    scripts.let_come()
    expect(dana.locator("#confirm")).to_be_visible()
    assert office.count(NoteSignature) == before
    agree(dana, "Sign note")
    expect(dana.get_by_text("The note is signed.")).to_be_visible()
    assert office.note()["data"] == "Typed, then signed at once."


def test_taps_made_before_the_scripts_are_made_and_no_word_is_lost(
    dana: Page, office: Office
) -> None:
    before = office.count(Sighting, session_id=office.records.unsigned)
    scripts = HeldScripts(dana, but=EARLY)
    scripts.open(office.records.session)
    section(dana).fill("Typed between taps.")
    chips = dana.locator("#obstacles .chip[aria-pressed=false]")
    names = [chip.get_attribute("id") for chip in chips.all()[:2]]
    for name in names:
        dana.locator(f"#{name}").click()
    scripts.let_come()
    for name in names:
        expect(dana.locator(f"#{str(name).replace('chip-', 'obstacle-')}")).to_be_visible()
    say_saved(dana)
    assert office.count(Sighting, session_id=office.records.unsigned) == before + 2
    assert office.note()["data"] == "Typed between taps."


def test_a_heart_tapped_before_the_scripts_is_pressed(dana: Page, office: Office) -> None:
    before = office.count(HomeworkFavorite)
    scripts = HeldScripts(dana, but=EARLY)
    scripts.open("/homework")
    heart = dana.locator(".favourite__heart[aria-pressed=false]").first
    id_ = heart.get_attribute("id")
    heart.click()
    scripts.let_come()
    expect(dana.locator(f"#{id_}")).to_have_attribute("aria-pressed", "true")
    assert office.count(HomeworkFavorite) == before + 1


@pytest.mark.parametrize("later", ["00:00", "00:30"])
def test_keys_pressed_before_the_scripts_are_answered_however_late_they_come(
    dana: Page, office: Office, later: str
) -> None:
    dana.clock.install()
    scripts = HeldScripts(dana, but=EARLY)
    scripts.open(office.records.session)
    dana.keyboard.press("?")
    dana.clock.fast_forward(later)
    scripts.let_come()
    expect(dana.get_by_role("dialog", name="Keys")).to_be_visible()


@pytest.mark.parametrize("leave", ["link", "lock"])
def test_a_page_left_before_the_scripts_keeps_its_words_first(
    dana: Page, office: Office, leave: str
) -> None:
    scripts = HeldScripts(dana, but=EARLY)
    scripts.open(office.records.session)
    section(dana).fill("Typed, then left.")
    if leave == "link":
        dana.get_by_role("link", name="Couples", exact=True).first.click()
    else:
        dana.get_by_role("button", name=re.compile("^Lock")).first.click()
    scripts.let_come()
    if leave == "link":
        dana.wait_for_url("**/couples")
    else:
        expect(dana.locator("#lock")).to_be_visible()
    assert office.note()["data"] == "Typed, then left."


def test_a_page_reloaded_before_the_scripts_asks_first(dana: Page, office: Office) -> None:
    dana.on("dialog", lambda dialog: dialog.dismiss())
    scripts = HeldScripts(dana, but=EARLY)
    scripts.open(office.records.session)
    section(dana).click()
    dana.keyboard.type("Not yet saved. ")
    with dana.expect_event("dialog") as asked:
        dana.evaluate("() => setTimeout(() => location.reload())")
    assert asked.value.type == "beforeunload"
    scripts.let_come()
    say_saved(dana)
    assert office.note()["data"].count("Not yet saved. ") == 1


def test_a_file_chosen_before_the_scripts_is_weighed(
    dana: Page, office: Office, tmp_path: Any
) -> None:
    scripts = HeldScripts(dana)
    scripts.open(f"{office.records.file}/attachments/new")
    large = tmp_path / "scan.pdf"
    large.write_bytes(b"%PDF" + bytes(30_000_000))
    dana.locator("input[type=file]").set_input_files(large)
    scripts.let_come()
    expect(dana.get_by_role("alert").filter(has_text="This file has")).to_be_visible()


def test_a_time_zone_chosen_before_the_scripts_stays_chosen(
    new_office: Office, browser: Any, watched: Any
) -> None:
    page = watched(a_browser(browser, new_office), new_office.url).new_page()
    scripts = HeldScripts(page)
    scripts.open("/set-up")
    page.get_by_label("Time zone").select_option("America/Denver")
    page.get_by_label("Name of the practice").fill("Alder Street")
    scripts.let_come()
    expect(page.get_by_label("Time zone")).to_have_value("America/Denver")
    expect(page.get_by_label("Name of the practice")).to_have_value("Alder Street")


def test_signing_in_before_the_scripts_signs_in(open_browser: Opener) -> None:
    page = open_browser(signed_in=False).new_page()
    scripts = HeldScripts(page)
    scripts.open("/sign-in")
    page.get_by_label("E-mail").fill(DANA)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    scripts.let_come()
