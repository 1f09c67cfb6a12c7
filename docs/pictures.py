"""Takes the pictures of README and docs: a demo practice, a real browser, real sheets.

Run with `bin/pictures`. Each picture goes to docs/pictures/.
"""

import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright
from waitress.server import create_server

from practice.application import create_app
from practice.database.base import db
from practice.demo.loader import PASSWORD, load
from practice.migrate import upgrade
from practice.settings import Settings
from tests.chromium import QUIETLY

PICTURES = Path(__file__).parent / "pictures"
DESK, PHONE = (1360, 1000), (390, 844)


@contextmanager
def demo_served(folder: Path) -> Iterator[str]:
    """A demo practice on a free port of this machine; its address."""
    settings = Settings(database=folder / "demo.db", key=bytes(32), is_demo=True)
    upgrade(settings)
    app = create_app(settings)
    with app.app_context():
        load()
        db.session.commit()
    server = create_server(app, host="127.0.0.1", port=0)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    app.extensions["renderer"].close()


def sign_in(page: Page, address: str) -> None:
    """Sign in as Dana."""
    page.goto(f"{address}/sign-in")
    page.get_by_label("E-mail").fill("dana@alderstreet.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{address}/")


def take(page: Page, name: str) -> None:
    """One picture of what is on the screen."""
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"{name}.png")
    print(f"{name}.png")


def walk(context: BrowserContext, address: str, size: tuple[int, int], ending: str = "") -> Page:
    """Today, the couple's file and the session page, as a screen of that size shows them."""
    page = context.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    sign_in(page, address)
    take(page, f"today{ending}")
    page.get_by_role("link", name="Maya Okafor & Jonah Reyes").first.click()
    take(page, f"couple{ending}")
    page.get_by_role("link", name="Session 8").click()
    take(page, f"session{ending}")
    return page


def print_sheet(page: Page, address: str) -> None:
    """Maya's sheet of the homework that is out, as a picture of paper."""
    link = page.get_by_role("link", name="Maya’s sheet").first.get_attribute("href")
    pdf = page.context.request.get(f"{address}{link}").body()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.pdf"
        path.write_bytes(pdf)
        target = PICTURES / "handout"
        subprocess.run(
            ["pdftoppm", "-png", "-r", "96", "-singlefile", str(path), str(target)], check=True
        )
    print("handout.png")


def main() -> None:
    """All pictures, anew."""
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        demo_served(Path(folder)) as address,
        sync_playwright() as player,
    ):
        browser = player.chromium.launch(executable_path=shutil.which("chromium"), args=QUIETLY)
        page = walk(browser.new_context(), address, DESK)
        print_sheet(page, address)
        walk(browser.new_context(), address, PHONE, "-phone")
        browser.close()


if __name__ == "__main__":
    main()
