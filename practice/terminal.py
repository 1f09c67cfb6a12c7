"""What every command shares: whose settings it uses, and that it says plainly what stopped it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from practice.errors import Refused
from practice.keeping.anchors import Tampered
from practice.keeping.starting import refuse_debug
from practice.settings import Settings, Unsafe, from_environment


def said_plainly(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command that says in one line what stopped it, and ends with 1."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except (Unsafe, Refused, Tampered) as reason:
            raise click.ClickException(str(reason)) from reason

    return run


def safe_settings(demo: bool = False, *, make_key: bool = True) -> Settings:
    """The settings of this machine.

    Raises Unsafe when the program would start in debug mode, or the key is not there to be used.
    """
    refuse_debug()
    return from_environment(demo, make_key=make_key)
