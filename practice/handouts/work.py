"""What one of the press's processes does: wait for a sheet, print it, wait again."""

import gc
import logging
import math
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection

from practice.handouts.sheet import Job

if sys.platform != "win32":  # there, the press's own clock is the only limit
    import resource

# An answer is one of these bytes; after PRINTED comes the PDF.
READY = b"R"
PRINTED = b"P"
NO_LIBRARIES = b"L"
NO_MEMORY = b"M"
FAILED = b"F"


def answer_sheets(line: Connection, seconds: float, memory: int) -> None:
    """Make whatever is asked for down the line, until it closes.

    `seconds` is the processor time one job may take, `memory` how many bytes the
    process may ask for. Says READY once, then gives one answer for each sheet; what
    went wrong is told by its kind only, because an error may quote what was sent.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the app; it closes the line
    logging.disable(logging.CRITICAL)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        make = _get_ready(line)
        if make is None:
            return
        _allow_memory(memory)
        while True:
            job: Job = line.recv()
            _allow_processor_time(seconds)
            line.send_bytes(_answer(make, job))
            del job
            gc.collect()


def _get_ready(line: Connection) -> Callable[[Job], bytes] | None:
    """Load the typesetter and what it keeps warm, and say so; None when it is not there."""
    try:
        from practice.handouts.pdf import made, make_ready  # noqa: PLC0415  # only here
    except (ImportError, OSError):
        line.send_bytes(NO_LIBRARIES)
        return None
    make_ready()
    gc.collect()
    gc.freeze()
    gc.disable()  # rubbish is collected between sheets, when nobody waits
    line.send_bytes(READY)
    return made


def _answer(make: Callable[[Job], bytes], job: Job) -> bytes:
    try:
        return PRINTED + make(job)
    except (MemoryError, SystemError):  # the second is what C code says when memory gives out
        return NO_MEMORY
    except Exception:  # whatever it was, the process is ready for the next job
        return FAILED


def _allow_memory(memory: int) -> None:
    """Let the process ask for no more than `memory` bytes, where there are limits."""
    if sys.platform != "win32":
        _limit(resource.RLIMIT_AS, memory)


def _allow_processor_time(seconds: float) -> None:
    """Give the next sheet `seconds` of processor time; past it, the system ends the process."""
    if sys.platform != "win32":
        _limit(resource.RLIMIT_CPU, math.ceil(time.process_time() + seconds) + 1)


def _limit(what: int, most: int) -> None:
    """Hold the process to `most`, leaving the limit that only an administrator may raise."""
    if sys.platform != "win32":
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, resource.getrlimit(what)[1]))
