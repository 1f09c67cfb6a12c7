"""A PDF that somebody sent, written anew: repaired where it needs to be, whole or not at all.

A reader that repairs a file may lose a page without a word. So its warnings are read, what it
found is compared with what stands in the bytes, and each page is drawn before and after.
"""

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Name, Pdf

from practice.sandbox.upload_cleaning.cleaning import taken_out_of
from practice.sandbox.upload_cleaning.drawn_pages import refuse_if_drawn_otherwise
from practice.sandbox.upload_cleaning.page_tree import leaves_of, pages_in
from practice.sandbox.upload_cleaning.refusing import NotTaken
from practice.sandbox.upload_cleaning.streams import (
    refuse_cut_streams,
    refuse_garbled,
    shows_something,
)

MOST_PAGES = 1_000
#: The parts a PDF is made of; more would take too long to look through.
MOST_PARTS = 60_000
#: The end of one PDF and the beginning of another.
TWO_IN_A_ROW = re.compile(rb"%%EOF\s*%PDF-\d")
#: The beginning of a part of a PDF.
PART = re.compile(rb"(?<![\w.])(\d+)\s+(\d+)\s+obj\b")
#: What stands behind one part and before the next, or before the table of parts.
BETWEEN = re.compile(
    rb"\bendobj\b(.*?)(?=(?<![\w.])\d+\s+\d+\s+obj\b|\bxref\b|\btrailer\b|\bstartxref\b|%%EOF|\Z)",
    re.DOTALL,
)
#: What the reader says of a part that it could not read to its end.
CUT = re.compile(
    r"unable to recover|EOF|premature|unexpected|unknown token|invalid character"
    r"|treating .* as|parse error|loop detected while|nested too deep"
)
#: What is wrong with a file that cannot be read, as the libraries say it.
UNREADABLE = (pikepdf.PdfError, RuntimeError, ValueError, TypeError, AttributeError, KeyError)


@dataclass(frozen=True)
class Anew:
    """A PDF written anew, and what was found while it was read."""

    content: bytes
    pages: int
    #: What was taken out of it, by its key.
    taken_out: list[str]
    #: Whether it had to be repaired.
    is_repaired: bool
    #: Whether there are signs in it that a part, or a page, is missing.
    is_in_part: bool


def safe_pdf(content: bytes) -> tuple[dict[str, Any], bytes]:
    """A PDF without what acts by itself or is hidden in it, all its pages there. Raises NotTaken."""
    refuse_second_kind(content)
    try:
        made = written_anew(content)
        refuse_two_in_a_row(content, is_repaired=made.is_repaired)
        if PART.search(content[content.rfind(b"%%EOF") :]):  # what was added to it broke off
            raise NotTaken("in-part")
        if made.is_repaired:
            refuse_incomplete(content, made)
        with pikepdf.open(BytesIO(made.content)) as again:
            refuse_cut_streams(again, is_repaired=made.is_repaired)
            if made.is_repaired:
                refuse_garbled(again)
            must_show = [made.is_repaired and shows_something(page) for page in again.pages]
    except pikepdf.PasswordError:
        raise NotTaken("password") from None
    except UNREADABLE:
        raise NotTaken("damaged") from None
    refuse_if_drawn_otherwise(
        content,
        made.content,
        must_show,
        is_repaired=made.is_repaired,
        lost_marks=bool(made.taken_out),
    )
    facts = {"type": "application/pdf", "pages": made.pages, "taken_out": made.taken_out}
    return facts, made.content


def written_anew(content: bytes) -> Anew:
    """A PDF written anew, repaired where it can be. Raises NotTaken, or what pikepdf raises."""
    with pikepdf.open(BytesIO(content), suppress_warnings=True) as pdf:
        leaves = leaves_of(pdf)
        refuse_unfit(pdf, leaves)
        is_in_part = any(part is None for part in pdf.objects)
        is_in_part |= bool(pages_in(pdf, content) - set(leaves))
        gone = sorted(taken_out_of(pdf))
        made = BytesIO()
        pdf.save(made, deterministic_id=True)
        warnings = [str(one) for one in pdf.get_warnings()]
    is_in_part |= any(map(CUT.search, warnings))
    return Anew(made.getvalue(), len(leaves), gone, bool(warnings), is_in_part)


def refuse_incomplete(content: bytes, made: Anew) -> None:
    """Raise NotTaken for a repaired PDF in which a part may be missing."""
    if made.is_in_part or any(map(has_twins, content.split(b"%%EOF"))) or has_strays(content):
        raise NotTaken("in-part")


def refuse_two_in_a_row(content: bytes, *, is_repaired: bool) -> None:
    """Raise NotTaken for two PDFs in one file; what was added to a first one leads back to it."""
    second = TWO_IN_A_ROW.search(content)
    if second and (is_repaired or b"/Prev" not in content[second.start() :]):
        raise NotTaken("two-files")


def has_twins(revision: bytes) -> bool:
    """Whether two parts written at one time have the same number, or one has only its end."""
    numbers = PART.findall(revision)
    return len(set(numbers)) < len(numbers) or revision.count(b"endobj") > len(numbers)


def refuse_second_kind(content: bytes) -> None:
    """Raise NotTaken for a PDF with an archive after its end.

    An archive inside, such as a document attached to a letter, is taken out with the attachment.
    """
    after = content[content.rfind(b"%%EOF") :]
    if b"PK\x05\x06" in after and zipfile.is_zipfile(BytesIO(content)):
        raise NotTaken("two-kinds")


def has_strays(content: bytes) -> bool:
    """Whether something stands between two parts that belongs to none: it was part of one."""
    between = (found.strip() for found in BETWEEN.findall(content))
    return any(found and not found.startswith(b"%") for found in between)


def refuse_unfit(pdf: Pdf, leaves: list[tuple[int, int]]) -> None:
    """Raise NotTaken for a PDF without pages, with too many parts, or that needs Adobe's program."""
    if len(pdf.objects) > MOST_PARTS or len(leaves) > MOST_PAGES:
        raise NotTaken("large")
    if not leaves:
        raise NotTaken("no-pages")
    if len(pdf.pages) != len(leaves):
        raise NotTaken("in-part")
    if not all(page.obj.get("/Type") == Name.Page for page in pdf.pages):
        raise NotTaken("damaged")
    if pdf.Root.get("/NeedsRendering", False):
        raise NotTaken("made-while-open")
