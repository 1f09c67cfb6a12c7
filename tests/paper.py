"""One press for the tests that print over the web, and eyes to read its sheets."""

import atexit
from functools import cache

from flask import Flask

from practice import handouts
from practice.handouts.renderer import Renderer
from tests.handouts.conftest import Printed


@cache
def the_press() -> Renderer:
    """A press that all tests of one process share, because it is slow to start."""
    press = Renderer(workers=1, seconds=60)
    atexit.register(press.close)
    return press


def lend_press(app: Flask) -> None:
    """Let an application print with the shared press."""
    handouts.use_renderer(app, the_press())


def words_on(pdf: bytes) -> str:
    """Every word on a sheet, as drawn, one space between two."""
    return str(Printed(pdf).words)
