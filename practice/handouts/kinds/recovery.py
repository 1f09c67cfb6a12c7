"""The recovery sheet: the key of an installation as words and as a QR code, and what to do with it."""

from dataclasses import dataclass

import segno

from practice.handouts.layouts import Layout, layout_of, styles_of
from practice.handouts.sheet import Sheet


@dataclass(frozen=True, kw_only=True)
class RecoverySheet(Sheet):
    """For whoever puts the records back one day: it opens everything, so it is kept apart."""

    #: What the key is called, which tells nothing of it.
    key_name: str
    words: tuple[str, ...]
    #: The day it was printed, in words.
    printed_on: str
    #: Where backups are put; their addresses, without who we are there.
    places: tuple[str, ...]


@layout_of.register
def _(sheet: RecoverySheet) -> Layout:
    code = segno.make(" ".join(sheet.words), error="m", micro=False)
    return Layout(
        template="recovery",
        styles=styles_of(sheet, "recovery.css"),
        arrangements=(("recovery", 1),),
        values={"squares": squares(code), "modules": len(code.matrix)},
    )


def squares(code: segno.QRCode) -> str:
    """The dark modules of a QR code as one path, a unit each."""
    return "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(code.matrix)
        for x, dark in enumerate(row)
        if dark
    )
