"""Each page of a PDF drawn as viewers draw it, before and after it was written anew."""

from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageChops
from pypdfium2 import PdfDocument, PdfiumError, PdfPage

from practice.sandbox.upload_cleaning.refusing import NotTaken

#: The longer side of a page as it is drawn, in pixels: a word of it is seen.
SIDE = 600
#: From one of 256 grays to another, what is seen as different.
SEEN = 40
#: So many pixels in ten thousand may differ: the same words, set by the same letters, do not.
STRAY = 2


def refuse_if_drawn_otherwise(
    before: bytes, after: bytes, must_show: list[bool], *, is_repaired: bool, lost_marks: bool
) -> None:
    """Raise NotTaken unless each page looks as it did, and shows something where it must.

    With `lost_marks`, such as a pin for an attachment, a page may look as it did without them. A
    file that was repaired may also look as it does to a viewer that looks for its parts anew.
    """
    with opened(after) as new:
        refuse_empty(new, must_show)
        try:
            refuse_different(before, new, is_repaired=is_repaired, lost_marks=lost_marks)
        except NotTaken:
            if not is_repaired:
                raise
            searched = before.replace(b"startxref", b"startnone")
            refuse_different(searched, new, is_repaired=True, lost_marks=lost_marks)


def refuse_empty(new: PdfDocument, must_show: list[bool]) -> None:
    """Raise NotTaken when a page that must show something is empty, or most of it is outside."""
    if len(new) != len(must_show):
        raise NotTaken("in-part")
    for number, must in enumerate(must_show):
        if must and (is_empty(drawn(new, number)) or is_mostly_outside(new, number)):
            raise NotTaken("in-part")


def refuse_different(
    before: bytes, new: PdfDocument, *, is_repaired: bool, lost_marks: bool
) -> None:
    """Raise NotTaken unless each page looks as it did."""
    with opened(before) as old:
        if is_repaired and len(old) != len(new):
            raise NotTaken("in-part")
        for number in range(min(len(old), len(new))):  # its count may be wrong, not its tree
            if differ(drawn(old, number), drawn(new, number)) and not (
                lost_marks
                and not differ(drawn(old, number, marks=False), drawn(new, number, marks=False))
            ):
                raise NotTaken("otherwise")


@contextmanager
def opened(content: bytes) -> Iterator[PdfDocument]:
    """A PDF opened for drawing. Raises NotTaken when it cannot be."""
    try:
        pdf = PdfDocument(content)
    except PdfiumError:
        raise NotTaken("damaged") from None
    try:
        yield pdf
    finally:
        pdf.close()


@contextmanager
def page_of(pdf: PdfDocument, number: int) -> Iterator[PdfPage]:
    """One page. Raises NotTaken when it cannot be read."""
    try:
        page = pdf[number]
    except PdfiumError:
        raise NotTaken("in-part") from None
    try:
        yield page
    finally:
        page.close()


def drawn(pdf: PdfDocument, number: int, *, marks: bool = True) -> Image.Image:
    """One page in grays, small. Raises NotTaken when it cannot be read."""
    with page_of(pdf, number) as page:
        longer = max(*page.get_size(), 1.0)
        bitmap = page.render(scale=SIDE / longer, grayscale=True, draw_annots=marks)
        try:
            picture: Image.Image = bitmap.to_pil().copy()
        finally:
            bitmap.close()
    return picture


def differ(before: Image.Image, after: Image.Image) -> bool:
    """Whether two drawings of a page are seen to differ."""
    if before.size != after.size:
        return True
    difference = ImageChops.difference(before, after)
    if difference.getbbox() is None:
        return False
    seen = sum(difference.histogram()[SEEN:])
    return seen * 10_000 > STRAY * before.width * before.height


def is_empty(page: Image.Image) -> bool:
    """Whether a drawing is of one color."""
    darkest, lightest = page.getextrema()
    return bool(darkest == lightest)


def is_mostly_outside(pdf: PdfDocument, number: int) -> bool:
    """Whether more than half of what is drawn for a page lies beyond its edges."""
    with page_of(pdf, number) as page:
        left, bottom, right, top = page.get_bbox()
        inside, outside = 0, 0
        for part in page.get_objects(max_depth=1):
            try:
                its_left, its_bottom, its_right, its_top = part.get_bounds()
            except PdfiumError:
                continue
            across, up = (its_left + its_right) / 2, (its_bottom + its_top) / 2
            is_inside = left <= across <= right and bottom <= up <= top
            inside, outside = inside + is_inside, outside + (not is_inside)
    return outside > inside
