"""The measures of the house: how large its rooms, files and functions are, and how they are kept.

    bin/measure            prints the table
    bin/measure --write    puts it into docs/house.md

Lines are those of Python files, blank ones and comments too: what someone scrolls through.
"""

import argparse
import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from practice.settings import ROOT

SOURCE = ROOT / "practice"
TESTS = ROOT / "tests"
PAGE = ROOT / "docs" / "house.md"
#: Modules of the first level that are files stand together under this name.
SINGLE_FILES = "(single files)"
#: What keeps a checker quiet on one line.
SUPPRESSION = re.compile(r"#\s*(noqa|type:\s*ignore)\b")
BETWEEN = re.compile(r"(<!-- measures -->\n).*?(<!-- /measures -->)", re.DOTALL)


@dataclass(frozen=True)
class Function:
    """A function or method, by the lines from `def` to its end."""

    name: str
    lines: int


@dataclass(frozen=True)
class File:
    """A Python file, measured."""

    name: str
    lines: int
    functions: tuple[Function, ...]
    suppressions: int
    #: Modules, classes and functions that could have a docstring, and those that have one.
    documentable: int
    documented: int


@dataclass(frozen=True)
class Room:
    """What stands together at the first level of `practice`, with the tests that mirror it."""

    name: str
    files: tuple[File, ...]
    test_lines: int

    @property
    def lines(self) -> int:
        """How long all its files are together."""
        return sum(file.lines for file in self.files)

    @property
    def functions(self) -> list[Function]:
        """Every function of the room."""
        return [function for file in self.files for function in file.functions]


def measured(path: Path) -> File:
    """One file's measures."""
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    nodes = list(ast.walk(tree))
    functions = [n for n in nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    speaking = [n for n in (*functions, *nodes) if can_speak(n)]
    speaking = list(dict.fromkeys([*([tree] if tree.body else []), *speaking]))
    return File(
        name=str(path.relative_to(SOURCE)),
        lines=text.count("\n"),
        functions=tuple(
            Function(f"{path.stem}.{n.name}", (n.end_lineno or n.lineno) - n.lineno + 1)
            for n in functions
        ),
        suppressions=len(SUPPRESSION.findall(text)),
        documentable=len(speaking),
        documented=sum(bool(ast.get_docstring(node)) for node in speaking),
    )


def can_speak(node: ast.AST) -> bool:
    """Whether it is a class or a function that others may use: a docstring would say what it is."""
    named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    return named and not node.name.startswith("_")


def rooms() -> Iterator[Room]:
    """The rooms, largest first, and the single files together."""
    packages = [path.parent for path in SOURCE.glob("*/__init__.py")]
    found = [
        Room(
            folder.name,
            tuple(map(measured, sorted(folder.rglob("*.py")))),
            lines_of_tests(folder.name),
        )
        for folder in packages
    ]
    singles = tuple(map(measured, sorted(SOURCE.glob("*.py"))))
    found.append(Room(SINGLE_FILES, singles, python_lines(TESTS.glob("*.py"))))
    yield from sorted(found, key=lambda room: -room.lines)


def lines_of_tests(room: str) -> int:
    """How many lines of tests mirror a room."""
    return python_lines((TESTS / room).rglob("*.py"))


def python_lines(paths: Iterable[Path]) -> int:
    """How long those files are together."""
    return sum(path.read_text("utf-8").count("\n") for path in paths)


def row(name: str, files: list[File], test_lines: int) -> str:
    """One row of the table."""
    functions = [function for file in files for function in file.functions]
    lengths = [function.lines for function in functions]
    longest = max(functions, key=lambda one: one.lines)
    largest = max(files, key=lambda one: one.lines)
    lines = sum(file.lines for file in files)
    suppressions = 1000 * sum(file.suppressions for file in files) / lines
    documented = sum(file.documented for file in files) / sum(file.documentable for file in files)
    cells = (
        name,
        f"{lines:,}",
        f"{len(functions):,}",
        f"{median(lengths):.0f}",
        f"{longest.lines} `{longest.name}`",
        f"{median(file.lines for file in files):.0f}",
        f"{largest.lines} `{largest.name}`",
        f"{suppressions:.2f}",
        f"{documented:.0%}",
        f"{test_lines / lines:.2f}",
    )
    return f"| {' | '.join(cells)} |"


def table() -> str:
    """All of it, as it stands in docs/house.md."""
    found = list(rooms())
    heads = (
        *("room", "lines", "functions", "median", "longest function", "median file"),
        *("largest file", "suppressions / 1,000", "docstrings", "test lines / line"),
    )
    every = [file for room in found for file in room.files]
    return "\n".join(
        (
            f"| {' | '.join(heads)} |",
            "| --- |" + " --: |" * (len(heads) - 1),
            *(row(f"`{room.name}`", list(room.files), room.test_lines) for room in found),
            row("**all**", every, python_lines(TESTS.rglob("*.py"))),
        )
    )


def main() -> None:
    """Print the table, or put it into the page."""
    wishes = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    wishes.add_argument("--write", action="store_true", help="put it into docs/house.md")
    if not wishes.parse_args().write:
        print(table())
        return
    page = PAGE.read_text("utf-8")
    PAGE.write_text(BETWEEN.sub(lambda found: f"{found[1]}{table()}\n{found[2]}", page), "utf-8")


if __name__ == "__main__":
    main()
