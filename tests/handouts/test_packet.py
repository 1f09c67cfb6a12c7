"""A packet: several sheets bound into one PDF, which reads as if it had been one from the start."""

import dataclasses

import pytest

from practice.handouts.kinds.packet import Packet, Part
from tests.handouts.conformance import faults_of
from tests.handouts.conftest import SHEET, Printed
from tests.handouts.every_kind import every_kind

CHOSEN = ("exercise-en", "four-weeks-en", "background-es", "reflection-large-en")


@pytest.fixture(scope="module")
def packet(press):
    """Four sheets to be bound: a table in two of them, a drawing and another language in one."""
    sheets = [dataclasses.replace(every_kind()[name], is_part=True) for name in CHOSEN]
    pdfs = dict(press.print_many(sheets))
    return Packet(
        SHEET.letterhead,
        paper="letter",
        title="To take home",
        for_name="Maya and Jonah",
        parts=tuple(Part(sheet.title, "a kind", pdfs[at]) for at, sheet in enumerate(sheets)),
    )


@pytest.fixture(scope="module")
def bound(press, packet):
    """The same, bound."""
    return Printed(press.print(packet))


def test_a_packet_keeps_every_rule_of_accessible_pdfs(bound, tmp_path):
    (tmp_path / "packet.pdf").write_bytes(bound.pdf)
    assert faults_of(tmp_path) == {"packet.pdf": []}


def test_it_is_read_aloud_part_after_part(bound):
    heard = bound.read_aloud
    order = ["Alder Street", "To take home", "For Maya and Jonah", "The two-minute shared load"]
    order += ["Say what weighs on you.", "WEEK 4", "Nadie lo empieza", "Take your time."]
    places = [heard.find(words) for words in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)


def test_pages_are_numbered_over_the_whole(bound):
    pages = len(bound.file.pages)
    assert pages == 7
    for page in range(1, pages + 1):
        assert f"{page} / {pages}" in bound.words
    assert "1 / 1" not in bound.words
    assert f"1 / {pages}" not in bound.read_aloud


def test_its_cover_and_its_bookmarks_lead_to_each_part(bound, packet):
    with bound.file.open_outline() as outline:
        marks = [mark.title for mark in outline.root]
    assert marks == [packet.title, *(part.title for part in packet.parts)]
    for part, page in zip(packet.parts, (2, 3, 4, 5), strict=True):
        assert f"{part.title} a kind {page}" in bound.read_aloud


def test_a_part_in_another_language_says_so(bound):
    parts = bound.file.Root.StructTreeRoot.K[0].K
    assert [str(one.Lang) for one in parts if "/Lang" in one] == ["en", "en", "es", "en"]
    assert str(bound.file.Root.Lang) == "en"


def test_the_drawing_is_still_told_and_every_font_is_there(bound):
    assert len(bound.alternatives) == 1
    assert set(bound.fonts.values()) == {"yes"}


def test_the_same_packet_gives_the_same_bytes(press, packet, bound):
    assert press.print(packet) == bound.pdf


def test_the_file_names_no_one(bound):
    about = str(bound.file.open_metadata()) + str(dict(bound.file.docinfo))
    assert str(bound.file.docinfo.Title) == "To take home"
    for name in ("Maya", "Jonah", "Dana", "Alder"):
        assert name not in about
