"""Puts the demo practice into a database of its own, with every date counted from today."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from practice import clock
from practice.access.guard import caseload_of
from practice.access.team import CareTeamMember
from practice.assignments.models import Assignment
from practice.assignments.service import Plan, give, homework_called, review
from practice.attachments import service as letters
from practice.attachments.checking import Checked
from practice.attachments.models import PDF, PNG
from practice.couples.models import (
    Appointment,
    Couple,
    Partner,
    SafetyScreen,
    SecretsPolicy,
)
from practice.couples.names import folded_names, folded_person
from practice.courses import custom as custom_courses
from practice.courses import enrollments
from practice.courses.catalog import Week, built_in
from practice.courses.models import CourseEnrollment, CourseStep
from practice.database.base import db
from practice.identity.models import Practice, User
from practice.identity.service import add_clinician, set_up
from practice.library import custom
from practice.library.catalog import Translations
from practice.library.homework import SPANISH
from practice.library.models import CustomHomework
from practice.library.parse import parsed
from practice.sessions.models import ProgressNote, Sighting, TherapySession
from practice.sessions.note_formats import SECTIONS
from practice.sessions.service import write_psychotherapy_note
from practice.sessions.signing import sign
from practice.vocabulary import Readers

TEXTS = Path(__file__).parent
OWN_TEXTS = TEXTS / "homework"
PASSWORD = "three quiet minutes"  # noqa: S105 - of a practice of invented people
EVENING = time(19, 30)


@dataclass(frozen=True)
class Calendar:
    """Turns a number of days from today, as the texts have it, into a date."""

    today: date
    zone: str

    def day(self, offset: int | None) -> date | None:
        """The date `offset` days from today; None stays None."""
        return None if offset is None else self.today + timedelta(days=offset)

    def on(self, offset: int) -> date:
        """The date `offset` days from today."""
        return self.today + timedelta(days=offset)

    def evening(self, offset: int) -> datetime:
        """The evening of that day, when notes are written; never later than now."""
        return min(clock.moment_of(self.on(offset), EVENING, self.zone), clock.now())


def load() -> Practice:
    """Fill an empty database with the demo practice and return it; the caller commits."""
    facts = read("practice.toml")
    practice, team = opened(facts)
    calendar = Calendar(clock.today_in(practice.time_zone), practice.time_zone)
    ours: dict[str, CustomHomework] = {}
    for row in facts["homework"]:
        with caseload_of(team[row["author"]].id, practice.id):
            ours[row["name"]] = add_homework(row, team[row["author"]], calendar)
    for row in facts["courses"]:
        with caseload_of(team[row["author"]].id, practice.id):
            add_course(row, team[row["author"]])
            db.session.flush()
    for path in sorted(TEXTS.glob("[0-9]*.toml")):
        couple = read(path.name)
        users = [team[key] for key in couple["clinicians"]]
        with caseload_of(users[0].id, practice.id):
            FileOf(couple, users, calendar, {name: one.slug for name, one in ours.items()}).write()
            db.session.flush()
    for row in facts["homework"]:
        with caseload_of(team[row["author"]].id, practice.id):
            revise(ours[row["name"]], row, calendar)
            db.session.flush()
    return practice


def opened(facts: dict[str, Any]) -> tuple[Practice, dict[str, User]]:
    """The practice, set up with its clinicians, who are told apart by key."""
    practice = Practice(
        name=facts["name"],
        address="\n".join(facts["address_lines"]),
        phone=facts["phone"],
        time_zone=facts["time_zone"],
        paper=facts["paper"],
        is_demo=True,
    )
    team = {
        person["key"]: User(
            name=person["name"], credentials=person["credentials"], email=person["email"]
        )
        for person in facts["clinicians"]
    }
    owner, *others = team.values()
    set_up(practice, owner, PASSWORD)
    for clinician in others:
        add_clinician(practice, clinician, PASSWORD)
    db.session.flush()
    return practice, team


def add_homework(row: dict[str, Any], author: User, calendar: Calendar) -> CustomHomework:
    """A homework that a clinician of the practice wrote, as it read at first."""
    first = row["wordings"][0]
    at = calendar.evening(first["day"])
    homework = custom.begin(author, {}, at, None)
    custom.publish(homework, told_in(first["text"], homework.slug), 1, at)
    custom.share(homework, author, row["is_shared"])
    db.session.flush()
    return homework


def revise(homework: CustomHomework, row: dict[str, Any], calendar: Calendar) -> None:
    """Its later wordings; what was given meanwhile keeps the one it was given in."""
    for wording in row["wordings"][1:]:
        drafted = custom.draft_of(homework).version
        told = told_in(wording["text"], homework.slug)
        custom.publish(homework, told, drafted, calendar.evening(wording["day"]))


def told_in(text: str, slug: str) -> Translations:
    """A homework's text in each language it was written in."""
    english = parsed((OWN_TEXTS / f"{text}.md").read_text(encoding="utf-8"), slug)
    spanish = OWN_TEXTS / f"{text}.es.md"
    if not spanish.exists():
        return (english,)
    return (english, parsed(spanish.read_text(encoding="utf-8"), slug, SPANISH, english))


