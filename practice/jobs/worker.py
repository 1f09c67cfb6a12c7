"""The workers: threads that take jobs off the queue, in whatever process the app runs in.

A thread is there only while there is work.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread, current_thread

from flask import Flask, current_app
from sqlalchemy import event
from sqlalchemy.orm import Session

from practice.jobs import queue, running
from practice.jobs.apart import MakeApp, do_apart
from practice.jobs.kinds import JobContext, JobKind
from practice.jobs.queue import Leased
from practice.jobs.repeating import repeating

log = logging.getLogger(__name__)
#: How many jobs one process works on at once.
THREADS = 4
#: How often somebody looks for what is due by time, or was left by a worker that died.
LOOK_SECONDS = 5
#: How long the end of the program waits for jobs to be given back.
CLOSING_SECONDS = 2
EXTENSION, ENQUEUED = "jobs", "jobs_enqueued"


class Workers:
    """The workers of one app in this process; safe to share between threads."""

    def __init__(
        self, app: Flask, kinds: dict[str, JobKind], make_app: MakeApp | None = None
    ) -> None:
        self._app = app
        self.kinds = kinds
        #: What makes the app anew in a process of its own; without it all is done in this one.
        self.make_app = make_app
        self._lock = Lock()
        self._threads: set[Thread] = set()
        self._at_work: list[JobContext] = []
        self._calls = 0
        self._is_closing = False

    def wake(self) -> None:
        """Have somebody look at the queue: something may be due."""
        with self._lock:
            self._calls += 1
            if self._is_closing or len(self._threads) >= THREADS:
                return
            thread = Thread(target=self._work, name="job", daemon=True)
            self._threads.add(thread)
            thread.start()

    def look(self, _over: Event | None = None) -> None:
        """Clear away what is past its date, and begin what is due."""
        with self._app.app_context():
            queue.sweep(self.kinds)
            is_wanted = queue.has_work(self.kinds)
        if is_wanted:
            self.wake()

    def close(self) -> None:
        """Begin no job any more; those under way have a moment to be given back."""
        with self._lock:
            self._is_closing = True
            for context in self._at_work:
                context.stop.set()
            threads = list(self._threads)
        until = time.monotonic() + CLOSING_SECONDS
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _work(self) -> None:
        """One job after another until there is none, and nobody has called meanwhile."""
        while True:
            calls = self._calls
            try:
                while leased := self._next():
                    self._run(leased)
            except Exception:
                log.exception("the queue of jobs could not be worked on")
            with self._lock:
                if calls == self._calls or self._is_closing:
                    self._threads.discard(current_thread())
                    return

    def _next(self) -> Leased | None:
        """The next job for this thread."""
        if self._is_closing or not self.kinds:
            return None
        with self._app.app_context():
            return queue.lease_next(self.kinds)

    def _run(self, leased: Leased) -> None:
        """Do one job, known as under way meanwhile."""
        with self._app.app_context():
            context = running.context_of(leased)
        with self._lock:
            self._at_work.append(context)
            if self._is_closing:
                context.stop.set()
        try:
            if self.make_app and self.kinds[leased.row.kind].in_own_process:
                self._run_apart(self.make_app, leased, context)
            else:
                running.do(self._app, leased, context)
        finally:
            with self._lock:
                self._at_work = [one for one in self._at_work if one is not context]

    def _run_apart(self, make_app: MakeApp, leased: Leased, context: JobContext) -> None:
        """Do one job in a process of its own, which tells by itself how far it is."""
        if do_apart(make_app, leased, context.stop):
            return
        with self._app.app_context():
            if context.stop.is_set():
                queue.give_back(leased)
            else:
                log.error("the process of a job is gone: %s", running.kind_and_number(leased))
                queue.let_go(leased)


@contextmanager
def working(app: Flask) -> Iterator[None]:
    """Look for work every few seconds while the block lasts, then give back what is under way."""
    workers = workers_of(app)
    with repeating(workers.look, LOOK_SECONDS, "jobs", at_once=True):
        try:
            yield
        finally:
            workers.close()


def workers_of(app: Flask) -> Workers:
    """The workers of an app."""
    found: Workers = app.extensions[EXTENSION]
    return found


@event.listens_for(Session, "after_commit")
def wake_workers(session: Session) -> None:
    """Once a job is kept with the work that caused it, have somebody do it."""
    if session.info.pop(ENQUEUED, False):
        workers_of(current_app).wake()


@event.listens_for(Session, "after_rollback")
def let_workers_rest(session: Session) -> None:
    """A job that was not kept wakes nobody."""
    session.info.pop(ENQUEUED, None)
