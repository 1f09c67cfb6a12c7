"""The request log says what happened and nothing that anyone typed."""

import logging

import pytest

from practice.request_log import FORMAT, OneLine
from tests.factories import PASSWORD


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO)
    return lambda: [OneLine(FORMAT).format(record) for record in caplog.records]


def test_a_request_is_one_line_with_its_route_and_its_user(dana, lines):
    dana.get("/practice?q=Maya+Okafor")
    (line,) = [line for line in lines() if "/practice " in line]
    assert "GET /practice 200" in line
    assert line.endswith(f"user {dana.user_id}")


def test_nothing_that_was_typed_is_in_the_log(app, dana, visitor, lines):
    visitor.get("/Maya-Okafor?q=CANARY")
    visitor.post("/sign-in", email="canary@alderstreet.org", password="CANARY password")
    dana.post("/practice/profile", name="CANARY", note_format="CANARY")
    dana.post("/unlock", password="CANARY")
    said = "\n".join(lines())
    for typed in ("Maya", "CANARY", "canary", PASSWORD, dana.email, "127.0.0.1"):
        assert typed not in said


@pytest.mark.parametrize(
    "forged", ["x\r\n2026-11-26 ERROR forged", "x\u2028forged", "x\x1b[2Jforged"]
)
def test_no_line_can_be_forged(forged):
    record = logging.LogRecord("name", logging.INFO, "file", 1, "%s", (forged,), None)
    written = OneLine(FORMAT).format(record)
    assert written.isprintable()
    assert len(written.splitlines()) == 1
