"""The press goes on printing, whatever a sheet does to it."""

import multiprocessing
import os
import subprocess
import sys
import textwrap
import time
from inspect import signature
from pathlib import Path
from threading import Event

import pytest

from practice.handouts.renderer import PrintFailed, Renderer, Turn
from practice.sandbox import worker
from tests.waiting import PATIENCE, wait_until


@pytest.fixture
def one_worker():
    press = Renderer(workers=1)
    yield press
    press.close()


def children():
    return {child.pid for child in multiprocessing.active_children()}


def run(program, **environment):
    """What a program of its own prints and complains of; it may use a_sheet() and Press."""
    beginning = """
        import sys
        from practice.handouts.renderer import Renderer, PrintFailed
        from practice.handouts.kinds.exercise import ExerciseSheet
        from practice.handouts.sheet import Letterhead, Step
        def a_sheet(name):
            return ExerciseSheet(Letterhead("Alder Street", "Dana", ()), paper="letter", copy="a",
                for_name=name, with_name=None, try_it=None, talk_on=None, title="A small harbor",
                promise="", why="", who="Together", dose="2 minutes", dose_text="", anchor=None,
                where_when=None, needs="", steps=(Step("Sit.", "Down."),), example="", if_hard="",
                care="", notice="", if_then=None, personal_word=None, signed_by="Dana", tracker=(),
                code=None, goes_to=None, source_line="")
    """
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(beginning) + textwrap.dedent(program)],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )


def test_a_sheet_has_twenty_seconds_and_a_gibibyte():
    assert signature(Renderer).parameters["seconds"].default == 20
    assert worker.MEMORY == 2**30


def test_a_sheet_that_takes_too_long_is_stopped_and_the_next_one_prints(a_sheet):
    press = Renderer(workers=1, seconds=5)
    press.print(a_sheet())
    began = time.monotonic()
    with pytest.raises(PrintFailed, match="too long to print"):
        press.print(a_sheet(why="A word or two about the sea. " * 100_000))
    assert time.monotonic() - began < 90, "it would take minutes"
    assert press.print(a_sheet()).startswith(b"%PDF")
    press.close()


def test_a_sheet_that_takes_too_much_memory_is_refused(monkeypatch, a_sheet):
    monkeypatch.setattr(worker, "MEMORY", 2**20)
    press = Renderer(workers=1)
    with pytest.raises(PrintFailed, match="than printing may use"):
        press.print(a_sheet(why="A word or two about the sea. " * 1_000))
    press.close()


def test_a_process_that_died_is_replaced(one_worker, a_sheet):
    before = set(multiprocessing.active_children())
    one_worker.print(a_sheet())
    (process,) = set(multiprocessing.active_children()) - before
    process.kill()
    process.join()
    assert one_worker.print(a_sheet()).startswith(b"%PDF")


def test_a_process_is_renewed_after_its_share_of_sheets(a_sheet):
    before = children()
    press = Renderer(workers=1, renew_after=2)
    seen = []
    for _ in range(4):
        press.print(a_sheet())
        seen.append(children() - before)
    assert seen[0] != seen[1] == seen[2] != seen[3]
    press.close()


def test_a_closed_press_leaves_no_process_and_prints_no_more(a_sheet):
    before = children()
    press = Renderer(workers=2)
    press.print(a_sheet())
    press.close()
    assert children() == before
    with pytest.raises(PrintFailed, match="switched off"):
        press.print(a_sheet())


def test_many_sheets_are_printed_on_every_place_and_each_is_handed_over(a_sheet):
    before = children()
    press = Renderer(workers=2)
    many = dict(press.print_many(a_sheet(for_name=f"Maya {number}") for number in range(6)))
    assert len(children() - before) == 2
    press.close()
    assert sorted(many) == list(range(6))
    assert len(set(many.values())) == 6


def test_many_sheets_can_be_stopped_midway(one_worker, a_sheet):
    stop = Event()
    handed_over = []
    for index, _ in one_worker.print_many([a_sheet()] * 20, stop):
        handed_over.append(index)
        stop.set()
    assert handed_over[:1] == [0] and len(handed_over) <= 2
    assert one_worker.print(a_sheet()).startswith(b"%PDF")


