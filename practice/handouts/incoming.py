"""Makes something safe to keep out of a file that somebody sent: a PDF, a PNG or a JPEG.

Only the press's own processes import this, because a file can be made to break, or to exhaust,
whatever reads it. What it is, is found in its bytes. A picture is drawn anew, so nothing of the
file is kept but what it looks like. A PDF is written anew without whatever acts by itself or is
hidden in it.
"""

import json
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf
from PIL import Image, ImageOps

from practice.handouts.sheet import kind_of

#: A picture of more pixels is refused before any is decoded.
MOST_PIXELS = 40_000_000
#: The largest side of a picture that is kept, in pixels: a sheet of paper at 400 dots an inch.
LARGEST_SIDE = 5_000
MOST_PAGES = 1_000
#: The parts a PDF is made of; more would take too long to look through.
MOST_PARTS = 60_000
#: How deeply lists may stand within lists.
DEEPEST = 60
#: Entries of a PDF that act, lead outside or hold other files, and what each is called.
TAKEN_OUT = {
    "/JS": "scripts",
    "/JavaScript": "scripts",
    "/AA": "scripts",
    "/EmbeddedFiles": "files",
    "/EF": "files",
    "/AF": "files",
    "/Collection": "files",
    "/XFA": "forms",
    "/Renditions": "media",
    "/RichMediaContent": "media",
    "/RichMediaSettings": "media",
    "/3DD": "media",
    "/URI": "links",
}
#: Entries that hold an action.
ACTIONS = ("/A", "/PA", "/OpenAction")
#: Entries of a stream that lead to another file.
OUTSIDE = ("/F", "/Ref")
#: Marks on a page that play, hold or open something, by what they are called.
MARKS = {
    "/FileAttachment": "files",
    "/RichMedia": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/Screen": "media",
    "/3D": "media",
}
#: The only action that stays: to another page of the same document.
STAYS = "/GoTo"


class NotTaken(Exception):
    """A file is refused; the message is the key of the reason."""


def taken(content: bytes) -> bytes:
    """A line of JSON, then the file as it may be kept.

    The line tells `type`, `pages` of a PDF and what was `taken_out`; or, with nothing after it,
    why the file is `refused`.
    """
    try:
        facts, made = safe(content)
    except NotTaken as reason:
        facts, made = {"refused": str(reason)}, b""
    return json.dumps(facts).encode() + b"\n" + made


def safe(content: bytes) -> tuple[dict[str, Any], bytes]:
    """What the file is, and the file made anew. Raises NotTaken."""
    kind = kind_of(content)
    if kind is None:
        raise NotTaken("phone" if content[4:8] == b"ftyp" else "kind")
    if zipfile.is_zipfile(BytesIO(content)):
        raise NotTaken("two-kinds")
    if kind == "application/pdf":
        return safe_pdf(content)
    return {"type": kind}, drawn_anew(content, kind)


def drawn_anew(content: bytes, kind: str) -> bytes:
    """A picture as a picture of our own making, upright. Raises NotTaken."""
    its_format = kind.removeprefix("image/").upper()
    try:
        with Image.open(BytesIO(content), formats=(its_format,)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise NotTaken("pixels")
            plain = in_eight_bits(ImageOps.exif_transpose(picture))
    except Image.DecompressionBombError:
        raise NotTaken("pixels") from None
    except (OSError, ValueError, SyntaxError):
        raise NotTaken("damaged") from None
    plain.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    canvas = Image.new(plain.mode, plain.size)  # what is only pixels brings nothing else along
    canvas.paste(plain)
    made = BytesIO()
    canvas.save(made, its_format, **({"quality": 88} if its_format == "JPEG" else {}))
    return made.getvalue()


def in_eight_bits(picture: Image.Image) -> Image.Image:
    """A picture in one of the three ways that we keep pictures: gray, colors, colors on clear."""
    if picture.mode.startswith("I"):  # gray in sixteen bits
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    return picture.convert("L" if picture.mode in ("1", "L") else "RGB")


def safe_pdf(content: bytes) -> tuple[dict[str, Any], bytes]:
    """A PDF without what acts by itself or is hidden in it. Raises NotTaken."""
    try:
        with pikepdf.open(BytesIO(content), attempt_recovery=False) as pdf:
            refuse_unfit(pdf)
            gone = sorted(taken_out_of(pdf))
            made = BytesIO()
            pdf.save(made, deterministic_id=True)
            return {
                "type": "application/pdf",
                "pages": len(pdf.pages),
                "taken_out": gone,
            }, made.getvalue()
    except pikepdf.PasswordError:
        raise NotTaken("password") from None
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, AttributeError, KeyError):
        raise NotTaken("damaged") from None


