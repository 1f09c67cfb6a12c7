"""What every command shares: whose settings it uses, and that it says plainly what stopped it."""

import errno
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import DatabaseError
from sqlcipher3.dbapi2 import DatabaseError as FileError

from practice.errors import Refused
from practice.faults import Fault, fault_in, sentence
from practice.keeping.anchors import SUFFIX, Tampered
from practice.keeping.startup_checks import refuse_debug
from practice.settings import Settings, Unsafe, from_environment, places, refuse_impossible

NOT_TAKEN = (
    "The records could not be used ({said}). See whether they are whole: rekindle audit verify"
)
RECORDS_GONE = (
    "The key {key} is here, but there are no records in {database}. If there were any, see that "
    "their disk is there, or put a backup back: rekindle restore latest"
)
NEW_PRACTICE = "Make a new, empty practice under this key?"
NOT_MADE = "No practice was made. Nothing was changed."
RESTORE = "Put the newest backup back with: rekindle restore latest"


def said_plainly(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command that says in one line what stopped it, and ends with 1."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except (Unsafe, Refused, Tampered) as reason:
            raise click.ClickException(str(reason)) from reason
        except (DatabaseError, FileError) as error:
            raise click.ClickException(records_fault(error)) from error
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # whoever read the output has gone
            raise click.ClickException(file_fault(error)) from error

    return run


def records_fault(error: DatabaseError | FileError) -> str:
    """What is wrong with the records, or their disk, and what to do."""
    database, _ = places()
    fault = fault_in(error, database)
    if fault is Fault.OTHER:
        return NOT_TAKEN.format(said=error_said(error))
    advice = f" {RESTORE}" if fault is Fault.DAMAGED else ""
    return sentence(fault, database) + advice


def error_said(error: DatabaseError | FileError) -> str:
    """What the database said, without the question it was asked, which may hold a name."""
    return str(getattr(error, "orig", None) or error)


def file_fault(error: OSError) -> str:
    """Which file would not do what was asked, and why."""
    if (fault := fault_in(error)) in (Fault.FULL, Fault.FAILING):
        return sentence(fault, Path(error.filename) if error.filename else places()[0])
    why = error.strerror or type(error).__name__
    return f"{error.filename}: {why}." if error.filename else f"{why}."


def safe_settings(demo: bool = False, *, make_key: bool = True) -> Settings:
    """The settings of this machine; with `make_key`, of a command that makes a practice anew.

    Raises Unsafe when the program would start in debug mode, or the key is not there to be used.
    """
    refuse_debug()
    if make_key and not demo:
        database, key = places()
        refuse_impossible(database, key)
        ask_before_a_new_practice(database, key)
    return from_environment(demo, make_key=make_key)


def ask_before_a_new_practice(database: Path, key: Path) -> None:
    """Ask whether to begin anew where a key stands and its records are gone.

    Raises Unsafe unless the answer is yes. Where anchors tell that there were records, a start
    refuses without a question.
    """
    is_gone = not database.exists() or (database.is_file() and not database.stat().st_size)
    anchors = key.with_suffix(SUFFIX)
    if not (key.is_file() and is_gone) or (anchors.exists() and anchors.stat().st_size):
        return
    click.echo(RECORDS_GONE.format(key=key, database=database))
    try:
        begins_anew = click.confirm(NEW_PRACTICE)
    except click.Abort:
        begins_anew = False  # nobody is there to answer
    if not begins_anew:
        raise Unsafe(NOT_MADE)
