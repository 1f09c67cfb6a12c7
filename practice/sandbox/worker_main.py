"""What a worker process does: wait for a job, do it, answer, wait again."""

import gc
import logging
import math
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

if sys.platform != "win32":  # there, the clock of whoever waits is the only limit
    import resource

# An answer is one of these bytes; after DONE comes what was made.
READY = b"R"
DONE = b"D"
NOT_LOADED = b"L"
NO_MEMORY = b"M"
FAILED = b"F"


def answer_jobs(line: Connection, module: str, seconds: float, memory: int) -> None:
    """Do whatever is asked for down the line, until it closes.

    `module` is the name of the one that does it (`worker.Tasks`), `seconds` the processor time
    one job may take, `memory` how many bytes the process may ask for. Says READY once, then gives
    one answer for each job; what went wrong is told by its kind only, because an error may quote
    what was sent.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the app; it closes the line
    logging.disable(logging.CRITICAL)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        perform = _get_ready(line, module)
        if perform is None:
            return
        _allow_memory(memory)
        while True:
            job = line.recv()
            _allow_processor_time(seconds)
            line.send_bytes(_answer(perform, job))
            del job
            gc.collect()


def _get_ready(line: Connection, module: str) -> Callable[[Any], bytes] | None:
    """Load what does the jobs and what it keeps warm, and say so; None when it is not there."""
    try:
        tasks = import_module(module)
    except (ImportError, OSError):
        line.send_bytes(NOT_LOADED)
        return None
    tasks.make_ready()
    gc.collect()
    gc.freeze()
    gc.disable()  # rubbish is collected between jobs, when nobody waits
    line.send_bytes(READY)
    perform: Callable[[Any], bytes] = tasks.perform
    return perform


def _answer(perform: Callable[[Any], bytes], job: Any) -> bytes:
    try:
        return DONE + perform(job)
    except (MemoryError, SystemError):  # the second is what C code says when memory gives out
        return NO_MEMORY
    except Exception:  # whatever it was, the process is ready for the next job
        return FAILED


def _allow_memory(memory: int) -> None:
    """Let the process ask for no more than `memory` bytes, where there are limits."""
    if sys.platform != "win32":
        _limit(resource.RLIMIT_AS, memory)


def _allow_processor_time(seconds: float) -> None:
    """Give the next job `seconds` of processor time; past it, the system ends the process."""
    if sys.platform != "win32":
        _limit(resource.RLIMIT_CPU, math.ceil(time.process_time() + seconds) + 1)


def _limit(what: int, most: int) -> None:
    """Hold the process to `most`, leaving the limit that only an administrator may raise."""
    if sys.platform != "win32":
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, resource.getrlimit(what)[1]))
