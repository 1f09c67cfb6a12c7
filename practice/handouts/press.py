"""The press: prints sheets in warm processes that can be stopped without harm.

A page can be slow or greedy to lay out, so it is never laid out in the process that
answers the browser. The press keeps a few processes ready, gives each one sheet at a
time, and replaces a process that takes too long, asks for too much or has printed its
share. A sheet travels through memory only: nothing is written to disk or to a log.
"""

import multiprocessing
import sys
from bisect import insort
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from enum import IntEnum
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from threading import Condition, Event, Lock, Thread

from practice.handouts import work
from practice.handouts.sheet import Sheet

#: The system packages WeasyPrint needs, as Debian and Ubuntu call them.
LIBRARIES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

#: How many bytes one process may ask for: a gibibyte.
MEMORY = 2**30

#: How long a process may take to start, which its sheet has no part in.
SECONDS_TO_START = 60.0

NOT_STARTED = "Printing could not be started. Try again, or ask who looks after this computer."
TOO_LONG = "This sheet took too long to print. Shorten its text and try again."
TOO_MUCH = "This sheet needs more than printing may use. Shorten its text and try again."
REASONS = {
    work.NO_LIBRARIES: (
        "Printing needs system libraries that are not installed here. On Debian or Ubuntu, "
        f"run: apt-get install -y {LIBRARIES}"
    ),
    work.NO_MEMORY: TOO_MUCH,
    work.FAILED: "This sheet could not be printed.",
}


class PrintFailed(Exception):  # it reads as what happened
    """A sheet could not be printed; the message says why, for the therapist to read."""


class Turn(IntEnum):
    """Who is served first."""

    #: Somebody stands and waits.
    NOW = 0
    #: It will be asked for later, or is one of many.
    LATER = 1


class Press:
    """Prints sheets; safe to share between threads.

    At most `workers` sheets are printed at once, each for at most `seconds` by the
    clock; a process is renewed after `renew_after` sheets.
    """

    def __init__(self, workers: int = 2, seconds: float = 20.0, renew_after: int = 300) -> None:
        self._workers = workers
        self._seconds = seconds
        self._renew_after = renew_after
        self._is_closed = False
        self._places = _Places(_Place(seconds) for _ in range(workers))

    def print(self, sheet: Sheet, turn: Turn = Turn.NOW) -> bytes:
        """The sheet as a PDF; the same sheet gives the same bytes.

        One whose turn is LATER waits as long as others print NOW. Raises PrintFailed when
        it takes too long or too much memory, when the press is closed or stays busy for
        longer than two sheets may take, or when system libraries are missing.
        """
        place = self._free_place(turn)
        try:
            pdf = place.print(sheet)
        except BaseException:
            place.renew()
            raise
        else:
            if place.printed >= self._renew_after:
                place.renew()
            return pdf
        finally:
            self._leave(place)

    def print_many(
        self, sheets: Iterable[Sheet], stop: Event | None = None
    ) -> Iterator[tuple[int, bytes]]:
        """The number in the row and the PDF of each sheet, as each is ready.

        They are printed on all places at once, after whoever waits for a single sheet.
        Ends early, with the sheets in print, once `stop` is set or the caller goes on no
        further. Raises PrintFailed as `print` does, and prints none of the rest.
        """
        batch = _Batch(self, sheets, stop or Event())
        for number in range(min(self._workers, len(batch.waiting))):
            Thread(target=batch.print_on, name=f"press-many-{number}", daemon=True).start()
            batch.threads += 1
        try:
            yield from batch.ready()
        finally:
            batch.waiting.clear()

    def warm(self) -> None:
        """Start the processes ahead, without waiting for them."""
        Thread(target=self._start_all, name="press-warm", daemon=True).start()

    def close(self) -> None:
        """Stop the idle processes now, and one that is printing after its sheet."""
        self._is_closed = True
        for place in self._places.take_all():
            self._leave(place)

    def _free_place(self, turn: Turn) -> "_Place":
        place = self._places.take(turn, 2 * self._seconds if turn is Turn.NOW else None)
        if place is None:
            raise PrintFailed("Other sheets are still being printed. Try again in a minute.")
        if self._is_closed:
            self._leave(place)
            raise PrintFailed("Printing is switched off, because the app is closing.")
        return place

    def _leave(self, place: "_Place") -> None:
        """Give a place back; one of a closed press is given back empty."""
        if self._is_closed:
            place.stop()
        self._places.leave(place)

    def _start_all(self) -> None:
        for place in self._places.take_all():
            with suppress(PrintFailed):
                place.start()
            self._leave(place)


