"""Takes the color out of a sheet, so that a printer needs none but its black."""

import re
from typing import Any

import pydyf

#: A color of the page or of its strokes: red, green and blue from 0 to 1.
COLOR = re.compile(rb"^([\d.]+) ([\d.]+) ([\d.]+) (rg|RG)$")
#: The same, of the letters that are typed into a field.
TYPED_COLOR = re.compile(r"[\d.]+ [\d.]+ [\d.]+ rg")
#: How bright each of the three looks to an eye.
RED, GREEN, BLUE = 0.299, 0.587, 0.114


def take_color_out(pdf: pydyf.PDF) -> None:
    """Draw everything in `pdf` in shades of black, as bright as it was; what is typed too."""
    for one in pdf.objects:
        if isinstance(one, pydyf.Stream):
            one.stream = [gray(operation) for operation in one.stream]
        elif isinstance(one, pydyf.Dictionary) and "DA" in one:
            one["DA"] = pydyf.String(TYPED_COLOR.sub(typed_gray, one["DA"].string))


def typed_gray(color: re.Match[str]) -> str:
    """The color of a field's letters as a gray."""
    return bytes(gray(color[0].encode())).decode()


def gray(operation: Any) -> Any:
    """The same operation; one that sets a color sets a gray instead."""
    if not isinstance(operation, bytes):
        return operation
    color = COLOR.match(operation)
    if color is None:
        return operation
    red, green, blue = (float(part) for part in color.groups()[:3])
    bright = round(RED * red + GREEN * green + BLUE * blue, 3)
    return f"{bright:g} {'g' if color[4] == b'rg' else 'G'}".encode()
