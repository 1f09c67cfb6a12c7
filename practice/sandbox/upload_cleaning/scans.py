"""A scan of several pages in one TIFF, bound as a PDF: one picture on each page."""

from io import BytesIO
from typing import Any

from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image

from practice.sandbox.upload_cleaning.pictures import drawn_anew, refuse_too_many, written
from practice.sandbox.upload_cleaning.refusing import NotTaken

MOST_PAGES = 200
#: Dots an inch, where a page does not say.
USUAL_DOTS = 200
#: What is believed of dots an inch.
LEAST_DOTS, MOST_DOTS = 50, 2_400
POINTS = 72


def bound_as_pdf(picture: Image.Image, frames: list[int]) -> tuple[dict[str, Any], bytes]:
    """The pages of a TIFF, by number, as a PDF. Raises NotTaken, or what Pillow raises."""
    if len(frames) > MOST_PAGES:
        raise NotTaken("large")
    pdf, changed = Pdf.new(), ["pdf"]
    for number in frames:
        picture.seek(number)
        refuse_too_many(picture)
        dots = dots_of(picture)
        size = tuple(
            round(POINTS * side / dot, 2) for side, dot in zip(picture.size, dots, strict=True)
        )
        page = drawn_anew(picture)
        if (page.width > page.height) != (size[0] > size[1]):  # it was turned upright
            size = size[::-1]
        add_page(pdf, page, size)
    made = BytesIO()
    pdf.save(made, deterministic_id=True)
    facts = {"type": "application/pdf", "pages": len(frames), "changed": changed}
    return facts, made.getvalue()


def dots_of(picture: Image.Image) -> tuple[float, float]:
    """Dots an inch, across and down."""
    across, down = (float(one) for one in picture.info.get("dpi", (0, 0)))
    if all(LEAST_DOTS <= one <= MOST_DOTS for one in (across, down)):
        return across, down
    return USUAL_DOTS, USUAL_DOTS


def add_page(pdf: Pdf, picture: Image.Image, size: tuple[float, ...]) -> None:
    """Add a page of a size in points, with a picture that fills it."""
    if picture.mode == "RGBA":
        on_paper = Image.new("RGB", picture.size, "white")
        on_paper.paste(picture, mask=picture)
        picture = on_paper
    shown = pdf.make_stream(
        b"",
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=picture.width,
        Height=picture.height,
        ColorSpace=Name.DeviceGray if picture.mode == "L" else Name.DeviceRGB,
    )
    if is_black_and_white(picture):  # a fax: small, and without a blur around its letters
        shown.BitsPerComponent = 1
        shown.write(picture.convert("1", dither=Image.Dither.NONE).tobytes())
    else:
        shown.BitsPerComponent = 8
        shown.write(written(picture, "JPEG"), filter=Name.DCTDecode)
    page = pdf.add_blank_page(page_size=(size[0], size[1]))
    page.obj.Resources = Dictionary(XObject=Dictionary(Scan=shown))
    page.obj.MediaBox = Array([0, 0, *size])
    page.obj.Contents = pdf.make_stream(f"q {size[0]} 0 0 {size[1]} 0 0 cm /Scan Do Q".encode())


def is_black_and_white(picture: Image.Image) -> bool:
    """Whether a picture has no gray."""
    return picture.mode == "L" and not any(picture.histogram()[1:255])
