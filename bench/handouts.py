"""What a sheet costs: beside other ways to print it, felt at the click, in batches, in memory.

    python -m bench.handouts [--sheets 26] [--runs 100] [--pause 2.0] [--starts 5]

The sheets are real ones from the library, each for other people, so that no two are alike. The
ways to print one take turns within one run, sheet by sheet. The main job runs in an application
with 100 couples, the audit log on and every commit waiting for the disk: a homework is given, one
looks up for `--pause` seconds, and asks for a sheet.
"""

import argparse
import multiprocessing
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, sleep

from bench.felt import FeltTimes, felt
from bench.real_sheets import sheets
from bench.rivals import Kept, chromium, memory_of, memory_of_chromium, naive
from practice.handouts import pdf, weasyprint_page
from practice.handouts.kinds.exercise import ExerciseSheet
from practice.handouts.layouts import layout_of
from practice.handouts.pdf_cache import PdfCache
from practice.handouts.renderer import Renderer

COLD = "--time-one-cold-print"
WORKERS = 2
#: Sheets printed before memory is looked at: until then a process is still filling its caches.
SETTLED = 100
HEAVY = ("weasyprint", "fontTools", "pydyf", "tinycss2", "cssselect2", "PIL")


def milliseconds(do: Callable[[], object]) -> float:
    """How long something takes."""
    began = perf_counter()
    do()
    return (perf_counter() - began) * 1000


