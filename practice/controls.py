"""Drawing the plain controls of a form: the library's HTML, letter for letter, in less time.

The library formats each attribute by itself, and a session's form has a hundred of them. Whatever
is not plain (radios, checkboxes, files, passwords) is left to the library.
"""

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup, escape
from wtforms.widgets import DateInput, Input, Select, TextArea, TimeInput

Drawer = Callable[[Any, dict[str, Any]], str]


def named(given: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes under their names in HTML: `data_x` is data-x, `class_` is class."""
    names = {name: name.rstrip("_") for name in given}
    return {
        names[name].replace("_", "-") if name.startswith(("data_", "aria_")) else names[name]: value
        for name, value in given.items()
    }


def draw(field: Any, given: dict[str, Any]) -> Markup:
    """A control, with the attributes `given` besides its own."""
    drawer = drawer_of(field, given)
    if drawer is None:
        return Markup(field.widget(field, **given))  # noqa: S704  # nosec B704 - the library’s own
    flags = {
        name: value
        for name, value in vars(field.flags).items()
        if name in field.widget.validation_attrs
    }
    whole = {"id": field.id, **flags, **given, "name": field.name}
    return Markup(drawer(field, whole))  # noqa: S704  # nosec B704 - every value in it is escaped


def drawer_of(field: Any, given: Mapping[str, Any]) -> Drawer | None:
    """What draws a control of this kind with these attributes; None where the library does."""
    kind = type(field.widget)
    if kind in (DateInput, TimeInput) and {"min", "max"}.isdisjoint({*vars(field.flags), *given}):
        return draw_input  # without limits they are as plain as the others
    if kind.__call__ is Input.__call__ and getattr(field, "_datalist", None) is None:
        return draw_input
    if kind is TextArea:
        return draw_words
    if kind is Select and not field.widget.multiple and not field.has_groups():
        return draw_choices
    return None


def draw_input(field: Any, given: dict[str, Any]) -> str:
    """One line to type in."""
    value = given["value"] if "value" in given else field._value()
    return f"<input {attributes({'type': field.widget.input_type, **given, 'value': value})}>"


def draw_words(field: Any, given: dict[str, Any]) -> str:
    """Several lines to type in."""
    return f"<textarea {attributes(given)}>\r\n{escape(field._value())}</textarea>"


def draw_choices(field: Any, given: dict[str, Any]) -> str:
    """A list to choose one from."""
    options = []
    for choice in field.iter_choices():
        own = {"value": choice.value, **(choice.render_kw or {}), "selected": choice.selected}
        options.append(f"<option {attributes(own)}>{escape(choice.label or choice.value)}</option>")
    return f"<select {attributes(given)}>{''.join(options)}</select>"


def attributes(given: Mapping[str, Any]) -> str:
    """The attributes of a tag, by name: True stands alone, False is left out."""
    drawn = []
    for name, value in sorted(given.items()):
        if value is True:
            drawn.append(name)
        elif value is not False:
            drawn.append(f'{name}="{quoted(value)}"')
    return " ".join(drawn)


def quoted(value: object) -> str:
    """A value as it stands between quotation marks, even one that is markup already."""
    return str(escape(value)).replace('"', "&quot;")
