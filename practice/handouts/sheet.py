"""What is printed, as plain values: no database, no request, nothing to look up later.

Every class here is frozen and can be pickled, because a sheet travels to another
process to be printed. Text is text: it may hold anything a person can type, and is
never read as HTML. The kinds of sheet stand in `kinds/`, a file for each.
"""

from base64 import b64encode
from dataclasses import KW_ONLY, dataclass
from typing import ClassVar, Literal

Paper = Literal["letter", "a4"]
Copy = Literal["couple", "a", "b"]
Mark = Literal["tick", "count", "scale"]


@dataclass(frozen=True)
class Letterhead:
    """Who the sheet comes from, as printed at its top."""

    practice_name: str
    #: Name and licence in one line: "Dana Whitfield, LMFT".
    clinician_line: str
    #: Street, telephone and the like, one printed line each; may be empty.
    address_lines: tuple[str, ...]
    #: Who else works there, each with licence; may be empty.
    people: tuple[str, ...] = ()
    #: A PNG that the press made itself; None where there is none.
    logo: bytes | None = None

    @property
    def logo_address(self) -> str:
        """The logo as an address that holds it whole, for a page."""
        return f"data:image/png;base64,{b64encode(self.logo or b'').decode()}"


@dataclass(frozen=True)
class Step:
    """One thing to do: a bold sentence of the doing, then what exactly."""

    lead: str
    text: str


@dataclass(frozen=True)
class TrackerRow:
    """One row of the week's table.

    `mark` is what goes into a day: "tick" a ✓, "count" a stroke for each time,
    "scale" a number from 0 to 10. The press adds those words to the label itself.
    """

    label: str
    mark: Mark


@dataclass(frozen=True)
class Sheet:
    """What every kind of sheet has: whose it is, in which language, on which paper, and how.

    What is None or empty is left out, with its heading.
    """

    #: Whether a kind is read aloud; what is only laid over other pages is not.
    is_read: ClassVar[bool] = True

    letterhead: Letterhead
    _: KW_ONLY
    #: Two letters, as in HTML's `lang`. A sheet's own headings are in English or
    #: Spanish; any other language gets the English ones.
    language: str = "en"
    paper: Paper
    #: The title on the paper and of the PDF, so it names nobody.
    title: str
    #: Where it is drawn from, for the footer.
    source_line: str = ""
    #: In large print, where no letter is smaller than 18 points.
    large: bool = False
    #: In black and white, without a drop of colored ink.
    plain: bool = False
    #: With fields to type into where others write by hand.
    fillable: bool = False
    #: In a packet, which numbers the pages of all its sheets.
    is_part: bool = False


@dataclass(frozen=True)
class Picture:
    """A PNG, JPEG or SVG that somebody sent, to be drawn anew as a PNG."""

    content: bytes


#: What the first bytes of a file say it is, of the kinds that are kept.
BEGINNINGS = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}


def kind_of(content: bytes) -> str | None:
    """The type of a file, found in its bytes; None for a kind that is not kept."""
    return next((kind for start, kind in BEGINNINGS.items() if content.startswith(start)), None)


@dataclass(frozen=True)
class Incoming:
    """A PDF, PNG or JPEG that somebody sent, to be made safe to keep."""

    content: bytes


@dataclass(frozen=True)
class Workbook:
    """An Excel workbook that somebody sent, whose cells are to be read."""

    content: bytes


#: Whatever a process of the press can make.
Job = Sheet | Picture | Incoming | Workbook
