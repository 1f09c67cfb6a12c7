"""The program's version: the newest heading with a number in CHANGELOG.md."""

import re
from pathlib import Path

A_RELEASE = re.compile(r"^## (\d+\.\d+\.\d+)\b", re.MULTILINE)


def newest_in(changelog: str) -> str:
    """The version that stands first. Raises ValueError where none does."""
    found = A_RELEASE.search(changelog)
    if found is None:
        raise ValueError("CHANGELOG.md has no heading such as “## 0.1.0”")
    return found[1]


VERSION = newest_in((Path(__file__).parents[1] / "CHANGELOG.md").read_text("utf-8"))
