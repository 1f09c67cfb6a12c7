"""What the press is measured beside: the same pages, printed the ways one would otherwise."""

import os
import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from practice.handouts import weasyprint_page

CHROMIUM = "/usr/bin/chromium"
ORDINARY = (Path(__file__).parent / "ordinary.css").read_text("utf-8")


class Kept:
    """WeasyPrint with ordinary CSS, parsed once, and its fonts loaded once."""

    def __init__(self) -> None:
        self.fonts = FontConfiguration()
        self.style = CSS(
            string=ORDINARY, font_config=self.fonts, url_fetcher=weasyprint_page.OnlyOurs()
        )

    def print(self, page: str) -> bytes:
        """The page as a tagged PDF."""
        source = HTML(string=page, url_fetcher=weasyprint_page.OnlyOurs())
        made: bytes = source.write_pdf(
            stylesheets=[self.style], font_config=self.fonts, pdf_variant="pdf/ua-1"
        )
        return made


def naive(page: str) -> bytes:
    """The page with its style in it, printed by one call that keeps nothing."""
    whole = page.replace("</head>", f"<style>{ORDINARY}</style></head>")
    made: bytes = HTML(string=whole, url_fetcher=weasyprint_page.OnlyOurs()).write_pdf(
        pdf_variant="pdf/ua-1"
    )
    return made


class Chromium:
    """A browser that is running, with a page whose style and fonts are loaded."""

    def __init__(self, browser: Browser) -> None:
        rules = (weasyprint_page.HERE / "print.css").read_text("utf-8")
        rules += ".source { display: none }"  # it knows no running elements; they cost it nothing
        style = re.sub(r"url\(asset:([^)]+)\)", lambda found: as_data(found[1]), rules)
        self.page: Page = browser.new_page()
        self.page.set_content(
            f"<!DOCTYPE html><html lang='en'><head><title>A sheet</title><style>{style}</style>"
            "</head><body></body></html>"
        )

    def print(self, page: str) -> bytes:
        """The page as a tagged PDF."""
        tag, body = re.search(r"(?s)<body class=\"([^\"]*)\">(.*)</body>", page).groups()  # type: ignore[union-attr]
        self.page.evaluate(
            "([name, inside]) => { document.body.className = name; document.body.innerHTML = inside }",
            [tag, body],
        )
        return self.page.pdf(tagged=True, prefer_css_page_size=True, print_background=True)


def as_data(font: str) -> str:
    """A font as an address that holds it whole."""
    return (
        f"url(data:font/ttf;base64,{b64encode(weasyprint_page.FONTS[font].read_bytes()).decode()})"
    )


@contextmanager
def chromium() -> Iterator[Chromium]:
    """A running browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield Chromium(browser)
        browser.close()


def memory_of_chromium() -> float:
    """What all processes of our browser hold together, in MiB."""
    return sum(memory_of(pid) for pid in descendants(os.getpid()) if "chrom" in program_of(pid))


def descendants(pid: int) -> Iterator[int]:
    """Every process that a process started, and those that they did."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield int(child)
            yield from descendants(int(child))


def program_of(pid: int) -> str:
    """The name of the program that a process runs."""
    return Path(f"/proc/{pid}/comm").read_text().strip()


def memory_of(pid: int | None, kind: str = "Pss") -> float:
    """The memory a process holds, in MiB: its own, and its share of what it has in common.

    As "Rss", all that it can reach, which does not change when others stop sharing it.
    """
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:")) / 1024
