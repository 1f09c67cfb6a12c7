"""P12, P17 and P18: odd requests by the thousand, and guesses of passwords and of links."""

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import time_machine
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select
from werkzeug.routing import Rule

from bench.drills.figures import Figure, Size, none_of
from practice import clock, handouts
from practice.application import create_app
from practice.audit.models import AuditEvent
from practice.database.base import db
from practice.handouts.renderer import Renderer
from practice.handouts.sheet import Job
from practice.identity.models import RateCount
from practice.keeping.digest import opened, refuse_if_damaged
from practice.migrate import upgrade
from practice.settings import Settings
from tests.browser import Browser
from tests.conftest import KEY, close
from tests.factories import a_practice, a_user
from tests.test_every_page import FILLED_IN, examples_of

ARGUMENT = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")
#: Hypothesis remembers all it made up; after so many requests it begins anew, so that the memory
#: that is measured is the application's.
AT_A_TIME = 500
#: What ends the sign-in the drill works with, takes its couple away, or starts long work.
LEFT_OUT = {
    "security.logout",
    "identity.lock",
    "identity.end_sign_in",
    "couples.team",
    "keeping.back_up",
    "static",
}
CORPUS = [
    "", " ", "\x00", "\ud800", "\r\nSet-Cookie: a=b", "../../etc/passwd", "%00", "{{7*7}}",
    "' OR 1=1 --", "<script>alert(1)</script>", "-1", "0", str(2**63), "9" * 5_000, "1e308",
    "NaN", "2026-02-30", "0000-00-00", "9999-12-31", "0001-01-01", "25:61", "٣", "👩‍👩‍👧",
    "\u202e", "\ufeff", "é" * 2_000, "a" * 70_000, "[]", "true", "None", "//evil.example",
    "https://evil.example", "javascript:alert(1)", "a|b;c", "\\", "%s%n", "%",
]  # fmt: skip
NAMES = sorted(
    {*FILLED_IN, "csrf_token", "next", "page", "couple", "session", "id", "version", "language",
     "copy", "kind", "size", "reader", "email", "password", "a-first_name", "b-first_name", "who",
     "strength", "dose", "days", "for_whom", "policy", "roles", "weeks-0-homework", "idle_minutes",
     "time_zone", "paper", "from_day", "to_day", "verb", "person", "[]", "picture"}
)  # fmt: skip


class Blank(Renderer):
    """A press that prints nothing; what hostile words do to a sheet is a drill of its own."""

    def print(self, sheet: Job, *_: Any) -> bytes:
        """An empty file."""
        return b"%PDF-1.7\n%%EOF\n"

    @contextmanager
    def room(self, *_: Any) -> Iterator[Callable[[Job], bytes]]:
        """Room for any number of them."""
        yield self.print


@contextmanager
def an_app() -> Iterator[Flask]:
    """An installation within this process, with a practice and Dana, who owns it."""
    with TemporaryDirectory(prefix="rekindle-drill-") as name:
        where = Settings(Path(name) / "rekindle.db", KEY, testing=True)
        upgrade(where)
        app = create_app(where)
        app.config["PROPAGATE_EXCEPTIONS"] = False
        handouts.use_renderer(app, Blank())
        app.extensions["dana"] = a_user(app, a_practice(app), owner=True)
        yield app
        with opened(where.database, KEY) as connection:
            refuse_if_damaged(connection)
        close(app)


