"""`rekindle import`: a copy of records, taken in whole or not at all."""

from collections.abc import Callable
from pathlib import Path

import click
from flask import current_app

from practice.database.base import db
from practice.errors import Refused
from practice.records.author_import import lines_about_own, take_in_own
from practice.records.import_parse import Own, opened_copy
from practice.records.importer import lines_about, take_in


def bring_in(path: Path, team: str, say: Callable[[str], object]) -> None:
    """Take in the copy at `path`, and say what came. Raises Refused, and keeps nothing, otherwise."""
    try:
        with opened_copy(path, Path(current_app.config["DATABASE"]).parent) as copy:
            if isinstance(copy, Own):
                lines = list(lines_about_own(take_in_own(copy)))
            else:
                lines = list(lines_about(take_in(copy, team=team)))
        db.session.commit()
    except Refused:
        db.session.rollback()
        raise
    for line in lines:
        say(line)


PATH = click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
TEAM = click.option(
    "--for", "team", default="", metavar="E-MAIL", help="Who joins the care team of every file."
)
