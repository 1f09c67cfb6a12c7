# ruff: noqa: F811 - fixtures are asked for by their names
"""Every address once more: what an answer carries, and what asking alone must never do."""

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import text
from werkzeug.test import TestResponse

from practice.database.base import db
from tests.browser import Browser
from tests.databases import table_names
from tests.test_every_page import (
    CANARY,
    FILLED_IN,
    FOR_EVERYONE,
    FOR_THE_AUTHOR,
    FOR_THE_OWNER,
    FOR_THE_TEAM,
    World,
    everything,
    holds_canary,
    world,  # noqa: F401
)

ALL = FOR_EVERYONE | FOR_THE_OWNER | FOR_THE_AUTHOR | FOR_THE_TEAM
#: These end the sign-in that asks, or take its couple away.
GOES_AWAY = {"security.logout", "identity.lock", "identity.end_sign_in", "couples.team"}
SAME_SITE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def looks(world: World, who: Browser, values: dict[str, Any]) -> Iterator[tuple[str, TestResponse]]:
    """Every page asked for, by each method that only asks."""
    for rule in world.rules(*ALL):
        address = world.address(rule, values)
        for method in sorted((rule.methods or set()) & {"GET", "HEAD", "OPTIONS"}):
            yield f"{method} {address}", who.client.open(address, method=method, buffered=True)


def test_s19_s21_s22_asking_changes_nothing_and_every_answer_is_armoured(world: World) -> None:
    """S37, S46: what is printed is called by what it is, never by whom it is for."""
    before = everything(world.app)
    for asked, answer in looks(world, world.dana, world.danas):
        assert answer.status_code < 400, asked
        for name, value in SAME_SITE.items():
            assert answer.headers.get(name) == value, (asked, name)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'"), asked
        named = answer.headers.get("Content-Disposition", "")
        assert named.isascii() and CANARY not in named and ".." not in named, asked
        assert answer.mimetype != "application/pdf" or named.startswith("inline; filename="), asked
    assert everything(world.app) == before


def rows_of(world: World, couple_id: int) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of a couple's file."""
    with world.app.app_context():
        names = table_names(db.session.connection())
        held: dict[str, list[tuple[Any, ...]]] = {}
        for name in names:
            columns = db.session.execute(text(f'SELECT * FROM "{name}" LIMIT 0')).keys()
            if "couple_id" in columns and name != "audit_event":
                query = text(f'SELECT * FROM "{name}" WHERE couple_id = :id')
                held[name] = [tuple(row) for row in db.session.execute(query, {"id": couple_id})]
        return held


def test_s25_idor_anothers_ids_in_every_query_and_body(world: World) -> None:
    """Noor asks for all that is hers, and names Dana's records wherever a request can name any."""
    far = {name: value for name, value in world.danas.items() if name.endswith("_id")}
    far |= {"couple": far["couple_id"], "session": far["session_id"], "id": far["session_id"]}
    far |= {"assignments": far["assignment_id"], "own": far["own_id"], "practice_id": 2}
    before, answered = rows_of(world, world.danas["couple_id"]), 0
    for rule in sorted(world.rules(*ALL - GOES_AWAY), key=lambda one: "close" in one.endpoint):
        address = world.address(rule, world.noors)
        query = "&".join(f"{name}={value}" for name, value in far.items())
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            if method == "GET":
                answer = world.noor.get(f"{address}?{query}")
            else:
                answer = world.noor.post(f"{address}?{query}", **(FILLED_IN | far))
            answered += answer.status_code < 400
            assert answer.status_code < 500, (method, address)
            assert not holds_canary(answer), (method, address)
    assert answered > 40, "most of what is hers was answered"
    assert rows_of(world, world.danas["couple_id"]) == before
    assert CANARY not in world.noor.get(f"/couples/{world.noors['couple_id']}").text


def test_s61_nothing_is_left_lying_about(world: World) -> None:
    """No listing, no version control, no settings, no debugger, no methods nobody needs."""
    odd = ["/.git/config", "/.env", "/static/", "/static/css/", "/static/../application.py"]
    odd += ["/static/%2e%2e/application.py", "/console", "/debug", "/__debug__", "/server-status"]
    odd += ["/instance/rekindle.db", "/rekindle.db", "/static/..%2f..%2fpyproject.toml"]
    for address in odd:
        for who in (world.dana, world.visitor):
            answer = who.client.get(address)
            assert answer.status_code in (302, 404), address
            assert "Werkzeug" not in answer.text, address
    for method in ("TRACE", "CONNECT", "PROPFIND", "PUT", "DELETE", "PATCH"):
        assert world.dana.client.open("/couples", method=method).status_code == 405
    routes = [rule.rule for rule in world.app.url_map.iter_rules()]
    assert [one for one in routes if re.search(r"debug|test|console|admin|api", one)] == []
