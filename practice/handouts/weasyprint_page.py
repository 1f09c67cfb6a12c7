"""The typesetter: WeasyPrint with our fonts and styles, kept warm, and cut off from everything else.

Only the press's own processes import this: WeasyPrint is slow to load, not safe to
share between threads, and may be missing its system libraries, in which case this
import raises OSError.
"""

import re
from base64 import b64decode
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import category
from xml.etree import ElementTree

from cssselect2 import ElementWrapper
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from weasyprint import CSS, DEFAULT_OPTIONS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from practice.handouts.styling import SharingDocument

HERE = Path(__file__).parent
TEMPLATES = HERE.parents[1] / "templates"

#: The fonts that may be loaded, by file name; nothing else may be.
FONTS = {file.name: file for file in sorted((HERE / "fonts").glob("*.ttf"))}

#: How an address begins that holds a PNG, as a practice's logo is given.
PNG = "data:image/png;base64,"

#: Kinds of character that no font draws: controls, halves of letters, private or unassigned.
UNDRAWABLE = frozenset({"Cc", "Cs", "Co", "Cn"})

#: Pictures, and the marks that only vary a picture. Few fonts draw them, and where none
#: does they would print as boxes, so a sheet leaves them out. Plain signs (✓ → ♥) stay.
PICTURES = re.compile(r"[\U0001f000-\U0001faff\U000e0000-\U000e0fff\ufe00-\ufe0f]")


class OnlyOurs(URLFetcher):
    """Refuses every address but `asset:` and the name of one of our fonts, and a PNG in itself."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)

    def fetch(self, url: str, _headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The font named by `url`, or the PNG that it holds. Raises ValueError for anything else."""
        scheme, _, name = url.partition(":")
        if url.startswith(PNG):
            return URLFetcherResponse(
                url, b64decode(url[len(PNG) :]), {"Content-Type": "image/png"}
            )
        if scheme != "asset" or name not in FONTS:
            raise ValueError("A sheet loads nothing but its own fonts and logo.")
        return URLFetcherResponse(url, FONTS[name].read_bytes(), {"Content-Type": "font/ttf"})


def legible(value: object) -> object:
    """`value` as it can be printed: a text loses its pictures and what no font draws."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    if value.isascii() and value.isprintable():
        return value
    return "".join(
        letter
        for letter in PICTURES.sub("", value)
        if letter in "\n\t" or category(letter) not in UNDRAWABLE
    )


@cache
def fonts() -> FontConfiguration:
    """The fonts, made ready once for each process: each new one would keep its memory for good."""
    return FontConfiguration()


@cache
def style(paper: str, name: str = "print.css") -> CSS:
    """One of our style sheets for a paper, parsed once for each process."""
    rules = (HERE / name).read_text("utf-8").replace("size: letter", f"size: {paper}")
    return CSS(string=rules, font_config=fonts(), url_fetcher=OnlyOurs())


#: How many letters the last two words of a title may have and still be kept on one line.
LONGEST_ENDING = 22


@cache
def templates() -> Environment:
    """The templates of all sheets, which escape whatever they are given."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=legible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["ending_together"] = ending_together
    return found


def ending_together(title: str) -> str:
    """A title of several words whose last one does not stand alone on a line."""
    start, _, end = title.rpartition(" ")
    together = len(start.split()) >= 3 and len(start.split()[-1] + end) <= LONGEST_ENDING
    return f"{start}\u00a0{end}" if together else title


def filled_in(template: str, values: dict[str, Any]) -> str:
    """A template of `templates/handouts/`, by its name without ending, with its values."""
    return templates().get_template(f"handouts/{template}.html").render(values)


class Page(HTML):
    """The HTML of a sheet, which is well-formed, so that the quickest parser may read it."""

    def __init__(self, html: str) -> None:
        root = ElementTree.fromstring(html)  # noqa: S314  # nosec B314 - our own, which escape
        self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element
        self.base_url = None
        self.url_fetcher = OnlyOurs()
        self.media_type = "print"


def laid_out(html: str, paper: str, styles: tuple[str, ...], is_fillable: bool = False) -> Document:
    """The pages of a sheet, in the style sheets named, for a paper; with fields to type into."""
    ours = {"stylesheets": [style(paper, name) for name in styles], "pdf_forms": is_fillable}
    return SharingDocument._render(Page(html), fonts(), None, None, DEFAULT_OPTIONS | ours)
