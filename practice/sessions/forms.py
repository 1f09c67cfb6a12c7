"""The forms of a session: its facts and note on one, an addendum, the note kept apart."""

from flask import request
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.fields import TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Optional

from practice.couples.models import Couple
from practice.forms import (
    NOTE_LENGTH,
    CreatingForm,
    LineField,
    PracticeForm,
    VersionedForm,
    WordsField,
)
from practice.sessions.arrangements import FORMAT_NAMES, SECTIONS
from practice.sessions.models import ProgressNote, TherapySession
from practice.sessions.service import NoteWords, SessionFacts
from practice.vocabulary import Modality, SessionKind

DATE = "Enter a date such as 11/26/2026."
TIME = "Enter a time such as 4:00 pm."


def section() -> TextAreaField:
    """A section of a note."""
    return WordsField("", longest=NOTE_LENGTH)


class SessionForm(VersionedForm):
    """One session: when, how and with whom, and its progress note."""

    held_on = DateField("Date", [InputRequired(DATE)])
    started_at = TimeField("Started", [Optional()])
    stopped_at = TimeField("Stopped", [Optional()])
    kind = SelectField("Kind", choices=[SelectChoice(kind.value, kind.label) for kind in SessionKind])
    modality = SelectField(
        "How you met", choices=[SelectChoice(how.value, how.label) for how in Modality]
    )
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

    def name_partners(self, couple: Couple) -> None:
        """Say the partners' names where the labels say A and B."""
        names = {"a": couple.a.known_as, "b": couple.b.known_as}
        self.a_attended.label.text = f"{names['a']} attended"
        self.b_attended.label.text = f"{names['b']} attended"
        self.place_a.label.text = f"Where {names['a']} was"
        self.place_b.label.text = f"Where {names['b']} was"
        self.kind.choices = [
            SelectChoice(kind.value, kind_label(kind, names["a"], names["b"]))
            for kind in SessionKind
        ]

    def facts(self) -> SessionFacts:
        """What the form says of the meeting."""
        return SessionFacts(
            **{name: getattr(self, name).data for name in SessionFacts.__dataclass_fields__}
        )

    def words(self) -> NoteWords:
        """What the form says in the note: only the sections that were on the screen."""
        return NoteWords(
            self.format.data,
            {key: getattr(self, key).data for key in SECTIONS if key in request.form},
        )


def kind_label(kind: SessionKind, a: str, b: str) -> str:
    """A session's kind in words, with the partners' names."""
    individual = {SessionKind.INDIVIDUAL_A: a, SessionKind.INDIVIDUAL_B: b}
    return f"Individual, {individual[kind]}" if kind in individual else kind.label


def filled(session: TherapySession, note: ProgressNote) -> SessionForm:
    """The form as it stands in the record."""
    facts = {name: getattr(session, name) for name in SessionFacts.__dataclass_fields__}
    sections = {key: getattr(note, key) for key in SECTIONS}
    return SessionForm(
        formdata=None,
        data={**facts, **sections, "format": note.format, "version": note.version},
    )


class StartForm(CreatingForm):
    """Start a session: nothing to fill in, and a double click starts one."""


class SightingForm(PracticeForm):
    """One tap on an obstacle: each field is sent only by its own button."""

    obstacle = StringField()
    on = StringField()
    who = StringField()
    strength = StringField()
    words = LineField("In a few words")


class AddendumForm(CreatingForm):
    """What is added to a signed note."""

    text = WordsField("Addendum", [InputRequired("Write the addendum first.")], NOTE_LENGTH)


class PsychotherapyNoteForm(VersionedForm):
    """The note kept apart."""

    text = WordsField("Your note", longest=NOTE_LENGTH)