def in_turns(wanted: list[ExerciseSheet]) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Times of each way to print the sheets, taken in turns, and the memory in MiB they took."""
    pages = [page_of(one) for one in wanted]
    press, kept = Renderer(workers=1), Kept()
    times: dict[str, list[float]] = {way: [] for way in ("press", "ordinary", "naive", "chromium")}
    with chromium() as browser:
        for one, page in [
            *zip(wanted[:6], pages[:6], strict=True),
            *zip(wanted, pages, strict=True),
        ]:
            ways: dict[str, Callable[[], object]] = {
                "press": lambda one=one: press.print(one),  # type: ignore[misc]
                "ordinary": lambda page=page: kept.print(page),  # type: ignore[misc]
                "naive": lambda page=page: naive(page),  # type: ignore[misc]
                "chromium": lambda page=page: browser.print(page),  # type: ignore[misc]
            }
            for way, do in ways.items():
                times[way].append(milliseconds(do))
        memory = {"chromium": memory_of_chromium(), "press": memory_of(worker())}
    press.close()
    return {way: some[6:] for way, some in times.items()}, memory


def page_of(one: ExerciseSheet) -> str:
    """The page that the press settles on: the first arrangement that fits."""
    layout = layout_of(one)
    for arrangement, sides in layout.arrangements:
        page = pdf.page_of(one, arrangement)
        if len(weasyprint_page.laid_out(page, one.paper, layout.styles).pages) <= sides:
            return page
    return page


def worker() -> int | None:
    """The newest printing process."""
    return max(multiprocessing.active_children(), key=lambda one: one.pid or 0).pid


def asked_again(wanted: list[ExerciseSheet]) -> list[float]:
    """How long a sheet takes that is asked for once more, unchanged."""
    press = Renderer(workers=1)
    shelf = PdfCache(press)
    for number, one in enumerate(wanted):
        shelf.pdf(one, (number,))
    times = [
        milliseconds(lambda one=one, number=number: shelf.pdf(one, (number,)))  # type: ignore[misc]
        for number, one in enumerate(wanted)
    ]
    press.close()
    return times


def on_both_cores(how_many: int, tries: int = 3) -> tuple[float, float]:
    """Seconds for many sheets with one process and with two, in turns; the best of a few tries."""
    wanted = sheets(how_many)
    presses = {workers: Renderer(workers) for workers in (1, WORKERS)}
    times: dict[int, list[float]] = {workers: [] for workers in presses}
    for press in presses.values():
        list(press.print_many(sheets(8)))
    for _ in range(tries):
        for workers, press in presses.items():
            times[workers].append(milliseconds(lambda press=press: list(press.print_many(wanted))))  # type: ignore[misc]
    for press in presses.values():
        press.close()
    return min(times[1]) / 1000, min(times[WORKERS]) / 1000


def growth(how_many: int) -> float:
    """How many MiB one process grows by while it prints many sheets, never renewed."""
    press = Renderer(workers=1, renew_after=10**9)
    every = sheets(how_many + SETTLED)
    for one in every[:SETTLED]:
        press.print(one)
    before = memory_of(worker(), "Rss")
    for one in every[SETTLED:]:
        press.print(one)
    after = memory_of(worker(), "Rss")
    press.close()
    return after - before


def cold_starts(how_many: int) -> list[float]:
    """How long the first sheet takes, each time in a program that has just started."""
    command = [sys.executable, "-m", "bench.handouts", COLD]
    return [
        float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
        for _ in range(how_many)
    ]


def time_one_cold_print() -> None:
    """Print how long the first sheet of this program takes."""
    one = sheets(1)[0]
    press = Renderer()
    print(milliseconds(lambda: press.print(one)))
    press.close()


def first_after_warming(how_many: int) -> list[float]:
    """How long the first sheet takes when the press was warmed and left to settle."""
    times = []
    for one in sheets(how_many):
        press = Renderer(WORKERS)
        press.warm()
        sleep(6)
        times.append(milliseconds(lambda one=one, press=press: press.print(one)))  # type: ignore[misc]
        press.close()
    return times


def loaded_at_start() -> str:
    """Which heavy modules the application loads when it starts, for the few who print."""
    program = f"import sys, practice.application; print(*(set({HEAVY}) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return done.stdout.strip() or "none"


def row(what: str, goal: str, found: str) -> str:
    """One line of the table."""
    return f"| {what} | {goal} | {found} |"


def warm_rows(times: dict[str, list[float]], memory: dict[str, float]) -> list[str]:
    """The press beside the other ways: medians of one run."""
    middle = {way: median(some) for way, some in times.items()}
    ours = middle["press"]
    rows = [row(f"one sheet, {way}", "", f"{found:.0f} ms") for way, found in middle.items()]
    for way, goal in (("ordinary", 0.70), ("naive", 0.42), ("chromium", 1.80)):
        rows.append(row(f"press ÷ {way}", f"≤ {goal:.2f}", f"**{ours / middle[way]:.2f}**"))
    share = memory["press"] / memory["chromium"]
    found = f"**{share:.2f}** ({memory['press']:.0f} of {memory['chromium']:.0f} MiB)"
    return [*rows, row("memory, press ÷ chromium", "≤ 0.20", found)]


def felt_rows(times: FeltTimes) -> list[str]:
    """What the main job waits for."""
    quick = sum(one <= 10 for one in times.first)
    found = f"**{quick}** (median {median(times.first):.1f}, p95 {late(times.first):.1f} ms)"
    return [
        row(f"click to bytes within 10 ms, of {len(times.first)}", "≥ 95 in 100", found),
        row(
            "of it the processor's time",
            "",
            f"{median(times.busy):.1f}, p95 {late(times.busy):.1f} ms",
        ),
        row("the same page again", "", f"{median(times.again):.1f} ms"),
        row("saving the homework", "", f"{median(times.saving):.1f} ms"),
    ]


def late(times: list[float]) -> float:
    """The 95th percentile."""
    return quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sheets", type=int, default=26)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--pause", type=float, default=2.0)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--growth", type=int, default=500)
    parser.add_argument(COLD, action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.time_one_cold_print:
        time_one_cold_print()
        return
    print("| what | goal | found |\n|---|---|---|")
    print("\n".join(warm_rows(*in_turns(sheets(asked.sheets)))), flush=True)
    again = asked_again(sheets(asked.sheets))
    print(
        row(
            "asked again, unchanged", "≤ 1 ms", f"**{median(again):.2f}**, p95 {late(again):.2f} ms"
        )
    )
    with tempfile.TemporaryDirectory() as folder:
        print("\n".join(felt_rows(felt(Path(folder), asked.runs, asked.pause))), flush=True)
    for many in (20, 100):
        one, two = on_both_cores(many)
        found = f"**{one / two:.2f}** ({one:.1f} and {two:.1f} s)"
        print(row(f"{many} sheets, one process ÷ two", "≥ 1.6", found), flush=True)
    grown = f"**{growth(asked.growth):.1f} MiB**"
    print(row(f"growth over {asked.growth} sheets", "≤ 3 MB", grown), flush=True)
    print(row("heavy modules loaded at start", "none", f"**{loaded_at_start()}**"))
    print(row("cold: the program's first sheet", "", f"{median(cold_starts(asked.starts)):.0f} ms"))
    print(row("the first after warming", "", f"{median(first_after_warming(asked.starts)):.0f} ms"))


if __name__ == "__main__":
    main()
