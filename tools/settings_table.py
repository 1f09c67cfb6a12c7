"""Writes the table of settings into docs/operating.md: `python -m tools.settings_table`."""

import re

from practice.settings import ROOT
from practice.variables import VARIABLES

PAGE = ROOT / "docs" / "operating.md"
BETWEEN = re.compile(r"(<!-- settings -->\n).*?(<!-- /settings -->)", re.DOTALL)


def table() -> str:
    """The table as it stands there."""
    rows = [f"| `{name}` | {one.meaning} | {one.unset} |" for name, one in VARIABLES.items()]
    return "\n".join(("| variable | meaning | if it is not set |", "| --- | --- | --- |", *rows))


def main() -> None:
    """Put it into the page."""
    page = PAGE.read_text("utf-8")
    PAGE.write_text(BETWEEN.sub(lambda found: f"{found[1]}{table()}\n{found[2]}", page), "utf-8")


if __name__ == "__main__":
    main()
