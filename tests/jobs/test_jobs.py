"""The queue of jobs: each done once, nothing lost when a worker dies, and seen by its user alone."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from threading import Event, Lock
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask
from sqlalchemy import delete, func, insert, select, update

from practice import clock
from practice.application import create_app
from practice.audit.models import AuditEvent
from practice.couples.models import Couple
from practice.database.base import db
from practice.errors import Refused
from practice.identity.models import User
from practice.jobs import queue, service
from practice.jobs.kinds import JobContext, JobKind, Work
from practice.jobs.models import Job, JobResult, State
from practice.jobs.results import PART_BYTES
from practice.jobs.worker import Workers, workers_of
from practice.settings import Settings
from tests.browser import Browser
from tests.factories import Person, a_couple, in_the_name_of, kept
from tests.house import close

KIND = "test"
Register = Callable[..., None]


@pytest.fixture
def kind(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Register:
    """Registers what the jobs of the test do."""

    def register(work: Work, **more: Any) -> None:
        kinds = app.extensions["registry"].job_kinds
        monkeypatch.setitem(kinds, KIND, JobKind(work, timedelta(minutes=5), **more))

    return register


def begin(who: Browser, about: str = "it", given: bytes = b"", **payload: Any) -> int:
    """Enqueue a job in someone's name; its id."""
    with in_the_name_of(who):
        return service.enqueue(KIND, about, payload, given).id


def wait_until(who: Browser | Person, job_id: int, is_so: Callable[[Job], bool]) -> None:
    """Wait until something is so of a job."""
    until = time.monotonic() + 20
    while True:
        with who.app.app_context():
            job = db.session.get_one(Job, job_id)
            if is_so(job):
                return
            assert time.monotonic() < until, (job.state, job.progress, job.trouble)
        time.sleep(0.02)


def over(job: Job) -> bool:
    """Whether nothing more happens to a job."""
    return not job.is_unfinished


@contextmanager
def seen_by(who: Browser, job_id: int) -> Iterator[Job | None]:
    """The job as someone finds it."""
    with in_the_name_of(who):
        name = db.session.scalar(select(Job.name).filter_by(id=job_id))
        yield service.find_job(KIND, name) if name else None


def later(app: Flask, job_id: int, **columns: datetime) -> None:
    """Change the dates of a job."""
    with kept(app):
        db.session.execute(update(Job).where(Job.id == job_id).values(**columns))


def no_worker(app: Flask) -> None:
    """Nobody works on jobs from here on."""
    workers_of(app).close()


def test_a_job_is_done_in_its_users_name_and_what_it_made_is_theirs(
    dana: Browser, noor: Browser, kind: Register
) -> None:
    """The guard and the log are those of a request: one's own couples, lines in one's own name."""
    hers, noors = a_couple(of=dana), a_couple(of=noor, a="Ana Ruiz", b="Bo Lind")

    def work(context: JobContext) -> bytes:
        ids = list(db.session.scalars(select(Couple.id)))
        db.session.get_one(Couple, ids[0]).version += 1
        db.session.commit()
        return f"{ids} {context.given.decode()} {context.payload}".encode()

    kind(work)
    job_id = begin(dana, given=b"sealed words", with_screens=True)
    wait_until(dana, job_id, over)
    with seen_by(dana, job_id) as job:
        assert job and job.is_ready
        assert (
            service.result_of(job) == f"[{hers.id}] sealed words {{'with_screens': True}}".encode()
        )
        assert db.session.scalar(select(Job.sealed_input)) is None, "it is needed no more"
        changed = select(AuditEvent).filter_by(verb="changed", subject=f"couple:{hers.id}")
        newest = db.session.scalars(changed.order_by(AuditEvent.seq.desc())).first()
        assert newest and newest.detail == {"fields": ["version"]}
        assert newest.user_id == dana.user_id
    with seen_by(noor, job_id) as job:
        assert job is None and noors.id != hers.id
        assert service.newest(KIND, "it") is None