class _Places:
    """The places there are. Whoever's turn it is gets the one used last, which is warmest."""

    def __init__(self, places: "Iterable[_Place]") -> None:
        self._free = list(places)
        self._line: list[tuple[Turn, int]] = []
        self._tickets = count()
        self._changed = Condition()

    def take(self, turn: Turn, seconds: float | None) -> "_Place | None":
        """A free place; None when there was none within `seconds`."""
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

    def take_all(self) -> "list[_Place]":
        """Every place that is free at this moment."""
        with self._changed:
            places, self._free = self._free, []
            return places

    def leave(self, place: "_Place") -> None:
        """Give a place back."""
        with self._changed:
            self._free.append(place)
            self._changed.notify_all()


class _Batch:
    """Sheets that a few threads print, until there are none left or it is stopped."""

    def __init__(self, press: Press, sheets: Iterable[Sheet], stop: Event) -> None:
        self._press = press
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
                self._answers.put((index, self._press.print(sheet, Turn.LATER)))
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


class _Place:
    """Room for one process; used by one thread at a time."""

    #: Processes are started and ended one by one: the standard library's list of a
    #: program's children is not guarded against threads.
    _one_by_one = Lock()

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._process: BaseProcess | None = None
        self._line: Connection | None = None
        self._is_ready = False
        #: How many sheets the present process has been given.
        self.printed = 0

    def print(self, sheet: Sheet) -> bytes:
        """The sheet's PDF. Raises PrintFailed, after which the process is of no more use."""
        line = self._ready_line()
        self.printed += 1
        with suppress(BrokenPipeError, ConnectionResetError):  # then no answer comes either
            line.send(sheet)
        return _answer(line, self._seconds, late=TOO_LONG, gone=TOO_MUCH)

    def renew(self) -> None:
        """Put a new process in the old one's place, or none if none can be started now."""
        self.stop()
        with suppress(PrintFailed):
            self.start()

    def start(self) -> Connection:
        """The line to a process that lives: the present one, else a new one.

        Raises PrintFailed when none can be started.
        """
        if self._line is not None and self._is_alive():
            return self._line
        self.stop()
        context = _context()
        near_end, far_end = context.Pipe()
        process = context.Process(
            target=work.answer_sheets, args=(far_end, self._seconds, MEMORY), daemon=True
        )
        try:
            with self._one_by_one:
                process.start()
        except (OSError, EOFError, RuntimeError):
            near_end.close()
            raise PrintFailed(NOT_STARTED) from None
        finally:
            far_end.close()
        self._process, self._line = process, near_end
        return near_end

    def stop(self) -> None:
        """End the process at once, whatever it is doing."""
        process, line = self._process, self._line
        self._process, self._line, self._is_ready, self.printed = None, None, False, 0
        if process is not None and line is not None:
            with self._one_by_one:
                line.close()
                process.kill()
                process.join()
                process.close()

    def _is_alive(self) -> bool:
        """Whether there is a process to send a sheet to; one that hung up is dying."""
        if self._process is None or self._line is None:
            return False
        has_hung_up = self._is_ready and self._line.poll()
        with self._one_by_one:
            return not has_hung_up and self._process.is_alive()

    def _ready_line(self) -> Connection:
        """The line to a process that has loaded all it needs."""
        line = self.start()
        if not self._is_ready:
            _answer(line, SECONDS_TO_START, late=NOT_STARTED, gone=NOT_STARTED)
            self._is_ready = True
        return line


def _answer(line: Connection, seconds: float, late: str, gone: str) -> bytes:
    """What comes back within `seconds`: a PDF, or no bytes from a process that is ready.

    Raises PrintFailed with the message `late` when nothing comes, with `gone` when the
    process ended, and with its reason when it answers that it failed.
    """
    if not line.poll(seconds):
        raise PrintFailed(late)
    try:
        answer = line.recv_bytes()
    except (EOFError, ConnectionResetError):
        raise PrintFailed(gone) from None
    kind, content = answer[:1], answer[1:]
    if kind in REASONS:
        raise PrintFailed(REASONS[kind])
    return content


def _context() -> ForkServerContext | SpawnContext:
    """How processes are started: forked from a small server of their own, on Linux.

    The server is a fresh program, so nothing that this one holds open reaches it, and
    it has the typesetter loaded, so a process that was stopped is soon replaced.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["practice.handouts.preload"])
    return context
