"""What one may choose about a sheet before it is printed; an address carries it all."""

from typing import Any

from flask import request
from wtforms import BooleanField, SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from practice.assignments.models import Assignment
from practice.couples.models import Couple
from practice.forms import PracticeForm, SelectChoice
from practice.worksheets.sheets import copies_of, copy_name
from practice.worksheets.texts import NAMES
from practice.worksheets.variants import KINDS, PARTS, PrintOptions


def choices(*pairs: tuple[str, str]) -> list[SelectChoice]:
    """Values and their words, as a list offers them."""
    return [SelectChoice(value, words) for value, words in pairs]


def ticks(label: str, *pairs: tuple[str, str]) -> SelectMultipleField:
    """Several of a list, each with a box to tick."""
    return SelectMultipleField(
        label,
        choices=choices(*pairs),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class PrintForm(PracticeForm):
    """How a sheet shall be printed. Everything has an answer already; nothing is kept."""

    class Meta:
        """It changes nothing, so it may be sent by an address."""

        csrf = False

    copy = SelectField("For")
    kind = SelectField("Sheet", choices=choices(*KINDS.items()))
    language = SelectField("Language", choices=choices(*NAMES.items()))
    paper = SelectField("Paper", choices=choices(("letter", "Letter"), ("a4", "A4")))
    size = SelectField(
        "Print", choices=choices(("", "Ordinary"), ("large", "Large, 18 points and up"))
    )
    plain = BooleanField("Black ink only")
    fillable = BooleanField("With fields to type into")
    without = ticks("Leave out", *PARTS.items())

    def offer_copies(self, assignment: Assignment, couple: Couple) -> None:
        """Offer the copies of an assignment, each in its reader's language unless said otherwise."""
        self.copy.choices = choices(
            *((one, copy_name(one, couple)) for one in copies_of(assignment))
        )
        self.language.choices = choices(("", "As the reader reads"), *NAMES.items())

    def offer_blank(self) -> None:
        """Offer what there is on a sheet for no one in particular."""
        del self.copy
        kept = {"source", "tracker"}
        self.without.choices = choices(*((key, PARTS[key]) for key in PARTS if key in kept))

    def options(self) -> PrintOptions:
        """What was chosen."""
        return PrintOptions(
            kind=self.kind.data,
            without=frozenset(self.without.data or ()),
            large=self.size.data == "large",
            plain=self.plain.data,
            fillable=self.fillable.data,
            paper="a4" if self.paper.data == "a4" else "letter",
        )


def print_form(**first: Any) -> PrintForm:
    """The form as the address fills it in; what the address leaves out is as `first` says."""
    return PrintForm(request.args, data=first)
