"""The cast, made: plain functions that open and close their own app context, valid by default.

`a_practice(app)` and `a_user(app, …)` give a `Person`: who they are and how they sign in.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from itertools import count
from typing import Protocol

from flask import Flask

from practice import clock
from practice.access.guard import caseload_of
from practice.assignments import service as homework_service
from practice.assignments.models import Assignment
from practice.assignments.service import Plan, homework_called
from practice.attachments.checking import Checked
from practice.attachments.models import PDF
from practice.attachments.service import Told, keep_attachment
from practice.audit.service import act_as
from practice.couples.diary import Meeting, appoint
from practice.couples.models import Couple
from practice.couples.partner_details import CoupleDetails, PartnerDetails
from practice.couples.safety import record_screen
from practice.couples.service import KnownElsewhere, open_couple
from practice.couples.team import add_to_team
from practice.database.base import db
from practice.forms import new_once
from practice.identity.models import Practice, User
from practice.identity.permissions import CLINICIAN, OWNER
from practice.identity.service import add_user
from practice.sessions.facts import SessionFacts
from practice.sessions.models import TherapySession
from practice.sessions.service import note_of, start_session, tag_obstacle
from practice.sessions.signing import sign
from practice.vocabulary import Letter

PASSWORD = "seven quiet lanterns by the water"
numbers = count(1)


@dataclass(frozen=True)
class Person:
    """A user: their ids, and what they sign in with."""

    app: Flask
    user_id: int
    practice_id: int
    name: str
    email: str
    password: str = PASSWORD


@contextmanager
def kept(app: Flask) -> Iterator[None]:
    """An app context of one's own, whose work is committed at its end."""
    with app.app_context():
        yield
        db.session.commit()


@contextmanager
def in_the_name_of(person: "Someone") -> Iterator[None]:
    """An app context with that person's caseload open, whose work is committed at its end."""
    with person.app.app_context(), caseload_of(person.user_id, person.practice_id):
        yield
        db.session.commit()


def a_practice(app: Flask, name: str = "Alder Street Couples Therapy", **given: object) -> int:
    """A practice in Portland; its id."""
    with kept(app):
        values = {"address": "410 Alder Street\nPortland, OR 97205", "phone": "(555) 010-4477"}
        made = Practice(name=name, time_zone="America/Los_Angeles", **{**values, **given})
        db.session.add(made)
        db.session.flush()
        return made.id


def a_user(
    app: Flask,
    practice_id: int,
    *,
    name: str = "Dana Whitfield",
    credentials: str = "LMFT",
    email: str | None = None,
    owner: bool = False,
    roles: tuple[str, ...] = (),
    **given: object,
) -> Person:
    """A clinician of that practice, unless in other `roles`, who signs in with `PASSWORD`."""
    email = email or f"{name.split(maxsplit=1)[0].lower()}{next(numbers)}@alderstreet.org"
    with kept(app):
        act_as(practice_id, None)
        user = User(name=name, credentials=credentials, email=email, **given)
        roles = roles or ((OWNER, CLINICIAN) if owner else (CLINICIAN,))
        add_user(db.session.get_one(Practice, practice_id), user, PASSWORD, *roles)
        return Person(app, user.id, practice_id, name, email)


class Someone(Protocol):
    """A `Person`, or their browser."""

    @property
    def app(self) -> Flask: ...
    @property
    def user_id(self) -> int: ...
    @property
    def practice_id(self) -> int: ...


@dataclass(frozen=True)
class ACouple:
    """A couple's file: its id."""

    id: int


def today() -> date:
    """Today by the practice's clock."""
    return clock.today_in("America/Los_Angeles")


def a_couple(
    of: Someone,
    a: str = "Maya Okafor",
    b: str = "Jonah Reyes",
    *,
    opened_on: date | None = None,
    closed_on: date | None = None,
    screens: tuple[str | None, str | None] = ("none-known", "none-known"),
    partner: PartnerDetails | None = None,
    **together: object,
) -> ACouple:
    """A couple on someone's caseload; by default both were screened and nothing is known.

    `screens` holds each partner's outcome, or None; `partner` what is told of both but the names.
    """
    told = partner or PartnerDetails("")
    details = CoupleDetails(
        a=named(told, a),
        b=named(told, b),
        opened_on=opened_on or today() - timedelta(days=90),
        **together,  # type: ignore[arg-type]  # what CoupleDetails takes
    )
    with in_the_name_of(of):
        couple = opened(details, of)
        for letter, outcome in zip(Letter, screens, strict=True):
            if outcome:
                a_screen(couple, letter, outcome, of.user_id)
        couple.closed_on = closed_on
        return ACouple(couple.id)


def opened(details: CoupleDetails, of: Someone) -> Couple:
    """The file, also when others of the same names have one."""
    given = {"opened_by": of.user_id, "today": today(), "now": clock.now()}
    try:
        return open_couple(details, **given)  # type: ignore[arg-type]  # one dict of three types
    except KnownElsewhere as known:
        return open_couple(details, **given, confirmed=known.mark)  # type: ignore[arg-type]


def named(partner: PartnerDetails, name: str) -> PartnerDetails:
    """The same, called `name`: first name, and the rest as the last."""
    first, _, last = name.partition(" ")
    return replace(partner, first_name=first, last_name=last)