def fuzzed(size: Size) -> Iterator[Figure]:
    """P12: every route, with odd ids, fields and queries; none may be an error of ours."""
    times, statuses, sizes = size.of(20_000, 300), dict[int, int](), list[float]()
    first = secrets.randbelow(10**6)
    with an_app() as app:
        dana = Browser(app, app.extensions["dana"])
        values = examples_of(dana, "words")
        rules = [one for one in app.url_map.iter_rules() if one.endpoint not in LEFT_OUT]
        broken: set[str] = set()

        @settings(
            max_examples=min(times, AT_A_TIME),
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.sampled_from(rules), st.data())
        def ask(rule: Rule, data: st.DataObject) -> None:
            status = sent(dana, rule, values, data)
            statuses[status] = statuses.get(status, 0) + 1
            sizes.append(megabytes())
            if status >= 500:
                broken.add(rule.endpoint)
            if status == 401 and dana.get("/couples").status_code != 200:
                come_back(dana)

        for number in range(-(-times // AT_A_TIME)):
            seed(first + number)(ask)()
    asked = sum(statuses.values())
    errors = sum(count for status, count in statuses.items() if status >= 500)
    where = f"seed {first}: {sorted(broken)}" if broken else f"seed {first}"
    yield none_of("P12", f"answers 5xx ({where})", errors, asked)
    taken = sum(count for status, count in statuses.items() if status < 400)
    is_real = taken > asked / 10
    yield Figure("P12", "of them taken, so that it is a drill", "> 10 %", str(taken), is_real)
    grown = sizes[-1] - sizes[len(sizes) // 10]
    most = "≤ 50 MB"
    yield Figure("P12", "memory grown after the first tenth", most, f"{grown:.0f} MB", grown <= 50)


def come_back(dana: Browser) -> None:
    """Sign in again, with no wrong try remembered."""
    with dana.app.app_context():
        db.session.execute(delete(RateCount))
        db.session.commit()
    assert dana.person
    dana.sign_in(dana.person)


def sent(dana: Browser, rule: Rule, values: dict[str, Any], data: st.DataObject) -> int:
    """One odd request; the status of its answer."""
    odd = st.one_of(st.sampled_from(CORPUS), st.text(max_size=40))

    def part(found: re.Match[str]) -> str:
        true = str(values.get(found[1], "1"))
        return quoted(true if data.draw(st.integers(0, 3)) else data.draw(odd))

    path = ARGUMENT.sub(part, rule.rule)
    fields = dict(FILLED_IN) if data.draw(st.booleans()) else {}
    fields |= data.draw(st.dictionaries(st.sampled_from(NAMES), odd, max_size=5))
    method = data.draw(st.sampled_from(sorted(rule.methods or {"GET"})))
    body = "&".join(f"{quoted(name)}={quoted(str(value))}" for name, value in fields.items())
    if "csrf_token" not in fields or data.draw(st.booleans()):
        body = f"csrf_token={dana.csrf_token()}&{body}"
    asks = method in ("GET", "HEAD", "OPTIONS")
    answer = dana.client.open(
        path,
        method=method,
        query_string=body if asks else "",
        data=None if asks else body,
        content_type=None if asks else "application/x-www-form-urlencoded",
        headers={"X-Autosave": "1"} if data.draw(st.booleans()) else {},
        buffered=True,
    )
    return answer.status_code


def quoted(text: str) -> str:
    """Any text in an address or a form, half letters too."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def megabytes() -> float:
    """What this process holds in memory."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096 / 2**20


def guessed(size: Size) -> Iterator[Figure]:
    """P17 and P18: passwords of one account and links of invitations, guessed."""
    guesses, tokens = size.of(10_000, 300), size.of(100_000, 300)
    with an_app() as app:
        person, visitor = app.extensions["dana"], Browser(app)
        looked_at = 0
        for number in range(guesses):
            form = {
                "csrf_token": visitor.csrf_token(),
                "email": person.email,
                "password": f"guess {number}",
            }
            there = {"REMOTE_ADDR": f"192.0.2.{number % 200}"}
            answer = visitor.client.post("/sign-in", data=form, environ_base=there)
            looked_at += answer.status_code == 422
        most = f"≤ 100 of {guesses:,}"
        yield Figure(
            "P17", "guesses that reached the password", most, str(looked_at), looked_at <= 100
        )
        with time_machine.travel(clock.now() + timedelta(minutes=15, seconds=5)):
            is_in = Browser(app, person).get("/couples").status_code == 200
        yield Figure(
            "P17", "the owner after a quarter of an hour", "in", "in" if is_in else "out", is_in
        )
        before = log_lines(app)
        found = sum(
            visitor.client.get(f"/join/{secrets.token_urlsafe(32)}").status_code != 404
            for _ in range(tokens)
        )
        yield none_of("P18", "guessed links that opened", found, tokens)
        yield none_of("P18", "lines they added to the log", log_lines(app) - before, tokens)


def log_lines(app: Flask) -> int:
    """How long the audit log is."""
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(AuditEvent)) or 0
