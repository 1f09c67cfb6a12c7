"""What a request says of hosts: names that can be, and the host within an origin."""

import re
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

#: A name of labels, or an address of the newer kind in brackets; and a port.
POSSIBLE = re.compile(
    r"(?=[^:]{1,254}(?::|$))(?:[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?)(?::\d{0,5})?"
    r"|\[[0-9a-f:.]{2,45}\](?::\d{0,5})?",
    re.IGNORECASE | re.ASCII,
)
NO_HOST = "rekindle.no_host"
STAND_IN = "localhost"


def is_possible(host: str) -> bool:
    """Whether a host, as a header names it, can be one."""
    if not POSSIBLE.fullmatch(host):
        return False
    try:
        host.partition(":")[0].encode("ascii").decode("idna")
    except UnicodeError:
        return False
    return True


def set_odd_host_aside(environ: dict[str, Any]) -> None:
    """Before anything is made of a request: put another in the place of a host that cannot be.

    Addresses are matched and links built by it, for an error page too. The front door refuses
    the request by the mark that is left.
    """
    if not is_possible(environ.get("HTTP_HOST") or STAND_IN):
        environ["HTTP_HOST"] = STAND_IN
        environ[NO_HOST] = True


def host_in(origin: str) -> str:
    """The host, with its port, that an origin or address names; empty when it cannot be read."""
    with suppress(ValueError):
        return urlsplit(origin).netloc
    return ""
