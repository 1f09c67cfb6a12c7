"""A couple's file: opened, changed, closed and reopened."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import select

from practice.access import doors
from practice.access.team import CareTeamMember
from practice.audit.service import current_actor, log_view
from practice.couples import partner_details
from practice.couples.closing import mark_of, still_open
from practice.couples.diary import refuse_if_ahead
from practice.couples.models import Couple, Partner, SecretsPolicy
from practice.couples.names import folded_person
from practice.couples.partner_details import CoupleDetails, PartnerDetails, details_of
from practice.couples.second_look import check_day
from practice.couples.supervision import let_supervisors_in
from practice.database.base import db
from practice.errors import Conflict, Refused, SecondLook
from practice.vocabulary import Letter, SecretsPolicyKind

STILL_OPEN = (
    "Something is still open in this file: it is listed here. Close it once more if it may stay so."
)


class KnownElsewhere(Refused):
    """Someone of this name is a partner in another file of the practice: worth a second look."""

    def __init__(self, names: list[str], mark: str) -> None:
        if len(names) == 1:
            words = (
                f"Someone called {names[0]} is already a partner in another file of this practice."
            )
        else:
            words = f"Partners called {' and '.join(names)} are already in files of this practice."
        super().__init__(f"{words} Save again if these are two people.")
        #: Sent back with the form, it says that exactly these names were looked at.
        self.mark = mark


def open_couple(
    details: CoupleDetails,
    policy: str = SecretsPolicyKind.NO_SECRETS,
    *,
    opened_by: int,
    today: date,
    now: datetime,
    once: str | None = None,
    confirmed: str = "",
) -> Couple:
    """Open a file for two people, with `opened_by` (a user's id) as its care team.

    `once` is the form's mark: a second sending of the same form finds the first file, and
    changes it when it says something else. `confirmed` is the mark of a KnownElsewhere that
    was read. Raises Refused when something written down cannot be, KnownElsewhere when a
    partner may have a file already, Conflict when a second sending comes after a change.
    """
    if once and (earlier := opened_by_form(once)):
        change_couple(earlier, details, shown=1, today=today, confirmed=confirmed)
        return earlier
    partner_details.check(details, today)
    refuse_unnoticed(details, confirmed)
    couple = Couple(opened_on=details.opened_on, once=once or None)
    db.session.add(couple)
    db.session.flush()
    db.session.add(CareTeamMember(couple_id=couple.id, user_id=opened_by, joined_at=now))
    db.session.flush()
    let_supervisors_in(couple.id, now=now)
    couple.partners = [Partner(letter=letter) for letter in Letter]
    partner_details.write_down(couple, details)
    db.session.flush()
    db.session.add(
        SecretsPolicy(
            couple_id=couple.id,
            kind=SecretsPolicyKind(policy),
            in_force_from=details.opened_on,
        )
    )
    db.session.flush()
    return couple


def opened_by_form(once: str) -> Couple | None:
    """The file that a form with this mark has opened already."""
    return db.session.scalar(select(Couple).filter_by(once=once))


def change_couple(
    couple: Couple, details: CoupleDetails, *, shown: int, today: date, confirmed: str = ""
) -> None:
    """Write down what is now known of a couple. `shown` is the version the writer saw.

    Raises Conflict when the file was changed since, and the rest as `open_couple`.
    """
    before = details_of(couple)
    if before == details:
        return
    if couple.version != shown:
        raise Conflict("This file was changed in another window in the meantime.")
    partner_details.check(details, today)
    if couple.closed_on and details.opened_on > couple.closed_on:
        raise Refused("The file was closed before this date.", "opened_on")
    refuse_unnoticed(details, confirmed, couple=couple, before=before)
    partner_details.write_down(couple, details)
    couple.version += 1
    db.session.flush()


def refuse_unnoticed(
    details: CoupleDetails,
    confirmed: str,
    couple: Couple | None = None,
    before: CoupleDetails | None = None,
) -> None:
    """Raise KnownElsewhere for partners found in other files, unless exactly they are confirmed.

    On a change (`couple`, `before`) only a partner whose name or birth date changed is looked up.
    """
    found = []
    for letter, partner in details.partners.items():
        earlier = before.partners[letter] if before else None
        if person(partner) != (earlier and person(earlier)) and in_another_file(partner, couple):
            found.append(partner)
    mark = "|".join(folded_person(one.first_name, one.last_name) for one in found)
    if found and mark != confirmed:
        raise KnownElsewhere([f"{one.first_name} {one.last_name}".strip() for one in found], mark)


def person(partner: PartnerDetails) -> str:
    """What a partner is recognised by: the folded name."""
    return folded_person(partner.first_name, partner.last_name)


def in_another_file(partner: PartnerDetails, couple: Couple | None) -> bool:
    """Whether someone of this name has another file than `couple`'s."""
    return bool(known_here([partner], couple))


def known_here(partners: Iterable[PartnerDetails], couple: Couple | None = None) -> set[str]:
    """Which of these people's names, folded, have a file of this practice other than `couple`'s.

    The one question that looks across the whole practice: it counts, it shows nothing, and
    it is written to the audit log, in the name of each file that was found too. It asks for
    no birth date, which could otherwise be guessed at, day by day.
    """
    asked = sorted({person(one) for one in partners} - {""})
    if not asked:
        return set()
    same = select(Partner.couple_id, Partner.person_folded).where(
        Partner.practice_id == current_actor()[0], Partner.person_folded.in_(asked)
    )
    if couple:
        same = same.where(Partner.couple_id != couple.id)
    rows = doors.known_elsewhere(same)
    found = sorted({row.couple_id for row in rows})
    log_view(
        "counted", "partners of the same name", couple.id if couple else None, found=len(found)
    )
    for couple_id in found:
        log_view("recognised a name of", f"couple:{couple_id}", couple_id)
    return {row.person_folded for row in rows}


def close_couple(
    couple: Couple,
    closed_on: date,
    because: str,
    *,
    today: date,
    looked_at: Collection[str] | None = None,
) -> None:
    """Close a file. It stays readable and can be reopened; nothing in it is removed.

    `looked_at` holds the mark of what was named as still open; None asks nothing. Raises Refused
    for a date that cannot be, or while an appointment lies ahead; SecondLook while something is
    open that was not named.
    """
    if not couple.is_open:
        return
    if closed_on < couple.opened_on:
        raise Refused("The file was opened after this date.", "closed_on")
    if closed_on > today:
        raise Refused("This date is still to come.", "closed_on")
    refuse_if_ahead(couple, today)
    check_day(closed_on, today, "closed_on", looked_at)
    if looked_at is not None:
        mark = mark_of(still_open(couple, today))
        if mark and mark not in looked_at:
            raise SecondLook(STILL_OPEN, None, mark)
    couple.closed_on = closed_on
    couple.closed_because = because
    couple.version += 1


def reopen_couple(couple: Couple) -> None:
    """Reopen a file. Why it was closed stays written down."""
    if not couple.is_open:
        couple.closed_on = None
        couple.version += 1
