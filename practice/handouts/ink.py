"""Takes the color out of a sheet, so that a printer needs none but its black."""

import re

import pydyf
from weasyprint import Document

#: A color of the page or of its strokes: red, green and blue from 0 to 1.
COLOR = re.compile(rb"^([\d.]+) ([\d.]+) ([\d.]+) (rg|RG)$")
#: How bright each of the three looks to an eye.
RED, GREEN, BLUE = 0.299, 0.587, 0.114


def without_color(_document: Document, pdf: pydyf.PDF) -> None:
    """Draw everything in `pdf` in shades of black, as bright as it was."""
    for stream in pdf.objects:
        if isinstance(stream, pydyf.Stream):
            stream.stream = [gray(operation) for operation in stream.stream]


def gray(operation: object) -> object:
    """The same operation; one that sets a color sets a gray instead."""
    if not isinstance(operation, bytes):
        return operation
    color = COLOR.match(operation)
    if color is None:
        return operation
    red, green, blue = (float(part) for part in color.groups()[:3])
    bright = round(RED * red + GREEN * green + BLUE * blue, 3)
    return f"{bright:g} {'g' if color[4] == b'rg' else 'G'}".encode()
