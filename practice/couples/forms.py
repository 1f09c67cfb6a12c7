"""The couples room's forms."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import Any

from wtforms import (
    BooleanField,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
)

from practice import clock
from practice.couples.diary import OUTCOMES, Meeting
from practice.couples.handover import KINDS, Occasion
from practice.couples.partner_details import (
    EARLIEST_YEAR,
    MINUTES_A_DAY,
    CoupleDetails,
    PartnerDetails,
)
from practice.couples.service import KnownElsewhere
from practice.errors import Refused, SecondLook
from practice.formatting import clock_time, weekday_date
from practice.forms import (
    ClockField,
    CreatingForm,
    DayField,
    EmailAddressField,
    LineField,
    PillsField,
    PracticeForm,
    SelectChoice,
    VersionedForm,
    WordsField,
    labelled,
    printable,
)
from practice.identity.models import User
from practice.vocabulary import (
    WARNING_SIGNS,
    Modality,
    ScreenOutcome,
    SecretsPolicyKind,
    SessionKind,
)

OUTCOMES_IN_WORDS = (
    "None known: nothing of the kind came up. Situational: arguments that got out of hand, without "
    "fear or control. Unclear: not enough to tell yet. Coercive: one partner is controlled, "
    "threatened or afraid."
)
SAFE = [("yes", "Safe to use"), ("ask", "Ask first"), ("no", "Not safe")]
TIMES = [("", "Not said"), *((str(n), f"{n} minutes") for n in MINUTES_A_DAY)]
POLICIES = [
    (
        SecretsPolicyKind.NO_SECRETS.value,
        "No secrets: what concerns them both is brought back to the room, with your help",
    ),
    (
        SecretsPolicyKind.LIMITED.value,
        "Limited: you decide with the partner what has to be shared for the work to go on",
    ),
    (
        SecretsPolicyKind.CONFIDENTIAL.value,
        "Confidential: it stays between you, but for what the law or someone’s safety asks",
    ),
]
LANGUAGES = [("en", "English"), ("es", "Spanish")]


def choices(pairs: Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    """Choices for a field, from values and the words people see."""
    return [SelectChoice(value, words) for value, words in pairs]


def minutes_or_none(text: Any) -> int | None:
    """The minutes a button stands for; None where nothing is said. Raises ValueError for others."""
    return int(text) if text not in (None, "", "None") else None


class DigitsField(IntegerField):
    """A whole number of at most `longest` digits; None when left empty. `words` ask for it."""

    def __init__(
        self, label: str, validators: Any = (), longest: int = 4, words: str = "", **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.longest, self.words = longest, words

    def process_formdata(self, valuelist: list[str]) -> None:
        text = " ".join(valuelist).strip()
        self.data = None
        if not text:
            return
        if len(text) > self.longest or not text.isdecimal():
            raise ValueError(self.words)
        self.data = int(text)


class PartnerForm(Form):
    """One partner: a part of the couple's form."""

    first_name = LineField("First name", [DataRequired("Enter a first name.")], longest=80)
    last_name = LineField("Last name", longest=80)
    goes_by = LineField("Goes by", longest=80, description="If it is another name.")
    pronouns = LineField("Pronouns", longest=40)
    born_on = DayField("Date of birth", [Optional()])
    email = EmailAddressField("E-mail")
    email_safe = RadioField("Writing to this address", choices=choices(SAFE), default="ask")
    phone = LineField("Phone", longest=40)
    phone_safe = RadioField("Calling this number", choices=choices(SAFE), default="ask")
    language = SelectField("Language of handouts", choices=choices(LANGUAGES), default="en")
    came_for = WordsField("What they came for", description="In their own words.")
    emergency_name = LineField("Name", longest=120)
    emergency_phone = LineField("Phone", longest=40)
    emergency_relation = LineField("Who that is to them", longest=80)
    diagnosis = WordsField("Diagnosis")
    medication = WordsField("Medication")
    earlier_care = WordsField("Earlier care")


