"""Notices on the page one lands on: what waits for an owner's eye, or for a custodian's yes."""

from dataclasses import dataclass, field

from flask import g

from practice.couples.emergency import waiting
from practice.couples.handover import waiting_for
from practice.identity.permissions import Permission, i_may
from practice.keeping.status_page import news_for_owner


@dataclass(frozen=True)
class Notices:
    """What is said above Today or the desk. What is zero or empty says nothing."""

    #: Files opened in an emergency that no owner has looked at.
    emergencies: int = 0
    #: The id of a hand-over that waits to be accepted.
    handed_over: int = 0
    #: What an owner should know of the backups and the clock, in sentences.
    keeping: list[str] = field(default_factory=list)


def notices() -> Notices:
    """The notices for whoever asks for this page, by what their roles let them do about each."""
    return Notices(
        emergencies=waiting(g.colleague.practice_id) if i_may(Permission.MANAGE_PEOPLE) else 0,
        handed_over=waiting_for(g.colleague.id) if i_may(Permission.WRITE_FILES) else 0,
        keeping=news_for_owner() if i_may(Permission.KEEP_SAFE) else [],
    )
