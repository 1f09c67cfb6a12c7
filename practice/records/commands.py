"""`rekindle import`: a copy of records, taken in whole or not at all."""

from collections.abc import Callable
from pathlib import Path

import click

from practice.database import db
from practice.errors import Refused
from practice.records.copies import read_copy
from practice.records.taking_in import TakenIn, lines_about, take_in


def bring_in(path: Path, team: str, say: Callable[[str], object]) -> TakenIn:
    """Take in the copy at `path`, and say what came. Raises Refused, and keeps nothing, otherwise."""
    copy = read_copy(path)
    try:
        taken = take_in(copy, team=team)
        db.session.commit()
    except Refused:
        db.session.rollback()
        raise
    for line in lines_about(taken):
        say(line)
    return taken


PATH = click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
TEAM = click.option(
    "--for", "team", default="", metavar="E-MAIL", help="Who joins the care team of every file."
)
