"""Binds printed sheets into one PDF: pages, tags, bookmarks and page numbers, in one order.

Each sheet arrives as a tagged PDF of its own. Its tag tree becomes one part of the cover's, its
pages keep their marks, and what the pages of two sheets would call by the same name is renamed.
"""

import io
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, OutlineItem, Pdf, Stream, String

from practice.handouts.kinds.packet import Cover, Entry, Packet, PageNumbers
from practice.handouts.sheet import Sheet

Printer = Callable[[Sheet], bytes]


def bound(packet: Packet, print_sheet: Printer) -> bytes:
    """The packet as one PDF; the same packet gives the same bytes."""
    parts = [pikepdf.open(io.BytesIO(part.pdf)) for part in packet.parts]
    cover, starts = cover_of(packet, [len(part.pages) for part in parts], print_sheet)
    book = pikepdf.open(io.BytesIO(cover))
    tags = Tags(book)
    for number, part in enumerate(parts, start=1):
        tags.take_in(part, number)
    titles = [part.title for part in packet.parts]
    with book.open_outline() as outline:
        outline.root[:] = [OutlineItem(packet.title, 0)] + [
            OutlineItem(title, start) for title, start in zip(titles, starts, strict=True)
        ]
    number_pages(book, packet, print_sheet)
    finished = io.BytesIO()
    book.save(finished, deterministic_id=True)
    return finished.getvalue()


def cover_of(packet: Packet, sizes: list[int], print_sheet: Printer) -> tuple[bytes, list[int]]:
    """The printed cover, and the page, counted from 0, that each part begins on.

    A contents list that takes a second page moves every part by one, so it is printed anew.
    """
    own = 1
    while True:
        starts = [own + sum(sizes[:index]) for index in range(len(sizes))]
        cover = print_sheet(
            Cover(
                packet.letterhead,
                language=packet.language,
                paper=packet.paper,
                title=packet.title,
                large=packet.large,
                plain=packet.plain,
                is_part=True,
                for_name=packet.for_name,
                contents=tuple(
                    Entry(part.title, part.kind, start + 1)
                    for part, start in zip(packet.parts, starts, strict=True)
                ),
            )
        )
        pages = len(pikepdf.open(io.BytesIO(cover)).pages)
        if pages == own:
            return cover, starts
        own = pages


class Tags:
    """The tag tree of a book, which takes in other documents' pages with their tags."""

    def __init__(self, book: Pdf) -> None:
        self._book = book
        self._root = book.Root.StructTreeRoot
        self._document = self._root.K[0]
        self._numbers = self._root.ParentTree.Nums

    def take_in(self, part: Pdf, number: int) -> None:
        """Add a document's pages at the end, and its tags as a part of their own."""
        offset = 1 + max(int(self._numbers[at]) for at in range(0, len(self._numbers), 2))
        tree = part.Root.StructTreeRoot
        for page in part.pages:
            page.obj.StructParents = int(page.obj.StructParents) + offset
        self._book.pages.extend(part.pages)
        for document in tree.K:
            del document["/P"]  # else the whole of the other's root would come along
            document.S, document.Lang = Name.Part, part.Root.Lang
            rename(document, f"{number}-")
            taken = self._book.copy_foreign(document)
            taken.P = self._document
            self._document.K.append(taken)
        numbers = tree.ParentTree.Nums
        for at in range(0, len(numbers), 2):
            owners = numbers[at + 1]
            indirect = owners if owners.is_indirect else part.make_indirect(owners)
            self._numbers.append(int(numbers[at]) + offset)
            self._numbers.append(self._book.copy_foreign(indirect))


def rename(element: Object, prefix: str) -> None:
    """Put a prefix before the name of each heading cell, and wherever a cell refers to it."""
    if "/ID" in element:
        element.ID = String(prefix + str(element.ID))
    attributes = element.get("/A")
    if isinstance(attributes, Dictionary) and "/Headers" in attributes:
        attributes.Headers = Array([String(prefix + str(one)) for one in attributes.Headers])
    for kid in element.get("/K", ()):
        if isinstance(kid, Dictionary) and "/S" in kid:
            rename(kid, prefix)


def number_pages(book: Pdf, packet: Packet, print_sheet: Printer) -> None:
    """Lay each page's number over it, marked as no part of what is read aloud."""
    sheet = PageNumbers(
        packet.letterhead,
        language=packet.language,
        paper=packet.paper,
        title=packet.title,
        large=packet.large,
        plain=packet.plain,
        pages=len(book.pages),
    )
    numbers = pikepdf.open(io.BytesIO(print_sheet(sheet)))
    for at, (page, number) in enumerate(zip(book.pages, numbers.pages, strict=True)):
        name = f"/PageNumber{at}"  # pages of one sheet share what they may draw
        drawing = book.copy_foreign(number.as_form_xobject())
        page.add_resource(drawing, Name.XObject, Name(name))
        page.contents_add(Stream(book, b"q\n"), prepend=True)
        page.contents_add(Stream(book, f"\nQ /Artifact BMC q {name} Do Q EMC".encode()))
