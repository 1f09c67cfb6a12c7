"""A picture that somebody sent, drawn anew: upright, in the colors of a screen, whole or not at all."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps

from practice.sandbox.upload_cleaning import jpeg
from practice.sandbox.upload_cleaning.refusing import NotTaken

#: A picture of more pixels is refused before any is decoded.
MOST_PIXELS = 80_000_000
#: A JPEG may have more, because it is made smaller while it is decoded.
MOST_PIXELS_OF_A_JPEG = 170_000_000
#: The largest side of a picture that is kept, in pixels: a sheet of paper at 400 dots an inch.
LARGEST_SIDE = 5_000
#: How every PNG begins.
PNG = b"\x89PNG\r\n\x1a\n"
#: The kinds that are kept as they are, by what Pillow calls them; the others become one of these.
KEPT = ("PNG", "JPEG")
#: Of a page of a TIFF: that it is only another page made small.
SMALL_COPY = 1
#: What tells of a TIFF's page whether it is one.
SUBFILE = 254


def safe_picture(content: bytes, its_format: str) -> tuple[dict[str, Any], bytes]:
    """What a picture is kept as, and the picture made anew. Raises NotTaken.

    A TIFF of several pages becomes a PDF.
    """
    if zipfile.is_zipfile(BytesIO(content)):
        raise NotTaken("two-kinds")
    if not arrived(content, its_format):
        raise NotTaken("in-part")
    with whole_pictures_only(), opened(content, its_format) as picture:
        if its_format == "TIFF" and picture.info.get("compression") != "raw":
            refuse_room(content)
        frames = pages_of(picture) if its_format == "TIFF" else [0]
        if len(frames) > 1:
            from practice.sandbox.upload_cleaning.scans import bound_as_pdf  # noqa: PLC0415

            return bound_as_pdf(picture, frames)
        was_large = max(picture.size) > LARGEST_SIDE
        plain = drawn_anew(picture)
        kept_as = its_format if its_format in KEPT else fitting_format(plain)
        changed = ["smaller"] if was_large else []
        if kept_as != its_format:
            changed.append(kept_as.lower())
        if its_format == "HEIF" and getattr(picture, "n_frames", 1) > 1:
            changed.append("first")
        return {"type": f"image/{kept_as.lower()}", "changed": changed}, written(plain, kept_as)


def arrived(content: bytes, its_format: str) -> bool:
    """Whether all of a picture arrived, as far as its bytes tell without decoding it."""
    if its_format == "JPEG":
        return jpeg.arrived(content)
    if its_format == "PNG":
        return has_whole_chunks(content)
    return its_format != "HEIF" or not content.endswith(jpeg.ROOM)


def has_whole_chunks(content: bytes) -> bool:
    """Whether a PNG goes on from part to part to its last; that one alone may be missing."""
    at = len(PNG)
    while at < len(content):
        size, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        if kind == b"IEND":
            return True
        if not kind.isalpha() or at + 12 + size > len(content):
            return False
        at += 12 + size
    return True


def refuse_room(content: bytes) -> None:
    """Raise NotTaken for packed pixels that end in empty bytes: room kept for what never came."""
    if content.endswith(jpeg.ROOM):
        raise NotTaken("in-part")


@contextmanager
def whole_pictures_only() -> Iterator[None]:
    """Decode only what is there to its end. Raises NotTaken for what is not."""
    try:
        with jpeg.nothing_filled_up():
            yield
    except Image.DecompressionBombError:
        raise NotTaken("pixels") from None
    except (OSError, ValueError, SyntaxError, EOFError, RuntimeError, TypeError, KeyError) as fault:
        said = str(fault)
        is_cut = "truncated" in said or "end of file" in said.lower()
        raise NotTaken("in-part" if is_cut else "damaged-picture") from None


@contextmanager
def opened(content: bytes, its_format: str) -> Iterator[Image.Image]:
    """A picture of one kind, none of it decoded yet. Raises NotTaken, or what Pillow raises."""
    if its_format == "HEIF":
        import pillow_heif  # noqa: PLC0415  # only for who sends one

        pillow_heif.options.DECODE_THREADS = 1
        pillow_heif.register_heif_opener(thumbnails=False)
    with Image.open(BytesIO(content), formats=(its_format,)) as picture:
        refuse_too_many(picture)
        yield picture


def refuse_too_many(picture: Image.Image) -> None:
    """Raise NotTaken for a picture of more pixels than are decoded."""
    most = MOST_PIXELS_OF_A_JPEG if picture.format in ("JPEG", "MPO") else MOST_PIXELS
    if picture.width * picture.height > most:
        raise NotTaken("pixels")


def pages_of(picture: Image.Image) -> list[int]:
    """The pages of a TIFF by number, without small copies of others."""
    pages = []
    for number in range(getattr(picture, "n_frames", 1)):
        picture.seek(number)
        if not getattr(picture, "tag_v2", {}).get(SUBFILE, 0) & SMALL_COPY:
            pages.append(number)
    picture.seek(pages[0] if pages else 0)
    return pages or [0]


def drawn_anew(picture: Image.Image) -> Image.Image:
    """The pixels of a picture and nothing else of it: upright, no side longer than we keep.

    It is made smaller before anything else is done to it, so that little is held at once.
    """
    picture.draft(None, (LARGEST_SIDE, LARGEST_SIDE))  # a JPEG is decoded small
    picture.load()
    if max(picture.size) > LARGEST_SIDE:
        picture = made_smaller(picture)
    plain = in_eight_bits(ImageOps.exif_transpose(picture))
    canvas = Image.new(plain.mode, plain.size)  # what is only pixels brings nothing else along
    canvas.paste(plain)
    return canvas


def made_smaller(picture: Image.Image) -> Image.Image:
    """A picture no side of which is longer than we keep; it still says which way up it is.

    One color is made smaller after the other, because all at once take several times the memory.
    """
    plain, share = in_eight_bits(picture), LARGEST_SIDE / max(picture.size)
    size = (max(1, round(picture.width * share)), max(1, round(picture.height * share)))
    bands = [plain.getchannel(band).resize(size, reducing_gap=2) for band in plain.getbands()]
    smaller = Image.merge(plain.mode, bands)
    smaller.getexif().update(picture.getexif())
    return smaller


def in_eight_bits(picture: Image.Image) -> Image.Image:
    """A picture in one of the three ways that we keep pictures: gray, colors, colors on clear."""
    if picture.mode.startswith("I"):  # gray in sixteen bits
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode == "F":
        return in_its_own_range(picture)
    mode = "L" if picture.mode in ("1", "L") else "RGB"
    mode = "RGBA" if picture.has_transparency_data else mode
    return picture if picture.mode == mode else picture.convert(mode)


def in_its_own_range(picture: Image.Image) -> Image.Image:
    """A gray picture of any numbers, from its darkest to its lightest."""
    darkest, lightest = (float(one) for one in picture.getextrema())  # type: ignore[arg-type]
    step = 255 / ((lightest - darkest) or 1)
    return picture.point(lambda value: value * step - darkest * step).convert("L")


def fitting_format(picture: Image.Image) -> str:
    """What a picture of another kind is kept as: PNG for gray and clear ones, JPEG for colors."""
    return "JPEG" if picture.mode == "RGB" else "PNG"


def written(picture: Image.Image, its_format: str) -> bytes:
    """A picture's bytes."""
    made = BytesIO()
    picture.save(made, its_format, **({"quality": 88} if its_format == "JPEG" else {}))
    return made.getvalue()
