"""A job in a process of its own: done there as here, and begun anew when that process is killed."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing import active_children

from practice.application import create_app
from practice.database.base import db
from practice.jobs.models import Job
from practice.jobs.worker import EXTENSION, Workers, workers_of
from practice.settings import Settings
from tests.browser import Browser
from tests.records.copies import a_full_couple, files_in, wait_for_copy


@contextmanager
def workers_apart(of: Browser, settings: Settings) -> Iterator[Workers]:
    """The app's workers, who do long jobs in processes of their own."""
    kinds = workers_of(of.app).kinds
    workers = Workers(of.app, kinds, partial(create_app, settings))
    of.app.extensions[EXTENSION] = workers
    try:
        yield workers
    finally:
        workers.close()


def the_process() -> int:
    """The id of the process of a job, once there is one."""
    until = time.monotonic() + 10
    while True:
        for process in active_children():
            if process.name == "job" and process.pid:
                return process.pid
        assert time.monotonic() < until
        time.sleep(0.01)


def test_the_copy_of_everything_is_made_in_a_process_of_its_own(
    dana: Browser, settings: Settings
) -> None:
    couple = a_full_couple(dana)
    with workers_apart(dana, settings):
        dana.post("/records/everything")
        assert the_process() != os.getpid()
        wait_for_copy(dana)
        files = files_in(dana.post("/records/everything/file").data)
    assert "They named what they miss." in files[f"couples/{couple.id:05}/notes.txt"]
    assert '"verb": "exported"' not in files["audit-log.jsonl"], "it is of the moment it began"


def test_a_process_that_is_killed_loses_nothing(dana: Browser, settings: Settings) -> None:
    a_full_couple(dana)
    with workers_apart(dana, settings) as workers:
        dana.post("/records/everything")
        os.kill(the_process(), signal.SIGKILL)
        until = time.monotonic() + 30
        while "data-hx-get" in dana.get("/records/everything", X_Autosave="1").text:
            assert time.monotonic() < until
            workers.look()
            time.sleep(0.1)
        with dana.app.app_context():
            assert db.session.query(Job.attempts).scalar() == 2
        assert files_in(dana.post("/records/everything/file").data)


def test_the_end_of_the_program_ends_its_processes_and_keeps_the_job(
    dana: Browser, settings: Settings
) -> None:
    with workers_apart(dana, settings) as workers:
        dana.post("/records/everything")
        the_process()
        workers.close()
        assert not [one for one in active_children() if one.name == "job"]
    with dana.app.app_context():
        assert db.session.query(Job.state, Job.attempts).one() == ("waiting", 0)
