"""The server: waitress, held so that silent, slow or large requests of strangers keep nobody out.

Waitress takes in each request whole on one loop of its own, before a thread works on it. So a
connection that says nothing, or a letter at a time, costs a few kilobytes and no thread; servers
that give a connection to a thread while its head or its body drips in (gunicorn’s threads, cheroot)
or stream it to one (granian) are full after as many of them as they have threads. It needs one
process, and as many can share its sockets as are started with them.

Four things are ours: how many bytes are taken in is asked for each request (`body_size`); a request
has only so long to come; when there are too many connections, the one that has waited longest goes;
and a refusal of the server’s own is a page in words.
"""

import socket
import time
from collections.abc import Iterable
from copy import copy
from typing import Any

from flask import make_response
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import MultiSocketServer, TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher
from waitress.utilities import RequestEntityTooLarge

from practice import body_size, errors
from practice.access_gate import behind_proxy
from practice.application import Rekindle
from practice.settings import Settings

THREADS = 8
#: How many connections stay open; a process may have twice as many files open on any system.
CONNECTIONS = 400
#: Of the head of a request: addresses and cookies of ours are a tenth of it.
HEAD_BYTES = 32_768
#: How long a connection may be silent, and how long a request may take to come, in seconds.
SILENCE, TO_COME = 60, 30
#: The same for a request that may be larger than a visitor’s: three megabits of file a second.
TO_COME_LARGE = 600
LOOKED_AT_EVERY = 5
#: Of a body that is not taken in, what is let go before the answer, so that a browser reads it.
LET_GO = 40_000_000
LARGEST_ANSWER = 2**40  # none is


class Request(HTTPRequestParser):
    """A request as it comes in."""

    adj: Any
    #: How many bytes of a body that is not taken in are still to come.
    unwanted: int | None = None

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head; a body larger than a visitor’s has room if its sender may send one here."""
        super().parse_header(header_plus)
        if self.chunked or self.content_length > body_size.VISITOR:
            cookie = self.headers.get("COOKIE", "")
            most = body_size.taken_in_of(self.adj.app, self.command, self.path, cookie)
            self.adj = copy(self.adj)
            self.adj.max_request_body_size = most + 1

    @property
    def is_large(self) -> bool:
        """Whether it has more room than a visitor’s."""
        return bool(self.adj.max_request_body_size > body_size.VISITOR + 1)

    def received(self, data: bytes) -> int:
        """Take in what came; let go what is not wanted, and answer only then."""
        if self.unwanted is not None:
            taken = min(len(data), self.unwanted)
            self.unwanted -= taken
            self.completed = self.unwanted == 0
            return taken
        taken = int(super().received(data))
        too_large = isinstance(self.error, RequestEntityTooLarge) and not self.chunked
        if too_large and not self.expect_continue and self.content_length <= LET_GO:
            self.unwanted, self.completed = self.content_length, False
        return taken


class Refusal(ErrorTask):
    """An answer of the server’s own, in the words of our pages."""

    def execute(self) -> None:
        """Write the page."""
        app: Rekindle = self.channel.server.adj.app
        status = self.request.error.code
        with app.test_request_context():
            page = make_response(errors.error_page(status, gives_back=False))
            page = app.process_response(page)
            self.status = page.status
            self.response_headers = list(page.headers.items())
            body = page.get_data()
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Connection(HTTPChannel):
    """One connection; it knows since when it waits for what it has begun."""

    parser_class = Request
    error_task_class = Refusal

    def __init__(self, *about: Any, **more: Any) -> None:
        super().__init__(*about, **more)
        self.waits_since = time.monotonic()

    def received(self, data: bytes) -> bool:
        """Take in what came; with the first letter of a request its time begins."""
        if self.request is None:
            self.waits_since = time.monotonic()
        return bool(super().received(data))

    def service(self) -> None:
        """Answer; from then on it is for the browser to take the answer and ask again."""
        super().service()
        self.waits_since = time.monotonic()

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for the other side, rather than for us."""
        return not self.requests

    def is_overdue(self, now: float) -> bool:
        """Whether the request it has begun should have come by now."""
        if self.request is None:
            return False
        return now - self.waits_since > (TO_COME_LARGE if self.request.is_large else TO_COME)


class Server(TcpWSGIServer):
    """Waitress at one socket."""

    channel_class = Connection

    def handle_accept(self) -> None:
        """Let someone in; when there is no room, the connection that has waited longest goes."""
        there = [one for one in self._map.values() if isinstance(one, Connection)]
        if len(there) >= CONNECTIONS:
            waiting = [one for one in there if one.is_waiting]
            if waiting:
                min(waiting, key=lambda one: one.waits_since).handle_close()
        super().handle_accept()

    def maintenance(self, now: float) -> None:
        """Close what was silent for long, and what began a request and does not end it."""
        super().maintenance(now)
        for channel in self.active_channels.values():
            if channel.is_waiting and channel.is_overdue(time.monotonic()):
                channel.will_close = True


def adjustments(app: Rekindle, sockets: Iterable[socket.socket], settings: Settings) -> Adjustments:
    """How waitress is set. Nothing sent or answered is written to a file, where it could be read."""
    chosen = Adjustments(
        sockets=list(sockets),
        threads=THREADS,
        ident=None,
        # Its own limit, at which it takes in nobody: beyond ours, and its own triggers and sockets.
        connection_limit=CONNECTIONS + 50,
        asyncore_use_poll=True,
        channel_timeout=SILENCE,
        cleanup_interval=LOOKED_AT_EVERY,
        max_request_header_size=HEAD_BYTES,
        max_request_body_size=body_size.VISITOR + 1,
        inbuf_overflow=2 * settings.largest_body,
        outbuf_overflow=LARGEST_ANSWER,
        **behind_proxy(settings),
    )
    chosen.app = app
    return chosen


def made(app: Rekindle, sockets: Iterable[socket.socket], settings: Settings) -> MultiSocketServer:
    """A server at those sockets, which takes connections from here on."""
    chosen = adjustments(app, sockets, settings)
    everything: dict[int, Any] = {}
    threads = ThreadedTaskDispatcher()
    threads.set_thread_count(chosen.threads)
    for one in chosen.sockets:
        about = (one.family, one.type, one.proto, one.getsockname())
        common = {"dispatcher": threads, "adj": chosen, "sockinfo": about, "bind_socket": False}
        Server(app, everything, True, one, **common)
    return MultiSocketServer(everything, chosen, dispatcher=threads)


def serve(app: Rekindle, sockets: Iterable[socket.socket], settings: Settings) -> None:
    """Answer requests at those sockets until the program is told to end."""
    made(app, sockets, settings).run()
