"""The renderer: prints sheets in warm worker processes that can be stopped without harm.

A page can be slow or greedy to lay out, so it is never laid out in the process that
answers the browser. The renderer keeps a few workers ready, gives each one sheet at a
time, and replaces one that takes too long, asks for too much or has printed its
share. A sheet travels through memory only: nothing is written to disk or to a log.
"""

import json
from bisect import insort
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum
from functools import partial
from itertools import count
from queue import SimpleQueue
from threading import Condition, Event, Thread
from typing import Any

from practice.handouts.sheet import Incoming, Job, Picture, Sheet, Workbook
from practice.sandbox.worker import Cause, Tasks, Worker, WorkerFailed

TASKS = Tasks(module="practice.handouts.pdf", preload="practice.handouts.preload")
#: The system packages WeasyPrint needs, as Debian and Ubuntu call them.
LIBRARIES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

TOO_LONG = "This sheet took too long to print. Shorten its text and try again."
TOO_MUCH = "This sheet needs more than printing may use. Shorten its text and try again."
FAILED = "This sheet could not be printed."
#: What is the fault of what was asked for, rather than of the renderer.
OF_THE_JOB = (TOO_LONG, TOO_MUCH, FAILED)
REASONS = {
    Cause.NOT_STARTED: (
        "Printing could not be started. Try again, or ask who looks after this computer."
    ),
    Cause.NOT_LOADED: (
        "Printing needs system libraries that are not installed here. On Debian or Ubuntu, "
        f"run: apt-get install -y {LIBRARIES}"
    ),
    Cause.TOO_LONG: TOO_LONG,
    Cause.TOO_MUCH: TOO_MUCH,
    Cause.FAILED: FAILED,
}


class PrintFailed(Exception):  # it reads as what happened
    """A sheet could not be printed; the message says why, for the therapist to read."""


class Turn(IntEnum):
    """Who is served first."""

    #: Somebody stands and waits.
    NOW = 0
    #: It will be asked for later, or is one of many.
    LATER = 1


class Renderer:
    """Prints sheets; safe to share between threads.

    At most `workers` sheets are printed at once, each for at most `seconds` by the
    clock; a process is renewed after `renew_after` sheets.
    """

    def __init__(self, workers: int = 2, seconds: float = 20.0, renew_after: int = 300) -> None:
        self._workers = workers
        self._seconds = seconds
        self._renew_after = renew_after
        self._is_closed = False
        self._idle = _Workers(Worker(TASKS, seconds) for _ in range(workers))

    def logo(self, picture: bytes) -> tuple[dict[str, Any], bytes]:
        """What there is to say of a picture that somebody sent, and a PNG of it for a letterhead.

        `handouts/logo.py` says what is said. Raises PrintFailed when it takes too long or too much
        to read.
        """
        return self._told(Picture(picture))

    def made_safe(self, content: bytes) -> tuple[dict[str, Any], bytes]:
        """What is known of a file that somebody sent, and the file as it may be kept.

        `sandbox/upload_cleaning/` says what is known. Raises PrintFailed when it takes too long or
        too much to read.
        """
        return self._told(Incoming(content))

    def _told(self, job: Job) -> tuple[dict[str, Any], bytes]:
        facts, _, made = self.print(job).partition(b"\n")
        return json.loads(facts), made

    def workbook(self, content: bytes) -> dict[str, Any]:
        """The cells of an Excel workbook that somebody sent, sheet by sheet, as text.

        `handouts/workbook.py` says how. Raises PrintFailed when it takes too long or too much.
        """
        read: dict[str, Any] = json.loads(self.print(Workbook(content)))
        return read

    def print(self, sheet: Job, turn: Turn = Turn.NOW) -> bytes:
        """The sheet as a PDF; the same sheet gives the same bytes.

        One whose turn is LATER waits as long as others print NOW. Raises PrintFailed when
        it takes too long or too much memory, when the renderer is closed or stays busy for
        longer than two sheets may take, or when system libraries are missing.
        """
        with self.room(turn) as print_here:
            return print_here(sheet)

    @contextmanager
    def room(self, turn: Turn) -> Iterator[Callable[[Job], bytes]]:
        """A worker to oneself: what prints a sheet there. Raises PrintFailed as `print` does."""
        worker = self._free_worker(turn)
        try:
            yield partial(self._print_at, worker)
        finally:
            self._leave(worker)

    def print_many(
        self, sheets: Iterable[Sheet], stop: Event | None = None
    ) -> Iterator[tuple[int, bytes]]:
        """The number in the row and the PDF of each sheet, as each is ready.

        They are printed on all workers at once, after whoever waits for a single sheet.
        Ends early, with the sheets in print, once `stop` is set or the caller goes on no
        further. Raises PrintFailed as `print` does, and prints none of the rest.
        """
        batch = _Batch(self, sheets, stop or Event())
        for number in range(min(self._workers, len(batch.waiting))):
            Thread(target=batch.print_on, name=f"render-many-{number}", daemon=True).start()
            batch.threads += 1
        try:
            yield from batch.ready()
        finally:
            batch.waiting.clear()

    def warm(self) -> None:
        """Start the processes ahead, without waiting for them."""
        Thread(target=self._start_all, name="renderer-warm", daemon=True).start()

    def close(self) -> None:
        """Stop the idle processes now, and one that is printing after its sheet."""
        self._is_closed = True
        for worker in self._idle.take_all():
            self._leave(worker)

    def _print_at(self, worker: Worker, sheet: Job) -> bytes:
        try:
            pdf = worker.run(sheet)
        except WorkerFailed as failure:
            worker.renew()
            raise PrintFailed(REASONS[failure.cause]) from None
        except BaseException:
            worker.renew()
            raise
        if worker.jobs >= self._renew_after:
            worker.renew()
        return pdf

    def _free_worker(self, turn: Turn) -> Worker:
        worker = self._idle.take(turn, 2 * self._seconds if turn is Turn.NOW else None)
        if worker is None:
            raise PrintFailed("Other sheets are still being printed. Try again in a minute.")
        if self._is_closed:
            self._leave(worker)
            raise PrintFailed("Printing is switched off, because the app is closing.")
        return worker

    def _leave(self, worker: Worker) -> None:
        """Give a worker back; one of a closed renderer is given back empty."""
        if self._is_closed:
            worker.stop()
        self._idle.leave(worker)

    def _start_all(self) -> None:
        for worker in self._idle.take_all():
            with suppress(WorkerFailed):
                worker.start()
            self._leave(worker)