def test_one_who_waits_for_a_sheet_goes_before_a_batch(one_worker, a_sheet):
    batch = one_worker.print_many([a_sheet()] * 20)
    next(batch)
    one_worker.print(a_sheet(for_name="Jonah"))
    meanwhile = one_worker._idle.take(Turn.NOW, 5)
    assert meanwhile.jobs < 6
    one_worker._idle.leave(meanwhile)
    batch.close()


def test_a_sheet_that_fails_ends_its_batch(one_worker, a_sheet):
    with pytest.raises(PrintFailed, match="could not be printed"):
        dict(one_worker.print_many([a_sheet(), "no sheet", *[a_sheet()] * 20]))
    assert one_worker.print(a_sheet()).startswith(b"%PDF")


def test_warming_does_not_wait(monkeypatch):
    goes_on, started = Event(), []
    monkeypatch.setattr(
        worker.Worker, "start", lambda _: goes_on.wait(PATIENCE) and started.append(1)
    )
    press = Renderer(workers=2)
    press.warm()
    assert started == []
    goes_on.set()
    wait_until(lambda: len(started) == 2)
    press.close()


def test_three_threads_print_at_once_without_a_complaint():
    done = run("""
        from concurrent.futures import ThreadPoolExecutor
        press = Renderer()
        press.warm()
        names = [f"Maya {number}" for number in range(12)]
        with ThreadPoolExecutor(3) as threads:
            pdfs = list(threads.map(lambda name: press.print(a_sheet(name)), names))
        press.close()
        print(len(set(pdfs)))
    """)
    assert done.stdout.strip() == "12"
    assert done.stderr == ""


def test_the_app_itself_never_loads_the_typesetter():
    done = run("""
        Renderer().print(a_sheet("Maya"))
        print("weasyprint" in sys.modules)
    """)
    assert done.stdout.strip() == "False"


def test_starting_the_app_loads_nothing_that_only_printing_needs():
    done = run("""
        import practice.application
        print([name for name in ("weasyprint", "fontTools", "pydyf", "PIL") if name in sys.modules])
    """)
    assert done.stdout.strip() == "[]"


def test_a_printing_process_loads_nothing_of_the_program_it_serves(tmp_path):
    program = tmp_path / "program.py"
    loads = tmp_path / "loads"
    program.write_text(
        textwrap.dedent(f"""
            open({str(loads)!r}, "a").write("once ")
            from practice.handouts.renderer import Renderer, PrintFailed
            if __name__ == "__main__":
                try:
                    Renderer(workers=1).print("no sheet")
                except PrintFailed as reason:
                    print(reason)
        """)
    )
    found = {"PYTHONPATH": str(Path.cwd())} | os.environ
    subprocess.run([sys.executable, program], env=found, check=True, timeout=60)
    assert loads.read_text() == "once "


def test_without_its_system_libraries_the_press_says_which_to_install(tmp_path):
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango')")
    found = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    done = run(
        """
        try:
            Renderer().print(a_sheet("Maya"))
        except PrintFailed as reason:
            print(reason)
        """,
        PYTHONPATH=found,
    )
    assert "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in done.stdout
    assert done.stderr == ""


def test_a_sheet_that_fails_tells_nothing_of_its_words():
    done = run("""
        try:
            Renderer().print("Maya told me")
        except PrintFailed as reason:
            print(reason)
    """)
    assert "could not be printed" in done.stdout
    assert "Maya" not in done.stdout + done.stderr


def test_every_font_is_loaded_before_processes_are_forked():
    """They share a folder of fonts: one that wrote there would spoil what another just reads."""
    done = run("""
from practice.handouts.pdf import PAPERS, make_ready
from practice.handouts.weasyprint_page import HERE, fonts, style

def written():
    return {file.name: file.stat().st_mtime_ns for file in fonts()._folder.iterdir()}

make_ready()
before = written()
for sheet in HERE.glob("*.css"):
    for paper in PAPERS:
        style(paper, sheet.name)
print(len(before), written() == before)
""")
    number, same = done.stdout.split()
    assert int(number) >= 10 and same == "True"
