"""Rooms that print share one press, which is slow to start."""

import pytest
from flask import Flask

from tests.paper import lend_press


@pytest.fixture
def new_app(new_app: Flask) -> Flask:
    """The application, with a press that is warm already."""
    lend_press(new_app)
    return new_app