class _Workers:
    """The workers there are. Whoever's turn it is gets the one used last, which is warmest."""

    def __init__(self, workers: Iterable[Worker]) -> None:
        self._free = list(workers)
        self._line: list[tuple[Turn, int]] = []
        self._tickets = count()
        self._changed = Condition()

    def take(self, turn: Turn, seconds: float | None) -> Worker | None:
        """A free worker; None when there was none within `seconds`."""
        with self._changed:
            ticket = (turn, next(self._tickets))
            insort(self._line, ticket)
            try:
                is_next = self._changed.wait_for(
                    lambda: self._free and self._line[0] == ticket, seconds
                )
                return self._free.pop() if is_next else None
            finally:
                self._line.remove(ticket)
                self._changed.notify_all()

    def take_all(self) -> list[Worker]:
        """Every worker that is free at this moment."""
        with self._changed:
            workers, self._free = self._free, []
            return workers

    def leave(self, worker: Worker) -> None:
        """Give a worker back."""
        with self._changed:
            self._free.append(worker)
            self._changed.notify_all()


class _Batch:
    """Sheets that a few threads print, until there are none left or it is stopped."""

    def __init__(self, renderer: Renderer, sheets: Iterable[Sheet], stop: Event) -> None:
        self._renderer = renderer
        self._stop = stop
        self._answers: SimpleQueue[tuple[int, bytes] | Exception | None] = SimpleQueue()
        self.waiting = deque(enumerate(sheets))
        #: How many threads print this.
        self.threads = 0

    def print_on(self) -> None:
        """Print one sheet after another; what one thread does."""
        try:
            while (following := self._next()) is not None:
                index, sheet = following
                self._answers.put((index, self._renderer.print(sheet, Turn.LATER)))
        except Exception as failure:  # it is raised again where somebody hears it
            self._answers.put(failure)
        finally:
            self._answers.put(None)

    def _next(self) -> tuple[int, Sheet] | None:
        if self._stop.is_set():
            return None
        with suppress(IndexError):  # another thread took the last one
            return self.waiting.popleft()
        return None

    def ready(self) -> Iterator[tuple[int, bytes]]:
        """What is printed, as it is ready. Raises what stopped a sheet."""
        at_work = self.threads
        while at_work:
            answer = self._answers.get()
            if isinstance(answer, Exception):
                raise answer
            if answer is None:
                at_work -= 1
            else:
                yield answer
