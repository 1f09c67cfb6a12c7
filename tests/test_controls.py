"""Our own drawing of plain controls is the library's, letter for letter."""

from datetime import date, time

import pytest
from flask import Flask
from markupsafe import Markup
from wtforms import Field

from practice.controls import draw, drawer_of
from practice.homework.forms import GiveForm
from practice.identity.forms import SignInForm
from practice.sessions.forms import SessionForm

WORDS = "<b>“Tea” & 'toast'</b> \"then\"\nanother line"


def controls() -> list[Field]:
    """Controls of every kind, with awkward words in them."""
    form = SessionForm(
        formdata=None,
        data={
            "held_on": date(2026, 11, 22),
            "started_at": time(16, 5),
            "kind": "conjoint",
            "a_attended": True,
            "others_attended": WORDS,
            "data": WORDS,
        },
    )
    return [*form, *GiveForm(formdata=None), *SignInForm(formdata=None)]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"rows": 3, "data-autosize": True, "aria-invalid": False, "aria-describedby": "x-hint"},
        {"title": WORDS, "class": Markup('a &amp; "b"'), "id": "another", "required": False},
    ],
)
def test_a_control_reads_as_the_library_draws_it(app: Flask, given: dict[str, object]) -> None:
    with app.test_request_context():
        drawn = [field for field in controls() if drawer_of(field, given)]
        assert {type(field.widget).__name__ for field in drawn} >= {
            "TextInput",
            "TextArea",
            "Select",
            "DateInput",
            "TimeInput",
            "HiddenInput",
        }
        for field in drawn:
            assert draw(field, given) == field.widget(field, **given), field.name


def test_what_is_not_plain_is_left_to_the_library(app: Flask) -> None:
    with app.test_request_context():
        others = {type(field.widget).__name__ for field in controls() if not drawer_of(field, {})}
        assert {"CheckboxInput", "PasswordInput"} <= others
