"""What is asked before records leave or come in."""

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField

from practice.forms import CreatingForm, PracticeForm, WordsField
from practice.records.lists import MOST_BYTES


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


class ListForm(PracticeForm):
    """Chooses a list of clients."""

    file = FileField(
        "List",
        [FileRequired("Choose a file")],
        description="A CSV file of at most 1 MB, its first line the names of the columns.",
        render_kw={"accept": ".csv,.txt,.tsv,text/csv,text/plain"},
    )


class MatchForm(CreatingForm):
    """Says what the columns of a list tell. The list itself comes along with it."""

    text = WordsField("List", longest=MOST_BYTES)
    knowingly = BooleanField("I looked at these: they get files of their own all the same")
