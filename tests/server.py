"""The product’s own server, run in a thread of the test."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from waitress import wasyncore

from practice import serving
from practice.server_sockets import at, port_of
from practice.settings import Settings


@contextmanager
def served_by(app: Any, settings: Settings) -> Iterator[str]:
    """Serve an application as the command does; its address."""
    socket, is_over = at("127.0.0.1", 0), Event()
    server = serving.made(app, [socket], settings)

    def answer() -> None:
        while not is_over.is_set():
            wasyncore.loop(timeout=0.1, use_poll=True, map=server.map, count=1)

    thread = Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port_of([socket])}/"
    finally:
        is_over.set()
        thread.join()
        server.close()
