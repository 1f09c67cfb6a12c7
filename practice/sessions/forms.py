"""The forms of a session: its facts and note on one, an addendum, the note kept apart."""

from datetime import date, time
from types import SimpleNamespace
from typing import Any, Self

from flask import request
from wtforms import BooleanField, Field, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Optional

from practice.couples.models import OfACouple
from practice.couples.names import told_apart
from practice.formatting import clock_time, full_date, length_of_time
from practice.forms import (
    NOTE_LENGTH,
    ClockField,
    CreatingForm,
    DayField,
    LineField,
    PracticeForm,
    SelectChoice,
    VersionedForm,
    WordsField,
    labelled,
    number_or_0,
)
from practice.sessions.facts import SessionFacts, possible_minutes
from practice.sessions.models import ProgressNote, TherapySession
from practice.sessions.note_formats import FORMAT_NAMES, SECTIONS, Section, arranged
from practice.sessions.rows import AnyNote, AnySession
from practice.sessions.service import NoteWords, note_of
from practice.vocabulary import Modality, SessionKind


def minutes_or_none(text: object) -> int | None:
    """A number of minutes that was chosen; None when none was asked for."""
    return number_or_0(text) or None


def section() -> TextAreaField:
    """A section of a note."""
    return WordsField("", longest=NOTE_LENGTH)


class SessionForm(VersionedForm):
    """One session: when, how and with whom, and its progress note."""

    held_on = DayField("Date", [InputRequired("Enter the date.")])
    started_at = ClockField("Started", [Optional()])
    stopped_at = ClockField("Stopped", [Optional()])
    #: Asked only where the clocks went back, so that the two times leave two answers.
    minutes = SelectField("How long", coerce=minutes_or_none, validate_choice=False)
    kind = SelectField("Kind", choices=labelled(SessionKind))
    modality = SelectField("How you met", choices=labelled(Modality))
    a_attended = BooleanField("Partner A attended")
    b_attended = BooleanField("Partner B attended")
    others_attended = LineField(
        "Others who attended", description="Such as “Maya’s mother, last ten minutes”."
    )
    place_a = LineField("Where partner A was", longest=120)
    place_b = LineField("Where partner B was", longest=120)
    format = SelectField(
        "Note format", choices=[SelectChoice(key, name) for key, name in FORMAT_NAMES.items()]
    )
    data = section()
    objective = section()
    goal = section()
    intervention = section()
    response = section()
    assessment = section()
    plan = section()

    def name_partners(self, couple: OfACouple) -> Self:
        """Say the partners' names where the labels say A and B; the form itself."""
        names = told_apart(couple)
        self.a_attended.label.text = f"{names['a']} attended"
        self.b_attended.label.text = f"{names['b']} attended"
        self.place_a.label.text = f"Where {names['a']} was"
        self.place_b.label.text = f"Where {names['b']} was"
        self.kind.choices = [
            SelectChoice(kind.value, kind_label(kind, names["a"], names["b"]))
            for kind in SessionKind
        ]
        return self

    def facts(self, session: TherapySession) -> SessionFacts:
        """What the form says of the meeting; of a field that is wrong, what stands in the record."""
        return SessionFacts(
            **{
                name: getattr(session, name) if self[name].errors else self[name].data
                for name in SessionFacts.__dataclass_fields__
            }
        )

    def arranged_with(self, note: ProgressNote) -> list[Section]:
        """The sections as they were sent, then any of the record's that were not on the screen."""
        for key in SECTIONS:
            if key not in request.form:
                self[key].process_data(getattr(note, key))
        chosen = self.format.data if self.format.data in FORMAT_NAMES else note.format
        return arranged(ProgressNote(format=chosen, **{key: self[key].data for key in SECTIONS}))

    def differing_facts(self, session: TherapySession) -> list[dict[str, str]]:
        """Where this form and the record differ on the meeting: both in words, and the record's
        as the control would send it."""
        return [
            {
                "key": name,
                "name": self[name].label.text,
                "mine": said(self[name], self[name].data),
                "theirs": said(self[name], getattr(session, name)),
                "sent": sent(getattr(session, name)),
            }
            for name in SessionFacts.__dataclass_fields__
            if name != "minutes"
            and not self[name].errors
            and self[name].data != getattr(session, name)
        ]

    def made_for(self, couple: OfACouple, zone: str) -> Self:
        """Name the partners; ask how long it was, where the two times leave two answers."""
        when = {name: self[name].data for name in ("held_on", "started_at", "stopped_at")}
        possible = possible_minutes(SimpleNamespace(**when), zone)
        self.minutes.choices = [SelectChoice(one, length_of_time(one)) for one in possible]
        if self.minutes.data not in possible:
            self.minutes.data = min(possible, default=None)
        return self.name_partners(couple)

    def words(self, session: TherapySession) -> NoteWords:
        """What the form says in the note: the sections that were on the screen and are right."""
        shown = (key for key in SECTIONS if key in request.form)
        return NoteWords(
            note_of(session).format if self.format.errors else self.format.data,
            {key: self[key].data for key in shown if not self[key].errors},
        )


def said(control: Field, value: object) -> str:
    """A fact as it is read."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return full_date(value)
    if isinstance(value, time):
        return clock_time(value)
    if isinstance(control, SelectField):
        offered: list[Any] = list(control.choices or [])
        return str(next(choice.label for choice in offered if choice.value == value))
    return str(value or "")


def sent(value: object) -> str:
    """A fact as its control sends it; a box that is not ticked sends nothing."""
    if isinstance(value, bool):
        return "y" if value else ""
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return "" if value is None else str(value)


def kind_label(kind: SessionKind, a: str, b: str) -> str:
    """A session's kind in words, with the partners' names."""
    individual = {SessionKind.INDIVIDUAL_A: a, SessionKind.INDIVIDUAL_B: b}
    return f"Individual, {individual[kind]}" if kind in individual else kind.label


def filled(session: AnySession, note: AnyNote) -> SessionForm:
    """The form as it stands in the record."""
    facts = {name: getattr(session, name) for name in SessionFacts.__dataclass_fields__}
    sections = {key: getattr(note, key) for key in SECTIONS}
    return SessionForm(
        formdata=None,
        data={**facts, **sections, "format": note.format, "version": note.version},
    )


class StartForm(CreatingForm):
    """Start a session: nothing to fill in, and a double click starts one."""

    #: The appointment it is for; empty for a session without one.
    appointment_id = StringField()


class SightingForm(PracticeForm):
    """One tap on an obstacle: each field is sent only by its own button."""

    obstacle = StringField()
    on = StringField()
    who = StringField()
    strength = StringField()
    words = LineField("In a few words")


class AddendumForm(CreatingForm):
    """What is added to a signed note."""

    text = WordsField("Addendum", [DataRequired("Write the addendum first.")], NOTE_LENGTH)


class PsychotherapyNoteForm(VersionedForm):
    """The note kept apart."""

    text = WordsField("Your note", longest=NOTE_LENGTH)
