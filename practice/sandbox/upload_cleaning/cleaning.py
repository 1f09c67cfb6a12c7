"""Takes out of a PDF that somebody sent whatever acts by itself, leads outside or is hidden in it."""

from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Object, Pdf

from practice.sandbox.upload_cleaning.refusing import NotTaken

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
        inner = [value for _key, value in part.items()]
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
