"""The version is said in one place, the changelog, which is in the groups that people expect."""

import re

import pytest
from click.testing import CliRunner

from practice.cli.main import main
from practice.settings import ROOT
from practice.version import VERSION, newest_in

CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_command_says_the_newest_version_of_the_changelog() -> None:
    assert VERSION in CliRunner().invoke(main, ["--version"]).output
    assert f"## {VERSION}" in CHANGELOG


def test_no_number_of_a_version_stands_beside_it() -> None:
    assert '\nversion = "' not in (ROOT / "pyproject.toml").read_text("utf-8")


def test_what_is_not_released_under_a_number_is_no_version() -> None:
    assert newest_in("# Changelog\n\n## Unreleased\n\n## 1.2.3 (May 2)\n\n## 1.2.2\n") == "1.2.3"
    with pytest.raises(ValueError, match="no heading"):
        newest_in("# Changelog\n\n## Unreleased\n")


def test_the_changelog_is_in_the_groups_that_people_expect() -> None:
    groups = re.findall(r"^### (.+)$", CHANGELOG, re.MULTILINE)
    assert set(groups) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
