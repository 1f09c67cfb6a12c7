"""Waiting for what happens in the background: for it to happen, however busy the machine is."""

import time
from collections.abc import Callable

#: Seconds until it is taken that it never happens. They cost nothing when it does.
PATIENCE = 180


def wait_until(happens: Callable[[], object], what: str = "it") -> None:
    """Wait until something happens; fails when it does not in three minutes."""
    ends = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < ends, f"{what} never happened"
        time.sleep(0.02)
