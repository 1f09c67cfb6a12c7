"""Makes a logo out of a picture that somebody sent: never trusted, always drawn anew.

Only the press's own processes import this, because a picture can be made to break, or to exhaust,
whatever decodes it.
"""

from io import BytesIO
from xml.etree.ElementTree import Element, tostring

import resvg_py
from defusedxml import ElementTree
from PIL import Image, ImageOps

#: The largest side of the logo that is kept, in pixels: two inches at 300 dots an inch.
LARGEST = 600
#: A picture of more pixels is refused before any is decoded.
MOST_PIXELS = 40_000_000
SVG = "{http://www.w3.org/2000/svg}"
#: What may stand in a drawing: shapes, words and their colours. Pictures within it, scripts,
#: foreign content and links may not.
SHAPES = {
    *("svg", "g", "defs", "symbol", "use", "title", "desc", "style", "text", "tspan"),
    *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
    *("linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern"),
}


def logo_from(content: bytes) -> bytes:
    """A PNG, JPEG or SVG as a PNG of our own making on white, no side longer than `LARGEST` pixels.

    Nothing of the file is kept but what it looks like. Raises ValueError, or what the decoder
    raises, when it is none of the three.
    """
    if content.lstrip()[:1] == b"<":
        content = drawn(content)
    with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
    upright.thumbnail((LARGEST, LARGEST))
    on_paper = Image.new("RGB", upright.size, "white")
    on_paper.paste(upright, mask=upright)
    made = BytesIO()
    on_paper.save(made, "PNG", optimize=True)
    return made.getvalue()


def drawn(content: bytes) -> bytes:
    """An SVG as a PNG. Raises ValueError or ParseError when it is none, or brings entities."""
    root = ElementTree.fromstring(content, forbid_dtd=False)
    if root.tag != f"{SVG}svg":
        raise ValueError("no drawing")
    keep_shapes(root)
    return bytes(
        resvg_py.svg_to_bytes(svg_string=tostring(root, encoding="unicode"), width=LARGEST)
    )


def keep_shapes(element: Element) -> None:
    """Take out of a drawing all that is not a shape, and every reference out of it."""
    for child in list(element):
        if str(child.tag).removeprefix(SVG) in SHAPES:
            keep_shapes(child)
        else:
            element.remove(child)
    for name, value in list(element.attrib.items()):
        is_link = name.rpartition("}")[2] == "href"
        if name.startswith("on") or (is_link and not value.startswith("#")):
            del element.attrib[name]
