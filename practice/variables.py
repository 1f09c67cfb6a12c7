"""Environment variables: the one table of an installation's settings, checked at each start.

`docs/operating.md` shows it; `python -m tools.settings_table` writes it there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

PREFIX = "REKINDLE_"


@dataclass(frozen=True)
class Variable:
    """A setting: what it means, what is the case where it is not set, and which words it takes."""

    meaning: str
    unset: str
    #: The words it takes; empty: any, and `settings.py` checks them.
    words: tuple[str, ...] = ()


VARIABLES = {
    "REKINDLE_DATABASE": Variable("the database file", "`instance/rekindle.db`"),
    "REKINDLE_KEY_FILE": Variable(
        "the file with the key that opens it", "`~/.config/rekindle/rekindle.key`"
    ),
    "REKINDLE_PASSPHRASE_FILE": Variable(
        "a file with the key’s passphrase, if it has one", "it is asked for"
    ),
    "REKINDLE_HOSTS": Variable(
        "host names it answers to, separated by commas", "this machine only"
    ),
    "REKINDLE_HTTPS": Variable(
        "`1` where a web server with TLS stands before it",
        "plain HTTP on this machine",
        ("0", "1"),
    ),
    "REKINDLE_PROXY": Variable(
        "that server’s address, if it is another machine (then `--host` too)", "`127.0.0.1`"
    ),
    "REKINDLE_SECOND_FACTOR": Variable(
        "`0` lets everyone in by the password alone: for trying things out, never with records",
        "whoever reads clinical text proves it is them twice",
        ("0", "1"),
    ),
    "REKINDLE_ATTACHMENT_MB": Variable(
        "the largest file kept with a couple, in megabytes (1 to 50)", "`10`"
    ),
}


def mistake(environment: Mapping[str, str]) -> str | None:
    """What is wrong with the names and words of our variables, and what to do; None when nothing is."""
    for name in sorted(environment):
        if not name.startswith(PREFIX):
            continue
        if name not in VARIABLES:
            near = get_close_matches(name, VARIABLES, n=1)
            meant = f" Is {near[0]} meant?" if near else ""
            return f"{name} is set, and there is no such setting.{meant} See docs/operating.md."
        words = VARIABLES[name].words
        if words and environment[name] not in ("", *words):
            return f"{name} takes {' or '.join(words)}."
    return None
