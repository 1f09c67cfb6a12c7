"""Every form of the product: its text fields are of one kind, and read pasted text the same way."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, HiddenField, PasswordField, StringField
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm
from wtforms.validators import DataRequired, InputRequired

import practice
from practice.forms import EmailAddressField, TypedField, WordsField
from practice.plain_text import NOT_AN_ADDRESS
from tests.test_plain_text import UNSEEN

for module in pkgutil.walk_packages(practice.__path__, "practice."):
    if module.name.endswith("forms"):
        importlib.import_module(module.name)

#: What a button says of itself, looked up in a list: nobody types it.
OF_BUTTONS = {
    "SightingForm-obstacle",
    "SightingForm-on",
    "SightingForm-who",
    "SightingForm-strength",
    "StartForm-appointment_id",
}


def every_form(above: type[Any] = BaseForm) -> Iterator[type[Form]]:
    """Every form of ours, also those that stand within others."""
    for one in above.__subclasses__():
        if one.__module__.startswith("practice."):
            yield one
        yield from every_form(one)


def texts() -> dict[str, Any]:
    """Every field for text, by its form and name."""
    return {
        f"{form.__name__}-{name}": field
        for form in every_form()
        for name in dir(form)
        if isinstance(field := getattr(form, name), UnboundField)
        and issubclass(field.field_class, StringField)
        and not issubclass(field.field_class, HiddenField | PasswordField)
    }


TEXTS = texts()
TYPED = [key for key, field in TEXTS.items() if issubclass(field.field_class, TypedField)]


def sent(key: str, text: str) -> Field:
    """A field as it stands once `text` was sent in it and looked at."""
    field = TEXTS[key].bind(form=Form(), name="words", prefix="")
    field.process(MultiDict({"words": text}))
    field.validate(Form())
    return field


def is_required(field: Field) -> bool:
    """Whether a field must be filled in."""
    return any(isinstance(one, DataRequired | InputRequired) for one in field.validators)


def test_whatever_is_typed_is_typed_into_fields_of_ours() -> None:
    assert len(TYPED) > 60
    assert TEXTS.keys() - set(TYPED) == OF_BUTTONS


@pytest.mark.parametrize("key", TYPED)
def test_control_characters_of_pasted_text_break_lines_or_go(key: str) -> None:
    for mark in ("\x0b", "\x0c", "\x85", "\u2028", "\u2029"):
        field = sent(key, f" 12{mark}\x07\x9b34 ")
        assert field.data == ("12\n34" if isinstance(field, WordsField) else "12 34")


@pytest.mark.parametrize("key", TYPED)
def test_what_nobody_can_see_fills_no_field(key: str) -> None:
    for text in UNSEEN.values():
        field = sent(key, text)
        assert field.data == ""
        assert bool(field.errors) == is_required(field), ascii(text)


@pytest.mark.parametrize("key", TYPED)
def test_an_address_is_looked_at_wherever_one_is_typed(key: str) -> None:
    is_address = issubclass(TEXTS[key].field_class, EmailAddressField)
    assert is_address == ("email" in key)
    if is_address:
        for wrong in ("a@example,com", "a..b@example", "a@example.com."):
            assert sent(key, wrong).errors == [NOT_AN_ADDRESS]
        assert sent(key, "a@example.com\u200b").data == "a@example.com"
