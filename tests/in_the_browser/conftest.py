"""A real browser, in front of a real server, over a copy of the demo practice.

Every browser that a test opens is watched: when the test is over, nothing may have been asked
of another origin, refused by the content policy, thrown by a script or kept in its storage.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, BrowserContext, Page, expect

from practice.application import create_app
from practice.database.base import db
from practice.demo.loader import load
from practice.migrate import upgrade
from practice.settings import Settings
from tests.browser import Browser as Visitor
from tests.chromium import QUIETLY
from tests.house import KEY, close
from tests.in_the_browser.looking import DESK
from tests.in_the_browser.office import Demo, Office, Records, dana_of, find_records, open_office
from tests.in_the_browser.watching import Watch
from tests.paper import lend_press

#: Milliseconds to wait for what must come. It costs nothing when it comes, and machines that test
#: are busy: whoever measures how fast something is does so elsewhere.
PATIENCE = 90_000
expect.set_options(timeout=PATIENCE / 2)
Opener = Callable[..., BrowserContext]
Tour = tuple[Page, Records]


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where the system's Chromium is. Without it these tests are skipped, but never in CI."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None and os.environ.get("CI") == "true":
        pytest.fail("Chromium is not installed. On Debian: apt-get install -y chromium")
    if path is None:
        pytest.skip("Chromium is not installed (on Debian: apt-get install -y chromium)")
    return path


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium_path: str) -> dict[str, Any]:
    """How Playwright starts the browser: the system's own, quiet."""
    return {"executable_path": chromium_path, "args": QUIETLY}


@pytest.fixture(scope="session")
def demo(
    tmp_path_factory: pytest.TempPathFactory, compiled_templates: FileSystemBytecodeCache
) -> Demo:
    """The demo practice, made once, with Dana signed in; every test works on a copy."""
    settings = Settings(
        database=tmp_path_factory.mktemp("demo") / "demo.db", key=KEY, is_demo=True, testing=True
    )
    upgrade(settings)
    app = create_app(settings)
    with app.app_context():
        load()
        db.session.commit()
    cookie = Visitor(app, dana_of(app)).cookie
    made = Demo(settings.database, cookie, find_records(app), compiled_templates)
    close(app)
    return made


@contextmanager
def opened(demo: Demo, folder: Path) -> Iterator[Office]:
    """A copy of the demo practice in a folder, open at an address of its own."""
    path = folder / "rekindle.db"
    shutil.copy(demo.database, path)
    app = create_app(Settings(database=path, key=KEY, is_demo=True, testing=True))
    app.jinja_env.bytecode_cache = demo.templates
    lend_press(app)
    with open_office(app, demo) as office:
        office.note_input()
        yield office
    close(app)


@pytest.fixture
def office(demo: Demo, tmp_path: Path) -> Iterator[Office]:
    """The demo practice, open at an address of its own."""
    with opened(demo, tmp_path) as office:
        yield office


@pytest.fixture
def new_office(new_app: Flask, demo: Demo) -> Iterator[Office]:
    """An installation that is not set up yet, open at an address of its own."""
    with open_office(new_app, demo) as opened:
        yield opened


@contextmanager
def watching() -> Iterator[Callable[[BrowserContext, str], BrowserContext]]:
    """Watches browsers as long as it lasts: `watch(context, origin)`. In the end none has a fault."""
    watches: list[Watch] = []

    def watch(context: BrowserContext, origin: str) -> BrowserContext:
        watches.append(Watch(context, origin))
        return context

    yield watch
    for one in watches:
        one.check_storage()
    for one in watches:
        one.context.close()
    assert [fault for one in watches for fault in one.faults] == []


@pytest.fixture
def watched() -> Iterator[Callable[[BrowserContext, str], BrowserContext]]:
    """Watches a browser until the end of the test: `watched(context, origin)`."""
    with watching() as watch:
        yield watch


def a_browser(browser: Browser, office: Office, **options: Any) -> BrowserContext:
    """A browser at an office's address, on a desk unless told otherwise."""
    context = browser.new_context(**{"base_url": office.url, "viewport": DESK, **options})
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture
def open_browser(
    browser: Browser,
    office: Office,
    watched: Callable[[BrowserContext, str], BrowserContext],
) -> Opener:
    """Opens a browser at the office: `open_browser(signed_in=False, viewport=…)`."""

    def open_one(signed_in: bool = True, **options: Any) -> BrowserContext:
        context = a_browser(browser, office, **options)
        if signed_in:
            context.add_cookies([office.cookie])
        return watched(context, office.url)

    return open_one


@pytest.fixture
def dana(open_browser: Opener) -> Page:
    """A window of Dana's, signed in."""
    return open_browser().new_page()


@pytest.fixture
def visitor_page(open_browser: Opener) -> Page:
    """A window in which nobody signed in."""
    return open_browser(signed_in=False).new_page()


@pytest.fixture(scope="module")
def tour(browser: Browser, demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tour]:
    """A window of Dana's in an office where nothing is done but look around."""
    folder = tmp_path_factory.mktemp("tour")
    with opened(demo, folder) as office, watching() as watch:
        context = watch(a_browser(browser, office), office.url)
        context.add_cookies([office.cookie])
        yield context.new_page(), office.records
