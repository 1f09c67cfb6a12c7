"""Where Rekindle listens: this machine alone, unless another address is named."""

import errno
import socket
from collections.abc import Iterable

from practice.settings import Unsafe

HOST, HOST_6 = "127.0.0.1", "::1"
#: The one name both addresses go by; passkeys belong to a name, never to an address in numbers.
NAME = "localhost"
PORTS_TRIED = 20
LAST_PORT = 65535


def listen(port: int, host: str = HOST) -> list[socket.socket]:
    """Sockets at `host`, at `port` or the next that is free; `port` 0 takes any that is free.

    This machine has two addresses by the name of localhost, and both are listened at, so that
    no other program answers by that name. Raises Unsafe when none of the next twenty ports is
    free, or `host` is no address of this machine.
    """
    host = HOST if host == NAME else host
    for candidate in candidates(port):
        try:
            return at_every_address(host, candidate)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                why = error.strerror or type(error).__name__
                raise Unsafe(
                    f"Rekindle cannot listen at {host or 'no address'}, port {candidate}: {why}."
                ) from error
    last = min(port + PORTS_TRIED - 1, LAST_PORT)
    raise Unsafe(f"Ports {port} to {last} are all in use. Choose one with --port.")


def candidates(port: int) -> Iterable[int]:
    """The ports to try, in order."""
    return [0] * PORTS_TRIED if port == 0 else range(port, min(port + PORTS_TRIED, LAST_PORT + 1))


def at_every_address(host: str, port: int) -> list[socket.socket]:
    """Sockets at `host` and, where that is this machine, at its newer address too.

    Raises OSError when one is in use or cannot be had; a machine may lack the newer address.
    """
    listeners = [at(host, port)]
    if host != HOST:
        return listeners
    try:
        listeners.append(at(HOST_6, port_of(listeners)))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            listeners[0].close()
            raise
    return listeners


def at(host: str, port: int) -> socket.socket:
    """A socket at one address. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def port_of(listeners: list[socket.socket]) -> int:
    """The port they share."""
    return int(listeners[0].getsockname()[1])


def address_of(listeners: list[socket.socket], host: str) -> str:
    """What to type into a browser on this machine."""
    name = NAME if host in (HOST, HOST_6, NAME) else host
    return f"http://{f'[{name}]' if ':' in name else name}:{port_of(listeners)}"
