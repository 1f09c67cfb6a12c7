"""A drawing (SVG) that somebody sent, as pixels: its shapes, its pictures, its words in our letters.

Only the press's own processes import this. Nothing is read from outside the file, and what runs,
moves or leads outside is taken out before it is drawn.
"""

import gzip
import re
from base64 import b64decode
from binascii import Error as NoBase64
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes
from xml.etree.ElementTree import Element, ParseError, tostring

import resvg_py
from defusedxml import EntitiesForbidden
from defusedxml.ElementTree import DefusedXMLParser
from PIL import Image

SVG = "{http://www.w3.org/2000/svg}"
#: What may stand in a drawing: shapes, words, pictures, and how they are painted.
SHAPES = {
    *("svg", "g", "a", "switch", "defs", "symbol", "use", "title", "desc", "style", "image"),
    *("text", "tspan", "textPath", "tref", "path", "rect", "circle", "ellipse", "line", "polyline"),
    *("polygon", "linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern"),
    *("marker", "filter", "feBlend", "feColorMatrix", "feComponentTransfer", "feComposite"),
    *("feConvolveMatrix", "feDiffuseLighting", "feDisplacementMap", "feDistantLight"),
    *("feDropShadow", "feFlood", "feFuncA", "feFuncB", "feFuncG", "feFuncR", "feGaussianBlur"),
    *("feMerge", "feMergeNode", "feMorphology", "feOffset", "fePointLight"),
    *("feSpecularLighting", "feSpotLight", "feTile", "feTurbulence"),
}
#: What runs, leads outside or holds another page; whatever else is not drawn is only left out.
OUTSIDE = {"script", "foreignObject", "iframe", "feImage", "audio", "video", "handler"}
WORDS = {"text", "tspan", "textPath"}
#: Our letters, with and without serifs.
FONTS = sorted(str(file) for file in (Path(__file__).parent / "fonts").glob("*.ttf"))
SANS, SERIF = "Atkinson Hyperlegible Next", "Source Serif 4"
#: The letters that a drawing asks for, which are not ours to draw with.
FAMILY = re.compile(r"(font-family\s*:\s*)([^;}]+)", re.IGNORECASE)
WITH_SERIFS = re.compile(
    r"(?<!sans-)(?<!sans )serif|times|georgia|garamond|roman|cursive|didot|bodoni|baskerville"
    r"|palatino|cambria|minion|caslon|playfair",
    re.IGNORECASE,
)
SHORTHAND = re.compile(r"(?<![-\w])font\s*:[^;}]+", re.IGNORECASE)
SIZE = re.compile(r"(\d+(?:\.\d+)?)(px|pt|em|mm|cm|in|pc|%)?")
#: What loads something from outside, in a drawing's style.
LOADS = re.compile(
    r"@import[^;]*;?|@font-face\s*\{[^}]*\}|url\(\s*['\"]?(?!['\"]?\s*#)[^)]*\)", re.I
)
#: The most that a packed drawing is unpacked to, in bytes.
MOST_BYTES = 10_000_000
#: The text that a drawing may have a short name for, and how many such names.
PLAIN, MOST_ENTITIES = re.compile(r"[^&<%]{0,200}"), 100
#: The most pixels of a picture within a drawing.
MOST_PIXELS = 25_000_000
#: The addresses that hold a picture, and what Pillow calls its kind.
HELD = re.compile(r"\s*data:image/(png|jpe?g|gif|webp)((?:\s*;[^,]*)?),(.*)", re.I | re.S)
DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")


def is_drawing(content: bytes) -> bool:
    """Whether a file begins as a drawing does, packed or in any encoding of its letters."""
    start = (
        content[:2] == b"\x1f\x8b" or content.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1] == b"<"
    )
    return bool(start)


def drawn(content: bytes, width: int) -> tuple[bytes, set[str]]:
    """A drawing as a PNG of a width, and what was done to it: `words` or `outside`.

    `words` when words are set in our letters, `outside` when something was taken out. Raises
    ValueError or ParseError when it is no drawing.
    """
    root = read(unpacked(content))
    if root.tag == "svg":  # its namespace was forgotten
        for element in root.iter():
            element.tag = f"{SVG}{element.tag}"
    if root.tag != f"{SVG}svg":
        raise ValueError("no drawing")
    done = keep_shapes(root)
    if any(str(element.tag).removeprefix(SVG) in WORDS for element in root.iter()):
        done.add("words")
    sized(root)
    png = resvg_py.svg_to_bytes(
        svg_string=tostring(root, encoding="unicode"),
        width=width,
        dpi=96,
        skip_system_fonts=True,
        font_files=FONTS,
        font_family=SANS,
        sans_serif_family=SANS,
        serif_family=SERIF,
        monospace_family=SANS,
        cursive_family=SERIF,
        fantasy_family=SANS,
        languages=["en"],
    )
    return bytes(png), done


def unpacked(content: bytes) -> bytes:
    """A drawing that may have been packed. Raises ValueError when it is too much, or damaged."""
    if content[:2] != b"\x1f\x8b":
        return content
    try:
        with gzip.open(BytesIO(content)) as file:
            unpacked_bytes = file.read(MOST_BYTES + 1)
    except (OSError, EOFError) as fault:
        raise ValueError("no drawing") from fault
    if len(unpacked_bytes) > MOST_BYTES:
        raise ValueError("too much")
    return unpacked_bytes


