"""Bringing a client list in, as a job: its files opened a few at a time, watched, stopped.

Stopped or failed, those that are open are taken back. A worker that dies leaves them, and the next
one goes on from there.
"""

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from practice import clock
from practice.audit.service import record
from practice.couples import service
from practice.couples.models import Couple
from practice.couples.partner_details import CoupleDetails, PartnerDetails
from practice.couples.service import KnownElsewhere
from practice.database.base import db
from practice.errors import Refused
from practice.identity.models import User
from practice.identity.permissions import Permission, may
from practice.jobs.kinds import Interrupted, JobContext, JobKind, Stopped
from practice.jobs.models import Job
from practice.jobs.service import check_at_once, enqueue, newest
from practice.records.client_lists.importing import take_back
from practice.records.models import ClientListImport
from practice.registry import Registry

log = logging.getLogger(__name__)
CLIENT_LIST = "client list"
#: How many files are opened in one transaction, so that whoever else writes need not wait long.
AT_ONCE = 10
#: How long the page tells why a list was not brought in.
KEPT_FOR = timedelta(days=1)
CUT_SHORT = (
    "The list could not be brought in, and nothing of it was kept. Try again, or ask who looks "
    "after this computer."
)
STILL_OPEN = "Some files of the list are open. Take the list back on this page."
NO_LONGER = "You may no longer open files, so nothing of the list was kept."
#: A couple of a list, with its number in it.
Numbered = tuple[int, CoupleDetails]


def register(registry: Registry) -> None:
    """Have the queue bring lists in."""
    registry.job_kinds[CLIENT_LIST] = JobKind(bring_in, KEPT_FOR, CUT_SHORT)


def begin_import(made: ClientListImport, couples: Sequence[CoupleDetails], today: date) -> Job:
    """Have a file opened for each of these couples; what is known of them is sealed until then."""
    payload = {"import_id": made.id, "mark": made.mark, "today": today.isoformat()}
    words = json.dumps([asdict(one) for one in couples], default=date.isoformat).encode()
    job = enqueue(CLIENT_LIST, f"list:{made.id}", payload, words)
    job.progress = {"done": 0, "total": len(couples)}
    return job


def import_job(import_id: int) -> Job | None:
    """That list's job, while it is brought in and for a while after."""
    return newest(CLIENT_LIST, f"list:{import_id}")


def couples_in(given: bytes) -> list[CoupleDetails]:
    """The couples of a list again."""
    return [
        CoupleDetails(
            **{
                **told,
                "a": partner_in(told["a"]),
                "b": partner_in(told["b"]),
                "opened_on": date.fromisoformat(told["opened_on"]),
            }
        )
        for told in json.loads(given)
    ]


def partner_in(told: dict[str, Any]) -> PartnerDetails:
    """One partner again."""
    born_on = told["born_on"]
    return PartnerDetails(**{**told, "born_on": date.fromisoformat(born_on) if born_on else None})


def bring_in(context: JobContext) -> None:
    """Open a file for each couple, and note it. Stopped or refused, nothing of the list stays."""
    try:
        couples = couples_in(context.given)
        context.say(done=0, total=len(couples))
        there = open_already(context.payload["mark"])
        missing = [one for one in enumerate(couples) if one[0] not in there]
        done = len(couples) - len(missing)
        for start in range(0, len(missing), AT_ONCE):
            batch = missing[start : start + AT_ONCE]
            refuse_unless_allowed(context.user_id)
            check_at_once(context)
            open_files(context, batch)
            db.session.commit()
            done += len(batch)
            context.say(done=done)
        finish(context)
    except Interrupted:
        raise
    except (Stopped, Refused):
        undo(context)
        raise
    except Exception as error:
        log.exception("a client list could not be brought in")
        undo(context)
        raise Refused(CUT_SHORT) from error


def open_already(mark: str) -> set[int]:
    """The numbers of the couples whose files an earlier worker opened."""
    opened = select(Couple.once).where(Couple.once.startswith(f"{mark}.", autoescape=True))
    found = {int(str(once).rpartition(".")[2]) for once in db.session.scalars(opened)}
    db.session.rollback()
    return found


def refuse_unless_allowed(user_id: int) -> None:
    """Raise Refused once whoever began this may no longer open files."""
    user = db.session.get(User, user_id)
    if user is None or not user.active or not may(user, Permission.WRITE_FILES):
        raise Refused(NO_LONGER)


def open_files(context: JobContext, batch: Iterable[Numbered]) -> None:
    """Open the files of a few couples."""
    for number, details in batch:
        given: dict[str, Any] = {
            "opened_by": context.user_id,
            "today": date.fromisoformat(context.payload["today"]),
            "now": clock.now(),
            "once": f"{context.payload['mark']}.{number}",
        }
        try:
            service.open_couple(details, **given)
        except KnownElsewhere as known:  # the clinician was told before the list was begun
            service.open_couple(details, **given, confirmed=known.mark)


def finish(context: JobContext) -> None:
    """Note that all files are open."""
    made = db.session.get_one(ClientListImport, context.payload["import_id"])
    made.finished_at = clock.now()
    record("imported", "a list of couples", couples=made.couples)
    db.session.commit()


def undo(context: JobContext) -> None:
    """Take back what was opened of a list. Raises Refused when it cannot be."""
    db.session.rollback()
    try:
        take_back(db.session.get_one(ClientListImport, context.payload["import_id"]), clock.now())
        db.session.commit()
    except Refused:
        raise
    except Exception as error:
        log.exception("what was opened of a client list could not be taken back")
        raise Refused(STILL_OPEN) from error
