"""Saving a session in part: a fact that cannot be true never holds back the words, it waits."""

from collections import Counter
from dataclasses import replace
from datetime import date

from practice.errors import Refused
from practice.sessions.facts import SessionFacts, settle_minutes, zone_of
from practice.sessions.models import TherapySession
from practice.sessions.service import check_facts, facts_of

FACTS = tuple(SessionFacts.__dataclass_fields__)
#: What stays as it stands when a fact is refused: that one, then those it must agree with, then all.
STEPS: tuple[tuple[str, ...], ...] = ((), ("held_on", "started_at", "stopped_at"), FACTS)


def true_facts(
    session: TherapySession, facts: SessionFacts, today: date
) -> tuple[SessionFacts, dict[str, str]]:
    """The facts as they can be saved, and why each that waits cannot, by its name.

    What waits is as it stands in the record. `today` is by the practice's clock.
    """
    zone = zone_of(session.practice_id)
    waiting: dict[str, str] = {}
    refused: Counter[str] = Counter()
    while facts != facts_of(session):
        try:
            check_facts(settle_minutes(facts, zone), today)
        except Refused as reason:
            name = reason.field or FACTS[0]
            left = STEPS[refused[name]] or (name,)
            facts = replace(facts, **{one: getattr(session, one) for one in left})
            refused[name] += 1
            waiting.setdefault(name, str(reason))
        else:
            break
    return facts, waiting
