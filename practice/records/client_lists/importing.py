"""A client list that was brought in: what is known of it, and its files taken back whole."""

import logging
import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, delete, or_, select
from sqlalchemy.exc import IntegrityError

from practice.access import doors
from practice.access.team import SUPERVISION, CareTeamMember
from practice.audit.service import record
from practice.couples.models import Couple, Partner, SecretsPolicy
from practice.database.base import db
from practice.errors import Refused
from practice.formatting import count_of
from practice.identity.models import User
from practice.records.export_schema import in_order
from practice.records.models import ClientListImport
from practice.vocabulary import RECORD_NAMES

log = logging.getLogger(__name__)
#: How many ids one question names.
IN_ONE_QUESTION = 500
#: What a file that was just opened holds by itself.
OF_A_NEW_FILE = frozenset(("couple", "partner", "secrets_policy", "care_team_member"))
#: How many of the files in which something stands are named.
NAMED = 3
NOT_ALL_OPEN = (
    "Some files of this list are no longer on your caseload, so it cannot be taken back whole. "
    "Close the files one by one instead."
)


def new_import(user: User, couples: int, now: datetime) -> ClientListImport:
    """The record of a list that is about to be brought in."""
    made = ClientListImport(
        practice_id=user.practice_id,
        user_id=user.id,
        mark=secrets.token_urlsafe(12),
        couples=couples,
        started_at=now,
    )
    db.session.add(made)
    db.session.flush()
    return made


def imports_of(user_id: int) -> list[ClientListImport]:
    """The lists somebody brought in and did not take back, the newest first."""
    mine = select(ClientListImport).where(
        ClientListImport.user_id == user_id, ClientListImport.taken_back_at.is_(None)
    )
    return list(db.session.scalars(mine.order_by(ClientListImport.started_at.desc()).limit(20)))


def import_of(user_id: int, import_id: int) -> ClientListImport | None:
    """A list that somebody brought in; None for another's."""
    return db.session.scalar(select(ClientListImport).filter_by(id=import_id, user_id=user_id))


def take_back(made: ClientListImport, now: datetime) -> int:
    """Remove every file that a list opened, and say how many.

    Raises Refused, naming some, when anything else stands in one of them: then nothing is removed.
    """
    if made.taken_back_at:
        return 0
    ids = list(db.session.scalars(opened_by(made)))
    if made.finished_at and len(ids) < made.couples:
        raise Refused(NOT_ALL_OPEN)
    refuse_unless_bare(ids, made.user_id)
    try:
        for some in parts(ids):
            for model in (SecretsPolicy, Partner):
                remove(delete(model).where(model.couple_id.in_(some)))
            remove(delete(Couple).where(Couple.id.in_(some)))
            for couple_id in some:
                record("removed", f"couple:{couple_id}", couple_id)
    except IntegrityError as fault:  # something that this user may not see
        db.session.rollback()
        raise Refused(NOT_ALL_OPEN) from fault
    made.taken_back_at = now
    record("took back", "a list of couples", couples=len(ids))
    return len(ids)


def remove(statement: Any) -> None:
    """Remove rows, narrowed to the open caseload like every query."""
    db.session.execute(statement.execution_options(synchronize_session=False))


def opened_by(made: ClientListImport) -> Select[Any]:
    """The ids of the files that a list opened."""
    return select(Couple.id).where(Couple.once.startswith(f"{made.mark}.", autoescape=True))


def parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Ids, a few hundred at a time."""
    for start in range(0, len(ids), IN_ONE_QUESTION):
        yield ids[start : start + IN_ONE_QUESTION]


def refuse_unless_bare(ids: Sequence[int], user_id: int) -> None:
    """Raise Refused when something stands in one of these files besides what the list told."""
    found: dict[int, str] = {}
    for some in parts(ids):
        found |= changed(some) | shared(some, user_id) | written(some)
    if not found:
        return
    names = dict(
        db.session.execute(
            select(Partner.couple_id, Partner.first_name).where(
                Partner.couple_id.in_(list(found)[:NAMED]), Partner.letter == "a"
            )
        ).all()
    )
    told = [
        f"{names.get(couple_id, 'one')} and partner: {found[couple_id]}"
        for couple_id in list(found)[:NAMED]
    ]
    more = len(found) - len(told)
    rest = f", and {count_of(more, 'more', 'more')}" if more else ""
    raise Refused(
        f"In {count_of(len(found), 'file', 'files')} of this list something else stands by now "
        f"({'; '.join(told)}{rest}). A list is taken back whole or not at all; close files one by one."
    )


def changed(ids: Sequence[int]) -> dict[int, str]:
    """The files whose details or policy were changed since."""
    details = select(Couple.id).where(
        Couple.id.in_(ids), or_(Couple.version != 1, Couple.closed_on.is_not(None))
    )
    found = dict.fromkeys(db.session.scalars(details), "changed details")
    seen: set[int] = set()
    policies = select(
        SecretsPolicy.couple_id, SecretsPolicy.signed_a_on, SecretsPolicy.signed_b_on
    ).where(SecretsPolicy.couple_id.in_(ids))
    for couple_id, signed_a, signed_b in db.session.execute(policies):
        if couple_id in seen or signed_a or signed_b:
            found[couple_id] = "a secrets policy"
        seen.add(couple_id)
    return found


def shared(ids: Sequence[int], user_id: int) -> dict[int, str]:
    """The files on whose care team somebody else is, besides a supervisor."""
    others = select(CareTeamMember.couple_id).where(
        CareTeamMember.couple_id.in_(ids),
        CareTeamMember.user_id != user_id,
        CareTeamMember.kind != SUPERVISION,
    )
    return dict.fromkeys(db.session.scalars(others), "someone else on the care team")


def written(ids: Sequence[int]) -> dict[int, str]:
    """The files in which anything was written, whoever may see it: asked of every table there is."""
    found: dict[int, str] = {}
    for model in in_order():
        table: Table = model.__table__
        is_of_couples = any(key.column.table.name == "couple" for key in table.foreign_keys)
        if not is_of_couples or table.name in OF_A_NEW_FILE or "couple_id" not in table.c:
            continue
        there = select(model.couple_id).where(model.couple_id.in_(ids)).distinct()
        called = RECORD_NAMES.get(table.name, table.name.replace("_", " "))
        for (couple_id,) in doors.list_taken_back(there):
            found.setdefault(couple_id, called)
    return found
