"""The forms of an attachment: adding one, correcting what is told of it, setting it aside."""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField, ValidationError
from wtforms.validators import DataRequired, InputRequired

from practice.attachments.service import Told
from practice.forms import (
    CreatingForm,
    DayField,
    LineField,
    PracticeForm,
    SelectChoice,
    VersionedForm,
    WordsField,
    labelled,
)
from practice.vocabulary import AttachmentKind, Readers

TOO_LARGE = "Choose a file of at most {most} MB. This one is larger."
TYPES = (
    ".pdf,.png,.jpg,.jpeg,.tif,.tiff,.heic,.heif,application/pdf,image/png,image/jpeg,image/tiff,"
    "image/heic,image/heif"
)


class ToldFields(PracticeForm):
    """What is told of an attachment."""

    title = LineField(
        "Title",
        [DataRequired("Give it a title.")],
        longest=120,
        description="In your words, such as “Letter from the psychiatrist”.",
    )
    kind = SelectField(
        "What it is",
        choices=labelled(AttachmentKind),
        default=AttachmentKind.LETTER.value,
    )
    whose = RadioField("Whose it is", [InputRequired("Choose whose it is.")], default="couple")
    dated_on = DayField("Dated", [InputRequired("Enter the date.")])
    readers = RadioField(
        "Who may see it",
        [InputRequired("Choose who may see it.")],
        choices=labelled(Readers),
        default=Readers.EVERYONE.value,
        description="Supervisors, and who opens the file in an emergency, see what is for everyone. "
        "What is for you alone is in no copy of the file; you take it out yourself.",
    )

    def fit(self, names: Mapping[str, str], *, is_mine: bool) -> None:
        """Offer the partners by name; only who added it may keep it to themselves."""
        offered = {"couple": "Both", **names}
        self.whose.choices = [SelectChoice(key, label) for key, label in offered.items()]
        if not is_mine:
            self.readers.choices = labelled(one for one in Readers if one != Readers.AUTHOR)

    def told(self) -> Told:
        """What was told."""
        return Told(**{name: self.data[name] for name in Told.__dataclass_fields__})


class AddForm(ToldFields, CreatingForm):
    """Adds a letter or scan."""

    file = FileField("File", [FileRequired("Choose a file.")])

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        most = current_app.config["ATTACHMENT_BYTES"]
        self.file.description = f"A PDF, PNG, JPEG, TIFF or HEIC of at most {most // 1_000_000} MB."
        self.file.render_kw = {"accept": TYPES, "data-most-bytes": most}

    def validate_file(self, field: FileField) -> None:
        """Refuse a file larger than is kept."""
        most = current_app.config["ATTACHMENT_BYTES"]
        if field.data and len(field.data.stream.getbuffer()) > most:
            raise ValidationError(TOO_LARGE.format(most=most // 1_000_000))


class CorrectForm(ToldFields, VersionedForm):
    """Corrects what is told of an attachment."""


class SetAsideForm(PracticeForm):
    """Sets an attachment aside."""

    because = WordsField(
        "Why",
        [DataRequired("Say why it is set aside.")],
        longest=400,
        description="Such as “belongs to another couple” or “scanned twice”. It stays kept.",
    )
