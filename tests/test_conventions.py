"""The conventions of the house. Each message says what to do; why, docs/house.md and CONTRIBUTING.md."""

import ast
import importlib
import inspect as python_inspect
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, inspect
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.elements import ClauseElement
from wtforms import Form, HiddenField
from wtforms.csrf.core import CSRFTokenField

import practice
import practice.all_models
from practice.database.base import Base
from practice.database.engine import backend_for
from practice.forms import CreatingForm, PracticeForm, VersionedForm
from practice.sessions.note_formats import SECTIONS
from practice.settings import ROOT, Settings
from tests.house import KEY

SOURCE = Path(practice.__file__).parent
MODULES = sorted(SOURCE.rglob("*.py"))
TEMPLATES = ROOT / "templates"
LONGEST_FUNCTION, LONGEST_FILE = 50, 400

#: Longer than a file should be, with the reason why it is not two.
LONG_FILES = {
    "practice/couples/forms.py": "every form of a couple's details; their parts share fields",
    "practice/demo/loader.py": "one reader of one format, used from top to bottom",
}
#: Fields that a template draws in a turn instead of by name: the template, and how it comes to them.
DRAWN_IN_TURN = {
    "SessionForm": ("sessions/_sections.html", "form[section.key]", set(SECTIONS)),
    "OwnHomeworkForm": (
        "homework/write.html",
        "in form.solo_texts %}{{ field(one",
        {"solo_title", "solo_promise", "solo_why", "solo_if_hard", "solo_care", "solo_notice"},
    ),
}
#: The forms that others are made of; they have no page of their own.
BASES = {PracticeForm, CreatingForm, VersionedForm}


def named(path: Path) -> str:
    """A file as one would open it from the top of the repository."""
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    """Every function of a file, methods and inner ones too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield node


# Size and words


def test_a_function_fits_a_screen() -> None:
    long = [
        f"{named(path)}: {node.name} has {lines} lines"
        for path in MODULES
        for node in functions(path)
        if (lines := (node.end_lineno or 0) - node.lineno + 1) >= LONGEST_FUNCTION
    ]
    assert not long, "Give a part of it a name of its own, in a function below it"


def test_a_file_can_be_read_at_a_sitting() -> None:
    lengths = {named(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    long = {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE}
    assert long.keys() == LONG_FILES.keys(), (
        f"{LONGEST_FILE} lines are the most. Find the second subject in the file and give that one of "
        "its own; or say in LONG_FILES why it is one, and take out there what is no longer long"
    )


def test_every_module_class_and_function_says_what_it_is() -> None:
    silent = [f"{named(path)}: {name}" for path in MODULES for name in without_docstring(path)]
    assert not silent, (
        "Write a docstring. Its first sentence holds the standard term; then what the signature "
        "cannot say: units, time zones, what None means, what is raised"
    )


def without_docstring(path: Path) -> Iterator[str]:
    """What is public at the first level of a file and says nothing of itself."""
    tree = ast.parse(path.read_text("utf-8"))
    if tree.body and not ast.get_docstring(tree):
        yield "the file itself"
    for node in tree.body:
        is_named = isinstance(node, ast.FunctionDef | ast.ClassDef)
        if is_named and not node.name.startswith("_") and not ast.get_docstring(node):
            yield node.name


# The order of rooms


def test_every_module_of_the_first_level_stands_in_the_order_of_rooms() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    order = settings["tool"]["importlinter"]["contracts"][0]
    placed = {name.strip() for layer in order["layers"] for name in layer.split("|")}
    there = {module.name for module in pkgutil.iter_modules([str(SOURCE)])}
    assert order["exhaustive"]
    assert there == placed, (
        "Place a new room in `layers` of pyproject.toml, on the line above all that it imports and "
        "below all that import it; take out what is gone. docs/house.md has a line for each, too"
    )


def test_every_room_has_a_line_in_the_way_around_the_house() -> None:
    told = set(re.findall(r"`([a-z_]+)`", (ROOT / "docs" / "house.md").read_text("utf-8")))
    rooms = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert not rooms - told, "Say in docs/house.md what the room is for"


# Forms and their pages


def forms() -> list[type[Form]]:
    """Every form that is declared in the program."""
    found: dict[str, type[Form]] = {}
    for path in MODULES:
        if "Form(" not in path.read_text("utf-8"):
            continue
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for name, thing in python_inspect.getmembers(module, python_inspect.isclass):
            if issubclass(thing, Form) and thing.__module__ == module.__name__:
                found[f"{module.__name__}.{name}"] = thing
    return [form for form in found.values() if form not in BASES]


def fields_of(form: type[Form]) -> Iterator[str]:
    """The names of the fields to be shown; hidden ones go along with every form."""
    for name in dir(form):
        field = getattr(form, name, None)
        if name.startswith("_") or not hasattr(field, "field_class"):
            continue
        if not issubclass(field.field_class, HiddenField | CSRFTokenField):
            yield name


def pages_of(form: type[Form]) -> str:
    """The templates of the form's room, of `casefile`, which gathers, and of their components."""
    rooms = (form.__module__.split(".")[1], "casefile", "components")
    paths = [path for room in rooms for path in sorted((TEMPLATES / room).rglob("*.html"))]
    return "\n".join(path.read_text("utf-8") for path in paths)


