"""Tries to come in that failed, counted so that no visitor fills the log.

The log keeps every line for ever. Of what a stranger can do at will it gets each of the first ten a
day, then the hundredth, the thousandth and so on, each saying how many there were by then.
"""

from practice.audit.service import AuditEntry, current_actor, write_apart
from practice.database.unit_of_work import after_transaction
from practice.identity.rate_limit_storage import RateStore

A_DAY = 24 * 3600
#: How many of one kind in a day each have a line of their own.
EACH = 10


def note(verb: str, subject: str, practice_id: int | None = None) -> None:
    """Count what someone failed at, after this request is over, and write its line where it has one.

    The line stands in the log of whoever acts, or of `practice_id` where nobody does yet: the one in
    which the account is that was tried. None where there is no such account.
    """
    actors_practice, user_id = current_actor()
    practice_id = actors_practice or practice_id

    def count() -> None:
        times = RateStore().incr(f"line {verb} {subject}", A_DAY)
        if has_line(times):
            detail = {"times": times} if times > EACH else {}
            write_apart([AuditEntry(verb, subject, None, detail, practice_id, user_id)])

    after_transaction(count)


def has_line(times: int) -> bool:
    """Whether the so many-th of a day is written down: 1 to 10, then 100, 1,000 …"""
    return times <= EACH or str(times).strip("0") == "1"
