"""What every form shares: clean text, errors beside their field, and one record for a double click."""

import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, time
from io import BytesIO
from typing import Any, TypeVar

from flask import Response, current_app, make_response, render_template, request
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import (
    DateField,
    EmailField,
    Field,
    HiddenField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput

from practice.controls import draw, named
from practice.errors import Refused
from practice.plain_text import EDGE, NO_WIDTH, is_blank, normalize_email, without_controls
from practice.vocabulary import Labelled

#: What no page or database can carry. Other control characters are cleaned as they come.
UNPRINTABLE = re.compile(r"[\x00\ud800-\udfff]")
#: For str.translate: drops what has no width.
WITHOUT_WIDTH = dict.fromkeys(map(ord, NO_WIDTH))
NOTE_LENGTH = 100_000
LINE_LENGTH = 200
PARAGRAPH_LENGTH = 4_000


def tidy(text: str | None) -> str:
    """`text` without control characters and edges of space, its letters composed (NFC).

    Line breaks of every kind are `\\n`; what nobody could see is "".
    """
    if not text or is_blank(text):
        return ""
    return unicodedata.normalize("NFC", without_controls(text)).strip(EDGE)


def tidy_line(text: str | None) -> str:
    """`text` as `tidy` has it, on one line and without characters of no width."""
    return re.sub(r"\s*\n\s*", " ", tidy(text).translate(WITHOUT_WIDTH))


def refuse_unprintable(text: str) -> None:
    """Raise ValidationError when `text` holds characters no page or database can carry."""
    if UNPRINTABLE.search(text):
        raise ValidationError("Remove the characters that cannot be printed.")


def printable(form: Any, field: Field) -> None:
    """A validator: nothing that a page or the database cannot hold."""
    if isinstance(field.data, str):
        refuse_unprintable(field.data)


class TypedField(StringField):
    """Text that is typed; what nobody could see of it is no answer to a required field."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if is_blank("".join(valuelist)):
            self.raw_data = []
        super().process_formdata(valuelist)


class LineField(TypedField):
    """One line of text, at most `longest` characters."""

    def __init__(
        self, label: str, validators: Any = (), longest: int = LINE_LENGTH, **kwargs: Any
    ) -> None:
        limit = Length(max=longest, message=f"Keep this to {longest} characters.")
        super().__init__(
            label,
            [*validators, limit, printable],
            filters=[tidy_line],
            render_kw={"maxlength": longest, **kwargs.pop("render_kw", {})},
            **kwargs,
        )


def an_address(_form: Any, field: Field) -> None:
    """A validator: an e-mail address, which is then kept in its one form."""
    if not field.data:
        return
    try:
        field.data = normalize_email(field.data)
    except Refused as reason:
        raise ValidationError(str(reason)) from reason


class EmailAddressField(LineField, EmailField):
    """One e-mail address, in the form it is kept in; at most 254 characters, as mail allows."""

    def __init__(self, label: str, validators: Any = (), **kwargs: Any) -> None:
        super().__init__(label, [*validators, an_address], longest=254, **kwargs)


class WordsField(TypedField, TextAreaField):
    """Several lines of plain text, at most `longest` characters."""

    def __init__(
        self, label: str, validators: Any = (), longest: int = PARAGRAPH_LENGTH, **kwargs: Any
    ) -> None:
        limit = Length(max=longest, message=f"Keep this to {longest:,} characters.")
        super().__init__(label, [*validators, limit, printable], filters=[tidy], **kwargs)


class DayField(DateField):
    """A date of this century or the last; None when left empty."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = " ".join(valuelist).strip()
        self.data = None
        if not text:
            self.raw_data = []  # spaces are no answer
            return
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise ValueError("Enter a date that is in the calendar, such as 2026-03-31.") from None
        if not 1900 <= day.year <= 2200:
            raise ValueError("Check the year of this date.")
        self.data = day


class ClockField(TimeField):
    """A time of day to the minute; None when left empty."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = " ".join(valuelist).strip()
        self.data = None
        if not text:
            self.raw_data = []  # spaces are no answer
            return
        try:
            self.data = time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
        except ValueError:
            raise ValueError("Enter a time of day, such as 16:30.") from None


View = TypeVar("View", bound=Callable[..., Any])


def takes_files(view: View) -> View:
    """Let a view be sent files. Every other takes fields of text alone."""
    view.__dict__["takes_files"] = True
    return view


def takes_large_files(view: View) -> View:
    """Let a view be sent a file as large as the installation keeps."""
    view.__dict__["takes_large_files"] = True
    return takes_files(view)


class UpTo(BytesIO):
    """A file that is being sent: what goes beyond `most` bytes, and one more, is let go.

    So a form whose file is too large still comes whole, and nothing typed in it is lost.
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def write(self, data: Any) -> int:
        """Take what still fits."""
        super().write(data[: max(0, self.most + 1 - self.tell())])
        return len(data)


def large_files_are_welcome() -> bool:
    """Whether the view that this request is for takes files as large as the installation keeps."""
    view = current_app.view_functions.get(request.endpoint or "")
    return hasattr(view, "takes_large_files")


def files_are_welcome() -> bool:
    """Whether the view that this request is for takes files."""
    return hasattr(current_app.view_functions.get(request.endpoint or ""), "takes_files")


def labelled(words: Iterable[Labelled]) -> list[SelectChoice]:
    """The values of a vocabulary, or some of them, with their labels."""
    return [SelectChoice(one.value, one.label) for one in words]


class PillsField(SelectMultipleField):
    """Any number of choices, each a checkbox drawn as a pill."""

    option_widget = CheckboxInput()


def number_or_0(sent: object) -> int:
    """The id or version that was sent; 0, which none has, for what is no such number."""
    text = str(sent)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


def new_once() -> str:
    """A random mark for one form on one screen, so that sending it twice stores one record."""
    return secrets.token_urlsafe(16)


class PracticeForm(FlaskForm):
    """The base of every form in the product."""

    #: Whether all but what is wrong has been saved: the page then says so.
    is_saved_in_part = False

    class Meta(FlaskForm.Meta):
        """How the library makes and draws our forms."""

        def render_field(self, field: Field, render_kw: dict[str, Any]) -> Markup:
            """A control as HTML, with what its page adds to it."""
            return draw(field, named(field.render_kw or {}) | named(render_kw))

    def refuse(self, reason: Refused) -> None:
        """Show a rule's refusal beside the field it names, or over the whole form."""
        if reason.field and reason.field in self._fields:
            field = self._fields[reason.field]
            field.errors = [*field.errors, str(reason)]
        else:
            self.form_errors.append(str(reason))


class CreatingForm(PracticeForm):
    """A form that makes a new record: a double click makes only one."""

    once = HiddenField(default=new_once, validators=[Length(max=40), printable])


class VersionedForm(PracticeForm):
    """A form that changes a record, and knows which version of it was on the screen."""

    version = HiddenField()

    def version_shown(self) -> int:
        """The version the writer saw; 0, which matches none, when the form names no number."""
        return number_or_0(self.version.raw_data[0] if self.version.raw_data else "")

    def show_version(self, version: int) -> None:
        """Have the page carry the version that now stands, whatever was sent."""
        self.version.raw_data, self.version.data = None, str(version)


def is_autosave() -> bool:
    """Whether a page is saving itself, and wants figures rather than a page."""
    return request.headers.get("X-Autosave") == "1"


def wants_fragment() -> bool:
    """Whether htmx asks for a part of the page."""
    return request.headers.get("HX-Request") == "true"


def form_page(template: str, form: PracticeForm, **context: Any) -> Response:
    """A page with a form on it: 422 when the form comes back with errors, else 200."""
    status = 422 if form.errors else 200
    return make_response(render_template(template, form=form, **context), status)
