"""Turns a sheet of plain values into the bytes of a PDF.

Only the press's own processes import this: WeasyPrint is slow to load, not safe to
share between threads, and may be missing its system libraries, in which case this
import raises OSError.
"""

import hashlib
import re
from functools import cache
from pathlib import Path
from unicodedata import category

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from practice.handouts.sheet import BackgroundSheet, ExerciseSheet, Sheet
from practice.handouts.wording import row_label, week_from, wording_for

HERE = Path(__file__).parent
TEMPLATES = HERE.parents[1] / "templates"

#: The fonts that may be loaded, by file name; nothing else may be.
FONTS = {file.name: file for file in sorted((HERE / "fonts").glob("*.ttf"))}

#: How an exercise may be arranged, best first: class names of print.css, and how many
#: sides it then takes.
ARRANGEMENTS = (
    ("one-side", 1),
    ("one-side snug", 1),
    ("two-sides roomy", 2),
    ("two-sides", 2),
)

#: The same in large print, for which large.css is added.
LARGE_ARRANGEMENTS = (
    ("large", 3),
    ("large close", 3),
    ("large", 4),
    ("large close", 4),
)

#: The same for a background sheet, which has nothing to fill in.
BACKGROUND_ARRANGEMENTS = (
    ("reading roomy", 1),
    ("reading", 1),
    ("reading close", 1),
    ("reading", 2),
)

#: Kinds of character that no font draws: controls, halves of letters, private or unassigned.
UNDRAWABLE = frozenset({"Cc", "Cs", "Co", "Cn"})

#: Pictures, and the marks that only vary a picture. Few fonts draw them, and where none
#: does they would print as boxes, so a sheet leaves them out. Plain signs (✓ → ♥) stay.
PICTURES = re.compile(r"[\U0001f000-\U0001faff\U000e0000-\U000e0fff\ufe00-\ufe0f]")


class OnlyOurFonts(URLFetcher):
    """Refuses every address but `asset:` and the name of one of our fonts."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)

    def fetch(self, url: str, _headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The font named by `url`. Raises ValueError for anything else."""
        scheme, _, name = url.partition(":")
        if scheme != "asset" or name not in FONTS:
            raise ValueError("A sheet loads nothing but its own fonts.")
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
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@cache
def _style(paper: str, name: str = "print.css") -> CSS:
    """One of our style sheets for a paper, parsed once for each process."""
    rules = (HERE / name).read_text("utf-8").replace("size: letter", f"size: {paper}")
    return CSS(string=rules, font_config=_fonts(), url_fetcher=OnlyOurFonts())


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=legible,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def make_ready() -> None:
    """Load fonts, style and template, so that the first sheet does not wait for them."""
    _style("letter")
    _style("a4")
    for name in ("exercise", "background"):
        _templates().get_template(f"handouts/{name}.html")


def print_sheet(sheet: Sheet) -> bytes:
    """The PDF of one sheet: one side where the words allow, else two; in large print, four.

    The same sheet gives the same bytes. Raises ValueError when the sheet asks for
    anything from outside.
    """
    try:
        document = _arranged(sheet)
    except FatalURLFetchingError as refused:
        raise ValueError("The sheet asked for something from outside.") from refused
    identity = hashlib.sha256(repr(sheet).encode("utf-8", "backslashreplace")).digest()
    pdf: bytes = document.write_pdf(pdf_identifier=identity, pdf_variant="pdf/ua-1")
    return pdf


def _arranged(sheet: Sheet) -> Document:
    """The first arrangement that fits; where none does, the first runs on."""
    tried: dict[str, Document] = {}
    for arrangement, sides in _arrangements(sheet):
        if arrangement not in tried:
            html = _html(sheet, arrangement)
            tried[arrangement] = _laid_out(html, sheet.paper, _is_large(sheet))
        if len(tried[arrangement].pages) <= sides:
            return tried[arrangement]
    return next(iter(tried.values()))


def _arrangements(sheet: Sheet) -> tuple[tuple[str, int], ...]:
    if isinstance(sheet, BackgroundSheet):
        return BACKGROUND_ARRANGEMENTS
    return LARGE_ARRANGEMENTS if sheet.large else ARRANGEMENTS


def _is_large(sheet: Sheet) -> bool:
    return isinstance(sheet, ExerciseSheet) and sheet.large


def _laid_out(html: str, paper: str, large: bool = False) -> Document:
    source = HTML(string=html, base_url=None, url_fetcher=OnlyOurFonts())
    names = ("print.css", "large.css") if large else ("print.css",)
    return source.render(
        font_config=_fonts(),
        stylesheets=[_style(paper, name) for name in names],
        presentational_hints=False,
    )


def _html(sheet: Sheet, arrangement: str) -> str:
    if isinstance(sheet, BackgroundSheet):
        template = _templates().get_template("handouts/background.html")
        return template.render(sheet=sheet, arrangement=arrangement)
    words = wording_for(sheet)
    template = _templates().get_template("handouts/exercise.html")
    return template.render(
        sheet=sheet,
        words=words,
        arrangement=arrangement,
        lines=_writing_lines(sheet.paper, arrangement),
        days=week_from(sheet.first_weekday, words.days),
        rows=[row_label(row, words) for row in sheet.tracker],
    )


def _writing_lines(paper: str, arrangement: str) -> int:
    """How many lines to write on there is room for."""
    if arrangement.startswith("large"):
        return 3 if arrangement.endswith("close") else 5
    if arrangement.startswith("one-side"):
        return 3 if paper == "a4" else 2
    return 14 if paper == "a4" else 12
