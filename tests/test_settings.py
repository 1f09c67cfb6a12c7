"""The settings of an installation: one table, in the program and in the docs, checked at each start."""

import re
from pathlib import Path

import pytest

from practice.settings import ROOT, Unsafe, from_environment
from practice.variables import VARIABLES, mistake
from tools.settings_table import table

A_NAME = re.compile(r"\bREKINDLE_[A-Z][A-Z_]*[A-Z]\b")


def named_in(*paths: Path) -> set[str]:
    return {name for path in paths for name in A_NAME.findall(path.read_text("utf-8"))}


def test_every_setting_that_the_program_reads_is_in_the_table() -> None:
    read = named_in(*(ROOT / "practice").rglob("*.py"), ROOT / "wsgi.py")
    assert read == set(VARIABLES), "give it a row in practice/variables.py, or take its row out"


def test_the_page_for_operators_shows_that_table() -> None:
    page = (ROOT / "docs" / "operating.md").read_text("utf-8")
    assert table() in page, "run python -m tools.settings_table"


def test_the_samples_name_no_setting_that_there_is_not() -> None:
    samples = [path for path in (ROOT / "deploy").iterdir() if path.is_file()]
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    assert named_in(*samples, *pages) <= set(VARIABLES)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("REKINDLE_HOST", "notes.example.org", "Is REKINDLE_HOSTS meant?"),
        ("REKINDLE_HTTPS", "yes", "REKINDLE_HTTPS takes 0 or 1."),
        ("REKINDLE_SECOND_FACTOR", "off", "takes 0 or 1."),
        ("REKINDLE_ATTACHMENT_MB", "1000", "from 1 to 50"),
    ],
)
def test_a_setting_misspelled_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv("REKINDLE_DATABASE", str(tmp_path / "rekindle.db"))
    monkeypatch.setenv("REKINDLE_KEY_FILE", str(tmp_path / "rekindle.key"))
    monkeypatch.setenv(name, value)
    with pytest.raises(Unsafe, match=re.escape(said)):
        from_environment()


def test_other_programs_settings_are_none_of_ours() -> None:
    assert mistake({"HOME": "/", "PORT": "80", "REKINDLE_HTTPS": ""}) is None
