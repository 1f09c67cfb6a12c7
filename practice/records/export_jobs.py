"""Copies as jobs: made beside the requests, watched, stoppable, fetched once, gone by themselves.

What is made is kept encrypted until whoever wanted it fetches it or half an hour has passed.
"""

import zipfile
from datetime import timedelta

from practice import clock
from practice.access.doors import whole_practice
from practice.audit.service import AuditEntry, write_apart
from practice.database.base import READS_ONLY, db
from practice.identity.models import Practice, User
from practice.jobs.kinds import JobContext, JobKind
from practice.jobs.models import Job
from practice.jobs.service import enqueue, newest
from practice.records.couple_copy import Wish, files_of_couple, on_ones_caseload, packed
from practice.records.export_files import printed
from practice.records.practice_copy import Order, PracticeCopy
from practice.registry import Registry

KEPT_FOR = timedelta(minutes=30)
UNFORESEEN = "The copy could not be made. Try again, or ask who looks after this computer."
OF_COUPLE, OF_EVERYTHING = "copy of a couple", "copy of everything"
#: What a copy of everything is about.
ALL = "everything"


def register(registry: Registry) -> None:
    """Have the queue make copies."""
    registry.job_kinds[OF_COUPLE] = JobKind(one_couple, KEPT_FOR, UNFORESEEN)
    registry.job_kinds[OF_EVERYTHING] = JobKind(
        everything, KEPT_FOR, UNFORESEEN, in_own_process=True
    )


def begin_couple_copy(couple_id: int, *, with_screens: bool) -> Job:
    """Have a copy of a couple's file made, unless it is being made."""
    payload = {"couple_id": couple_id, "with_screens": with_screens}
    return enqueue(OF_COUPLE, f"couple:{couple_id}", payload)


def couple_copy_job(couple_id: int) -> Job | None:
    """The copy of a couple's file that whoever acts wanted, while it is made or kept."""
    return newest(OF_COUPLE, f"couple:{couple_id}")


def begin_everything(*, with_sheets: bool) -> Job:
    """Have a copy of everything made, unless it is being made."""
    return enqueue(OF_EVERYTHING, ALL, {"with_sheets": with_sheets})


def everything_job() -> Job | None:
    """The copy of everything that whoever acts wanted, while it is made or kept."""
    return newest(OF_EVERYTHING, ALL)


def wish_of(context: JobContext) -> Wish:
    """What a copy shall hold, as of now."""
    practice = db.session.get_one(Practice, context.practice_id)
    wanted = context.payload
    return Wish(
        practice, clock.now(), wanted.get("with_screens", True), wanted.get("with_sheets", True)
    )


def one_couple(context: JobContext) -> bytes:
    """The ZIP of a couple's file, beneath the guard. Nothing is locked while its sheets are printed."""
    db.session.connection(execution_options={READS_ONLY: True})
    copy = files_of_couple(context.payload["couple_id"], on_ones_caseload, wish_of(context))
    db.session.rollback()
    files, count = dict(copy.files), len(copy.sheets)
    context.say(printed=0, sheets=count)
    for done, (name, pdf) in enumerate(printed(copy.sheets, context.stop), start=1):
        files[name] = pdf
        context.say(printed=done, sheets=count)
    context.check()
    return packed(files)


def everything(context: JobContext) -> None:
    """The ZIP of all that the practice keeps; what left is in the audit log when this returns.

    It is kept part by part as it is made, and is never in memory whole.
    """
    user = db.session.get_one(User, context.user_id)
    with zipfile.ZipFile(context.result, "w", zipfile.ZIP_DEFLATED) as archive:
        with whole_practice(user) as door:
            copy = PracticeCopy(Order(wish_of(context), context.say, context.stop), archive)
            copy.put_records(door)
        copy.put_sheets()
        context.check()
    made = AuditEntry(
        "exported",
        f"practice:{context.practice_id}",
        practice_id=context.practice_id,
        user_id=context.user_id,
        detail={"couples": context.progress.get("total", 0)},
    )
    write_apart([made])
