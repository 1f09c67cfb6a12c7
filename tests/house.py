"""The installation that tests use in turn: one application, its database laid out anew for each.

Making an application and signing in would take longer than most tests. Here both are done once
in each process, and a test begins with a copy of what came of it.
"""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import update

from practice import clock
from practice.application import create_app
from practice.database.base import db
from practice.identity.sign_in_sessions import rows
from practice.jobs.worker import Workers
from practice.records.client_lists.pending import PendingLists
from tests.browser import Browser
from tests.databases import EMPTY, Databases
from tests.factories import Person, a_practice, a_user
from tests.paper import lend_press

KEY = bytes(range(32))
CAST = ("dana", "noor")


@dataclass(frozen=True)
class Staffed:
    """The name under which a database with Dana's and Noor's practice is kept; who is signed in."""

    kept: str
    cast: dict[str, Person]
    cookies: dict[str, str]


class House:
    """One application and its folder, with a database of one engine or the other."""

    def __init__(self, folder: Path, databases: Databases) -> None:
        self.databases = databases
        self.folder = folder / "now"
        self.staffed: dict[tuple[str, ...], Staffed] = {}
        self.settings = databases.installation(self.folder)
        self.app = create_app(self.settings)
        self.app.extensions["renderer"].close()
        self.config = dict(self.app.config)
        self.views = dict(self.app.view_functions)
        self.extensions = dict(self.app.extensions)

    def begin(self, kept: str = EMPTY) -> None:
        """Lay out a copy of a database, and have the application remember nothing."""
        self.app.extensions["jobs"].close()
        close(self.app)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        self.databases.lay_out(kept, self.settings)
        for now, at_first in (
            (self.app.config, self.config),
            (self.app.view_functions, self.views),
            (self.app.extensions, self.extensions),
        ):
            now.clear()
            now.update(at_first)
        lend_press(self.app)
        self.app.extensions |= {
            "jobs": Workers(self.app, self.app.extensions["registry"].job_kinds),
            "pending_lists": PendingLists(),
        }

    def open_practice(self, present: Iterable[str]) -> None:
        """Lay out Dana's and Noor's practice, with those of the cast who are `present` just signed in."""
        names = tuple(name for name in CAST if name in present)
        if names not in self.staffed:
            self.staffed[names] = self.made(names)
        staffed = self.staffed[names]
        self.begin(staffed.kept)
        self.app.extensions |= {"cast": staffed.cast, "cookies": staffed.cookies}
        with self.app.app_context():
            now = clock.now()
            db.session.execute(update(rows).values(began_at=now, last_input_at=now, proved_at=now))
            db.session.commit()

    def made(self, present: tuple[str, ...]) -> Staffed:
        """That practice as it is made and entered through the product itself."""
        self.begin()
        cast, cookies = found_practice(self.app, present)
        close(self.app)
        kept = "_".join(present) or "nobody"
        self.databases.keep(self.settings, kept)
        return Staffed(kept, cast, cookies)


def found_practice(app: Flask, present: Iterable[str]) -> tuple[dict[str, Person], dict[str, str]]:
    """Make the practice and its two users, and sign in those present: the cast, the cookies."""
    practice_id = a_practice(app)
    cast = {
        "dana": a_user(app, practice_id, name="Dana Whitfield", owner=True),
        "noor": a_user(app, practice_id, name="Noor Haddad", credentials="PhD"),
    }
    return cast, {name: Browser(app, cast[name]).cookie for name in present}


def signed_in(app: Flask, name: str) -> Browser:
    """The browser of one of the cast, who is signed in."""
    browser = Browser(app)
    browser.person = app.extensions["cast"][name]
    browser.cookie = app.extensions["cookies"][name]
    return browser


def close(app: Flask) -> None:
    """Let go of the database."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
