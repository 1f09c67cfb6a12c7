"""What is asked before records leave or come in."""

from wtforms import BooleanField

from practice.forms import PracticeForm


class CopyForm(PracticeForm):
    """Takes a copy of a couple's file."""

    with_screens = BooleanField(
        "With both partners’ safety screens",
        description="Also the reasons given where a screen was unclear. Leave them out unless "
        "whoever receives this copy needs them for someone’s safety.",
    )
