"""The forms of homework: giving one, and how it went."""

from typing import Any

from wtforms import Field, RadioField, SelectField, ValidationError
from wtforms.validators import InputRequired

from practice.assignments.service import Plan
from practice.couples.models import Couple
from practice.couples.names import told_apart
from practice.forms import (
    CreatingForm,
    DayField,
    LineField,
    PracticeForm,
    SelectChoice,
    WordsField,
    labelled,
)
from practice.library.homework import Homework
from practice.vocabulary import Outcome

DAYS = {0: "Not set", 1: "1 day", **{days: f"{days} days" for days in range(2, 7)}, 7: "Every day"}


def number_or_none(text: Any) -> int | None:
    """The number a button stands for; None when none was pressed. Raises ValueError for others."""
    return int(text) if text not in (None, "", "None") else None


def on_scale(_form: Any, field: Field) -> None:
    """A validator: nothing chosen, or a number from 0 to 10."""
    if field.data is not None and not 0 <= field.data <= 10:
        raise ValidationError("Choose a number from 0 to 10.")


class GiveForm(CreatingForm):
    """What couple and clinician agree on. Everything is optional but the date."""

    for_whom = RadioField("For", default="couple", validate_choice=True)
    dose = RadioField("How much", coerce=int)
    due_on = DayField("We talk about it on", [InputRequired("Enter the date to talk about it.")])
    days = SelectField(
        "Days a week",
        coerce=int,
        default=0,
        choices=[SelectChoice(value, label) for value, label in DAYS.items()],
    )
    anchor = LineField("After we…", longest=120, description="Such as “the kids are in bed”.")
    place_and_time = LineField("Where and when")
    expected_obstacle = LineField("What could get in the way")
    if_then = LineField(
        "If that happens, then…", longest=300, description="Such as “we do two minutes in the car”."
    )
    confidence_a = RadioField("", [on_scale], coerce=number_or_none, validate_choice=False)
    confidence_b = RadioField("", [on_scale], coerce=number_or_none, validate_choice=False)
    personal_word = WordsField(
        "A personal word", longest=600, description="Printed on the sheet, with your first name."
    )
    safety_reason = WordsField(
        "Why this is right now", longest=600, description="Kept in the record, never printed."
    )

    def fit(self, couple: Couple, homework: Homework) -> "GiveForm":
        """Offer what this homework and this couple allow; with no size sent, the smallest holds."""
        a, b = told_apart(couple).values()
        self.for_whom.choices = [
            SelectChoice("couple", "Both of you" if homework.conjoint else "Each of you"),
            SelectChoice("a", f"{a} alone"),
            SelectChoice("b", f"{b} alone"),
        ]
        self.dose.choices = [
            SelectChoice(dose.minutes, f"{dose.minutes} minutes") for dose in homework.doses
        ]
        if self.dose.data is None:
            self.dose.data = homework.smallest.minutes
        for field, name in ((self.confidence_a, a), (self.confidence_b, b)):
            field.label.text = f"How sure is {name}?"
            field.choices = [SelectChoice(number, str(number)) for number in range(11)]
        return self

    def plan(self) -> Plan:
        """What was agreed."""
        return Plan(**{name: getattr(self, name).data for name in Plan.__dataclass_fields__})

    def readable_plan(self) -> dict[str, Any]:
        """What was agreed, without the fields that hold something wrong."""
        plan = vars(self.plan())
        return {name: value for name, value in plan.items() if not self[name].errors}


class ReviewForm(PracticeForm):
    """How it went, as one of the three saw it; each field is sent only by its own control."""

    by_whom = RadioField(
        choices=[SelectChoice(one, one) for one in ("clinician", "a", "b")], default="clinician"
    )
    outcome = RadioField(
        choices=[SelectChoice("", ""), *labelled(Outcome)],
        validate_choice=False,
    )
    usefulness = LineField("Of use, 0 to 4", longest=2)
    noticed = LineField("In their words", longest=600)
