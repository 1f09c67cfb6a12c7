"""A couple with something of every kind in its file, and what stands in a copy of it."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

from practice.couples.partner_details import PartnerDetails
from tests.browser import Browser
from tests.factories import (
    ACouple,
    a_couple,
    a_letter,
    a_review,
    a_session,
    an_appointment,
    an_assignment,
    today,
)
from tests.waiting import wait_until

PRIVATE = "walnutcanary"
LETTER, OWN_LETTER = b"%PDF-1.7 a letter", b"%PDF-1.7 walnutcanary"


def a_full_couple(of: Browser, a: str = "Maya Okafor", b: str = "Jonah Reyes") -> ACouple:
    """A couple with sessions, one of them signed, homework, reviews and a psychotherapy note."""
    couple = a_couple(
        of=of,
        a=a,
        b=b,
        partner=PartnerDetails("", phone="+1 555 010 4477", came_for="=More evenings"),
        warning_signs=["less-touch", "loneliness"],
    )
    signed = a_session(
        of,
        couple,
        today() - timedelta(days=14),
        seen=(("busyness", "a", 3), "screens"),
        signed=True,
        data="They named what they miss.",
        plan="Ten minutes after supper.",
    )
    of.post(f"{signed.url}/addenda", text="He called the next day.", once="once")
    draft = a_session(of, couple, data="Not yet finished.")
    of.post(f"{draft.url}/psychotherapy-note", text=f"I wonder, {PRIVATE}.", version="0")
    given = an_assignment(of, couple, session=signed, anchor="after supper")
    a_review(of, given, "a", usefulness=3, noticed="It was quieter.")
    an_appointment(of, couple)
    a_letter(of, couple, LETTER, title="From the psychiatrist")
    a_letter(of, couple, OWN_LETTER, title=PRIVATE, readers="author")
    return couple


def files_in(content: bytes) -> dict[str, Any]:
    """The files of a ZIP by name: text, or the bytes of what is none."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    return {
        name: content if name.endswith((".pdf", ".png")) else content.decode()
        for name, content in found.items()
    }


def copy_of(of: Browser, couple: ACouple, **ticked: str) -> dict[str, Any]:
    """The files of a couple's copy."""
    page = f"/couples/{couple.id}/copy"
    assert of.post(page, **ticked).location == page
    wait_for_copy(of, f"{page}/progress")
    return files_in(of.post(f"{page}/file").data)


def records_in(files: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    """The records in couple.json, by table."""
    found: dict[str, list[dict[str, Any]]] = json.loads(files["couple.json"])["records"]
    return found


def own_of(of: Browser, address: str = "/records/own") -> dict[str, Any]:
    """The files of what is someone's alone."""
    answer = of.post(address)
    assert answer.mimetype == "application/zip", answer.text
    return files_in(answer.data)


def wait_for_copy(of: Browser, progress: str = "/records/everything") -> None:
    """Wait until a copy, that of everything unless told, is no longer being made."""
    wait_until(lambda: "data-hx-get" not in of.get(progress, X_Autosave="1").text, "the copy")


def wait_for_words(of: Browser, page: str, words: str) -> None:
    """Wait until a page says something."""
    wait_until(lambda: words in of.get(page).text, words)


def everything_of(of: Browser, **ticked: str) -> dict[str, Any]:
    """The files of the practice's copy."""
    assert of.post("/records/everything", **ticked).status_code == 303
    wait_for_copy(of)
    return files_in(of.post("/records/everything/file").data)
