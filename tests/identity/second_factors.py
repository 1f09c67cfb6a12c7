"""An authenticator app and a passkey, as tests hold them."""

import re
import time

from passlib.totp import TOTP
from werkzeug.test import TestResponse

from tests.browser import Browser

KEY = re.compile(r'<code class="enrol__key">([^<]+)</code>')
CODE = re.compile(r"<li><code>([0-9a-f-]+)</code></li>")
STEP = 30


def app_code(key: str, steps: int = 1) -> str:
    """What an authenticator app shows for this key, `steps` half minutes from now.

    The next half minute's code is taken already, and is later than the one given at the set-up,
    however slow the machine that tests.
    """
    app = TOTP(key=key.replace("-", ""), format="base32")
    return str(app.generate(time=int(time.time()) + steps * STEP).token)


def set_up_app(browser: Browser) -> tuple[str, list[str]]:
    """Set up an authenticator app in this browser: its key and the ten recovery codes."""
    page = browser.get("/second-factor/app")
    found = KEY.search(page.text)
    assert found, page.text
    done = browser.post("/second-factor/app", code=app_code(found[1], 0), next="")
    assert done.status_code in (200, 303), done.text
    return found[1], CODE.findall(done.text)


def give_code(browser: Browser, code: str) -> TestResponse:
    """Send a code on the page that asks for one."""
    browser.get("/second-factor")
    return browser.post("/second-factor", code=code)
