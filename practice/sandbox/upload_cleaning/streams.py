"""Whether the contents of a PDF's parts, its pages' words and pictures, are there to their end."""

import re
import zlib
from collections import Counter

import pikepdf
from pikepdf import Array, Name, Page, Pdf

from practice.sandbox.upload_cleaning.jpeg import has_an_end, is_tight
from practice.sandbox.upload_cleaning.refusing import NotTaken

#: How much of what is packed is unpacked at a time, in bytes.
AT_A_TIME = 2**20
#: Packed bytes begin with so many that say how, and end with the sum of what they hold.
HEAD, SUM = 2, 4
#: Contents that no page shows.
UNSEEN = (Name.Metadata, Name.XRef, Name.ObjStm)
#: The ways of packing that there are.
WAYS = {
    *("/ASCIIHexDecode", "/ASCII85Decode", "/LZWDecode", "/FlateDecode", "/RunLengthDecode"),
    *("/CCITTFaxDecode", "/JBIG2Decode", "/DCTDecode", "/JPXDecode", "/Crypt"),
    *("/AHx", "/A85", "/LZW", "/Fl", "/RL", "/CCF", "/DCT"),
}
#: What a page may be told to do.
DOINGS = {
    *("b", "B", "b*", "B*", "BDC", "BI", "BMC", "BT", "BX", "c", "cm", "CS", "cs", "d"),
    *("d0", "d1", "Do", "DP", "EI", "EMC", "ET", "EX", "f", "F", "f*", "G", "g", "gs", "h"),
    *("i", "ID", "j", "J", "K", "k", "l", "m", "M", "MP", "n", "q", "Q", "re", "RG", "rg"),
    *("ri", "s", "S", "SC", "sc", "SCN", "scn", "sh", "T*", "Tc", "Td", "TD", "Tf", "Tj"),
    *("TJ", "TL", "Tm", "Tr", "Ts", "Tw", "Tz", "v", "w", "W", "W*", "y", "'", '"'),
    *("IMAGE"),
    "INLINE IMAGE",
}
#: So many empty bytes in a page's words were room kept for what never came.
ROOM = bytes(16)
#: How the bytes of a picture begin that stands among a page's words.
INLINE_PICTURE = re.compile(rb"\bID\s")


def refuse_cut_streams(made: Pdf, *, is_repaired: bool) -> None:
    """Raise NotTaken when a part of a PDF, as it was written anew, breaks off.

    In one that had to be repaired, its JPEGs are decoded too.
    """
    for part in made.objects:
        if isinstance(part, pikepdf.Stream) and part.get("/Type") not in UNSEEN:
            refuse_cut(part, is_repaired=is_repaired)
    if any(map(has_room_left, made.pages)):
        raise NotTaken("in-part")


def refuse_cut(part: pikepdf.Stream, *, is_repaired: bool) -> None:
    """Raise NotTaken when a stream's first layer of packing breaks off."""
    packing = part.get("/Filter")
    ways = list(packing) if isinstance(packing, Array) else [packing]
    if any(way is not None and str(way) not in WAYS for way in ways):
        raise NotTaken("damaged")
    first = ways[0] if ways else None
    if first in (Name.FlateDecode, Name.Fl) and not is_unpacked(part.read_raw_bytes()):
        raise NotTaken("in-part")
    if is_repaired and first in (Name.DCTDecode, Name.DCT):
        picture = part.read_raw_bytes()
        if not (has_an_end(picture) and is_tight(picture)):
            raise NotTaken("in-part")


def is_unpacked(packed: bytes) -> bool:
    """Whether packed bytes unpack to their end, and to what they were; the sum may be left out."""
    unpacking, left, told = zlib.decompressobj(-zlib.MAX_WBITS), packed[HEAD:], zlib.adler32(b"")
    try:
        while left and not unpacking.eof:
            told = zlib.adler32(unpacking.decompress(left, AT_A_TIME), told)
            left = unpacking.unconsumed_tail
    except zlib.error:
        return False
    its_sum = unpacking.unused_data[:SUM]
    return unpacking.eof and (len(its_sum) < SUM or its_sum == told.to_bytes(SUM))


def refuse_garbled(made: Pdf) -> None:
    """Raise NotTaken when a page is told what no page is: its words are garbled, or broken off."""
    for page in made.pages:
        if "/Contents" in page.obj:
            told = Counter(str(step.operator) for step in pikepdf.parse_content_stream(page))
            if not set(told) <= DOINGS or told["BT"] != told["ET"]:
                raise NotTaken("in-part")


def has_room_left(page: Page) -> bool:
    """Whether empty bytes stand where a page's words should be, and it has no picture in them."""
    words = b"".join(part.read_bytes() for part in contents_of(page))
    return ROOM in words and INLINE_PICTURE.search(words) is None


def contents_of(page: Page) -> list[pikepdf.Stream]:
    """What draws a page."""
    contents = page.obj.get("/Contents")
    parts = list(contents) if isinstance(contents, Array) else [contents]
    return [part for part in parts if isinstance(part, pikepdf.Stream)]


def shows_something(page: Page) -> bool:
    """Whether a page has anything that it would draw."""
    means = page.obj.get("/Resources")
    return any(means is not None and means.get(kind) for kind in ("/Font", "/XObject")) or any(
        part.read_raw_bytes().strip() for part in contents_of(page)
    )
