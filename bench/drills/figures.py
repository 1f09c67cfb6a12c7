"""What a drill finds: one figure of one promise, beside what it should reach."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import quantiles


@dataclass(frozen=True)
class Figure:
    """One line of the report."""

    promise: str
    what: str
    reach: str
    measured: str
    is_met: bool
    #: A time depends on the machine and on what else it does; the short drills only show it.
    is_time: bool = False


@dataclass(frozen=True)
class Size:
    """How much is done: the long drills, or the few that every run of the tests has time for."""

    is_short: bool

    def of(self, long: int, short: int) -> int:
        """How often something is done."""
        return short if self.is_short else long


Drill = Callable[[Size], Iterator[Figure]]


def none_of(promise: str, what: str, found: int, of: int) -> Figure:
    """A figure that must be nought."""
    return Figure(promise, what, f"0 of {of:,}", f"{found:,} of {of:,}", found == 0)


def all_of(promise: str, what: str, found: int, of: int) -> Figure:
    """A figure that must be everything."""
    return Figure(promise, what, f"{of:,}", f"{found:,}", found == of)


def at_most(promise: str, what: str, seconds: float, most: float) -> Figure:
    """A time that must not be longer."""
    return Figure(promise, what, f"≤ {most:g} s", f"{seconds:.2f} s", seconds <= most, is_time=True)


def slowest(seconds: list[float], percent: int) -> float:
    """The time that so many percent stay under."""
    return quantiles(seconds, n=100)[percent - 1] if len(seconds) > 1 else sum(seconds)
