"""S29: what one partner told is in nothing that is made for the other, or for both.

Every private field of Maya's holds a word with “quince” in it and every one of Jonah's a word
with “damson”. Whatever can be made for a reader is made, and read to its last letter.
"""

import re
from dataclasses import fields

import pytest
from flask import Flask

from practice.couples.partner_details import CoupleDetails, PartnerDetails
from practice.worksheets.variants import KINDS
from tests.browser import Browser
from tests.factories import (
    ACouple,
    AnAssignment,
    a_review,
    a_session,
    an_assignment,
    in_the_name_of,
    opened,
    today,
)
from tests.paper import lend_press, words_on
from tests.worksheets.test_packets import begun, ready

MARKS = {"a": "quince", "b": "damson"}
#: What both may know of each other; everything else a partner's details hold is private.
KNOWN_TO_BOTH = {"first_name", "goes_by", "language", "born_on", "email_safe", "phone_safe"}
#: Whose words may stand on what is made for whom: nobody's private ones.
READERS = ("a", "b", "couple")


def told_by(letter: str, name: str) -> PartnerDetails:
    """A partner's details, with the partner's mark in each private field."""
    private = {
        field.name: f"{MARKS[letter]}{field.name.replace('_', '')}"
        for field in fields(PartnerDetails)
        if field.name not in KNOWN_TO_BOTH
    }
    private["email"] += "@example.com"
    return PartnerDetails(name, **private)


@pytest.fixture
def given(app: Flask, dana: Browser) -> tuple[ACouple, AnAssignment]:
    """A couple whose every private field is marked, and a homework they were given."""
    lend_press(app)
    details = CoupleDetails(told_by("a", "Maya"), told_by("b", "Jonah"), opened_on=today())
    with in_the_name_of(dana):
        couple = ACouple(opened(details, dana).id)
    seen = (("protest-behavior", "a", 3), ("busyness", "b", 2))
    session = a_session(dana, couple, seen=seen, data="quince damson", assessment="quince damson")
    dana.post(f"{session.url}/psychotherapy-note", text="quince damson", version="0")
    for obstacle, mark in (("protest-behavior", "quince"), ("busyness", "damson")):
        dana.post(f"{session.url}/obstacles", obstacle=obstacle, words=f"{mark}seen")
    first = an_assignment(dana, couple, session=session, safety_reason="quince damson")
    for letter, mark in MARKS.items():
        a_review(dana, first, letter, noticed=f"{mark}noticed", session=session)
    return couple, an_assignment(dana, couple, session=session, safety_reason="quince damson")


def leaks(words: str) -> list[str]:
    """Every marked word in a text."""
    return re.findall(r"(?:quince|damson)\w*", words.lower())


def test_s29_partner_canary_on_every_sheet_of_every_reader(
    dana: Browser, given: tuple[ACouple, AnAssignment]
) -> None:
    _, assignment = given
    for reader in READERS:
        for kind in KINDS:
            answer = dana.get(f"{assignment.url}/handout-{reader}.pdf?kind={kind}")
            assert answer.mimetype == "application/pdf", (reader, kind)
            assert leaks(words_on(answer.data)) == [], (reader, kind)
            assert leaks(str(answer.headers)) == []
            for mark in MARKS.values():
                assert mark.encode() not in answer.data.lower(), (reader, kind)


def test_s29_partner_canary_on_the_screen_and_in_a_packet(
    dana: Browser, given: tuple[ACouple, AnAssignment]
) -> None:
    couple, assignment = given
    number = assignment.url.rpartition("/")[2]
    for reader in READERS:
        page = dana.get(f"{assignment.url}/handout-{reader}").text
        sheet = page[page.index("<main") : page.index("</main>")]
        assert leaks(sheet) == [], reader
    for reader in ("b", "couple"):
        kind = {"assignments": number, "extras": "tracker", "backgrounds": "feelings"}
        packet = dana.get(ready(dana, begun(dana, couple, reader=reader, **kind)))
        assert leaks(words_on(packet.data)) == [], reader
        assert leaks(str(packet.headers)) == []