class CoupleForm(PracticeForm):
    """Both partners, and what is theirs together."""

    a = FormField(PartnerForm, "Partner A")
    b = FormField(PartnerForm, "Partner B")
    opened_on = DayField("File opened on", [InputRequired("Enter the date of intake.")])
    together_since = DigitsField(
        "Together since",
        [
            Optional(),
            NumberRange(EARLIEST_YEAR, message=f"Enter a year from {EARLIEST_YEAR} on."),
        ],
        words="Enter a year in four digits, such as 2017.",
        description="The year.",
    )
    children = LineField("Children", description="In their words: “two, 7 and 4”.")
    strengths = WordsField("Strengths")
    minutes_a_day = RadioField(
        "Time for homework on a usual day",
        choices=choices(TIMES),
        coerce=minutes_or_none,
        description="Suggested homework begins no longer than this.",
    )
    warning_signs = PillsField("Seen at intake", choices=choices(WARNING_SIGNS.items()))
    #: The mark of the names that were looked at; see service.KnownElsewhere.
    confirmed = HiddenField(validators=[printable])

    def call_them(self, names: Mapping[str, str]) -> None:
        """Say each partner's name (by letter) where a label would say A or B."""
        for letter, name in names.items():
            self[letter].label.text = name
            self[letter].form.came_for.label.text = f"What {name} came for"

    def details(self) -> CoupleDetails:
        """What was written, as plain values."""
        together = CoupleDetails.__dataclass_fields__.keys() - {"a", "b"}
        return CoupleDetails(
            a=PartnerDetails(**self.a.data),
            b=PartnerDetails(**self.b.data),
            **{name: self.data[name] for name in together},
        )

    def refuse(self, reason: Refused) -> None:
        """Show a refusal beside its field, also when the field is one partner's (“a-born_on”).

        Of someone known elsewhere, the mark goes back with the form: sent again, it was read.
        """
        if isinstance(reason, KnownElsewhere):
            self.confirmed.data = reason.mark
        part, _, name = (reason.field or "").partition("-")
        if name and part in self:
            field = self[part].form[name]
            field.errors = [*field.errors, str(reason)]
        else:
            super().refuse(reason)

    def differences(self, saved: CoupleDetails) -> list[tuple[str, Any, Any]]:
        """Where this form and what is saved differ: (label, here, saved)."""
        ours, theirs = asdict(self.details()), asdict(saved)
        found = []
        for control in self:
            if isinstance(control, FormField):
                mine, other = ours[control.short_name], theirs[control.short_name]
                for inner in control:
                    label = f"{control.label.text}: {inner.label.text}"
                    found.append((label, mine[inner.short_name], other[inner.short_name]))
            elif control.name in ours:
                found.append((control.label.text, ours[control.name], theirs[control.name]))
        return [(label, said(mine), said(other)) for label, mine, other in found if mine != other]


def said(value: object) -> str:
    """A field's value as it is read."""
    if isinstance(value, list):
        return ", ".join(WARNING_SIGNS[key] for key in value)
    return "" if value is None else str(value)


class OpenForm(CoupleForm, CreatingForm):
    """Opens a file."""

    policy = RadioField(
        "What one partner tells alone",
        choices=choices(POLICIES),
        default=SecretsPolicyKind.NO_SECRETS.value,
    )


class ChangeForm(CoupleForm, VersionedForm):
    """Changes a file."""


class SecondLookForm(PracticeForm):
    """A form whose doubts can be answered by sending it once more."""

    #: The marks of the doubts that were shown, a line each.
    confirmed = HiddenField(validators=[Length(max=2000), printable])

    def looked_at(self) -> frozenset[str]:
        """The marks of what was shown and is meant."""
        return frozenset((self.confirmed.data or "").split("|"))

    def refuse(self, reason: Refused) -> None:
        """Show a refusal; the mark of a doubt goes back with the form."""
        if isinstance(reason, SecondLook):
            self.confirmed.data = "|".join(sorted((self.looked_at() - {""}) | {reason.mark}))
        super().refuse(reason)


class CloseForm(SecondLookForm):
    """Closes a file."""

    closed_on = DayField("Closed on", [InputRequired("Enter the date.")])
    because = WordsField("How it ended", description="For the record; leave it empty if you like.")

    def closing(self) -> dict[str, Any]:
        """The two answers, as plain values."""
        return {name: self.data[name] for name in ("closed_on", "because")}


class ScreenForm(SecondLookForm, CreatingForm):
    """One partner's safety screen."""

    asked_on = DayField("Asked on", [InputRequired("Enter the date.")])
    seen_alone = RadioField(
        "Was this partner seen alone?",
        [InputRequired("Say whether this partner was seen alone.")],
        choices=choices([("yes", "Yes"), ("no", "No")]),
    )
    outcome = RadioField(
        "Outcome",
        [InputRequired("Choose what was found.")],
        choices=labelled(ScreenOutcome),
        description=OUTCOMES_IN_WORDS,
    )
    next_on = DayField("Ask again on", [Optional()])
    note = WordsField("Notes", longest=20_000, description="Seen only here, by the care team.")

    def found(self) -> dict[str, Any]:
        """What was found, as plain values."""
        names = ("asked_on", "outcome", "next_on", "note", "once")
        found = {name: self.data[name] for name in names}
        return found | {"seen_alone": self.seen_alone.data == "yes"}


class PolicyForm(PracticeForm):
    """The policy on what one partner tells alone."""

    kind = RadioField("Policy", [InputRequired("Choose a policy.")], choices=choices(POLICIES))
    in_force_from = DayField("In force from", [InputRequired("Enter the date.")])
    signed_a_on = DayField("Signed by partner A on", [Optional()])
    signed_b_on = DayField("Signed by partner B on", [Optional()])

    def call_them(self, names: Mapping[str, str]) -> None:
        """Say each partner's name (by letter) at their signature."""
        for letter, name in names.items():
            self[f"signed_{letter}_on"].label.text = f"Signed by {name} on"

    def agreed(self) -> dict[str, Any]:
        """What was agreed, as plain values."""
        names = ("kind", "in_force_from", "signed_a_on", "signed_b_on")
        return {name: self.data[name] for name in names}


