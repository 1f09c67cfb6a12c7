"""P15: sheets with hostile words; each ends in time, and pages are answered meanwhile."""

import time
from collections.abc import Iterator
from dataclasses import replace
from threading import Event, Thread

from bench.drills.figures import Figure, Size, all_of, at_most, slowest
from bench.drills.hostile import an_app
from practice.handouts.kinds.exercise import ExerciseSheet
from practice.handouts.renderer import PrintFailed, Renderer
from practice.handouts.sheet import Step, TrackerRow
from tests.browser import Browser
from tests.handouts.conftest import SHEET

LIMIT = 20
#: A process that was stopped has to be started anew before the next sheet.
AROUND = 10
WORDS = {
    "markup": "</title></style><table><td colspan=1000000><div style='display:flex'>" * 200,
    "a letter under a thousand accents": "a" + "\u0301" * 20_000,
    "one word without an end": "m" * 50_000,
    "both directions": "\u202eאבג\u202cabc\u2066דהו" * 2_000,
    "emoji of many parts": "👩‍👩‍👧‍👦" * 3_000,
    "half a letter": "\ud800" * 2_000,
    "nothing that shows": "\u200b\u200d\ufeff" * 20_000,
    "a novel": "and then we talked about the sea " * 30_000,
    "ten thousand lines": "word\n" * 10_000,
    "every script": "".join(map(chr, range(0x20, 0xFFFF, 3))).replace("\ud800", ""),
}


def hostile_sheets(size: Size) -> Iterator[Figure]:
    """Print each in a sentence and in many steps, while someone keeps opening pages."""
    chosen = list(WORDS.items())[: size.of(len(WORDS), 3)]
    took, plain, pages, is_over = list[float](), 0, list[float](), Event()
    press = Renderer(workers=2, seconds=size.of(LIMIT, 3))
    press.print(SHEET)
    with an_app() as app:
        dana = Browser(app, app.extensions["dana"])

        def look() -> None:
            while not is_over.is_set():
                began = time.perf_counter()
                assert dana.get("/couples").status_code == 200
                pages.append(time.perf_counter() - began)

        reader = Thread(target=look)
        reader.start()
        try:
            for _, words in chosen:
                for sheet in hostile(words)[: size.of(2, 1)]:
                    began = time.monotonic()
                    plain += is_plain(press, sheet)
                    took.append(time.monotonic() - began)
        finally:
            is_over.set()
            reader.join()
            press.close()
    yield all_of("P15", "hostile sheets printed, or refused in plain words", plain, len(took))
    yield at_most("P15", "the longest of them", max(took), LIMIT + AROUND)
    yield at_most("P15", "a page meanwhile, 95 in 100", slowest(pages, 95), 1)


def hostile(words: str) -> list[ExerciseSheet]:
    """Two sheets with these words: in one long paragraph, and in sixty steps and forty rows."""
    steps = tuple(Step(words[:200], words[:200]) for _ in range(60))
    rows = (TrackerRow(words[:500], "tick"),) * 40
    return [replace(SHEET, why=words, title=words[:500]), replace(SHEET, steps=steps, tracker=rows)]


def is_plain(press: Renderer, sheet: ExerciseSheet) -> bool:
    """Whether a sheet ends as a PDF, or in a sentence for the therapist."""
    try:
        return press.print(sheet).startswith(b"%PDF")
    except PrintFailed as reason:
        return str(reason).endswith(".")
