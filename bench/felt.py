"""The main job as it is felt: a homework is given, and a moment later its sheet is asked for."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter, sleep, thread_time
from typing import Any

from werkzeug.test import EnvironBuilder, run_wsgi_app

from bench.fill import filled
from bench.pages import HOST, signed_in
from practice import handouts
from practice.application import create_app
from practice.library.builtin import builtin_homework

COUPLES = 100
TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
SHEET = re.compile(r'href="(/couples/\d+/assignments/\d+/handout-[ab]\.pdf)"')


@dataclass
class FeltTimes:
    """Milliseconds: until it was saved, from the click to the last byte, once more."""

    saving: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    #: How long the processor itself was busy with the click, however busy the machine was.
    busy: list[float] = field(default_factory=list)


def felt(folder: Path, runs: int, pause: float) -> FeltTimes:
    """The times of as many runs of the main job, each with another couple and homework."""
    app = create_app(filled(folder, COUPLES))
    times, slugs = FeltTimes(), list(builtin_homework())
    cookie = signed_in(app)
    with app.app_context():
        handouts.current_renderer().warm()
    sleep(8)
    for run in range(-3, runs):
        couple, slug = run % COUPLES + 1, slugs[run % len(slugs)]
        form = f"/couples/{couple}/give/{slug}"
        _, page = answered(app, cookie, form)
        token = TOKEN.search(page.decode())
        assert token
        due = date.today() + timedelta(days=7)
        sent = {
            "csrf_token": token[1], "for_whom": "couple", "once": f"run {run}",
            "due_on": due.isoformat(), "days": "5", "safety_reason": "Both asked for it.",
            "personal_word": "Begin small, and rest.",
        }  # fmt: skip
        saving, _ = answered(app, cookie, form, sent)
        _, given = answered(app, cookie, f"/couples/{couple}/homework")
        addresses = SHEET.findall(given.decode())
        assert addresses, "there is no sheet to print"
        sleep(pause)
        began = thread_time()
        first, pdf = answered(app, cookie, addresses[run % 2])
        busy = (thread_time() - began) * 1000
        assert pdf.startswith(b"%PDF")
        again, _ = answered(app, cookie, addresses[run % 2])
        if run >= 0:
            times.saving.append(saving)
            times.first.append(first)
            times.busy.append(busy)
            times.again.append(again)
    app.extensions["renderer"].close()
    return times


def answered(
    app: Any, cookie: str, path: str, form: dict[str, str] | None = None
) -> tuple[float, bytes]:
    """How many milliseconds an answer took until its last byte, and the answer."""
    builder = EnvironBuilder(
        path, HOST, method="POST" if form else "GET", data=form, headers={"Cookie": cookie}
    )
    environ = builder.get_environ()
    began = perf_counter()
    parts, status, _ = run_wsgi_app(app, environ, buffered=True)
    whole = b"".join(parts)
    took = (perf_counter() - began) * 1000
    assert status.split()[0] in ("200", "303"), (path, status)
    return took, whole
