"""What goes into a couple's packet, and for whom it is."""

from wtforms import RadioField, SelectField

from practice.assignments.models import Assignment
from practice.couples.models import Couple
from practice.couples.names import both_told_apart, told_apart
from practice.formatting import month_day
from practice.forms import PracticeForm, SelectChoice
from practice.homework.print_forms import ticks
from practice.library.suitability import out_of_place
from practice.worksheets.background import background
from practice.worksheets.packets import PacketOrder
from practice.worksheets.variants import KINDS


class PacketForm(PracticeForm):
    """What is bound together. Nothing of it is kept."""

    reader = RadioField("For")
    assignments = ticks("Homework given")
    extras = ticks("With each of them")
    backgrounds = ticks("Background sheets")
    size = SelectField("Print")

    def offer(self, couple: Couple, assignments: list[Assignment]) -> "PacketForm":
        """Offer what this couple was given."""
        misplaced = out_of_place(couple)
        self.reader.choices = [
            SelectChoice(copy, words)
            for copy, words in (
                ("couple", both_told_apart(couple)),
                *told_apart(couple).items(),
            )
        ]
        self.assignments.choices = [
            SelectChoice(
                str(one.id),
                f"{one.title}, given {month_day(one.given_on)}"
                + (", does not belong here now" if one.slug in misplaced else ""),
            )
            for one in assignments
        ]
        self.extras.choices = [
            SelectChoice(kind, words) for kind, words in KINDS.items() if kind != "exercise"
        ]
        self.backgrounds.choices = [
            SelectChoice(one.slug, one.title) for one in background().values()
        ]
        self.size.choices = [
            SelectChoice("", "Ordinary"),
            SelectChoice("large", "Large, 18 points and up"),
        ]
        return self

    def order(self, couple: Couple, assignments: list[Assignment]) -> PacketOrder:
        """What was chosen, the assignments in the order they were offered."""
        ticked = set(self.assignments.data or ())
        return PacketOrder(
            couple.id,
            self.reader.data,
            [one.id for one in assignments if str(one.id) in ticked],
            self.extras.data or [],
            self.backgrounds.data or [],
            large=self.size.data == "large",
        )
