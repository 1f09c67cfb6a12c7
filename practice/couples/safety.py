"""Safety screens and what follows from them, and the policy on what is told alone.

Every couple is screened for violence and coercion, each partner alone, with dates
(Stith et al.; where coercive control is known, no exercises together).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import bindparam, select

from practice.access.prepared import PreparedQuery, columns_of
from practice.couples.models import Couple, OfACouple, SafetyScreen, SecretsPolicy
from practice.couples.rows import PolicyRow
from practice.couples.second_look import check_day
from practice.database.base import db
from practice.errors import Refused
from practice.identity.models import User
from practice.vocabulary import Letter, ScreenOutcome, SecretsPolicyKind

Level = Literal["open", "reason-needed", "refused"]


@dataclass(frozen=True)
class Gate:
    """Whether exercises done together may be given.

    `why` is for the clinician; it names no partner and no outcome, so that a page may say it
    without showing anyone's screen. It is empty when there is nothing to say.
    """

    level: Level
    why: str = ""
    caution: bool = False


REFUSED = Gate(
    "refused",
    "The safety screens in this file rule out exercises done together.",
)
REASON_NEEDED = Gate(
    "reason-needed",
    "There is no clear safety screen of each partner, seen alone.",
)
CAUTION = Gate(
    "open",
    "The safety screens ask for care. Choose small, calm exercises that either partner can stop.",
    caution=True,
)
OPEN = Gate("open")


@dataclass(frozen=True)
class Finding:
    """The plain part of a screen that the gate goes by."""

    outcome: str
    seen_alone: bool = True


def gate_between(a: Finding | None, b: Finding | None) -> Gate:
    """The couple's gate: the worse of what is known about the two partners; None is not screened.

    A mild outcome of a partner who was not seen alone counts as unclear.
    """
    gates = [gate_for(a), gate_for(b)]
    return min(gates, key=[REFUSED, REASON_NEEDED, CAUTION, OPEN].index)


def gate_for(finding: Finding | None) -> Gate:
    """What one partner's newest screen allows."""
    if finding is None:
        return REASON_NEEDED
    if finding.outcome == ScreenOutcome.COERCIVE:
        return REFUSED
    if finding.outcome == ScreenOutcome.UNCLEAR or not finding.seen_alone:
        return REASON_NEEDED
    return CAUTION if finding.outcome == ScreenOutcome.SITUATIONAL else OPEN


def screens_of(couple: Couple) -> list[SafetyScreen]:
    """Every screen in the file, newest first."""
    made = select(SafetyScreen).filter_by(couple_id=couple.id)
    newest_first = made.order_by(SafetyScreen.asked_on.desc(), SafetyScreen.id.desc())
    return list(db.session.scalars(newest_first))


def authors_of(screens: list[SafetyScreen]) -> dict[int, str]:
    """The names, by user id, of those who recorded these screens."""
    ids = {screen.by_user_id for screen in screens}
    named = select(User.id, User.name).where(User.id.in_(ids))
    return {row.id: row.name for row in db.session.execute(named)}


def screens_in_force(couple: Couple) -> Mapping[Letter, SafetyScreen | None]:
    """Each partner's newest screen, or None. Whoever shows it writes the look to the audit log."""
    found: dict[Letter, SafetyScreen | None] = dict.fromkeys(Letter)
    for screen in reversed(screens_of(couple)):
        found[Letter(screen.letter)] = screen
    return found


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A row of what a screen of one partner found."""

    letter: str
    outcome: str
    seen_alone: bool


FINDINGS = PreparedQuery(
    FindingRow,
    select(SafetyScreen.letter, SafetyScreen.outcome, SafetyScreen.seen_alone)
    .where(SafetyScreen.couple_id == bindparam("couple_id"))
    .order_by(SafetyScreen.asked_on, SafetyScreen.id),
)


def gate(couple: OfACouple) -> Gate:
    """The couple's gate as its newest screens have it."""
    findings = {
        row.letter: Finding(row.outcome, row.seen_alone)
        for row in FINDINGS.rows(couple_id=couple.id)
    }
    return gate_between(findings.get(Letter.A), findings.get(Letter.B))


def record_screen(
    couple: Couple,
    letter: Letter,
    *,
    asked_on: date,
    seen_alone: bool,
    outcome: str,
    next_on: date | None = None,
    note: str = "",
    by_user_id: int,
    today: date,
    once: str | None = None,
    looked_at: Collection[str] | None = None,
) -> SafetyScreen:
    """Record one partner's safety screen. Earlier ones stay as they are.

    `once` is the form's mark: the same screen sent twice is stored once, and other words sent
    with the same mark are a screen of their own.
    Raises Refused for a date that cannot be, SecondLook for one that looks mistyped and whose mark
    is not in `looked_at`.
    """
    if asked_on > today:
        raise Refused("This date is still to come.", "asked_on")
    if next_on and next_on <= asked_on:
        raise Refused("Choose a date after this screen.", "next_on")
    check_day(asked_on, today, "asked_on", looked_at)
    screen = SafetyScreen(
        couple_id=couple.id,
        letter=letter,
        asked_on=asked_on,
        seen_alone=seen_alone,
        outcome=ScreenOutcome(outcome),
        next_on=next_on,
        note=note,
        by_user_id=by_user_id,
        once=once or None,
    )
    made = select(SafetyScreen).filter_by(couple_id=couple.id, once=once)
    if once and (earlier := db.session.scalar(made)):
        if same_screen(earlier, screen):
            return earlier
        screen.once = None
    db.session.add(screen)
    db.session.flush()
    return screen


def same_screen(one: SafetyScreen, other: SafetyScreen) -> bool:
    """Whether two screens say the same."""
    told = ("letter", "asked_on", "seen_alone", "outcome", "next_on", "note")
    return all(getattr(one, name) == getattr(other, name) for name in told)


def policies_of(couple: Couple) -> list[SecretsPolicy]:
    """Every policy agreed with this couple, the newest, which is in force, first."""
    agreed = select(SecretsPolicy).filter_by(couple_id=couple.id)
    return list(db.session.scalars(agreed.order_by(SecretsPolicy.id.desc())))


IN_FORCE = PreparedQuery(
    PolicyRow,
    select(*columns_of(SecretsPolicy, PolicyRow))
    .where(SecretsPolicy.couple_id == bindparam("couple_id"))
    .order_by(SecretsPolicy.id.desc())
    .limit(1),
)


def policy_in_force(couple: OfACouple) -> PolicyRow | None:
    """The row of the policy agreed last; None when none was."""
    return IN_FORCE.first(couple_id=couple.id)


def agree_policy(
    couple: Couple,
    kind: str,
    *,
    in_force_from: date,
    signed_a_on: date | None = None,
    signed_b_on: date | None = None,
    today: date,
) -> None:
    """Put a policy on secrets in force. Earlier ones stay in the file.

    The very policy that is in force already, sent again, changes nothing.
    Raises Refused for a date that is still to come.
    """
    dates = {
        "in_force_from": in_force_from,
        "signed_a_on": signed_a_on,
        "signed_b_on": signed_b_on,
    }
    for field, day in dates.items():
        if day and day > today:
            raise Refused("This date is still to come.", field)
    current = policy_in_force(couple)
    if current and current.kind == kind and all(getattr(current, f) == d for f, d in dates.items()):
        return
    policy = SecretsPolicy(couple_id=couple.id, kind=SecretsPolicyKind(kind), **dates)
    db.session.add(policy)
    db.session.flush()
