"""What was printed is kept, unreadable, until what it says changes."""

from threading import Event, Thread

import pytest

from practice.handouts.pdf_cache import PdfCache
from practice.handouts.renderer import PrintFailed, Renderer, Turn
from tests.waiting import PATIENCE, wait_until

MINE = ("assignment", 1, 7, "a")


@pytest.fixture
def shelf(press):
    return PdfCache(press)


@pytest.fixture
def prints(press, monkeypatch):
    """How often a sheet is really printed, one entry each with its reader's name."""
    heard = []
    original = Renderer._print_at

    def hear(press, place, sheet):
        heard.append(sheet.for_name)
        return original(press, place, sheet)

    monkeypatch.setattr(Renderer, "_print_at", hear)
    return heard


def kept(shelf):
    return {name for name, slot in shelf._slots.items() if slot.sealed}


def test_a_sheet_asked_for_again_is_the_same_and_is_not_printed_again(shelf, prints, a_sheet):
    first = shelf.pdf(a_sheet(), MINE)
    again = shelf.pdf(a_sheet(), MINE)
    assert first == again and len(prints) == 1


def test_a_sheet_that_says_something_else_takes_the_place_of_the_old_one(shelf, prints, a_sheet):
    old = shelf.pdf(a_sheet(), MINE)
    assert shelf.pdf(a_sheet(talk_on="Friday, December 4"), MINE) != old
    assert len(prints) == 2 and kept(shelf) == {MINE}


def test_what_stood_under_a_name_is_forgotten_before_the_new_one_is_printed(shelf, a_sheet):
    shelf.pdf(a_sheet(), MINE)
    shelf._slot(a_sheet(talk_on="Friday, December 4"), MINE)
    assert kept(shelf) == set()


def test_forgetting_an_assignment_drops_its_copies_and_no_other(shelf, a_sheet):
    other = ("assignment", 1, 8, "a")
    for name in (MINE, (*MINE[:3], "b"), other):
        shelf.pdf(a_sheet(), name)
    shelf.forget("assignment", 1, 7)
    assert kept(shelf) == {other}


def test_the_shelf_holds_no_readable_word(shelf, a_sheet):
    pdf = shelf.pdf(a_sheet(title="A small harbor"), MINE)
    assert pdf.startswith(b"%PDF")
    held = repr(vars(shelf)).encode() + b"".join(s.sealed for s in shelf._slots.values())
    for word in (b"Maya", b"harbor", b"%PDF", b"7F3K"):
        assert word not in held


def test_the_shelf_keeps_no_more_than_it_may(press, a_sheet):
    few, small = PdfCache(press, most_sheets=2), PdfCache(press, most_bytes=60_000)
    for number in range(4):
        for shelf in (few, small):
            shelf.pdf(a_sheet(for_name=f"Maya {number}"), (number,))
    assert kept(few) == {(2,), (3,)}
    assert (3,) in kept(small) and sum(len(s.sealed) for s in small._slots.values()) <= 60_000


def test_two_who_ask_at_once_share_one_print(shelf, prints, a_sheet):
    got = []
    askers = [Thread(target=lambda: got.append(shelf.pdf(a_sheet(), MINE))) for _ in range(4)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(prints) == 1 and len(set(got)) == 1


def test_sheets_printed_ahead_are_there_when_they_are_asked_for(shelf, prints, a_sheet):
    wanted = [((*MINE[:3], copy), a_sheet(for_name=copy)) for copy in ("a", "b")]
    shelf.print_ahead(wanted)
    wait_until(lambda: len(kept(shelf)) == 2)
    for name, sheet in wanted:
        shelf.pdf(sheet, name)
    assert len(prints) == 2


def test_one_who_waits_is_served_before_what_is_printed_ahead(prints, a_sheet):
    press = Renderer(workers=1)
    shelf = PdfCache(press)
    with press.room(Turn.NOW):
        shelf.print_ahead([((n,), a_sheet(for_name=f"ahead {n}")) for n in range(3)])
        wait_until(lambda: press._idle._line)
        done = Event()
        Thread(target=lambda: (shelf.pdf(a_sheet(for_name="now")), done.set())).start()
        wait_until(lambda: len(press._idle._line) == 2)
    assert done.wait(PATIENCE)
    assert prints[0] == "now"
    press.close()


def test_a_process_that_dies_while_it_prints_ahead_harms_nobody(a_sheet):
    press = Renderer(workers=1)
    shelf = PdfCache(press)
    long_text = "A word or two about the sea. " * 20_000
    press.print(a_sheet())
    [place] = press._idle._free
    shelf.print_ahead([(MINE, a_sheet(why=long_text)), ((*MINE, "next"), a_sheet())])
    wait_until(lambda: not press._idle._free)
    place._process.kill()
    assert shelf.pdf(a_sheet(), (*MINE, "next")).startswith(b"%PDF")
    assert MINE not in kept(shelf)
    press.close()


def test_a_sheet_that_fails_is_tried_again_by_the_next_who_asks(shelf, a_sheet):
    for _ in range(2):
        with pytest.raises(PrintFailed):
            shelf.pdf("no sheet", MINE)
    assert shelf.pdf(a_sheet(), MINE).startswith(b"%PDF")
