"""Notices on the page one lands on: what waits for an owner's eye, or for a custodian's yes."""

from dataclasses import dataclass

from flask import g

from practice.accounts.permissions import Permission, i_may
from practice.couples.emergency import waiting
from practice.couples.handover import waiting_for
from practice.keeping.overview import are_too_old


@dataclass(frozen=True)
class Notices:
    """What is said above Today or the desk. Zero and False say nothing."""

    #: Files opened in an emergency that no owner has looked at.
    emergencies: int = 0
    #: The id of a hand-over that waits to be accepted.
    handed_over: int = 0
    #: Whether the newest good backup is older than a day.
    no_backup: bool = False


def notices() -> Notices:
    """The notices for whoever asks for this page, by what their roles let them do about each."""
    return Notices(
        emergencies=waiting(g.colleague.practice_id) if i_may(Permission.MANAGE_PEOPLE) else 0,
        handed_over=waiting_for(g.colleague.id) if i_may(Permission.WRITE_FILES) else 0,
        no_backup=i_may(Permission.KEEP_SAFE) and are_too_old(),
    )
