"""How long a sheet takes to print: from a cold start, once warm, and beside WeasyPrint alone.

    python -m bench.handouts [--sheets 20] [--starts 5]

The sheets are real ones from the library, each for other people, so that no two are alike. "Plain
WeasyPrint" lays out the same pages once, with nothing kept between two sheets, in this process.
"""

import argparse
import multiprocessing
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, sleep

from weasyprint import CSS, HTML

from bench.words import FIRST, LAST
from practice.accounts.models import Practice, User
from practice.couples.models import Couple, Partner
from practice.handouts import layouts, pdf, typesetter
from practice.handouts.kinds.exercise import ExerciseSheet
from practice.handouts.press import Press
from practice.homework.library import Homework, library
from practice.homework.models import Assignment
from practice.homework.sheets import sheet

COLD = "--time-one-cold-print"
WORKERS = 2


def sheets(how_many: int) -> list[ExerciseSheet]:
    """As many sheets: one homework after another, for A, B and both, each with other names."""
    shelf = list(library().values())
    return [one_sheet(shelf[at % len(shelf)], at) for at in range(how_many)]


def one_sheet(homework: Homework, at: int) -> ExerciseSheet:
    """One homework as it is given, for the couple number `at`."""
    names = (FIRST[at % 30], FIRST[(at + 7) % 30])
    couple = Couple(
        partners=[
            Partner(
                letter=letter, first_name=name, last_name=LAST[at % 30], goes_by="", language="en"
            )
            for letter, name in zip("ab", names, strict=True)
        ]
    )
    given_on = date(2026, 3, 5) + timedelta(days=at)
    assignment = Assignment(
        slug=homework.slug,
        for_whom="couple",
        wording=homework.wording(),
        title=homework.title,
        given_on=given_on,
        due_on=given_on + timedelta(days=7),
        dose=homework.smallest.minutes,
        days=5,
        place_and_time="In the kitchen",
        anchor="the dishes are done",
        expected_obstacle="one of us comes home late",
        if_then="we do it by phone",
        personal_word=f"{names[0]} and {names[1]}, take it slowly this week.",
        code_a="7F3K-29QD",
        code_b="8G4M-37RE",
    )
    practice = Practice(
        name="Harrow Lane",
        address="1 Harrow Lane\nPortland",
        phone="(555) 010-4477",
        paper="letter",
    )
    wren = User(name="Wren Castellan", credentials="LMFT")
    return sheet(assignment, couple, ("a", "b", "couple")[at % 3], practice, wren, "no-secrets")


def milliseconds(do: Callable[[], object]) -> float:
    """How long something takes."""
    began = perf_counter()
    do()
    return (perf_counter() - began) * 1000


def time_one_cold_print() -> None:
    """Print how long the first sheet of this program takes."""
    one = sheets(1)[0]
    press = Press()
    print(milliseconds(lambda: press.print(one)))
    press.close()


def cold_starts(how_many: int) -> list[float]:
    """How long the first sheet takes, each time in a program that has just started."""
    command = [sys.executable, "-m", "bench.handouts", COLD]
    return [
        float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
        for _ in range(how_many)
    ]


def first_after_warming(how_many: int) -> list[float]:
    """How long the first sheet takes when the press was warmed and left to settle."""
    times = []
    for one in sheets(how_many):
        press = Press(WORKERS)
        press.warm()
        wait_until_settled()
        times.append(milliseconds(lambda one=one, press=press: press.print(one)))  # type: ignore[misc]
        press.close()
    return times


def wait_until_settled() -> None:
    """Wait until every printing process is there and has stopped working."""
    before = None
    while len(multiprocessing.active_children()) < WORKERS or before != processor_time():
        before = processor_time()
        sleep(0.5)


def processor_time() -> int:
    """The processor time of the printing processes so far, in ticks."""
    stats = [Path(f"/proc/{one.pid}/stat").read_text() for one in multiprocessing.active_children()]
    return sum(int(ticks) for stat in stats for ticks in stat.rpartition(")")[2].split()[11:13])


def plainly(page: str) -> bytes:
    """The page as WeasyPrint prints it when nothing is kept for the next one."""
    rules = (typesetter.HERE / "print.css").read_text("utf-8")
    source = HTML(string=page, url_fetcher=typesetter.OnlyOurs())
    style = CSS(string=rules, url_fetcher=typesetter.OnlyOurs())
    made: bytes = source.write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1")
    return made


def page_of(one: ExerciseSheet) -> str:
    """The page that the press settles on: the first arrangement that fits."""
    for arrangement, sides in layouts.ARRANGEMENTS:
        page = pdf.page_of(one, arrangement)
        if len(typesetter.laid_out(page, one.paper, ("print.css",)).pages) <= sides:
            return page
    return pdf.page_of(one, layouts.ARRANGEMENTS[0][0])


def in_turns(wanted: list[ExerciseSheet]) -> tuple[list[float], list[float], float]:
    """Times of a warm press and of plain WeasyPrint, taken in turns, and a process's MiB."""
    pages = [page_of(one) for one in wanted]
    press = Press(workers=1)
    press.print(wanted[0])
    plainly(pages[0])
    warm, plain = [], []
    for one, page in zip(wanted, pages, strict=True):
        warm.append(milliseconds(lambda one=one: press.print(one)))  # type: ignore[misc]
        plain.append(milliseconds(lambda page=page: plainly(page)))  # type: ignore[misc]
    mebibytes = max(memory_of(child.pid) for child in multiprocessing.active_children())
    press.close()
    return warm, plain, mebibytes


def memory_of(pid: int | None) -> float:
    """The memory a process holds, in MiB: its own, and its share of what it has in common."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def line(what: str, times: list[float]) -> str:
    """One line of the table."""
    late = f"{quantiles(times, n=20)[-1]:.0f}" if len(times) >= 20 else "–"
    return f"| {what} | {median(times):.0f} | {min(times):.0f} | {late} |"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sheets", type=int, default=20)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument(COLD, action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.time_one_cold_print:
        time_one_cold_print()
        return
    warm, plain, mebibytes = in_turns(sheets(asked.sheets))
    print("| one sheet | median ms | least ms | p95 ms |\n|---|--:|--:|--:|")
    print(line("cold: the program's first sheet", cold_starts(asked.starts)))
    print(line("the first after `warm()`", first_after_warming(asked.starts)))
    print(line("warm", warm))
    print(line("plain WeasyPrint, the same page", plain))
    print(f"\nA printing process holds {mebibytes:.0f} MiB.")


if __name__ == "__main__":
    main()
