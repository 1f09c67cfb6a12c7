"""The request log: one line for each request, with nothing in it that someone typed."""

import logging
import time

from flask import Flask, Response, g, request

log = logging.getLogger("practice.requests")
FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


class OneLine(logging.Formatter):
    """A formatter under which one event is one line, whatever is in it."""

    def format(self, record: logging.LogRecord) -> str:
        return "".join(
            letter if letter.isprintable() else repr(letter)[1:-1]
            for letter in super().format(record)
        )


def note_start() -> None:
    """Remember when the request began."""
    g.began = time.perf_counter()


def note_end(response: Response) -> Response:
    """Write the request down: method, route, status, milliseconds and the user's id.

    The route is the pattern of the address, without what stood in its places: an address
    nobody has written a page for may hold anything.
    """
    route = request.url_rule.rule if request.url_rule else "(no such page)"
    took = (time.perf_counter() - g.get("began", time.perf_counter())) * 1000
    user_id = (g.get("acting") or (None, None))[1]
    said = (request.method, route, response.status_code, took, user_id or "-")
    log.info("%s %s %d %.0f ms user %s", *said)
    return response


def to_standard_error() -> None:
    """Send the log to the terminal, one event a line."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine(FORMAT))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("flask-limiter").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def init_app(app: Flask) -> None:
    """Log every request."""
    app.before_request(note_start)
    app.after_request(note_end)