class SearchForm(PracticeForm):
    """Looks for a couple by any part of a name. It posts, so that no name is ever in a URL."""

    q = LineField("Find a couple by name")


class JoinForm(PracticeForm):
    """Adds a clinician to the care team. Its choices are those who may join."""

    user_id = SelectField("Clinician", coerce=int)
    until = DayField(
        "Covers until",
        [Optional()],
        description="For someone who stands in while you are away: the file closes to them at the "
        "end of this day. Leave it empty for someone who stays.",
    )

    def end(self, zone: str) -> datetime | None:
        """The end of the last day of a cover, by the practice's clock."""
        day = self.until.data
        return clock.moment_of(day + timedelta(days=1), time.min, zone) if day else None

    def offer(self, clinicians: Iterable[User]) -> None:
        """Let these be chosen."""
        self.user_id.choices = choices((one.id, one.signature) for one in clinicians)


class EmergencyForm(PracticeForm):
    """Whose file, and why."""

    name = LineField(
        "Full name of one partner",
        [DataRequired("Enter the first and last name of one of them")],
        description="As it stands in the file. Nothing is listed or completed here.",
    )
    reason = WordsField(
        "Reason",
        [DataRequired("Say why you need to read this file now")],
        longest=1000,
        description="The owner reads it. It is kept.",
    )


class HandoverForm(PracticeForm):
    """Whose files are handed over, since when, and why."""

    clinician_id = SelectField("Clinician", coerce=int)
    kind = RadioField("What happened", choices=choices(KINDS.items()), default="left")
    on_day = DayField("Day", [InputRequired("Enter the day it happened.")])
    reason = WordsField(
        "Reason",
        [DataRequired("Say why this is handed over")],
        longest=1000,
        description="The custodian reads it. It is kept.",
    )

    def occasion(self) -> Occasion:
        """What happened, as plain values."""
        return Occasion(**{name: self.data[name] for name in ("kind", "on_day", "reason")})


class SupervisionForm(PracticeForm):
    """Who supervises whom."""

    supervisor_id = SelectField("Supervisor", coerce=int)
    clinician_id = SelectField("Reads the files of", coerce=int)

    def offer(self, supervisors: Iterable[User], clinicians: Iterable[User]) -> None:
        """Let these be chosen."""
        self.supervisor_id.choices = choices((one.id, one.signature) for one in supervisors)
        self.clinician_id.choices = choices((one.id, one.signature) for one in clinicians)


class LeaveForm(PracticeForm):
    """Takes a clinician off the care team."""

    leaving = HiddenField(validators=[printable])
    confirmed = BooleanField()


def kinds_with(names: Mapping[str, str]) -> dict[str, str]:
    """The kinds of session, with the partner's name (by letter) where one comes alone."""
    alone = {SessionKind.INDIVIDUAL_A: names["a"], SessionKind.INDIVIDUAL_B: names["b"]}
    return {
        kind.value: f"{alone[kind]} alone" if kind in alone else kind.label for kind in SessionKind
    }


class MeetingForm(SecondLookForm):
    """When, how long and how they meet."""

    on_day = DayField("Day", [InputRequired("Enter the day.")])
    at_time = ClockField("Time", [InputRequired("Enter the time.")])
    minutes = DigitsField(
        "Minutes",
        [
            InputRequired("Enter how many minutes."),
            NumberRange(10, 480, "Enter between 10 and 480 minutes."),
        ],
        longest=3,
        words="Enter between 10 and 480 minutes.",
        default=50,
    )
    modality = RadioField("How", choices=labelled(Modality), default=Modality.OFFICE.value)
    kind = SelectField("Kind", choices=labelled(SessionKind), default=SessionKind.CONJOINT.value)

    def meeting(self) -> Meeting:
        """What was agreed, as plain values."""
        named = (name for name in Meeting.__dataclass_fields__ if name in self)
        return Meeting(**{name: self.data[name] for name in named})

    def call_them(self, names: Mapping[str, str]) -> None:
        """Offer a session alone by each partner's name (by letter)."""
        self.kind.choices = choices(kinds_with(names).items())
        self.names = names

    def in_words(self, meeting: Meeting) -> str:
        """An appointment in three lines, as the form's choices call it."""
        when = f"{weekday_date(meeting.on_day)}, {clock_time(meeting.at_time)}"
        how = f"{kinds_with(self.names)[meeting.kind]}, {Modality(meeting.modality).label}"
        became = OUTCOMES.get(meeting.outcome, "Kept")
        return f"{when}, {meeting.minutes} minutes\n{how}\n{became}"


class AppointForm(MeetingForm, CreatingForm):
    """Makes an appointment."""


class ChangeAppointmentForm(MeetingForm, VersionedForm):
    """Moves an appointment, or says what became of it."""

    outcome = RadioField("What became of it", choices=choices(OUTCOMES.items()), default="")
