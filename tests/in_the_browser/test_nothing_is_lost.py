"""Nothing typed is lost: not to a crash, a gap in the network, an ended sign-in or a second window."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserType, Page, Route, expect
from playwright.sync_api import Error as PlaywrightError

from practice import clock
from practice.demo.loader import PASSWORD
from practice.sessions.models import PsychotherapyNote
from tests.chromium import QUIETLY
from tests.in_the_browser.conftest import Opener
from tests.in_the_browser.office import Office
from tests.in_the_browser.steps import say_saved, section

STATUS = "#save-status"
LONGEST_UNSAVED = 5.0  # seconds
STARTS_TRIED = 3


def write(page: Page, words: str, name: str = "Data") -> None:
    """Type `words` at the start of a section, as a person does."""
    section(page, name).click()
    page.keyboard.press("Control+Home")
    page.keyboard.type(words)


def test_typing_saves_itself_after_a_pause(dana: Page, office: Office) -> None:
    dana.goto(office.records.session)
    write(dana, "They laughed. ")
    expect(dana.locator(STATUS)).to_have_text("Saving…")
    say_saved(dana)
    assert office.note()["data"].startswith("They laughed. ")


def test_what_is_taken_back_needs_no_saving(dana: Page, office: Office) -> None:
    dana.clock.install()
    dana.goto(office.records.session)
    said = dana.locator(STATUS).inner_text()
    sent: list[str] = []
    dana.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    dana.clock.pause_at(clock.now() + timedelta(minutes=1))
    write(dana, "x")
    expect(dana.locator(STATUS)).to_have_text("Saving…")
    dana.keyboard.press("Backspace")
    expect(dana.locator(STATUS)).to_have_text(said)
    dana.clock.run_for(10_000)
    assert f"POST {office.url}{office.records.session}" not in sent


def test_a_change_of_format_moves_headings_and_keeps_every_word(dana: Page, office: Office) -> None:
    dana.goto(office.records.session)
    write(dana, "Kept. ")
    dana.get_by_text("The meeting").click()
    dana.get_by_label("Note format").select_option(label="SOAP")
    expect(section(dana, "Subjective")).to_have_value(re.compile("^Kept. "))
    assert office.note()["data"].startswith("Kept. ")


@pytest.fixture
def fragile(
    chromium_path: str, browser_type: BrowserType, office: Office, tmp_path: Path
) -> Iterator[tuple[Page, subprocess.Popen[bytes]]]:
    """A browser of its own to be killed: a page in it, signed in, and its process."""
    for attempt in range(STARTS_TRIED):
        profile = tmp_path / f"profile-{attempt}"
        started = start_chromium(chromium_path, profile)
        try:
            port = port_told_in(profile / "DevToolsActivePort")
            remote = browser_type.connect_over_cdp(f"http://127.0.0.1:{port}", timeout=20_000)
            break
        except (PlaywrightError, AssertionError):
            kill(started)  # a browser may stick as it starts on a busy machine: take another
            if attempt == STARTS_TRIED - 1:
                raise
    try:
        context = remote.new_context(base_url=office.url)
        context.add_cookies([office.cookie])
        yield context.new_page(), started
    finally:
        kill(started)
        shutil.rmtree(profile, ignore_errors=True)


def start_chromium(path: str, profile: Path) -> subprocess.Popen[bytes]:
    """A browser in a process group of its own, listening for whoever steers it."""
    return subprocess.Popen(
        [
            path,
            "--headless",
            "--remote-debugging-port=0",
            f"--user-data-dir={profile}",
            *QUIETLY,
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def port_told_in(file: Path) -> str:
    """The port that a browser just started writes down for whoever steers it."""
    until = time.monotonic() + 30
    while not (file.exists() and "\n" in file.read_text()):
        assert time.monotonic() < until, "the browser did not start"
        time.sleep(0.05)
    return file.read_text().split("\n")[0]


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a browser with all its processes, as a power cut does."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_a_browser_killed_while_one_types_costs_five_seconds_at_most(
    fragile: tuple[Page, subprocess.Popen[bytes]], office: Office
) -> None:
    page, process = fragile
    page.goto(office.records.session)
    section(page).fill("")
    section(page).click()
    typed: list[tuple[float, str]] = []
    began = time.monotonic()
    while time.monotonic() - began < LONGEST_UNSAVED + 2:
        word = f"word{len(typed)} "
        page.keyboard.type(word, delay=20)
        typed.append((time.monotonic(), word))
    kill(process)
    ended = time.monotonic()
    old = "".join(word for at, word in typed if ended - at > LONGEST_UNSAVED)
    assert old
    assert office.note()["data"].startswith(old.strip())


def test_a_gap_in_the_network_is_said_and_mended(dana: Page, office: Office) -> None:
    dana.goto(office.records.session)
    dana.context.set_offline(True)
    write(dana, "Written in a tunnel. ")
    expect(dana.locator(STATUS)).to_have_text(re.compile("^No connection"))
    assert "tunnel" not in office.note()["data"]
    write(dana, "Still in it. ", "Plan")
    dana.context.set_offline(False)
    say_saved(dana)
    assert office.note()["data"].startswith("Written in a tunnel. ")
    assert office.note()["plan"].startswith("Still in it. ")


def test_a_page_with_unsaved_words_asks_before_it_goes(dana: Page, office: Office) -> None:
    dana.goto(office.records.session)
    dana.context.set_offline(True)
    write(dana, "Not saved. ")
    dana.on("dialog", lambda dialog: dialog.dismiss())
    with dana.expect_event("dialog") as asked:
        dana.get_by_role("link", name="Today").click(no_wait_after=True)
    assert asked.value.type == "beforeunload"
    expect(section(dana)).to_have_value(re.compile("^Not saved. "))
    dana.context.set_offline(False)
    say_saved(dana)


def test_a_sign_in_that_ended_brings_the_writer_back_to_the_same_words(
    dana: Page, office: Office
) -> None:
    dana.goto(office.records.session)
    office.end_every_sign_in()
    write(dana, "After midnight. ")
    lock = dana.locator("#lock")
    expect(lock).to_be_visible()
    assert "midnight" not in office.note()["data"]
    dana.get_by_label(re.compile("^Password for")).fill("not this one")
    dana.keyboard.press("Enter")
    expect(dana.locator("#lock-error")).not_to_be_empty()
    dana.get_by_label(re.compile("^Password for")).fill(PASSWORD)
    dana.keyboard.press("Enter")
    expect(lock).to_be_hidden()
    say_saved(dana)
    expect(section(dana)).to_be_focused()
    dana.keyboard.type("And on. ")
    say_saved(dana)
    assert office.note()["data"].startswith("After midnight. And on. ")


def test_two_windows_on_one_note_keep_both_texts(
    dana: Page, open_browser: Opener, office: Office
) -> None:
    other = open_browser().new_page()
    for page in (dana, other):
        page.goto(office.records.session)
    write(dana, "From the desk. ")
    say_saved(dana)
    write(other, "From the phone. ")
    conflict = other.locator("#conflicts")
    expect(conflict.locator(".conflict__text").first).to_contain_text("From the phone. ")
    expect(conflict.locator(".conflict__text").last).to_contain_text("From the desk. ")
    assert office.note()["data"].startswith("From the desk. ")
    conflict.get_by_role("button", name="Keep both").click()
    say_saved(other)
    expect(conflict).to_be_empty()
    kept = office.note()["data"]
    assert kept.startswith("From the desk. ")
    assert "\n\nFrom the phone. " in kept


def test_the_window_that_was_overtaken_may_take_the_other_text(
    dana: Page, open_browser: Opener, office: Office
) -> None:
    other = open_browser().new_page()
    for page in (dana, other):
        page.goto(office.records.session)
    write(dana, "From the desk. ")
    say_saved(dana)
    write(other, "From the phone. ")
    other.get_by_role("button", name="Take the other").click()
    say_saved(other)
    expect(section(other)).to_have_value(re.compile("^From the desk. "))
    assert office.note()["data"].startswith("From the desk. ")
    assert "phone" not in office.note()["data"]


def test_the_note_kept_apart_saves_itself_too(dana: Page, office: Office) -> None:
    dana.goto(f"{office.records.session}/psychotherapy-note")
    dana.get_by_label("Your note").fill("A thought of my own.")
    say_saved(dana)
    assert office.count(PsychotherapyNote, session_id=office.records.unsigned) == 1
    dana.get_by_label("Your note").fill("A thought of my own, and another.")
    dana.keyboard.press("Control+s")
    say_saved(dana)
    dana.reload()
    expect(dana.get_by_label("Your note")).to_have_value("A thought of my own, and another.")


def test_a_wrong_time_waits_while_one_writes_on(dana: Page, office: Office) -> None:
    dana.goto(office.records.session)
    dana.get_by_text("The meeting").click()
    stopped = dana.get_by_label("Stopped")
    right = stopped.input_value()
    stopped.fill("00:01")
    write(dana, "Written beside a wrong time. ")
    status = dana.locator(STATUS)
    expect(status).to_have_text("Saved, but not “Stopped”")
    expect(stopped).to_have_attribute("aria-invalid", "true")
    beside = dana.get_by_role("alert").filter(has_text="Everything else is saved.")
    expect(beside).to_be_visible()
    assert office.note()["data"].startswith("Written beside a wrong time. ")

    write(dana, "And on. ", "Plan")
    expect(status).to_have_text("Saving…")
    expect(status).to_have_text("Saved, but not “Stopped”")
    dana.get_by_role("button", name="Sign note").click()
    dana.locator("#confirm").get_by_role("button", name="Sign note").click()
    expect(stopped).to_be_focused()
    expect(dana.get_by_role("button", name="Sign note")).to_be_visible()

    asked: list[str] = []
    dana.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    dana.reload()
    assert asked == ["beforeunload"]
    expect(section(dana)).to_have_value(re.compile("^Written beside a wrong time. "))
    expect(section(dana, "Plan")).to_have_value(re.compile("^And on. "))
    expect(dana.get_by_label("Stopped")).to_have_value(right)


def test_a_field_that_is_mended_is_saved_and_says_no_more(dana: Page, office: Office) -> None:
    dana.goto(office.records.session)
    dana.get_by_text("The meeting").click()
    started, stopped = dana.get_by_label("Started"), dana.get_by_label("Stopped")
    started.fill("16:00")
    stopped.fill("15:00")
    expect(dana.locator(STATUS)).to_have_text("Saved, but not “Stopped”")
    stopped.fill("16:45")
    say_saved(dana)
    expect(dana.locator("[data-autosave-error]")).to_have_count(0)
    expect(stopped).not_to_have_attribute("aria-invalid", "true")
    dana.reload()
    expect(dana.get_by_label("Stopped")).to_have_value("16:45")


def test_control_characters_of_pasted_text_save_as_line_breaks(dana: Page, office: Office) -> None:
    dana.goto(office.records.session)
    section(dana).fill("Pasted from slides:\x0bsecond line\x0c\u2028\x07third")
    say_saved(dana)
    assert office.note()["data"] == "Pasted from slides:\nsecond line\n\nthird"


def test_what_is_typed_while_the_format_changes_is_kept(dana: Page, office: Office) -> None:
    dana.goto(office.records.session)
    write(dana, "Before. ")
    dana.get_by_text("The meeting").click()

    def write_meanwhile(route: Route) -> None:
        write(dana, "Meanwhile. ")
        route.continue_()

    dana.route(re.compile("/sections$"), write_meanwhile, times=1)
    dana.get_by_label("Note format").select_option(label="SOAP")
    expect(section(dana, "Subjective")).to_have_value(re.compile("^Meanwhile. Before. "))
    say_saved(dana)
    assert office.note()["data"].startswith("Meanwhile. Before. ")
