"""Writes the next numbered migration: `bin/migration "Say when a couple was last called"`.

Alembic compares the models with a database of its own that was just brought to head, so that no
records are needed and none are touched. What it writes is a draft: it knows neither a rename from a
drop and an add, nor what rows that are there should hold.
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.script import Script, ScriptDirectory

from practice.migrate import alembic_config, upgrade
from practice.settings import ROOT, Settings

DIGITS = 4
A_BATCH = re.compile(
    r"^    with op\.batch_alter_table\([\"'](\w+)[\"'], schema=None\) as batch_op:\n((?: {8}.*\n)+)",
    re.MULTILINE,
)
READ_IT = """\
Written: {path}
Read it before you run it:
  - a column that may not be empty needs a server_default for the rows that are there;
  - a name that changed is written as a drop and an add: make it alter_column(new_column_name=…);
  - booleans are compared in one way by each database (sqlite_where, postgresql_where);
  - downgrade() has to lead back without losing a row that an older program knows.
Then: bin/test tests/test_migrations.py"""


class NothingDiffers(Exception):
    """The models and the migrations say the same."""


def main() -> None:
    """Write the file and say what to look at; end with 1 when nothing differs."""
    wishes = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    wishes.add_argument("message", help="what it does, as one would say it: its first line")
    wishes.add_argument("--empty", action="store_true", help="a file for rows alone")
    wish = wishes.parse_args()
    try:
        path = written(wish.message, empty=wish.empty)
    except NothingDiffers:
        sys.exit("Models and migrations say the same. For rows alone: bin/migration --empty …")
    print(READ_IT.format(path=path.relative_to(ROOT)))


def written(message: str, *, empty: bool = False) -> Path:
    """The file of the next migration. Raises NothingDiffers when it would do nothing."""
    with TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "head.db", os.urandom(32), testing=True)
        upgrade(settings)
        config = alembic_config(settings)
        config.cmd_opts = argparse.Namespace(quiet=True)
        made = command.revision(
            config,
            message.strip().rstrip("."),
            autogenerate=not empty,
            rev_id=number_after(ScriptDirectory.from_config(config).get_current_head()),
        )
    assert isinstance(made, Script)
    path = Path(made.path)
    if not empty and does_nothing(path.read_text("utf-8")):
        path.unlink()
        raise NothingDiffers
    tidy(path)
    return path


def number_after(revision: str | None) -> str:
    """The number of the next migration: "0023" after "0022"."""
    return f"{int(revision or 0) + 1:0{DIGITS}}"


def does_nothing(text: str) -> bool:
    """Whether what was written changes no table."""
    return re.search(r"def upgrade\(\) -> None:\n(\s*#.*\n)*\s+pass\n", text) is not None


def tidy(path: Path) -> None:
    """Take out what it does not need, and format it.

    Alembic puts a default in brackets, under which SQLite adds no column to a table that has rows.
    """
    text = re.sub(r"^ *# ### .*\n\n?", "", path.read_text("utf-8"), flags=re.MULTILINE)
    text = re.sub(r"""sa\.text\((["'])\((.*?)\)\1\)""", r"sa.text(\1\2\1)", text)
    path.write_text(A_BATCH.sub(without_batch, text), "utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    imports = [
        "check",
        "--quiet",
        "--fix",
        "--isolated",
        "--select",
        "F401,I,W",
        "--line-length",
        "100",
    ]
    for words in (imports, ["format", "--quiet"]):
        subprocess.run([*ruff, *words, str(path)], check=True)


def without_batch(batch: re.Match[str]) -> str:
    """Columns added or dropped one by one: a batch makes the table anew, its rules in another order."""
    table, body = batch.groups()
    if set(re.findall(r"batch_op\.(\w+)\(", body)) - {"add_column", "drop_column"}:
        return batch[0]
    body = re.sub(r"^ {4}", "", body, flags=re.MULTILINE)
    return re.sub(r"batch_op\.(\w+)\(", rf'op.\1("{table}", ', body)


if __name__ == "__main__":
    main()