def add_course(row: dict[str, Any], author: User) -> None:
    """A course that a clinician of the practice made."""
    words = {key: value for key, value in row.items() if key not in ("author", "weeks")}
    weeks = tuple(Week(**week) for week in row["weeks"])
    custom_courses.make(custom_courses.Draft(weeks=weeks, **words), author, clock.now())


def read(name: str) -> dict[str, Any]:
    """One of the demo's texts."""
    return tomllib.loads((TEXTS / name).read_text(encoding="utf-8"))


class FileOf:
    """Writes one couple's file from its text."""

    def __init__(
        self, facts: dict[str, Any], users: list[User], calendar: Calendar, ours: dict[str, str]
    ) -> None:
        self.facts, self.users, self.calendar = facts, users, calendar
        #: What the library calls the practice's own homework, by the name it has in the texts.
        self.ours = ours
        self.user = users[0]
        self.screened: set[str] = set()

    def write(self) -> None:
        """The couple, and all that happened."""
        self.couple = self.open_file()
        self.add_policy()
        for row in self.facts.get("appointments", []):
            self.add_appointment(row)
        for row in self.facts.get("attachments", []):
            self.add_attachment(row)
        homework: list[tuple[Assignment, dict[str, Any]]] = []
        for number, row in enumerate(self.facts.get("sessions", []), 1):
            self.add_screens(row["day"])
            session = self.add_session(number, row)
            self.add_reviews(session, homework)
            self.start_course(row["day"])
            self.end_course(row["day"])
            homework += [(self.give(session, one), one) for one in row.get("homework", [])]
            self.sign(session, row)
        self.add_screens(0)
        db.session.flush()
        self.couple.closed_on = self.calendar.day(self.facts.get("closed"))
        self.couple.closed_because = self.facts.get("closed_because", "")

    def open_file(self) -> Couple:
        """The couple and its two partners, on the care team of their clinicians."""
        facts = self.facts
        couple = Couple(
            practice_id=self.user.practice_id,
            opened_on=self.calendar.on(facts["opened"]),
            together_since=facts.get("together_since"),
            children=facts.get("children", ""),
            strengths=facts.get("strengths", ""),
            minutes_a_day=facts.get("minutes_a_day"),
            warning_signs=facts.get("warning_signs", []),
        )
        db.session.add(couple)
        db.session.flush()
        for user in self.users:
            db.session.add(
                CareTeamMember(
                    practice_id=user.practice_id,
                    couple_id=couple.id,
                    user_id=user.id,
                    joined_at=self.calendar.evening(facts["opened"]),
                )
            )
        db.session.flush()
        a, b = (self.partner(couple, letter) for letter in ("a", "b"))
        db.session.add_all([a, b])
        couple.names_folded = folded_names(a, b)
        db.session.flush()
        db.session.refresh(couple)
        return couple

    def partner(self, couple: Couple, letter: str) -> Partner:
        """One partner."""
        facts = {key: value for key, value in self.facts[letter].items() if key != "screen"}
        born = facts.pop("born", None)
        return Partner(
            practice_id=couple.practice_id,
            couple_id=couple.id,
            letter=letter,
            born_on=born,
            person_folded=folded_person(facts["first_name"], facts["last_name"]),
            **facts,
        )

    def add_screens(self, until: int) -> None:
        """The partners' safety screens up to a day, so that the gate knows what was known then."""
        for letter in ("a", "b"):
            facts = self.facts[letter].get("screen")
            if facts is None or facts["on"] > until or letter in self.screened:
                continue
            self.screened.add(letter)
            db.session.add(
                SafetyScreen(
                    couple_id=self.couple.id,
                    letter=letter,
                    asked_on=self.calendar.on(facts["on"]),
                    seen_alone=facts["seen_alone"],
                    outcome=facts["outcome"],
                    next_on=self.calendar.day(facts.get("next_on")),
                    note=facts.get("note", ""),
                    by_user_id=self.user.id,
                )
            )

    def add_policy(self) -> None:
        """The secrets policy, if one was agreed."""
        if kind := self.facts.get("secrets_policy"):
            signed = self.facts.get("policy_signed", {})
            db.session.add(
                SecretsPolicy(
                    couple_id=self.couple.id,
                    kind=kind,
                    in_force_from=self.calendar.on(self.facts["opened"]),
                    signed_a_on=self.calendar.day(signed.get("a")),
                    signed_b_on=self.calendar.day(signed.get("b")),
                )
            )

    def add_appointment(self, row: dict[str, Any]) -> None:
        """A time agreed, ahead or missed."""
        db.session.add(
            Appointment(
                couple_id=self.couple.id,
                on_day=self.calendar.on(row["day"]),
                at_time=time.fromisoformat(row["time"]),
                minutes=row.get("minutes", 50),
                modality=row["modality"],
                kind=row["kind"],
                outcome=row.get("outcome", ""),
                created_at=self.calendar.evening(min(row["day"], 0)),
            )
        )

    def add_attachment(self, row: dict[str, Any]) -> None:
        """A letter or scan, which was looked through when the demo was written."""
        path = TEXTS / "attachments" / row["file"]
        content_type = PDF if path.suffix == ".pdf" else PNG
        told = letters.Told(
            row["title"],
            row["kind"],
            row["whose"],
            self.calendar.on(row["day"]),
            Readers.EVERYONE.value,
        )
        letters.keep_attachment(
            self.couple,
            told,
            Checked(path.read_bytes(), content_type, row.get("pages")),
            self.user,
            today=self.calendar.today,
            now=self.calendar.evening(row["day"]),
        )

    def add_session(self, number: int, row: dict[str, Any]) -> TherapySession:
        """A session with its note and what was seen."""
        session = TherapySession(
            couple_id=self.couple.id,
            number=number,
            held_on=self.calendar.on(row["day"]),
            started_at=time.fromisoformat(row["start"]),
            stopped_at=time.fromisoformat(row["stop"]),
            kind=row["kind"],
            modality=row["modality"],
            a_attended="a" in row["attended"],
            b_attended="b" in row["attended"],
            others_attended=row.get("others", ""),
            place_a=row.get("place_a", ""),
            place_b=row.get("place_b", ""),
            by_user_id=self.user.id,
        )
        db.session.add(session)
        db.session.flush()
        written = self.calendar.evening(row["day"])
        sections = {key: row["sections"].get(key, "") for key in SECTIONS}
        note = ProgressNote(
            couple_id=self.couple.id,
            session_id=session.id,
            format=row["format"],
            saved_at=written,
            **sections,
        )
        db.session.add(note)
        for seen in row.get("sightings", []):
            db.session.add(Sighting(couple_id=self.couple.id, session_id=session.id, **seen))
        db.session.flush()
        if text := row.get("psychotherapy_note"):
            write_psychotherapy_note(session, self.user, text, 0, written)
        return session

    def sign(self, session: TherapySession, row: dict[str, Any]) -> None:
        """The author's signature, once everything that happened in the session is written."""
        db.session.flush()
        if row["signed"]:
            note = db.session.query(ProgressNote).filter_by(session_id=session.id).one()
            sign(session, note, self.user, self.calendar.evening(row["day"]))
            db.session.flush()

    def give(self, session: TherapySession, row: dict[str, Any]) -> Assignment:
        """A homework given in a session."""
        homework = homework_called(self.ours.get(row["slug"], row["slug"]))
        if homework is None:
            raise KeyError(row["slug"])
        plan = Plan(
            for_whom=row["for"],
            dose=nearest_dose(row["dose"], [dose.minutes for dose in homework.doses]),
            due_on=self.calendar.on(row["due"]),
            days=row.get("days", 0),
            place_and_time=row.get("where", ""),
            anchor=row.get("anchor", ""),
            expected_obstacle=row.get("obstacle", ""),
            if_then=row.get("if_then", ""),
            confidence_a=row.get("confidence_a"),
            confidence_b=row.get("confidence_b"),
            personal_word=row.get("word", ""),
            safety_reason=row.get("screen_reason", ""),
        )
        assignment = give(self.couple, homework, plan, self.user, session.held_on, session)
        self.follow_course(assignment)
        return assignment

    def start_course(self, day: int) -> None:
        """Begin the couple's course at the session of its day, without the weeks they leave out."""
        if (facts := self.facts.get("course")) and facts["day"] == day:
            course, on = built_in()[facts["key"]], self.calendar.on(day)
            taken = enrollments.start(self.couple, course, self.user, on)
            for number in facts.get("skipped", []):
                step = select(CourseStep).filter_by(course_id=taken.id, number=number)
                enrollments.skip(db.session.scalars(step).one(), on)

    def end_course(self, day: int) -> None:
        """End it at the session of that day, if it came to an end."""
        if (facts := self.facts.get("course")) and facts.get("ended") == day:
            here = select(CourseEnrollment).filter_by(couple_id=self.couple.id)
            taken = db.session.scalars(here).one()
            enrollments.end(taken, self.calendar.on(day), facts["because"])

    def follow_course(self, assignment: Assignment) -> None:
        """Take what was given as the next step of their course, where that is what it is."""
        course = enrollments.running(self.couple.id)
        if course and course.waiting and course.waiting.slug == assignment.slug:
            step = db.session.get_one(CourseStep, course.waiting.id)
            enrollments.give_as(step, assignment, assignment.given_on)
            db.session.flush()

    def add_reviews(
        self, session: TherapySession, homework: list[tuple[Assignment, dict[str, Any]]]
    ) -> None:
        """How the homework given before went, as told in this session."""
        for assignment, row in homework:
            told = row.get("review")
            if not told or self.calendar.on(told["day"]) != session.held_on:
                continue
            at = self.calendar.evening(told["day"])
            for by_whom, key in (("clinician", "clinician"), ("a", "a"), ("b", "b")):
                if key in told:
                    review(
                        assignment,
                        by_whom,
                        session.held_on,
                        at,
                        session,
                        outcome=told[key],
                        usefulness=told.get(f"useful_{key}"),
                        noticed=told.get(f"noticed_{key}", ""),
                    )


def nearest_dose(wanted: int, offered: list[int]) -> int:
    """The dose of the homework that is nearest to the one the text names."""
    return min(offered, key=lambda minutes: abs(minutes - wanted))
