"""Makes something safe to keep out of a file that somebody sent: a PDF or a picture.

Only the press's own processes import this, because a file can be made to break, or to exhaust,
whatever reads it. What it is, is found in its bytes. A picture is drawn anew, so nothing of the
file is kept but what it looks like. A PDF is written anew without whatever acts by itself or is
hidden in it. Either is kept whole or not at all.
"""

import json
from typing import Any

from practice.sandbox.upload_cleaning.refusing import NotTaken

#: Readers of PDFs look for its beginning in so many bytes.
PDF_BEGINS_WITHIN = 1_024
#: The first bytes of each kind of picture that is taken, and what Pillow calls it.
PICTURES = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",
    b"MM\0+": "TIFF",
}
#: What a phone's picture names itself in the bytes after `ftyp`.
PHONE = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
#: How other kinds of file begin, of which a PDF may be a part: archives, pictures, programs.
OTHERS = (b"PK\x03\x04", b"PK\x05\x06", b"GIF8", b"RIFF", b"BM", b"\x1f\x8b", b"7z\xbc\xaf",
          b"Rar!", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"MZ", b"\x7fELF", b"%!PS")  # fmt: skip


def taken(content: bytes) -> bytes:
    """A line of JSON, then the file as it may be kept.

    The line tells `type`, `pages` of a PDF, what was `taken_out` of it and what was `changed`
    in a picture; or, with nothing after it, why the file is `refused`.
    """
    try:
        facts, made = safe(content)
    except NotTaken as reason:
        facts, made = {"refused": str(reason)}, b""
    return json.dumps(facts).encode() + b"\n" + made


def safe(content: bytes) -> tuple[dict[str, Any], bytes]:
    """What the file is, and the file made anew. Raises NotTaken.

    What reads a kind is imported when a file of that kind comes, for most processes see none.
    """
    if not content.strip(b"\0 \t\r\n"):
        raise NotTaken("empty")
    if format_ := picture_format(content):
        from practice.sandbox.upload_cleaning.pictures import safe_picture  # noqa: PLC0415

        return safe_picture(content, format_)
    if content.startswith(OTHERS) or (start := content.find(b"%PDF-", 0, PDF_BEGINS_WITHIN)) < 0:
        raise NotTaken("kind")
    from practice.sandbox.upload_cleaning.documents import safe_pdf  # noqa: PLC0415

    try:
        return safe_pdf(content)
    except NotTaken as reason:
        if start and str(reason) == "damaged":  # it only has the word in it
            raise NotTaken("kind") from None
        raise


def picture_format(content: bytes) -> str | None:
    """What Pillow calls the kind of picture that this is; None when it is none that is taken."""
    if content[4:8] == b"ftyp":
        return "HEIF" if content[8:12] in PHONE else None
    return next((kind for start, kind in PICTURES.items() if content.startswith(start)), None)
