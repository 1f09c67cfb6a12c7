"""What a page asks of the queue, in the name of whoever acts: nobody sees another's job."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, select, update

from practice import clock
from practice.audit.service import current_actor
from practice.database.base import db
from practice.jobs.kinds import JobContext
from practice.jobs.models import UNFINISHED, Job, JobResult, State
from practice.jobs.results import parts_of, row_of
from practice.jobs.sealing import seal
from practice.jobs.worker import ENQUEUED

#: After which time a job is not begun any more.
AT_THE_LATEST = timedelta(days=1)


def enqueue(
    kind: str,
    about: str,
    payload: dict[str, Any],
    given: bytes = b"",
    due_at: datetime | None = None,
) -> Job:
    """Have something done beside the requests, once this transaction is committed.

    `about` is what it is about, in a word to find it by; `payload` holds ids and choices, and
    `given` what a file's words are among: it is sealed. While the same is being made already it
    is that job; what came of an earlier one is forgotten.
    """
    there = newest(kind, about)
    if there and there.is_running:
        return there
    mine = of_actor(kind, about)
    forget(*mine, Job.state.not_in(UNFINISHED))
    now, (practice_id, user_id) = clock.now(), current_actor()
    job = Job(
        name=secrets.token_urlsafe(12),
        practice_id=practice_id,
        user_id=user_id,
        kind=kind,
        about=about,
        payload=payload,
        created_at=now,
        due_at=due_at or now,
        expires_at=(due_at or now) + AT_THE_LATEST,
    )
    if given:
        job.sealed_input = seal(given, row_of(job, user_id), "input")
    db.session.add(job)
    db.session.flush()
    db.session.info[ENQUEUED] = True
    return job


def newest(kind: str, about: str) -> Job | None:
    """The newest job of that kind about it, of whoever acts, until its date."""
    query = select(Job).where(*of_actor(kind, about), Job.expires_at > clock.now())
    return db.session.scalars(query.order_by(Job.id.desc()).limit(1)).first()


def find_job(kind: str, name: str) -> Job | None:
    """A job of that kind by its name, if it is of whoever acts, until its date."""
    query = select(Job).where(*of_actor(kind), Job.name == name, Job.expires_at > clock.now())
    return db.session.scalars(query).first()


def of_actor(kind: str, about: str | None = None) -> tuple[Any, ...]:
    """What narrows a query to jobs of whoever acts."""
    practice_id, user_id = current_actor()
    narrowed = (Job.practice_id == practice_id, Job.user_id == user_id, Job.kind == kind)
    return narrowed if about is None else (*narrowed, Job.about == about)


def stop(*jobs: Job) -> None:
    """Have jobs stop, and throw away what came of those that are done."""
    ids = [job.id for job in jobs if not job.was_stopped]
    if not ids:
        return
    now = clock.now()
    over = case((Job.state == State.RUNNING, State.RUNNING), else_=State.STOPPED)
    db.session.execute(delete(JobResult).where(JobResult.job_id.in_(ids)), **NOT_IN_MEMORY)
    db.session.execute(
        update(Job).where(Job.id.in_(ids)).values(stop_at=now, state=over), **NOT_IN_MEMORY
    )
    for job in jobs:
        db.session.expire(job)


def check_at_once(context: JobContext) -> None:
    """Raise Stopped when a job's user wants it no more, asked of the queue at this moment.

    For work that nobody wants to see go on; `JobContext.check` may learn of it half a second later.
    """
    stopped_at = db.session.scalar(select(Job.stop_at).where(Job.id == context.row.job_id))
    if stopped_at is not None:
        context.cancel()
    context.check()


def forget(*of_it: Any) -> None:
    """Forget jobs (as narrowed by `of_actor`) with what came of them; one under way ends by itself."""
    db.session.execute(delete(Job).where(*of_it))


def result_of(job: Job) -> bytes:
    """What a job made, whole. Raises InvalidTag for anybody but its user."""
    return b"".join(parts_of(job, current_actor()[1]))


def hand_over(job: Job) -> bytes:
    """What a job made, this once: it is forgotten with this transaction."""
    whole = result_of(job)
    forget(*of_actor(job.kind), Job.id == job.id)
    return whole


#: Statements that leave the objects in memory as they are.
NOT_IN_MEMORY: dict[str, Any] = {"execution_options": {"synchronize_session": False}}
