"""Makes a logo out of a picture that somebody sent: never trusted, always drawn anew, and looked at.

Only the press's own processes import this, because a picture can be made to break, or to exhaust,
whatever decodes it.
"""

import json
from io import BytesIO
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from PIL import Image, ImageChops, ImageFilter

from practice.handouts.drawing import drawn, is_drawing
from practice.sandbox.upload_cleaning import picture_format
from practice.sandbox.upload_cleaning.pictures import (
    arrived,
    drawn_anew,
    opened,
    whole_pictures_only,
)
from practice.sandbox.upload_cleaning.refusing import NotTaken

#: The largest side of the logo that is kept, in pixels: two inches at 300 dots an inch.
LARGEST = 600
#: Of 256 grays, what is seen on white paper, and what is seen well.
SEEN, SEEN_WELL = 245, 200
#: Of 256, how much of a color must be there to count as drawn.
DRAWN = 128
#: So much of the edge between what is drawn and what is clear may be white: of a hundred.
MOST_WHITE_EDGE = 25
#: What a picture that is invisible on white is shown on.
DARK = "#20262a"


def logo_from(content: bytes) -> bytes:
    """A line of JSON, then a picture that somebody sent as a PNG of our own making, on white.

    The line tells what there is to say of it, `notes`; or why it is `refused`, and then a picture
    may follow that shows what is the matter. No side is longer than `LARGEST` pixels. Nothing of
    the file is kept but what it looks like.
    """
    try:
        facts, picture = logo(content)
    except NotTaken as reason:
        facts, picture = {"refused": str(reason)}, None
    made = BytesIO()
    if picture is not None:
        picture.save(made, "PNG", optimize=True)
    return json.dumps(facts).encode() + b"\n" + made.getvalue()


def logo(content: bytes) -> tuple[dict[str, object], Image.Image]:
    """What there is to say of a logo, and the logo. Raises NotTaken."""
    if not content.strip(b"\0 \t\r\n"):
        raise NotTaken("empty")
    notes: set[str] = set()
    if is_drawing(content):
        try:
            content, notes = drawn(content, LARGEST)
        except (ValueError, ParseError, DefusedXmlException, UnicodeError):
            raise NotTaken("unreadable") from None
    picture = pixels_of(content)
    picture.thumbnail((LARGEST, LARGEST))
    on_paper = put_on(picture, "white")
    if not picture.getchannel("A").getbbox():
        raise NotTaken("blank")
    darkest = next(gray for gray, count in enumerate(on_paper.convert("L").histogram()) if count)
    if darkest > SEEN:
        if is_of_one_color(picture):
            raise NotTaken("blank")
        return {"refused": "invisible"}, put_on(picture, DARK)
    if darkest > SEEN_WELL:
        notes.add("pale")
    if is_partly_white(picture):
        notes.add("partly-white")
    return {"notes": sorted(notes)}, on_paper


def pixels_of(content: bytes) -> Image.Image:
    """A picture's pixels, in colors on clear. Raises NotTaken."""
    its_format = picture_format(content)
    if its_format is None:
        raise NotTaken("unreadable")
    if not arrived(content, its_format):
        raise NotTaken("in-part")
    with whole_pictures_only(), opened(content, its_format) as picture:
        return drawn_anew(picture).convert("RGBA")


def put_on(picture: Image.Image, ground: str) -> Image.Image:
    """A picture on a ground of one color."""
    on_ground = Image.new("RGB", picture.size, ground)
    on_ground.paste(picture, mask=picture)
    return on_ground


def is_of_one_color(picture: Image.Image) -> bool:
    """Whether nothing can be made out in a picture on any ground: a sheet of white."""
    return picture.getcolors(maxcolors=1) is not None


def is_partly_white(picture: Image.Image) -> bool:
    """Whether much of what is drawn on a clear ground is white there, and will not be seen."""
    drawn_here = picture.getchannel("A").point(lambda value: 255 * (value >= DRAWN))
    clear = ImageChops.invert(drawn_here).filter(ImageFilter.MaxFilter(5))
    edge = ImageChops.multiply(drawn_here, clear)
    white = put_on(picture, "white").convert("L").point(lambda value: 255 * (value > SEEN))
    white_edge = ImageChops.multiply(edge, white)
    whole = edge.histogram()[255]
    return white_edge.histogram()[255] * 100 > whole * MOST_WHITE_EDGE
