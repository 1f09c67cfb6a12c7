"""Which pages a PDF has: in its tree, and in its bytes, where a page may lie that no tree leads to."""

import re

import pikepdf
from pikepdf import Array, Dictionary, Object, Pdf

from practice.sandbox.upload_cleaning.refusing import NotTaken

#: How deeply the tree of pages may branch.
DEEPEST = 60
#: A part of a PDF up to its end, or to the content that follows its entries.
PART = re.compile(rb"\b(\d+)\s+(\d+)\s+obj\b(.*?)(?:\bstream\b|\bendobj\b|\Z)", re.DOTALL)
#: An entry that says that a part is a page.
IS_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")


def leaves_of(pdf: Pdf) -> list[tuple[int, int]]:
    """The pages that the tree leads to, in order, each by its number and generation.

    Raises NotTaken when a branch leads nowhere or back to itself.
    """
    found: list[tuple[int, int]] = []
    follow(pdf.Root.get("/Pages"), found, ())
    return found


def follow(branch: Object | None, found: list[tuple[int, int]], above: tuple[object, ...]) -> None:
    """Follow a branch to its pages, from the branches `above` it."""
    if not isinstance(branch, Dictionary) or len(above) > DEEPEST:
        raise NotTaken("in-part" if above else "damaged")
    if "/Kids" not in branch:
        found.append(branch.objgen)
        return
    if branch.objgen in above or not isinstance(branch.Kids, Array):
        raise NotTaken("damaged")
    for kid in branch.Kids:
        follow(kid, found, (*above, branch.objgen))


def pages_in(pdf: Pdf, content: bytes) -> set[tuple[int, int]]:
    """The pages in the bytes of a PDF, by number and generation, whether its tree has them or not.

    In a sound file, one that is not in the tree was taken out. In one that had to be repaired, it
    may have been lost.
    """
    there = {
        (int(number), int(generation))
        for number, generation, entries in PART.findall(content)
        if IS_PAGE.search(entries)
    }
    for part in pdf.objects:
        if isinstance(part, pikepdf.Stream) and part.get("/Type") == "/ObjStm":
            there |= pages_packed_in(part)
    return there


def pages_packed_in(packed: pikepdf.Stream) -> set[tuple[int, int]]:
    """The pages among the parts that are packed into a stream."""
    content, first = packed.read_bytes(), int(packed.First)
    numbers = [int(one) for one in content[:first].split()]
    starts = [*numbers[1::2], len(content)]
    return {
        (number, 0)
        for number, start, end in zip(numbers[::2], starts, starts[1:], strict=False)
        if IS_PAGE.search(content[first + start : first + end])
    }