@pytest.mark.parametrize("form", forms(), ids=lambda form: f"{form.__module__}.{form.__name__}")
def test_every_field_that_is_declared_is_shown_on_a_page(form: type[Form]) -> None:
    pages = pages_of(form)
    template, turn, in_turn = DRAWN_IN_TURN.get(form.__name__, ("", "", set()))
    assert not template or turn in (TEMPLATES / template).read_text("utf-8"), "mend DRAWN_IN_TURN"
    unseen = [
        name
        for name in fields_of(form)
        if name not in in_turn and not re.search(rf"\.{name}\b|[\"']{name}[\"']", pages)
    ]
    assert not unseen, (
        f"{form.__name__}: name the field in a template of its room, as in field(form.name). One that "
        "nobody sees comes back empty and overwrites what was kept"
    )


# Models and migrations


def written(default: object) -> str | None:
    """A default as SQL has it, without the brackets and marks of one dialect."""
    if default is None:
        return None
    said = (
        default.compile(dialect=sqlite.dialect()) if isinstance(default, ClauseElement) else default
    )
    return str(said).strip("()' ").lower()


def test_a_migrations_default_is_its_models(empty_database: Path) -> None:
    settings = Settings(database=empty_database, key=KEY, testing=True)
    engine = backend_for(settings.database, settings.derive("database")).migration_engine()
    different = []
    with engine.connect() as connection:
        database = inspect(connection)
        for table in Base.metadata.sorted_tables:
            stored = {one["name"]: one["default"] for one in database.get_columns(table.name)}
            different += [
                f"{column}: the database says {stored[column.name]!r}"
                for column in table.columns
                if written(stored[column.name]) != written(default_of(column))
            ]
    engine.dispose()
    assert not different, (
        "Give the column the same server_default in models.py and in the migration: rows that were "
        "there before would otherwise differ from those of a new installation"
    )


@pytest.mark.parametrize(
    "column",
    [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.server_default is not None and column.default is not None
    ],
    ids=str,
)
def test_what_a_new_record_has_is_what_old_rows_were_given(column: Column[object]) -> None:
    new = column.default.arg if column.default is not None and column.default.is_scalar else None
    as_sql = int(new) if isinstance(new, bool) else new
    assert written(as_sql) == written(default_of(column)), "make default= and server_default= agree"


def default_of(column: Column[object]) -> object:
    """What the database fills in where nothing is said, by the model; None: nothing."""
    return getattr(column.server_default, "arg", None)