def test_a_job_of_work_that_was_discarded_is_not_done(dana: Browser, kind: Register) -> None:
    done = Event()
    kind(lambda _: done.set())
    with dana.app.app_context():
        db.session.info["acting"] = (dana.practice_id, dana.user_id)
        service.enqueue(KIND, "it", {})
        db.session.rollback()
        assert not db.session.scalar(select(func.count(Job.id)))
    workers_of(dana.app).look()
    assert not done.wait(0.2)


def test_a_sealed_result_opens_for_its_owner_alone_and_in_its_row_alone(
    dana: Browser, noor: Browser, kind: Register
) -> None:
    kind(lambda _: b"walnutcanary")
    hers, noors = begin(dana), begin(noor)
    for who, job_id in ((dana, hers), (noor, noors)):
        wait_until(who, job_id, over)
    with kept(dana.app):
        sealed = {row.job_id: row for row in db.session.scalars(select(JobResult))}
        assert not any(b"walnut" in row.sealed for row in sealed.values())
        sealed[noors].sealed = sealed[hers].sealed
        db.session.execute(update(Job).where(Job.id == hers).values(user_id=noor.user_id))
    for job_id in (hers, noors):
        with seen_by(noor, job_id) as job:
            assert job
            with pytest.raises(InvalidTag):
                service.result_of(job)


