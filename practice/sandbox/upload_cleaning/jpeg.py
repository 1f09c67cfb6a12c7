"""Whether a JPEG is there to its end. A decoder fills up what is not with gray, without a word.

So the marks in its bytes are read. And where its picture ends is found by putting noise behind it:
a picture that was there to its end stays as it is, one that was not takes the noise in.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from random import Random

from PIL import Image, ImageFile

#: The mark after which a JPEG has nothing more.
END = 0xD9
#: Marks without a length: the beginning, restarts, and one kept free.
ALONE = {0x01, *range(0xD0, 0xD9)}
SCAN = 0xDA
#: A mark within a scan's data that ends it: not a stuffed byte, a restart, or a filling one.
ENDS_SCAN = re.compile(rb"\xff(?=[^\x00\xff\xd0-\xd7])", re.DOTALL)
#: So many empty bytes at the end were room kept for what never came.
ROOM = bytes(512)
#: Bytes that mean something else each time, and are no mark.
NOISE = bytes(Random(0xD9).choices(range(1, 255), k=256))  # noqa: S311  # nosec B311 - no secret
#: So many bytes at the end of a scan may be needed for nothing.
SPARE = 8


def scans_of(content: bytes) -> Iterator[tuple[int, int | None]]:
    """Where the data of each scan of a JPEG's first picture begins and ends; None when it does not.

    The last pair, of two equal places, is the end mark; without it the picture has no end.
    """
    at = content.find(b"\xff\xd8") + 2
    while 2 <= at < len(content) - 1:
        mark = content[at + 1]
        if content[at] != 0xFF or mark == 0xFF:  # what some programs leave between two marks
            at += 1
        elif mark == END:
            yield at, at
            return
        elif mark in ALONE or mark == 0:
            at += 2
        else:
            at += 2 + int.from_bytes(content[at + 2 : at + 4])
            if mark == SCAN:
                ending = ENDS_SCAN.search(content, at)
                yield at, ending and ending.start()
                at = ending.start() if ending else len(content)


def has_an_end(content: bytes) -> bool:
    """Whether the first picture of a JPEG reaches its end mark."""
    return any(start == end for start, end in scans_of(content))


def arrived(content: bytes) -> bool:
    """Whether all of a JPEG arrived, as far as its bytes tell.

    Some cameras leave out the end mark; but one without it that ends in empty bytes is the first
    part of a file for which room was kept.
    """
    if not has_an_end(content):
        return not content.endswith(ROOM)
    return seen(content) == seen(with_noise(content, spare=0))


def is_tight(content: bytes) -> bool:
    """Whether the picture of a JPEG ends where its data ends, so that no byte is amiss in it."""
    as_it_is = seen(content)
    return as_it_is is not None and as_it_is == seen(with_noise(content, spare=0)) != seen(
        with_noise(content, spare=SPARE)
    )


def with_noise(content: bytes, spare: int) -> bytes:
    """A JPEG with noise behind the data of its last scan, and that much of the data left out."""
    ends = [end for start, end in scans_of(content) if end is not None and start != end]
    end = ends[-1] if ends else len(content)
    return content[: end - spare] + NOISE + content[end:]


def seen(content: bytes) -> bytes | None:
    """A JPEG's picture, decoded small; None when it cannot be."""
    try:
        with (
            nothing_filled_up(),
            Image.open(BytesIO(content), formats=("JPEG",)) as picture,
        ):
            picture.draft(None, (1, 1))
            return picture.tobytes()
    except (OSError, ValueError, SyntaxError):
        return None


@contextmanager
def nothing_filled_up() -> Iterator[None]:
    """Decode no more of a picture than is there.

    The typesetter, when it is imported, has the rest of every picture filled up with gray.
    """
    allowed, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = allowed
