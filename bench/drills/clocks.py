"""P14, P22: the clock of the machine jumps: nothing breaks, lasts longer, or is lost from sight."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import time_machine
from flask import Flask

from bench.drills.figures import Figure, Size, none_of
from bench.drills.hostile import an_app
from bench.drills.house import a_house
from practice import clock
from practice.audit import service as audit
from practice.database.base import db
from practice.database.unit_of_work import reading
from practice.keeping import scheduler, status
from practice.keeping.backups import back_up, is_due
from practice.keeping.restoring import restore
from tests.browser import Browser
from tests.factories import a_couple, a_session
from tests.sessions.forms import the_page

HOUR = timedelta(hours=1)
DAYS_AHEAD = (1 / 24, 1, 40, 400, 4000, 15000)


def moments() -> dict[str, datetime]:
    """Where the clock is put: the practice keeps the time of Los Angeles."""
    now = clock.now()
    return {
        "as it is": now,
        "two hours back": now - 2 * HOUR,
        "a year on": now + timedelta(days=366),
        "before the hour that is left out": datetime(2027, 3, 14, 9, 59, tzinfo=UTC),
        "after the hour that is left out": datetime(2027, 3, 14, 10, 1, tzinfo=UTC),
        "in the hour that comes twice": datetime(2026, 11, 1, 8, 30, tzinfo=UTC),
        "in that hour again": datetime(2026, 11, 1, 9, 30, tzinfo=UTC),
        "on a leap day": datetime(2028, 2, 29, 20, 0, tzinfo=UTC),
        "at the turn of a year": datetime(2027, 1, 1, 7, 59, 59, tzinfo=UTC),
    }


def jumps(_size: Size) -> Iterator[Figure]:
    """A day's work at each of these moments, one after the other."""
    asked = errors = overdue = 0
    with an_app() as app:
        couple = a_couple(of=app.extensions["dana"])
        session = a_session(app.extensions["dana"], couple)
        pages = ["/", "/couples", f"/couples/{couple.id}", session.url, "/sign-ins", "/practice"]
        for moment in moments().values():
            with time_machine.travel(moment):
                dana = Browser(app, app.extensions["dana"])
                answers = [dana.get(page) for page in pages]
                answers.append(dana.post(f"/couples/{couple.id}/sessions", once=str(moment)))
                answers.append(dana.post(session.url, **the_page(version="1")))
            asked += len(answers)
            errors += sum(answer.status_code >= 500 for answer in answers)
            for later in (moment + 12 * HOUR + HOUR / 60, moment - 24 * HOUR):
                with time_machine.travel(later):
                    overdue += later > moment and dana.get("/couples").status_code == 200
        fault = log_fault(app)
    yield none_of("P14", "errors of ours", errors, asked)
    yield none_of("P14", "sign-ins that outlast twelve hours", overdue, len(moments()))
    yield Figure("P14", "the audit log, in order", "one chain", fault or "one chain", not fault)


def ran_ahead(size: Size) -> Iterator[Figure]:
    """P22: a clock runs ahead for a backup, and goes back, for jumps from an hour to forty years."""
    jumps_by = [timedelta(days=days) for days in DAYS_AHEAD[:: size.of(1, 3)]]
    stopped = hidden = old = untold = 0
    for by in jumps_by:
        with a_house(1) as house:
            settings = house.settings
            scheduler.expect(settings)
            scheduler.look(settings)
            with time_machine.travel(clock.now() + by):
                scheduler.look(settings)
                back_up(settings)
            house.run("UPDATE progress_note SET data = 'written since'")
            a_couple(of=house.owner)
            stopped += not is_due(settings, clock.now() + timedelta(hours=7))
            with time_machine.travel(clock.now() + timedelta(hours=25)):
                hidden += by > timedelta(days=2) and not status.read(settings).is_too_old(
                    clock.now()
                )
            for later in (timedelta(minutes=1), timedelta(hours=7)):
                with time_machine.travel(clock.now() + later):
                    scheduler.look(settings)
            with house.owner.app.app_context():
                db.session.remove()
                db.engine.dispose()
            untold += status.read(settings).clock is None
            restore(settings, "latest")
            old += set(house.stored().values()) != {"written since"}
    yield none_of("P22", "clocks that ran ahead and stopped backups", stopped, len(jumps_by))
    yield none_of("P22", "of them that hid the age of the newest", hidden, len(jumps_by))
    yield none_of("P22", "of them that made an old one “latest”", old, len(jumps_by))
    yield none_of("P22", "of them the owner was not told of", untold, len(jumps_by))


def log_fault(app: Flask) -> str:
    """What is wrong with the log; empty when nothing is."""
    with app.app_context(), reading() as connection:
        return audit.verify(connection, app.config["AUDIT_KEY"]).fault or ""
