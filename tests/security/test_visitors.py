"""S67: a visitor fills neither the memory, nor the connections, nor the log; against the real server."""

import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from threading import Event, Thread

import pytest
import requests

from bench.drills.house import House, a_house, resident

AT_ONCE = 2.0
KB = 1024
HEAD = b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\n"
SLOW = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """An installation that is served by the command."""
    with a_house(1) as house:
        house.open()
        yield house


def place_of(house: House) -> tuple[str, int]:
    """Where it listens."""
    found = re.search(r":(\d+)", house.url.removeprefix("http"))
    assert found
    return "127.0.0.1", int(found[1])


def opens_at_once(house: House) -> float:
    """How many seconds an ordinary page takes on a connection of its own."""
    began = time.monotonic()
    answer = requests.get(f"{house.url}/sign-in", timeout=10)
    assert answer.status_code == 200
    return time.monotonic() - began


def connected(house: House) -> socket.socket:
    """A connection that says nothing yet."""
    return socket.create_connection(place_of(house), timeout=10)


@contextmanager
def dripping(house: House, how_many: int, whole: bytes) -> Iterator[None]:
    """So many connections, each of which says one letter at a time and never comes to an end."""
    is_over, lines = Event(), [connected(house) for _ in range(how_many)]

    def drip() -> None:
        for letter in whole:
            for line in lines:
                with suppress(OSError):
                    line.send(bytes([letter]))
            if is_over.wait(0.05):
                return

    thread = Thread(target=drip)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
        for line in lines:
            line.close()


@pytest.mark.parametrize("how_many", [100, 600])
def test_s67_silent_connections_keep_nobody_out(house: House, how_many: int) -> None:
    with ExitStack() as stack:
        for _ in range(how_many):
            stack.enter_context(connected(house))
        assert max(opens_at_once(house) for _ in range(3)) < AT_ONCE
        assert house.desk().get("/").status_code == 200


@pytest.mark.parametrize(
    "whole",
    [HEAD + b"X-Long: " + b"a" * 2000, SLOW + b"a" * 2000],
    ids=["head", "body"],
)
def test_s67_dripping_connections_keep_nobody_out(house: House, whole: bytes) -> None:
    with dripping(house, 100, whole):
        time.sleep(0.5)
        assert max(opens_at_once(house) for _ in range(3)) < AT_ONCE


def test_s67_those_who_do_not_read_their_answers_keep_nobody_out(house: House) -> None:
    with ExitStack() as stack:
        for _ in range(150):
            line = stack.enter_context(connected(house))
            line.send(HEAD + b"\r\n")
        opens_at_once(house)  # they are drawn in turn
        assert opens_at_once(house) < AT_ONCE


def test_s67_a_body_of_64_kb_is_taken_and_one_more_byte_is_not(house: House) -> None:
    for size, status in ((64 * KB, 400), (64 * KB + 1, 413), (5_000_000, 413)):
        answer = requests.post(f"{house.url}/sign-in", data=b"a=" + b"x" * (size - 2), timeout=20)
        assert answer.status_code == status, size
        if status == 413:
            assert "more than can be sent before signing in" in answer.text
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def chunks(size: int) -> Iterator[bytes]:
    """A body whose length is not told."""
    for _ in range(size // KB):
        yield b"x" * KB


def test_s67_a_body_of_no_stated_length_is_cut_off(house: House) -> None:
    try:
        answer = requests.post(f"{house.url}/sign-in", data=chunks(20_000_000), timeout=20)
    except requests.ConnectionError:
        return  # closed in the middle
    assert answer.status_code == 413


@pytest.mark.parametrize("cookie", ["", "rekindle=eyJpZCI6IngifQ.AAAA", "rekindle=" + "x" * 5000])
def test_s67_a_hundred_large_bodies_of_strangers_stay_out_of_memory(
    house: House, cookie: str
) -> None:
    """On a page that takes large files, for whoever may send them; the memory is the server’s."""
    opens_at_once(house)
    before = resident(house)
    head = (
        "POST /couples/1/attachments/new HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\nCookie: {cookie}\r\n"
        "Content-Length: 30000000\r\n\r\n"
    )
    with ExitStack() as stack:
        for _ in range(100):
            line = stack.enter_context(connected(house))
            line.settimeout(0.5)
            with suppress(OSError):
                line.sendall(head.encode() + b"x" * 1_000_000)
        assert resident(house) - before < 60
        assert opens_at_once(house) < AT_ONCE


def test_s67_whoever_is_signed_in_sends_what_a_page_takes(house: House) -> None:
    desk, note = house.desk(), house.notes[0]
    couple = note.url.split("/sessions")[0]
    letter = {"file": ("letter.pdf", b"%PDF-1.7 no letter at all " + b"x" * 9_000_000)}
    sent = {"csrf_token": desk.token, "title": "Letter"}
    answer = desk.ask("POST", f"{couple}/attachments/new", data=sent, files=letter)
    assert answer.status_code == 422, "it was looked at"
    assert desk.ask("POST", "/practice/profile", data=sent, files=letter).status_code in (413, 415)
    words = "a long evening " * 250_000
    answer = desk.post("/practice/profile", name=words)
    assert answer.status_code == 413
    assert words.strip() in answer.text, "what is too long for a page comes back all the same"


def lines(house: House) -> int:
    """How many lines the log has."""
    return house.count("audit_event")


def test_s67_a_strangers_tries_are_counted_and_not_each_a_line_for_ever(house: House) -> None:
    with requests.Session() as line:
        page = line.get(f"{house.url}/sign-in", timeout=10).text
        token = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert token
        house.run("DELETE FROM rate_count")
        before = lines(house)
        seen = []
        for number in range(45):
            line.post(f"{house.url}/passkeys/challenge", data={"csrf_token": token[1]}, timeout=10)
            sent = {"csrf_token": token[1], "credential": json.dumps({"id": str(number)})}
            answer = line.post(
                f"{house.url}/passkeys/use", data=sent, timeout=10, allow_redirects=False
            )
            seen.append(answer.status_code)
    assert seen == [303] * 30 + [429] * 15
    assert lines(house) - before == 10
