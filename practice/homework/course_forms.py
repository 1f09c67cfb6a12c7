"""The forms of courses: making one, starting one with a couple, moving along in it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from wtforms import BooleanField, FieldList, Form, FormField, RadioField, SelectField
from wtforms.validators import DataRequired, InputRequired

from practice.courses.catalog import MOST, Course, Week
from practice.courses.custom import Draft, wrong_dose
from practice.forms import (
    CreatingForm,
    LineField,
    PracticeForm,
    SelectChoice,
    VersionedForm,
    WordsField,
)
from practice.library.homework import Homework

FOCUS_LENGTH = 300
MOVES = ("skip", "repeat", "take-up", "pause", "resume", "end")


class WeekForm(Form):
    """One week: which homework, how much to begin with, a word on it."""

    homework = SelectField("Homework", validate_choice=False, default="")
    dose = SelectField("Minutes to begin with", coerce=int, validate_choice=False, default=2)
    focus = LineField("A word to the couple", longest=FOCUS_LENGTH)
    #: What there is to choose from, by slug.
    shelf: Mapping[str, Homework] = {}

    def validate(self, extra_validators: Any = None) -> bool:
        """Every field, and a homework that is there, in a size that it has."""
        if not super().validate(extra_validators):
            return False
        homework = self.shelf.get(self.homework.data)
        if homework is None and (self.homework.data or self.focus.data):
            self.homework.errors = ["Choose a homework for this week, or clear its words."]
            return False
        if homework and self.dose.data not in {dose.minutes for dose in homework.doses}:
            self.dose.errors = [wrong_dose(homework)]
            return False
        return True


class CourseForm(CreatingForm, VersionedForm):
    """A course of the practice's own. Weeks without a homework are left out."""

    title = LineField("Title", [DataRequired("Give the course a title.")], longest=120)
    promise = LineField(
        "In one sentence",
        [DataRequired("Say in one sentence what the course is.")],
        description="Printed under the title, such as “Four weeks to let something light in.”",
    )
    weeks = FieldList(FormField(WeekForm), min_entries=MOST, max_entries=MOST)
    purpose = WordsField("What it is for", longest=1200, description="For you and colleagues.")
    when_not = WordsField("When not to use it", longest=1200)
    close = WordsField(
        "How to close", longest=600, description="A kind word to the couple for the last time."
    )
    is_shared = BooleanField("Colleagues in the practice may use it")

    def fit(self, shelf: Iterable[Homework]) -> "CourseForm":
        """Offer what is on the shelf."""
        there = {homework.slug: homework for homework in shelf}
        titles = [SelectChoice(slug, one.title) for slug, one in there.items()]
        minutes = sorted({dose.minutes for one in there.values() for dose in one.doses})
        for number, week in enumerate(self.weeks, 1):
            week.form.homework.choices = [SelectChoice("", "None"), *titles]
            week.form.dose.choices = [SelectChoice(one, f"{one} minutes") for one in minutes]
            week.form.shelf = there
            week.form.homework.label.text = f"Homework of week {number}"
        return self

    def move_up(self, number: int) -> None:
        """Have week `number`, from 1, trade places with the one before it; nothing is checked."""
        rows = [week.form.data for week in self.weeks]
        if 2 <= number <= len(rows):
            rows[number - 2 : number] = rows[number - 1], rows[number - 2]
        for week, row in zip(self.weeks, rows, strict=True):
            week.form.process(None, data=row)

    def draft(self) -> Draft:
        """What was written down."""
        names = ("title", "promise", "purpose", "when_not", "close", "is_shared")
        chosen = [row for week in self.weeks if (row := week.form.data)["homework"]]
        weeks = [
            Week(**row, again=row["homework"] in {one["homework"] for one in chosen[:number]})
            for number, row in enumerate(chosen)
        ]
        return Draft(**{name: getattr(self, name).data for name in names}, weeks=tuple(weeks))


def as_written(course: Course) -> dict[str, Any]:
    """The form's first values from a course: to change it, or to make one like it."""
    names = ("title", "promise", "purpose", "when_not", "close")
    rows = [
        {key: value for key, value in asdict(week).items() if key != "again"}
        for week in course.weeks
    ]
    return {**{name: getattr(course, name) for name in names}, "weeks": rows}


class StartForm(PracticeForm):
    """Starting a course with a couple."""

    safety_reason = WordsField(
        "Why this is right now", longest=600, description="Kept in the record, never printed."
    )


class MoveForm(PracticeForm):
    """One move in a course; `step` is the step it is about, as it stood on the page."""

    move = RadioField(
        choices=[SelectChoice(move, move) for move in MOVES],
        validators=[InputRequired("Choose one of the moves offered.")],
    )
    because = LineField("Why it ends")
