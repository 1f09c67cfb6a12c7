"""What the log can be narrowed by."""

from wtforms import IntegerField, SelectField
from wtforms.validators import NumberRange, Optional, ValidationError

from practice.activity.descriptions import KINDS
from practice.activity.queries import Asked
from practice.database.base import LARGEST_ID
from practice.forms import DayField, PracticeForm, SelectChoice, number_or_0


class PeriodForm(PracticeForm):
    """From which day until which; both are optional, and both are included."""

    first = DayField("From")
    last = DayField("To")

    def validate_last(self, field: DayField) -> None:
        """The period must not end before it begins."""
        if field.data and self.first.data and field.data < self.first.data:
            raise ValidationError("This is before the first day.")

    def asked(self) -> Asked:
        """What was chosen."""
        return Asked(first=self.first.data, last=self.last.data)


class LogForm(PeriodForm):
    """Who, what, which file and when; all of it optional."""

    who = SelectField("Who", coerce=number_or_0, default=0, validate_choice=False)
    kind = SelectField(
        "What",
        default="",
        choices=[
            SelectChoice("", "Everything"),
            *(SelectChoice(key, label) for key, (label, _) in KINDS.items()),
        ],
    )
    file = IntegerField(
        "File number", [Optional(), NumberRange(1, LARGEST_ID, "Enter a file’s number.")]
    )

    def offer(self, people: dict[int, str]) -> "LogForm":
        """Offer these people, by id, in the order of their names."""
        known = sorted(people.items(), key=lambda one: one[1])
        self.who.choices = [SelectChoice(0, "Anyone"), *(SelectChoice(*one) for one in known)]
        return self

    def asked(self) -> Asked:
        """What was chosen."""
        return Asked(
            user_id=self.who.data or None,
            kind=self.kind.data or "",
            couple_id=self.file.data,
            first=self.first.data,
            last=self.last.data,
        )
