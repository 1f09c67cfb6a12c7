"""A backup asked for on the page, as a job: made beside the requests, and watched while it runs."""

from datetime import timedelta

from flask import Flask, current_app

from practice.errors import Refused
from practice.jobs.kinds import JobContext, JobKind
from practice.jobs.models import Job
from practice.jobs.service import enqueue, newest
from practice.keeping.anchors import Tampered
from practice.keeping.backups import back_up
from practice.registry import Registry
from practice.settings import Settings, Unsafe

BACKUP, RECORDS = "backup", "records"
#: How long the page tells how the last one went.
KEPT_FOR = timedelta(days=1)
UNFORESEEN = "The backup could not be made. Try again, or ask who looks after this computer."
EXTENSION = "backups"


def register(app: Flask, registry: Registry, settings: Settings) -> None:
    """Have the queue make backups of this installation."""
    app.extensions[EXTENSION] = settings
    registry.job_kinds[BACKUP] = JobKind(make, KEPT_FOR, UNFORESEEN)


def begin_backup() -> Job:
    """Have a backup made, unless one is being made for whoever acts."""
    return enqueue(BACKUP, RECORDS, {})


def backup_job() -> Job | None:
    """The newest backup that whoever acts asked for."""
    return newest(BACKUP, RECORDS)


def make(context: JobContext) -> None:
    """Make a backup and say how it goes. What of it came to nothing is said in `trouble`."""

    def say(words: str) -> None:
        context.say(steps=[*context.progress.get("steps", ()), words])

    try:
        made = back_up(settings_here(), say, (context.row.practice_id, context.row.user_id))
    except (Unsafe, Tampered) as reason:
        raise Refused(str(reason)) from reason
    context.progress = {**context.progress, "trouble": " ".join(made.failures.values())}


def settings_here() -> Settings:
    """The installation of this app."""
    found: Settings = current_app.extensions[EXTENSION]
    return found
