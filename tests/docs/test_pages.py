"""The written pages are true as far as a test can tell: links lead somewhere, files are there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from practice.settings import ROOT
from tools.measures import table

PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
#: A path between backticks that looks like a file of ours: `couples/forms.py`, `bin/test`.
A_FILE = re.compile(
    r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|html|css|js|toml|md|json|sh)|bin/[\w-]+)\b[^`]*`"
)
#: Where such a path may begin.
BEGINS = (ROOT, ROOT / "practice", ROOT / "practice" / "static", ROOT / "templates", ROOT / "docs")
#: Named as what a developer or an operator makes, or stands in an archive that the program makes.
NOT_OURS = {"docs/export.md", "CHANGELOG.md"}


def anchor(heading: str) -> str:
    """The address of a heading within its page, as GitHub and others make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("written", PAGES, ids=lambda written: str(written.relative_to(ROOT)))
def test_every_link_leads_somewhere(written: Path) -> None:
    astray = []
    for target in LINK.findall(FENCED.sub("", written.read_text("utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, part = target.partition("#")
        there = (written.parent / path).resolve() if path else written
        headings = HEADING.findall(there.read_text("utf-8")) if there.suffix == ".md" else []
        if not there.exists() or (part and part not in map(anchor, headings)):
            astray.append(target)
    assert not astray, (
        "write the link from that page's own folder, and the heading as it stands there"
    )


@pytest.mark.parametrize(
    "written",
    [page for page in PAGES if str(page.relative_to(ROOT)) not in NOT_OURS],
    ids=lambda written: str(written.relative_to(ROOT)),
)
def test_every_file_that_is_named_is_there(written: Path) -> None:
    gone = [
        name
        for name in A_FILE.findall(FENCED.sub("", written.read_text("utf-8")))
        if not any((folder / name).exists() for folder in BEGINS)
    ]
    assert not gone, "name the file as it is called now, from the top of the repository or its room"


def test_the_measures_of_the_house_are_counted_by_a_command() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tools.measures"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == table()


def test_the_page_of_the_house_has_the_measures_of_each_room() -> None:
    """Not the figures themselves, which every commit changes; but the rooms, and what is promised."""
    written = (ROOT / "docs" / "house.md").read_text("utf-8")
    rooms = re.findall(r"^\| (\S[^|]*?) \|", table(), re.MULTILINE)
    missing = [room for room in rooms if f"\n| {room} |" not in written]
    assert not missing, "run bin/measure --write"


def test_a_checker_is_kept_quiet_less_than_once_in_a_thousand_lines() -> None:
    (everything,) = [line for line in table().splitlines() if line.startswith("| **all**")]
    assert float(everything.split("|")[8]) < 1, "mend what is told instead of silencing it"
