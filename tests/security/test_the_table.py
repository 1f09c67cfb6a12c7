"""The table of docs/security.md: every requirement stands in it once, with a test or a reason."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| ([SP]\d\d) \| (.+?) \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
REASONS = ("Waits", "We accept")


def rows() -> list[tuple[str, str, str]]:
    """Each row: its id, what we do, and what shows it."""
    return ROW.findall((ROOT / "docs" / "security.md").read_text("utf-8"))


@cache
def names_in(path: str) -> set[str]:
    """The names of the tests in a file."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return {node.name for node in functions if node.name.startswith("test_")}


def test_every_requirement_stands_there_once() -> None:
    wanted = [f"S{number:02}" for number in range(1, 72)]
    wanted += [f"P{number:02}" for number in range(1, 26)]
    assert [name for name, _, _ in rows()] == wanted


def test_no_row_is_without_a_test_or_a_reason() -> None:
    for name, what, shown in rows():
        assert len(what) > 5, name
        assert NAMED.findall(shown) or shown.startswith(REASONS), name


def test_every_test_that_is_named_is_there() -> None:
    for name, _, shown in rows():
        for path, test in NAMED.findall(shown):
            assert (ROOT / path).is_file(), (name, path)
            assert test in names_in(path), (name, test)


def test_every_test_that_names_a_requirement_stands_in_its_row() -> None:
    """A test called test_s25_… is found in the row of S25; so no proof is forgotten."""
    shown = {name.lower(): where for name, _, where in rows()}
    for path in sorted((ROOT / "tests" / "security").glob("test_*.py")):
        for test in names_in(str(path.relative_to(ROOT))):
            if numbers := re.match(r"test_((?:[sp]\d\d_)+)", test):
                for name in numbers[1].strip("_").split("_"):
                    assert test in shown[name], (name, test)