def a_screen(couple: Couple, letter: Letter, outcome: str, by_user_id: int) -> None:
    """One partner, seen alone and asked, on the day the file was opened."""
    record_screen(
        couple,
        letter,
        asked_on=couple.opened_on,
        seen_alone=True,
        outcome=outcome,
        by_user_id=by_user_id,
        today=today(),
    )


def an_appointment(
    of: Someone,
    couple: ACouple,
    on_day: date | None = None,
    at_time: time = time(16),
    outcome: str = "",
) -> int:
    """An appointment, in a week unless `on_day` says when; its id."""
    with in_the_name_of(of):
        made = appoint(
            db.session.get_one(Couple, couple.id),
            Meeting(on_day or today() + timedelta(days=7), at_time),
            today=today(),
            now=clock.now(),
        )
        made.outcome = outcome
        return made.id


@dataclass(frozen=True)
class ASession:
    """A session: its id, its couple's, and where its page is."""

    id: int
    couple_id: int

    @property
    def url(self) -> str:
        """Its page, to which its forms are sent."""
        return f"/couples/{self.couple_id}/sessions/{self.id}"


@dataclass(frozen=True)
class AnAssignment:
    """A homework given: its id, its couple's, and where its pages are."""

    id: int
    couple_id: int

    @property
    def url(self) -> str:
        """Where its review is sent and its sheets are printed."""
        return f"/couples/{self.couple_id}/assignments/{self.id}"


#: An obstacle, or an obstacle with who shows it and how strong.
Seen = str | tuple[str, str, int]


def a_session(
    of: Someone,
    couple: ACouple,
    held_on: date | None = None,
    *,
    seen: tuple[Seen, ...] = (),
    signed: bool = False,
    **written: object,
) -> ASession:
    """A session of a week ago, at four, with a note of a few words.

    `written` are facts of the meeting and sections of the note; `seen` what is tagged on it.
    """
    with in_the_name_of(of):
        user = db.session.get_one(User, of.user_id)
        file = db.session.get_one(Couple, couple.id)
        day = held_on or today() - timedelta(days=7)
        session = start_session(file, user, day, time(16), new_once(), clock.now())
        note = note_of(session)
        for name, value in ({"data": "They named what they miss."} | written).items():
            setattr(session if name in SessionFacts.__dataclass_fields__ else note, name, value)
        for one in seen:
            key, who, strength = (one, None, None) if isinstance(one, str) else one
            tag_obstacle(session, key, on=True, who=who, strength=strength)
        db.session.flush()
        if signed:
            sign(session, note, user, clock.now())
        return ASession(session.id, couple.id)


def an_assignment(
    of: Someone,
    couple: ACouple,
    slug: str = "the-two-minute-shared-load",
    session: ASession | None = None,
    given_on: date | None = None,
    **agreed: object,
) -> AnAssignment:
    """A homework given today to both, in its smallest size, to talk about in a week.

    `agreed` is what else was agreed, by the names of `Plan`.
    """
    with in_the_name_of(of):
        homework = homework_called(slug)
        assert homework
        day = given_on or today()
        plan = {"for_whom": "couple", "dose": homework.smallest.minutes} | agreed
        made = homework_service.give(
            db.session.get_one(Couple, couple.id),
            homework,
            Plan(**{"due_on": day + timedelta(days=7)} | plan),  # type: ignore[arg-type]
            db.session.get_one(User, of.user_id),
            day,
            db.session.get_one(TherapySession, session.id) if session else None,
        )
        return AnAssignment(made.id, couple.id)


def a_review(
    of: Someone,
    assignment: AnAssignment,
    by_whom: str = "clinician",
    outcome: str = "done",
    session: ASession | None = None,
    **told: object,
) -> None:
    """How an assignment went, said today."""
    with in_the_name_of(of):
        homework_service.review(
            db.session.get_one(Assignment, assignment.id),
            by_whom,
            today(),
            clock.now(),
            db.session.get_one(TherapySession, session.id) if session else None,
            outcome=outcome,
            **told,  # type: ignore[arg-type]  # what review takes
        )


def a_letter(
    of: Someone,
    couple: ACouple,
    content: bytes = b"%PDF-1.7 a letter",
    *,
    content_type: str = PDF,
    **told: object,
) -> int:
    """A letter of a week ago that everyone who may open the file may see; its id.

    Its `content` is taken as it is, as if it had been looked through.
    """
    usual = {"title": "Letter from the psychiatrist", "kind": "letter", "whose": "couple"}
    usual |= {"dated_on": today() - timedelta(days=7), "readers": "everyone"}  # type: ignore[dict-item]
    with in_the_name_of(of):
        return keep_attachment(
            db.session.get_one(Couple, couple.id),
            Told(**usual | told),  # type: ignore[arg-type]  # what Told takes
            Checked(content, content_type, pages=1 if content_type == PDF else None),
            db.session.get_one(User, of.user_id),
            today=today(),
            now=clock.now(),
        ).id


def on_the_team(of: Someone, couple: ACouple, colleague: Someone) -> None:
    """A colleague joins the couple's care team."""
    with in_the_name_of(of):
        add_to_team(db.session.get_one(Couple, couple.id), colleague.user_id, now=clock.now())
