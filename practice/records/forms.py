"""What is asked before records leave."""

from wtforms import BooleanField

from practice.forms import PracticeForm


class CopyForm(PracticeForm):
    """Takes a copy of a couple's file."""

    with_screens = BooleanField(
        "With both partners’ safety screens",
        description="Also the reasons given where a screen was unclear. Leave them out unless "
        "whoever receives this copy needs them for someone’s safety.",
    )


class EverythingForm(PracticeForm):
    """Begins a copy of everything."""

    with_sheets = BooleanField(
        "With the sheets as PDFs",
        description="Every homework given, as each reader has it. This takes longer: about a minute "
        "for 300 sheets.",
    )
