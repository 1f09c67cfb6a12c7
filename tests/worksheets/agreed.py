"""A secrets policy as it stands in a file."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Agreed:
    """A policy and when each partner signed it; by both unless said otherwise."""

    kind: str
    signed_a_on: date | None = date(2026, 1, 5)
    signed_b_on: date | None = date(2026, 1, 5)
