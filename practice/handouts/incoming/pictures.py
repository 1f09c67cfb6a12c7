"""A picture that somebody sent, drawn anew: upright, in the colors of a screen, whole or not at all."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps

from practice.handouts.incoming.jpeg import arrived, nothing_filled_up
from practice.handouts.incoming.refusing import NotTaken

#: A picture of more pixels is refused before any is decoded.
MOST_PIXELS = 80_000_000
#: A JPEG may have more, because it is made smaller while it is decoded.
MOST_PIXELS_OF_A_JPEG = 170_000_000
#: The largest side of a picture that is kept, in pixels: a sheet of paper at 400 dots an inch.
LARGEST_SIDE = 5_000
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
    if its_format == "JPEG" and not arrived(content):
        raise NotTaken("in-part")
    with whole_pictures_only(), opened(content, its_format) as picture:
        frames = pages_of(picture) if its_format == "TIFF" else [0]
        if len(frames) > 1:
            from practice.handouts.incoming.scans import bound_as_pdf  # noqa: PLC0415

            return bound_as_pdf(picture, frames)
        was_large = max(picture.size) > LARGEST_SIDE
        plain = drawn_anew(picture)
        kept_as = its_format if its_format in KEPT else fitting_format(plain)
        facts = {"type": f"image/{kept_as.lower()}", "changed": ["smaller"] if was_large else []}
        if kept_as != its_format:
            facts["changed"] += [kept_as.lower()]
        if its_format == "HEIF" and getattr(picture, "n_frames", 1) > 1:
            facts["changed"] += ["first"]
        return facts, written(plain, kept_as)


@contextmanager
def whole_pictures_only() -> Iterator[None]:
    """Decode only what is there to its end. Raises NotTaken for what is not."""
    try:
        with nothing_filled_up():
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
        smaller = in_eight_bits(picture)
        smaller.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
        smaller.info = picture.info
        smaller.getexif().update(picture.getexif())
        picture = smaller
    plain = in_eight_bits(ImageOps.exif_transpose(picture))
    canvas = Image.new(plain.mode, plain.size)  # what is only pixels brings nothing else along
    canvas.paste(plain)
    return canvas


def in_eight_bits(picture: Image.Image) -> Image.Image:
    """A picture in one of the three ways that we keep pictures: gray, colors, colors on clear."""
    if picture.mode.startswith("I"):  # gray in sixteen bits
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode == "F":
        return in_its_own_range(picture)
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    return picture.convert("L" if picture.mode in ("1", "L") else "RGB")


def in_its_own_range(picture: Image.Image) -> Image.Image:
    """A gray picture of any numbers, from its darkest to its lightest."""
    darkest, lightest = picture.getextrema()
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