def refuse_unfit(pdf: Pdf) -> None:
    """Raise NotTaken for a PDF without pages, with too many parts, or that needs Adobe's program."""
    if len(pdf.objects) > MOST_PARTS or len(pdf.pages) > MOST_PAGES:
        raise NotTaken("large")
    if not len(pdf.pages) or not all(page.obj.get("/Type") == Name.Page for page in pdf.pages):
        raise NotTaken("damaged")
    if pdf.Root.get("/NeedsRendering", False):
        raise NotTaken("made-while-open")


def taken_out_of(pdf: Pdf) -> set[str]:
    """Take out of a PDF whatever acts, leads outside or is hidden; the kinds that were there."""
    gone: set[str] = set()
    if "/Perms" in pdf.Root or "/SigFlags" in pdf.Root.get("/AcroForm", {}):
        gone.add("signature")
    for part in pdf.objects:
        for entries in dictionaries_in(part):
            gone |= cleared(entries)
    return gone


def dictionaries_in(part: Object, depth: int = 0) -> Iterator[Object]:
    """Every dictionary in a part of a PDF, but not in the parts that it leads to."""
    if depth > DEEPEST:
        raise NotTaken("damaged")
    if isinstance(part, Array):
        inner = list(part)
    elif isinstance(part, Dictionary | pikepdf.Stream):
        yield part
        inner = [part[key] for key in part.keys()]  # noqa: SIM118  # a stream is no mapping
    else:
        return
    for one in inner:
        if isinstance(one, Object) and not one.is_indirect:
            yield from dictionaries_in(one, depth + 1)


def cleared(entries: Object) -> set[str]:
    """Clear one dictionary of what may not stay; the kinds that were there."""
    gone = set()
    for key in list(entries.keys()):
        if key in TAKEN_OUT:
            gone.add(TAKEN_OUT[key])
            del entries[key]
        elif key in ACTIONS and is_dictionary(entries[key]) and acts(entries[key]):
            gone.add(action_called(entries[key]))
            del entries[key]
        elif key == "/Next" and "/S" in entries:  # what an action leads on to
            gone.add("scripts")
            del entries[key]
        elif key in OUTSIDE and isinstance(entries, pikepdf.Stream):
            gone.add("files")
            del entries[key]
        elif key == "/Annots" and isinstance(entries[key], Array):
            gone |= without_marks(entries)
    return gone


def is_dictionary(value: Any) -> bool:
    """Whether a value has entries."""
    return isinstance(value, Dictionary)


def acts(action: Object) -> bool:
    """Whether an action does anything but lead to a page of the same document."""
    return "/S" in action and str(action.S) != STAYS


def action_called(action: Object) -> str:
    """What an action that was taken out is called."""
    return {"/URI": "links", "/GoToR": "links", "/GoToE": "files"}.get(str(action.S), "scripts")


def without_marks(page: Object) -> set[str]:
    """Take the marks off a page that play, hold or open something; the kinds that were there."""
    gone, stay = set(), []
    for mark in page.Annots:
        kind = str(mark.get("/Subtype")) if is_dictionary(mark) else ""
        if kind in MARKS:
            gone.add(MARKS[kind])
        else:
            stay.append(mark)
    if gone:
        page.Annots = Array(stay)
    return gone
