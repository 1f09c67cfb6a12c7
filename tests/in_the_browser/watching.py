"""What a test's browser did behind its back, and what hands had to do."""

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError

STORED = """async () => [
  ...Object.keys(localStorage), ...Object.keys(sessionStorage),
  ...(await indexedDB.databases()).map(({ name }) => name),
  ...(await caches.keys()),
]"""

#: Where the browser's own pages are, such as its viewer for PDFs.
ITS_OWN = ("chrome:", "chrome-extension:", "chrome-untrusted:")

KNOWN = {name + more for name in ("rekindle", "rekindle-demo") for more in ("", "-known")}


class Watch:
    """Looks over one browser's shoulder and writes down its faults."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.context = context
        self.origin = origin
        self.faults: list[str] = []
        context.on("request", self.note_request)
        context.on("console", self.note_message)
        context.on("weberror", self.note_error)

    def note_request(self, request: Request) -> None:
        """Everything is asked of the practice's own server, or of nobody."""
        if not request.url.startswith((self.origin + "/", "data:", "blob:", *ITS_OWN)):
            self.faults.append(f"asked elsewhere: {request.url}")

    def note_message(self, message: ConsoleMessage) -> None:
        """The browser says so when a page breaks its own content policy."""
        if "Content Security Policy" in message.text and self.is_ours(message.location["url"]):
            self.faults.append(message.text)

    def is_ours(self, url: str) -> bool:
        """Whether that is one of our pages, and not the browser's own viewer."""
        return not url.startswith(ITS_OWN)

    def note_error(self, error: WebError) -> None:
        """No script of ours may fail."""
        self.faults.append(f"a script failed: {error.error}")

    def check_storage(self) -> None:
        """Nothing is kept in the browser but the session’s cookie, and that the browser is known."""
        for page in self.context.pages:
            if page.url.startswith(self.origin) and not page.url.endswith(".pdf"):
                self.faults += [f"kept in the browser: {name}" for name in kept_by(page)]
        names = {cookie["name"] for cookie in self.context.cookies()}
        self.faults += [f"a cookie: {name}" for name in names - KNOWN]


def kept_by(page: Page) -> list[str]:
    """The names of whatever a page keeps in its browser, once it has all it asked for."""
    page.wait_for_load_state()
    found: list[str] = page.evaluate(STORED)
    return found


class Taps:
    """Counts what hands do other than typing words: presses of the pointer, and of keys."""

    COUNT = """
      const types = (event) => event.key.length === 1 && !event.ctrlKey && !event.metaKey
        && event.target.closest?.("textarea, input:not([type=radio]):not([type=checkbox])");
      addEventListener("pointerdown", () => tapped("pointer"), true);
      addEventListener("keydown", (event) => {
        if (!types(event) && !["Control", "Shift", "Meta"].includes(event.key)) tapped(event.key);
      }, true);
    """

    def __init__(self, context: BrowserContext) -> None:
        self.made: list[str] = []
        context.expose_function("tapped", self.note)
        context.add_init_script(self.COUNT)

    def note(self, tap: str) -> None:
        """One more."""
        self.made.append(tap)

    def forget(self) -> None:
        """Count from here."""
        self.made.clear()

    def __len__(self) -> int:
        return len(self.made)
