"""One job at work: done in its user's name, told of while it is, and ended in words."""

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Event, Thread

from flask import Flask
from sqlalchemy.exc import DatabaseError

from practice.errors import Refused
from practice.faults import Fault, fault_in, sentence
from practice.jobs import queue
from practice.jobs.kinds import Interrupted, JobContext, JobKind, Stopped
from practice.jobs.models import State
from practice.jobs.queue import LEASE, Leased
from practice.jobs.results import ResultWriter
from practice.jobs.sealing import unseal
from practice.registry import EXTENSION, Registry

log = logging.getLogger(__name__)
#: How often a worker asks whether its job shall stop; the least time between two notes of how far it is.
BEAT_SECONDS, LEAST_SECONDS = 0.5, 0.25
Outcome = tuple[State, str]


def context_of(leased: Leased) -> JobContext:
    """What the work of a job is handed. Within the app's context."""
    sealed = leased.sealed_input
    context = JobContext(
        leased.row,
        leased.payload,
        unseal(sealed, leased.row, "input") if sealed else b"",
        ResultWriter(leased.row, leased.hold),
    )
    if leased.is_unwanted:
        context.cancel()
    return context


def do(app: Flask, leased: Leased, context: JobContext) -> None:
    """Do one job and note what came of it; given back when it could not be ended here."""
    registry: Registry = app.extensions[EXTENSION]
    kind: JobKind = registry.job_kinds[leased.row.kind]
    with telling(app, leased, context):
        try:
            state, trouble = outcome(app, registry, kind, leased, context)
        except Interrupted:
            with app.app_context():
                queue.give_back(leased)
            return
    with app.app_context():
        queue.finish(leased, state, context.progress, kind.keep_for, trouble)


def outcome(
    app: Flask, registry: Registry, kind: JobKind, leased: Leased, context: JobContext
) -> Outcome:
    """What came of a job: its state, and why nothing came of it. Raises Interrupted."""
    if not leased.is_active:
        return State.STOPPED, ""
    try:
        with app.app_context(), in_the_name_of_its_user(registry, leased):
            made = kind.work(context)
        with app.app_context():
            context.result.write(made or b"")
            context.result.close()
    except Stopped:
        return State.STOPPED, ""
    except Interrupted:
        raise
    except Refused as reason:
        return State.FAILED, str(reason)
    except Exception as error:
        if context.stop.is_set() and not context.is_unwanted:
            raise Interrupted from error  # its files were closed beneath it
        log.exception("a job could not be done: %s", kind_and_number(leased))
        return State.FAILED, words_for(error, app) or kind.unforeseen
    return (State.STOPPED if context.is_unwanted else State.DONE), ""


def kind_and_number(leased: Leased) -> str:
    """What a job is called in a log: it names nobody."""
    return f"{leased.row.kind} {leased.row.job_id}"


def words_for(error: Exception, app: Flask) -> str:
    """What kept the records from being read or written; empty for any other fault."""
    is_drivers = hasattr(error, "sqlite_errorcode")
    if not (is_drivers or isinstance(error, DatabaseError | OSError)):
        return ""
    database = app.config["DATABASE"]
    fault = fault_in(error, database)
    return "" if fault is Fault.OTHER else sentence(fault, database)


def in_the_name_of_its_user(registry: Registry, leased: Leased) -> AbstractContextManager[None]:
    """Who acts while a job is done: its user, with their caseload; nobody for the installation's own."""
    row = leased.row
    if row.user_id is None or row.practice_id is None:
        return nullcontext()
    return registry.caseload_of(row.user_id, row.practice_id)


@contextmanager
def telling(app: Flask, leased: Leased, context: JobContext) -> Iterator[None]:
    """Write down how far a job is and renew its lease, beside it, for as long as the block lasts."""
    over = Event()
    beat = Thread(
        target=keep_telling, args=(app, leased, context, over), name="job-beat", daemon=True
    )
    beat.start()
    try:
        yield
    finally:
        over.set()
        context.news.set()
        beat.join()


def keep_telling(app: Flask, leased: Leased, context: JobContext, over: Event) -> None:
    """What that thread does, until `over` is set or the job is not this worker's any more."""
    told, beats = context.progress, 0
    a_third = LEASE.total_seconds() / 3 / BEAT_SECONDS
    while not over.is_set():
        context.news.wait(BEAT_SECONDS)
        context.news.clear()
        beats += 1
        try:
            with app.app_context():
                if context.progress != told or beats > a_third:
                    told, beats = context.progress, 0
                    queue.renew(leased, told)
                if queue.is_unwanted(leased):
                    context.cancel()
        except Interrupted:
            context.stop.set()
            return
        except DatabaseError as fault:
            log.warning("how far a job is could not be written down: %s", type(fault.orig).__name__)
        over.wait(LEAST_SECONDS)
