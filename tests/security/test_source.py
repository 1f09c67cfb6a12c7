"""What the source may not hold: unescaped words, templates made of words, calls that run words."""

import ast
import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import practice

SOURCE = Path(practice.__file__).parent
ROOT = SOURCE.parent
UNESCAPED = re.compile(r"\|\s*safe\b|Markup\(|autoescape\s*(?:=\s*)?false", re.IGNORECASE)
#: Calls that run what they are given, or build objects of it.
RUNS_WORDS = {
    "eval",
    "exec",
    "os.system",
    "os.popen",
    "pickle.load",
    "pickle.loads",
    "marshal.loads",
    "shelve.open",
    "yaml.load",
    "compile",
}
MAKES_TEMPLATES = ("render_template_string", "from_string")


def lines_unescaped() -> Iterator[str]:
    """Every line of a template or of our code that puts words on a page as they are."""
    files = [*SOURCE.rglob("*.py"), *(ROOT / "templates").rglob("*.*")]
    for path in sorted(files):
        for line in path.read_text("utf-8").splitlines():
            if UNESCAPED.search(line):
                yield f"{path.relative_to(ROOT)}:{line}"


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call of our code: its file, and the call."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield str(path.relative_to(ROOT)), node


def test_s33_words_are_put_on_a_page_unescaped_only_where_it_was_looked_at() -> None:
    looked_at = (ROOT / "tests" / "safe.list").read_text("utf-8").splitlines()
    assert list(lines_unescaped()) == looked_at, "look at it, then say so in tests/safe.list"


def test_s34_s42_nothing_runs_words_or_makes_templates_of_them() -> None:
    found = [
        (path, ast.unparse(call))
        for path, call in calls()
        if (name := ast.unparse(call.func)) in RUNS_WORDS or name.endswith(MAKES_TEMPLATES)
    ]
    shells = [
        (path, ast.unparse(call))
        for path, call in calls()
        if any(word.arg == "shell" for word in call.keywords)
    ]
    assert found + shells == []


def test_s32_bandit_looks_at_every_run_of_the_tests() -> None:
    """It looks for SQL put together from words, among others; what it may leave out is said there."""
    assert "look bandit -q -r practice -ll\n" in (ROOT / "bin" / "check").read_text("utf-8")
    assert "|| bin/check\n" in (ROOT / "bin" / "test").read_text("utf-8")


def test_s45_the_typesetter_and_the_server_are_new_enough() -> None:
    """Below these, a sheet could fetch from the network, and requests were read less strictly."""
    for name, least in (("weasyprint", (70, 0)), ("werkzeug", (3, 1))):
        assert tuple(int(part) for part in version(name).split(".")[:2]) >= least
        assert f"\n{name}==" in (ROOT / "requirements" / "run.txt").read_text("utf-8")
