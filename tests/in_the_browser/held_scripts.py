"""Scripts that come late, as on a slow phone: held at the door until a test lets them in."""

import re

from playwright.sync_api import Page, Route

#: Whether the page has come whole, with its styles: nothing is shown before.
SHOWN = """() => document.readyState !== "loading"
  && [...document.querySelectorAll("link[rel=stylesheet]")].every((one) => one.sheet)"""
SCRIPT = re.compile(r"\.js(\?|$)")


class HeldScripts:
    """Holds back each script that a page asks for; those named in `but` come at once."""

    def __init__(self, page: Page, but: str = "") -> None:
        self.page = page
        self.but = but
        self.waiting: list[Route] = []
        self.come = False
        page.route(SCRIPT, self.hold)

    def hold(self, route: Route) -> None:
        """A script was asked for."""
        if self.come or (self.but and self.but in route.request.url):
            route.continue_()
        else:
            self.waiting.append(route)

    def open(self, url: str) -> None:
        """Open a page whose scripts are held; it is there to be used without them."""
        self.page.goto(url, wait_until="commit")
        self.page.wait_for_function(SHOWN)

    def let_come(self) -> None:
        """Let the scripts come, and wait until they have."""
        self.come = True
        for route in self.waiting:
            route.continue_()
        self.waiting.clear()
        self.page.wait_for_load_state()

    def close(self) -> None:
        """Hold nothing any more, so that another page can be opened in the same window."""
        self.come = True
        self.page.unroute(SCRIPT, self.hold)
