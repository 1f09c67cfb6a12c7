"""A worker process: it is given one job at a time, and is replaced when it misbehaves."""

import multiprocessing
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum, auto
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from threading import Lock
from types import ModuleType
from typing import Any

from practice.sandbox import worker_main

#: How many bytes one process may ask for: a gibibyte.
MEMORY = 2**30

#: How long a process may take to start, which its job has no part in.
SECONDS_TO_START = 60.0


class Cause(Enum):
    """Why a job came to nothing."""

    NOT_STARTED = auto()
    #: Its module, or a system library of it, cannot be loaded.
    NOT_LOADED = auto()
    TOO_LONG = auto()
    TOO_MUCH = auto()
    FAILED = auto()


CAUSES = {
    worker_main.NOT_LOADED: Cause.NOT_LOADED,
    worker_main.NO_MEMORY: Cause.TOO_MUCH,
    worker_main.FAILED: Cause.FAILED,
}


class WorkerFailed(Exception):  # it reads as what happened
    """A job came to nothing, for one of the causes there are; nothing of it is quoted."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.name)
        self.cause = cause


@dataclass(frozen=True)
class Tasks:
    """What a worker does, by the names of modules, which only its process imports.

    `module` has `make_ready()` and `perform(job) -> bytes`; `preload` is imported once by the
    server that processes are forked from.
    """

    module: str
    preload: str


#: Processes are started and ended one by one: the standard library's list of a program's children is
#: not guarded against threads.
one_by_one = Lock()


class Worker:
    """One process, started when it is needed; used by one thread at a time.

    A job may take `seconds` by the clock, and as much of the processor's time.
    """

    def __init__(self, tasks: Tasks, seconds: float) -> None:
        self._tasks = tasks
        self._seconds = seconds
        self._process: BaseProcess | None = None
        self._line: Connection | None = None
        self._is_ready = False
        #: How many jobs the present process has been given.
        self.jobs = 0

    def run(self, job: Any) -> bytes:
        """What comes of a job. Raises WorkerFailed, after which the process is of no more use."""
        line = self._ready_line()
        self.jobs += 1
        with suppress(BrokenPipeError, ConnectionResetError):  # then no answer comes either
            line.send(job)
        return _answer(line, self._seconds, late=Cause.TOO_LONG, gone=Cause.TOO_MUCH)

    def renew(self) -> None:
        """Put a new process in the old one's place, or none if none can be started now."""
        self.stop()
        with suppress(WorkerFailed):
            self.start()

    def start(self) -> Connection:
        """The line to a process that lives: the present one, else a new one.

        Raises WorkerFailed when none can be started.
        """
        if self._line is not None and self._is_alive():
            return self._line
        self.stop()
        context = _context(self._tasks.preload)
        near_end, far_end = context.Pipe()
        process = context.Process(
            target=worker_main.answer_jobs,
            args=(far_end, self._tasks.module, self._seconds, MEMORY),
            daemon=True,
        )
        try:
            with one_by_one, unseen_program():
                process.start()
        except (OSError, EOFError, RuntimeError):
            near_end.close()
            raise WorkerFailed(Cause.NOT_STARTED) from None
        finally:
            far_end.close()
        self._process, self._line = process, near_end
        return near_end

    def stop(self) -> None:
        """End the process at once, whatever it is doing."""
        process, line = self._process, self._line
        self._process, self._line, self._is_ready, self.jobs = None, None, False, 0
        if process is not None and line is not None:
            with one_by_one:
                line.close()
                process.kill()
                process.join()
                process.close()

    def _is_alive(self) -> bool:
        """Whether there is a process to send a job to; one that hung up is dying."""
        if self._process is None or self._line is None:
            return False
        has_hung_up = self._is_ready and self._line.poll()
        with one_by_one:
            return not has_hung_up and self._process.is_alive()

    def _ready_line(self) -> Connection:
        """The line to a process that has loaded all it needs."""
        line = self.start()
        if not self._is_ready:
            _answer(line, SECONDS_TO_START, late=Cause.NOT_STARTED, gone=Cause.NOT_STARTED)
            self._is_ready = True
        return line


def _answer(line: Connection, seconds: float, late: Cause, gone: Cause) -> bytes:
    """What comes back within `seconds`: what came of a job, or no bytes from one that is ready.

    Raises WorkerFailed with the cause `late` when nothing comes, with `gone` when the process
    ended, and with its own when it answers that it failed.
    """
    if not line.poll(seconds):
        raise WorkerFailed(late)
    try:
        answer = line.recv_bytes()
    except (EOFError, ConnectionResetError):
        raise WorkerFailed(gone) from None
    kind, content = answer[:1], answer[1:]
    if kind in CAUSES:
        raise WorkerFailed(CAUSES[kind])
    return content


def _context(preload: str) -> ForkServerContext | SpawnContext:
    """How processes are started: forked from a small server of their own, on Linux.

    The server is a fresh program, so nothing that this one holds open reaches it, and
    it has `preload` imported, so a process that was stopped is soon replaced.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([preload])
    return context


@contextmanager
def unseen_program() -> Iterator[None]:
    """Start processes that know nothing of the program they are started by.

    A new process would first load the program's main module, as if to go on with it: the whole
    application, which a worker has no use for and would hold in memory twice.
    """
    program = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program