class OwnEntities(DefusedXMLParser):
    """Reads a drawing with short names of its own, for a few words each, and none within another.

    Illustrator writes the names of its namespaces so.
    """

    def __init__(self) -> None:
        super().__init__(forbid_dtd=False, forbid_entities=True, forbid_external=True)
        self.names = 0

    def defused_entity_decl(
        self, name: str, is_parameter: bool, value: str | None, *_: Any
    ) -> None:
        """Allow a short name for plain words. Raises EntitiesForbidden for any other."""
        self.names += 1
        is_plain = value is not None and PLAIN.fullmatch(value)
        if not is_plain or is_parameter or self.names > MOST_ENTITIES:
            raise EntitiesForbidden(name, value, None, None, None, None)

    def defused_external_entity_ref_handler(self, *_: object) -> bool:
        """Leave out what a document type refers to: nothing is read from outside."""
        return True


def read(content: bytes) -> Element:
    """A drawing's root. Raises ValueError or ParseError when it cannot be read."""
    try:
        return parsed(content.lstrip(b" \t\r\n"))
    except (ParseError, ValueError):
        text = DECLARED.sub("", in_letters(content))  # it may say an encoding that it is not in
        return parsed(text.encode())


def parsed(content: bytes) -> Element:
    """The root of a text in XML."""
    parser = OwnEntities()
    parser.feed(content)
    root: Element = parser.close()
    return root


def in_letters(content: bytes) -> str:
    """The text of a drawing, by its byte order mark, as UTF-8 or else as Windows writes it."""
    for mark, encoding in (
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
        (b"\xef\xbb\xbf", "utf-8-sig"),
    ):
        if content.startswith(mark):
            return content.decode(encoding)
    if content[1:2] == b"\0" or content[:1] == b"\0":
        return content.decode("utf-16-le" if content[1:2] == b"\0" else "utf-16-be")
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def keep_shapes(element: Element) -> set[str]:
    """Take out of a drawing all that is no shape, and every reference out of it; what was done."""
    done = set()
    if str(element.tag) == f"{SVG}style":
        element.text, loads = ours(element.text or "")
        done |= loads
    for child in list(element):
        name = str(child.tag).removeprefix(SVG)
        if name not in SHAPES or (name == "image" and not holds_picture(child)):
            if name == "image" or (name in OUTSIDE and element.tag != f"{SVG}switch"):
                done.add("outside")  # a switch has another part for who cannot draw this one
            keep_tail(element, child)
            element.remove(child)
        else:
            done |= keep_shapes(child)
    return done | keep_attributes(element)


def keep_tail(element: Element, child: Element) -> None:
    """Keep the words behind a part that is taken out of a line of words."""
    before = list(element)[: list(element).index(child)]
    if before:
        before[-1].tail = (before[-1].tail or "") + (child.tail or "")
    else:
        element.text = (element.text or "") + (child.tail or "")


def keep_attributes(element: Element) -> set[str]:
    """Take out what runs and what leads outside, and the letters that are asked for."""
    done = set()
    for name, value in list(element.attrib.items()):
        plain = name.rpartition("}")[2]
        if plain == "href" and not (value.startswith("#") or element.tag == f"{SVG}image"):
            del element.attrib[name]
            done |= set() if element.tag == f"{SVG}a" else {"outside"}
        elif plain.startswith("on"):
            del element.attrib[name]
            done.add("outside")
        elif plain == "font-family":
            element.attrib[name] = family(value)
        elif plain == "style" or "url(" in value:
            element.attrib[name], loads = ours(value)
            done |= loads
    return done


def ours(style: str) -> tuple[str, set[str]]:
    """A style in our letters that loads nothing, and whether it would have."""
    style = SHORTHAND.sub(lambda found: in_parts(found[0]), style)
    style = FAMILY.sub(lambda found: found[1] + family(found[2]), style)
    kept, loaded = LOADS.subn("", style)
    return kept, {"outside"} if loaded else set()


def in_parts(shorthand: str) -> str:
    """What our letters can follow of a `font`: its size, and whether it is bold or slanted."""
    size = SIZE.search(re.sub(r"\b[1-9]00\b", "", shorthand))
    parts = [f"font-size:{size[0]}"] if size else []
    parts += ["font-weight:bold"] if re.search(r"\bbold|\b[6-9]00\b", shorthand) else []
    parts += ["font-style:italic"] if re.search(r"\b(italic|oblique)\b", shorthand) else []
    return ";".join([*parts, f"font-family:{family(shorthand)}"])


def family(asked: str) -> str:
    """Our letters that are nearest to those asked for."""
    return f"'{SERIF if WITH_SERIFS.search(asked) else SANS}'"


def holds_picture(image: Element) -> bool:
    """Whether a picture within a drawing is held in it, and is one that is drawn."""
    for name, value in image.attrib.items():
        if name.rpartition("}")[2] == "href":
            return (held := HELD.fullmatch(value)) is not None and is_small(held)
    return False


def is_small(held: re.Match[str]) -> bool:
    """Whether a picture that an address holds can be decoded without harm."""
    kind = held[1].upper().replace("JPG", "JPEG")
    try:
        content = b64decode(held[3]) if "base64" in held[2] else unquote_to_bytes(held[3])
        with Image.open(BytesIO(content), formats=(kind,)) as picture:
            return picture.width * picture.height <= MOST_PIXELS
    except (OSError, ValueError, SyntaxError, NoBase64, Image.DecompressionBombError):
        return False


def sized(root: Element) -> None:
    """Let a drawing without a size, or with one that depends on its page, be as large as its view."""
    for side in ("width", "height"):
        value = root.get(side, "").strip()
        number = SIZE.match(value)
        if value and (number is None or not float(number[1]) or number[2] == "%"):
            del root.attrib[side]
