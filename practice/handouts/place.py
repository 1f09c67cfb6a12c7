"""Room for one printing process: it is given a sheet at a time, and replaced when it misbehaves."""

import multiprocessing
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from threading import Lock
from types import ModuleType

from practice.handouts import work
from practice.handouts.sheet import Job

#: The system packages WeasyPrint needs, as Debian and Ubuntu call them.
LIBRARIES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

#: How many bytes one process may ask for: a gibibyte.
MEMORY = 2**30

#: How long a process may take to start, which its sheet has no part in.
SECONDS_TO_START = 60.0

NOT_STARTED = "Printing could not be started. Try again, or ask who looks after this computer."
TOO_LONG = "This sheet took too long to print. Shorten its text and try again."
TOO_MUCH = "This sheet needs more than printing may use. Shorten its text and try again."
FAILED = "This sheet could not be printed."
REASONS = {
    work.NO_LIBRARIES: (
        "Printing needs system libraries that are not installed here. On Debian or Ubuntu, "
        f"run: apt-get install -y {LIBRARIES}"
    ),
    work.NO_MEMORY: TOO_MUCH,
    work.FAILED: FAILED,
}
#: What is the fault of what was asked for, rather than of the press.
OF_THE_JOB = (TOO_LONG, TOO_MUCH, FAILED)


class PrintFailed(Exception):  # it reads as what happened
    """A sheet could not be printed; the message says why, for the therapist to read."""


class Place:
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

    def print(self, sheet: Job) -> bytes:
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
            with self._one_by_one, unseen_program():
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


@contextmanager
def unseen_program() -> Iterator[None]:
    """Start processes that know nothing of the program they are started by.

    A new process would first load the program's main module, as if to go on with it: the whole
    application, which a printing process has no use for and would hold in memory twice.
    """
    program = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program
