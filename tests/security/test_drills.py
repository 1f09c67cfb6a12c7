"""The drills in their short form; `python -m bench.drills` runs them long."""

import pytest

from bench.drills.__main__ import DRILLS, SHORT, is_kept
from bench.drills.figures import Size

QUICKLY = Size(is_short=True)


@pytest.mark.parametrize("name", SHORT)
def test_every_short_drill_keeps_its_promises(name: str) -> None:
    """P01 to P05, P08 to P10, P12, P14 to P19 and P21: killed, filled, damaged, fuzzed, guessed."""
    broken = [figure for figure in DRILLS[name](QUICKLY) if not is_kept(figure, QUICKLY)]
    assert broken == []