def test_a_result_is_written_part_by_part_and_handed_over_once(
    dana: Browser, kind: Register
) -> None:
    whole = bytes(range(256)) * (2 * PART_BYTES // 256) + b"end"

    def work(context: JobContext) -> None:
        for start in range(0, len(whole), 1_000_003):
            context.result.write(whole[start : start + 1_000_003])

    kind(work)
    job_id = begin(dana)
    wait_until(dana, job_id, over)
    with seen_by(dana, job_id) as job:
        assert job
        assert len(db.session.scalars(select(JobResult.number)).all()) == 3
        assert service.hand_over(job) == whole
    with seen_by(dana, job_id) as job:
        assert job is None
        assert not db.session.scalar(select(func.count(JobResult.number)))


def test_what_is_wanted_twice_is_made_once(dana: Browser, noor: Browser, kind: Register) -> None:
    go_on, count = Event(), Counter[int]()

    def work(context: JobContext) -> None:
        count[context.user_id] += 1
        go_on.wait(10)

    kind(work)
    first, again, other, noors = begin(dana), begin(dana), begin(dana, "other"), begin(noor)
    assert first == again and len({first, other, noors}) == 3
    go_on.set()
    for who, job_id in ((dana, first), (dana, other), (noor, noors)):
        wait_until(who, job_id, over)
    assert count == {dana.user_id: 2, noor.user_id: 1}
    assert begin(dana) not in (first, other, noors), "it is made anew once the earlier one is over"


def test_progress_is_told_and_a_job_can_be_stopped(dana: Browser, kind: Register) -> None:
    ended = Event()

    def work(context: JobContext) -> bytes:
        for done in range(1_000):
            context.stop.wait(0.01)
            try:
                context.say(done=done, total=1_000)
            except BaseException:
                ended.set()
                raise
        return b"whole"

    kind(work)
    job_id = begin(dana)
    wait_until(dana, job_id, lambda job: job.progress.get("done", 0) > 1)
    with seen_by(dana, job_id) as job:
        assert job and job.is_running and job.progress["total"] == 1_000
        service.stop(job)
        assert not job.is_running and job.was_stopped, "it is said at once"
    assert ended.wait(5)
    wait_until(dana, job_id, over)
    with seen_by(dana, job_id) as job:
        assert job and job.state == State.STOPPED and not job.failure
        assert not db.session.scalar(select(func.count(JobResult.number)))


def test_a_job_that_waits_is_stopped_before_it_begins(dana: Browser, kind: Register) -> None:
    done = Event()
    kind(lambda _: done.set())
    no_worker(dana.app)
    job_id = begin(dana)
    with seen_by(dana, job_id) as job:
        assert job
        service.stop(job)
    Workers(dana.app, dana.app.extensions["registry"].job_kinds).look()
    assert not done.wait(0.2)
    with seen_by(dana, job_id) as job:
        assert job and job.state == State.STOPPED


def test_what_is_stopped_when_it_is_done_already_is_thrown_away(
    dana: Browser, kind: Register
) -> None:
    kind(lambda _: b"whole")
    job_id = begin(dana)
    wait_until(dana, job_id, over)
    with seen_by(dana, job_id) as job:
        assert job
        service.stop(job)
    with seen_by(dana, job_id) as job:
        assert job and not job.is_ready
        assert not db.session.scalar(select(func.count(JobResult.number)))


def test_why_it_failed_is_kept_in_words(
    dana: Browser, kind: Register, caplog: pytest.LogCaptureFixture
) -> None:
    def refusing(_context: JobContext) -> None:
        raise Refused("These are 3 sheets too many. Leave some out.")

    def failing(_context: JobContext) -> None:
        raise ValueError("walnutcanary")

    def on_a_full_disk(_context: JobContext) -> None:
        raise OSError(28, "No space left on device")

    for about, work, words in (
        ("a", refusing, "These are 3 sheets too many. Leave some out."),
        ("b", failing, "The copy could not be made."),
        ("c", on_a_full_disk, "disk"),
    ):
        kind(work, unforeseen="The copy could not be made.")
        job_id = begin(dana, about)
        wait_until(dana, job_id, over)
        with seen_by(dana, job_id) as job:
            assert job and words in job.failure and "Traceback" not in job.failure
            assert "walnut" not in job.failure


def test_a_worker_that_dies_over_a_job_loses_nothing(dana: Browser, kind: Register) -> None:
    """Leased, written in part, and never heard of again: after its time another does it anew."""
    kind(lambda _: b"whole")
    app = dana.app
    no_worker(app)
    job_id = begin(dana)
    registered = app.extensions["registry"].job_kinds
    with app.app_context():
        leased = queue.lease_next(registered)
        assert leased and leased.row.job_id == job_id
        assert queue.lease_next(registered) is None, "it is this worker's alone"
        half = insert(JobResult).values(
            practice_id=dana.practice_id, job_id=job_id, number=0, sealed=b"half"
        )
        db.session.execute(half)
        db.session.commit()
    later(app, job_id, lease_until=clock.now() - timedelta(seconds=1))
    Workers(app, registered).look()
    wait_until(dana, job_id, over)
    with seen_by(dana, job_id) as job:
        assert job and job.attempts == 2
        assert service.result_of(job) == b"whole"
    with app.app_context():
        queue.finish(leased, State.FAILED, {}, timedelta(minutes=5), "from the dead")
        with pytest.raises(queue.Interrupted):
            queue.renew(leased, {"done": 1})
    with seen_by(dana, job_id) as job:
        assert job and job.is_ready and not job.progress


def test_what_kills_its_workers_is_given_up_and_what_may_be_lost_is_begun_once(
    dana: Browser, kind: Register
) -> None:
    app = dana.app
    for attempts in (3, 1):
        kind(lambda _: b"whole", attempts=attempts)
        no_worker(app)
        job_id = begin(dana, f"{attempts}")
        registered = app.extensions["registry"].job_kinds
        for _ in range(attempts):
            with app.app_context():
                assert queue.lease_next(registered)
            later(app, job_id, lease_until=clock.now() - timedelta(seconds=1))
        with app.app_context():
            assert queue.lease_next(registered) is None
            queue.sweep(registered)
        with seen_by(dana, job_id) as job:
            assert job and "cut short" in job.failure


def test_two_workers_on_one_queue_do_each_job_once(
    dana: Browser, settings: Settings, kind: Register
) -> None:
    """Two apps over one database, as two processes are, with four threads each."""
    count, lock = Counter[int](), Lock()

    def work(context: JobContext) -> None:
        with lock:
            count[context.row.job_id] += 1

    kind(work)
    no_worker(dana.app)
    ids = [begin(dana, f"{number}") for number in range(30)]
    other = create_app(settings)
    other.extensions["registry"].job_kinds |= dana.app.extensions["registry"].job_kinds
    with closing(Workers(dana.app, dana.app.extensions["registry"].job_kinds)) as ours:
        for _ in range(4):
            ours.wake()
            workers_of(other).wake()
        for job_id in ids:
            wait_until(dana, job_id, over)
    workers_of(other).close()
    close(other)
    assert count == dict.fromkeys(ids, 1)


def test_what_it_made_ends_by_date(dana: Browser, kind: Register) -> None:
    kind(lambda _: b"whole")
    job_id = begin(dana)
    wait_until(dana, job_id, over)
    with seen_by(dana, job_id) as job:
        assert job
        left = job.expires_at - clock.now()
        assert timedelta(minutes=4) < left <= timedelta(minutes=5)
    later(dana.app, job_id, expires_at=clock.now())
    with seen_by(dana, job_id) as job:
        assert job is None, "it is seen no more before it is removed"
    workers_of(dana.app).look()
    with dana.app.app_context():
        for column in (Job.id, JobResult.number):
            assert not db.session.scalar(select(func.count(column)))


def test_a_job_that_is_due_later_waits_for_its_time(dana: Browser, kind: Register) -> None:
    kind(lambda _: b"whole")
    with in_the_name_of(dana):
        due_at = clock.now() + timedelta(hours=3)
        job_id = service.enqueue(KIND, "it", {}, due_at=due_at).id
    workers_of(dana.app).look()
    time.sleep(0.2)
    with seen_by(dana, job_id) as job:
        assert job and job.state == State.WAITING
    later(dana.app, job_id, due_at=clock.now())
    workers_of(dana.app).look()
    wait_until(dana, job_id, over)


def test_a_job_goes_on_when_its_user_signs_out(dana: Browser, kind: Register) -> None:
    go_on = Event()

    def work(_context: JobContext) -> bytes:
        go_on.wait(10)
        return b"whole"

    kind(work)
    job_id = begin(dana)
    dana.post("/logout")
    go_on.set()
    wait_until(dana, job_id, over)
    with seen_by(dana, job_id) as job:
        assert job and service.result_of(job) == b"whole"


def test_a_job_of_someone_who_may_not_come_in_any_more_ends_and_leaves_nothing(
    dana: Browser, noor: Browser, kind: Register
) -> None:
    begun = Event()

    def work(context: JobContext) -> bytes:
        begun.set()
        context.stop.wait(10)
        context.check()
        return b"whole"

    kind(work)
    first = begin(noor)
    assert begun.wait(5)
    with kept(dana.app):
        db.session.execute(update(User).where(User.id == noor.user_id).values(active=False))
    wait_until(dana, first, over)
    begun.clear()
    second = begin(noor)
    wait_until(dana, second, over)
    assert not begun.is_set(), "it is not even begun"
    with dana.app.app_context():
        states = db.session.scalars(select(Job.state)).all()
        assert set(states) == {State.STOPPED}
        assert not db.session.scalar(select(func.count(JobResult.number)))


def test_the_end_of_the_program_gives_back_what_is_under_way(dana: Browser, kind: Register) -> None:
    begun = Event()

    def work(context: JobContext) -> bytes:
        if begun.is_set():
            return b"whole"
        begun.set()
        context.stop.wait(10)
        context.check()
        return b"half"

    kind(work)
    job_id = begin(dana)
    assert begun.wait(5)
    no_worker(dana.app)
    with seen_by(dana, job_id) as job:
        assert job and job.state == State.WAITING and job.attempts == 0
    Workers(dana.app, dana.app.extensions["registry"].job_kinds).look()
    wait_until(dana, job_id, over)
    with seen_by(dana, job_id) as job:
        assert job and service.result_of(job) == b"whole"


def test_a_job_that_is_forgotten_while_it_is_done_leaves_nothing(
    dana: Browser, kind: Register
) -> None:
    begun, ended = Event(), Event()

    def work(context: JobContext) -> bytes:
        begun.set()
        context.stop.wait(10)
        ended.set()
        return b"whole"

    kind(work)
    begin(dana)
    assert begun.wait(5)
    with kept(dana.app):
        db.session.execute(delete(Job))
    assert ended.wait(5)
    no_worker(dana.app)
    with dana.app.app_context():
        assert not db.session.scalar(select(func.count(JobResult.number)))
