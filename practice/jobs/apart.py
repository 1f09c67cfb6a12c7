"""A job in a process of its own: what takes long or much memory leaves the pages' process alone.

The process makes the application anew, does one job and ends. It ends too when the one that began
it is gone; the job's lease then runs out, and the next worker begins it again.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from threading import Event, Thread

from flask import Flask

from practice.jobs import running
from practice.jobs.queue import Leased
from practice.sandbox.worker import one_by_one, unseen_program

#: How often it is seen whether a process shall end.
LOOK_SECONDS = 0.2
MakeApp = Callable[[], Flask]


def do_apart(make_app: MakeApp, leased: Leased, stop: Event) -> bool:
    """Do one job in a process of its own; whether that process came to its end by itself.

    `make_app` is pickled: a function of a module, or a partial of one. `stop` ends the process.
    """
    context = multiprocessing.get_context("spawn")
    theirs, ours = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(make_app, leased, theirs), name="job")
    with one_by_one, unseen_program():
        process.start()
    theirs.close()
    while not (wait([process.sentinel], LOOK_SECONDS) or stop.is_set()):
        pass
    with one_by_one, ours:
        process.terminate()
        process.join()
        return process.exitcode == 0


def work(make_app: MakeApp, leased: Leased, line: Connection) -> None:
    """What that process does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever began it says when it ends
    Thread(target=end_with_parent, args=(line,), name="parent", daemon=True).start()
    app = make_app()
    with app.app_context():
        context = running.context_of(leased)
    try:
        running.do(app, leased, context)
    finally:
        if renderer := app.extensions.get("renderer"):
            renderer.close()


def end_with_parent(line: Connection) -> None:
    """End this process at once when the one that began it is gone: nothing is ever sent."""
    try:
        line.recv()
    except EOFError:
        os._exit(1)
