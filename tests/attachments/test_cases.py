"""Files as they come: each kept whole, or refused in the sentence that is shown for it."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from flask import Flask
from pikepdf import Array, AttachedFileSpec, Dictionary, Name
from PIL import Image, ImageDraw

from practice.attachments.checking import CHANGED, REASONS, Checked, checked
from practice.attachments.models import JPEG, PDF, PNG
from practice.errors import Refused
from tests.attachments import files
from tests.paper import lend_press

CASES = Path(__file__).parents[1] / "cases"


@pytest.fixture
def look_through(app: Flask) -> Callable[[bytes], Checked]:
    """Looks a file through as the app does."""
    lend_press(app)

    def look(content: bytes) -> Checked:
        with app.app_context():
            return checked(content)

    return look


Look = Callable[[bytes], Checked]


def case(name: str) -> bytes:
    """One of the files that showed a fault."""
    return (CASES / name).read_bytes()


def ink_of(pdf: bytes) -> list[int]:
    """How many pixels of each page are not white, a page being 200 pixels high."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.render(scale=200 / page.get_height(), grayscale=True) for page in document]
        return [sum(page.to_pil().histogram()[:250]) for page in pages]


@pytest.mark.parametrize(
    ("name", "pages"),
    [
        ("p-scanner-two-pages.pdf", 2),
        ("p-startxref-wrong.pdf", 1),
        ("p-xref-off-by-7.pdf", 1),
        ("p-bom-before.pdf", 1),
        ("p-newline-before.pdf", 1),
        ("p-mailheader-before.pdf", 1),
        ("p-junk-after.pdf", 1),
        ("p-html-after.pdf", 1),
        ("p-owner-only-r2.pdf", 1),
        ("p-owner-only-r4aes.pdf", 1),
        ("p-owner-only-r6.pdf", 1),
    ],
)
def test_a_pdf_that_viewers_show_is_kept_with_every_page(
    look_through: Look, name: str, pages: int
) -> None:
    kept = look_through(case(name))
    assert (kept.content_type, kept.pages, kept.words) == (PDF, pages, "")
    assert kept.content.startswith(b"%PDF-")
    with pikepdf.open(BytesIO(kept.content)) as pdf:
        assert len(pdf.pages) == pages and not pdf.is_encrypted
    ink = ink_of(kept.content)
    assert ink == ink_of(case(name)) and all(ink), "each page shows what it showed"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("p-user-password.pdf", "password"),
        ("p-is-docx.pdf", "kind"),
        ("i-zip.jpg", "two-kinds"),
        ("i-consent-half.jpg", "in-part"),
    ],
)
def test_what_cannot_be_kept_whole_is_refused_in_its_sentence(
    look_through: Look, name: str, reason: str
) -> None:
    with pytest.raises(Refused) as refused:
        look_through(case(name))
    assert str(refused.value) == REASONS[reason]


@pytest.mark.parametrize(
    ("name", "kind", "mode"),
    [
        ("i-apng.png", PNG, None),
        ("i-cmyk.jpg", JPEG, "RGB"),
        ("i-exif0.jpg", JPEG, "RGB"),
        ("i-exif6.jpg", JPEG, "RGB"),
        ("i-exif9.jpg", JPEG, "RGB"),
        ("i-gray16.png", PNG, "L"),
        ("i-la.png", PNG, "RGBA"),
        ("i-multi.mpo.jpg", JPEG, "RGB"),
        ("i-palette.png", PNG, None),
        ("i-trailer.jpg", JPEG, "RGB"),
    ],
)
def test_a_picture_that_is_whole_is_kept_in_its_colors(
    look_through: Look, name: str, kind: str, mode: str | None
) -> None:
    kept = look_through(case(name))
    picture = Image.open(BytesIO(kept.content))
    assert (kept.content_type, kept.words) == (kind, "")
    assert mode in (None, picture.mode)
    with Image.open(CASES / name) as sent:
        turned = sent.getexif().get(0x0112) in (5, 6, 7, 8)
        assert picture.size == (sent.size[::-1] if turned else sent.size)
    assert len(set(picture.convert("L").histogram())) > 1, "it is not one flat color"


def drawn(mode: str = "RGB", size: tuple[int, int] = (400, 300)) -> Image.Image:
    """A picture with something on it from top to bottom."""
    picture = Image.new("RGB", size, "#f4f1e8")
    pen = ImageDraw.Draw(picture)
    for row in range(0, size[1], 7):
        pen.line((row % 50, row, size[0] - row % 90, row + 5), fill=(row % 200, 40, 90), width=3)
    return picture.convert(mode)


def as_file(picture: Image.Image, kind: str, **how: object) -> bytes:
    """A picture's bytes."""
    made = BytesIO()
    picture.save(made, kind, **how)
    return made.getvalue()


WHOLE = {
    "baseline": lambda: as_file(drawn(), "JPEG"),
    "progressive": lambda: as_file(drawn(), "JPEG", progressive=True),
    "png": lambda: as_file(drawn(), "PNG"),
    "tiff": lambda: as_file(drawn(), "TIFF", compression="tiff_lzw"),
    "fax": lambda: as_file(drawn("1"), "TIFF", compression="group4"),
    "phone": lambda: a_phone_picture(drawn()),
}


def a_phone_picture(picture: Image.Image) -> bytes:
    """A picture as HEIC."""
    import pillow_heif  # only here

    made = BytesIO()
    pillow_heif.from_pillow(picture).save(made, quality=80)
    return made.getvalue()


@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_picture_that_arrived_in_part_is_refused(
    look_through: Look, kind: str, share: float
) -> None:
    whole = WHOLE[kind]()
    assert look_through(whole).content
    for rest in (b"", bytes(len(whole) - int(len(whole) * share))):
        with pytest.raises(Refused, match=r"Only part of this file|picture is damaged"):
            look_through(whole[: int(len(whole) * share)] + rest)


def test_half_a_jpeg_that_was_given_an_end_is_refused(look_through: Look) -> None:
    half = case("i-consent-half.jpg")
    with pytest.raises(Refused, match="Only part of this file"):
        look_through(half + b"\xff\xd9")


@pytest.mark.parametrize(
    ("mode", "size", "kind"),
    [
        ("1", (8064, 6048), "PNG"),
        ("1", (5100, 8400), "PNG"),
        ("RGB", (8064, 6048), "JPEG"),
        ("RGBA", (8064, 6048), "PNG"),
    ],
)
def test_a_large_picture_is_made_smaller_and_said(
    look_through: Look, mode: str, size: tuple[int, int], kind: str
) -> None:
    kept = look_through(as_file(Image.new(mode, size, 1), kind))
    with Image.open(BytesIO(kept.content)) as picture:
        assert max(picture.size) == 5_000
        assert abs(picture.width / picture.height - size[0] / size[1]) < 0.01
    assert kept.words == CHANGED["smaller"]


def test_a_phone_picture_is_kept_as_jpeg_upright(look_through: Look) -> None:
    kept = look_through(a_phone_picture(drawn()))
    with Image.open(BytesIO(kept.content)) as picture:
        assert (kept.content_type, picture.size) == (JPEG, (400, 300))
    assert kept.words == CHANGED["jpeg"]


def test_a_scan_of_several_pages_in_one_tiff_becomes_a_pdf_of_as_many(look_through: Look) -> None:
    pages = [drawn("1", (850, 1100)), drawn("L", (850, 1100)), drawn("RGB", (1100, 850))]
    sent = as_file(pages[0], "TIFF", save_all=True, append_images=pages[1:], dpi=(100, 100))
    kept = look_through(sent)
    assert (kept.content_type, kept.pages, kept.words) == (PDF, 3, CHANGED["pdf"])
    with pikepdf.open(BytesIO(kept.content)) as pdf:
        sizes = [tuple(float(side) for side in page.mediabox[2:]) for page in pdf.pages]
    assert sizes == [(612, 792), (612, 792), (792, 612)]
    assert all(ink_of(kept.content))
    assert look_through(kept.content).pages == 3, "it is a PDF like any other"


def a_letter(pages: int = 3) -> pikepdf.Pdf:
    """A letter with words on each page."""
    pdf = files.a_pdf(0)
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    for number in range(pages):
        page = pdf.add_blank_page(page_size=(612, 792))
        page.obj.Resources = Dictionary(Font=Dictionary(F=pdf.make_indirect(font)))
        page.obj.Contents = pdf.make_stream(b"BT /F 60 Tf 60 %d Td (Dear %d) Tj ET" % (500, number))
    return pdf


PLAIN = {"object_stream_mode": pikepdf.ObjectStreamMode.disable, "compress_streams": False}


def test_an_attachment_inside_is_taken_out_whatever_it_is(look_through: Look) -> None:
    for inside in (files.with_a_zip(b""), files.saved(a_letter(1)), b"PK\x03\x04", b"%PDF-1.4"):
        pdf = a_letter()
        pdf.attachments["letter.docx"] = AttachedFileSpec(pdf, inside, filename="letter.docx")
        kept = look_through(files.saved(pdf, **PLAIN))
        assert (kept.pages, kept.words) == (3, "Taken out of it: files hidden in it.")


def wrong_count(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Pages.Count = 1


def turned(pdf: pikepdf.Pdf) -> None:
    for page in pdf.pages:
        page.rotate(90, relative=True)


def huge(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].mediabox = Array([0, 0, 14_400, 14_400])


def layered(pdf: pikepdf.Pdf) -> None:
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="Notes"))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
    page = pdf.pages[0]
    page.obj.Resources.Properties = Dictionary(L=layer)
    page.contents_add(b"/OC /L BDC 0 0 300 300 re f EMC")


@pytest.mark.parametrize("change", [wrong_count, turned, huge, layered])
@pytest.mark.parametrize(
    "how", [PLAIN, {"linearize": True}, {"object_stream_mode": pikepdf.ObjectStreamMode.generate}]
)
def test_odd_but_whole_pdfs_are_kept_as_viewers_show_them(
    look_through: Look, change: Callable[[pikepdf.Pdf], None], how: dict[str, object]
) -> None:
    pdf = a_letter()
    change(pdf)
    sent = files.saved(pdf, **how)
    kept = look_through(sent)
    assert kept.pages == 3
    assert len(ink_of(kept.content)) == 3
    assert ink_of(kept.content)[: len(ink_of(sent))] == ink_of(sent)


@pytest.mark.parametrize("kid", [b"null", b"99 0 R", b"(page)", b"1 0 R", b"2 0 R"])
def test_a_tree_of_pages_that_leads_nowhere_is_refused(look_through: Look, kid: bytes) -> None:
    sent = files.saved(a_letter(), **PLAIN)
    broken = re.sub(rb"/Kids \[ \d+ 0 R", b"/Kids [ " + kid, sent)
    assert broken != sent
    with pytest.raises(Refused, match=r"is damaged|Only part"):
        look_through(broken)


def test_a_letter_whose_words_are_gone_is_not_kept_as_an_empty_one(look_through: Look) -> None:
    sent = files.saved(a_letter(1), **PLAIN)
    start = sent.index(b"BT /F 60")
    for broken in (
        sent.replace(b"/Contents", b"/Cont/nts"),
        sent[:start] + bytes(30) + sent[start + 30 :],
        sent.replace(b"stream\nBT", b"stre\nBT"),
        sent.replace(b"/Length", b"/Filter /FlateDekode /Length"),
    ):
        assert broken != sent
        with pytest.raises(Refused, match=r"is damaged|Only part"):
            look_through(broken)


def test_what_was_added_to_a_pdf_and_broke_off_is_missed(look_through: Look) -> None:
    sent = files.saved(a_letter(), **PLAIN)
    with pytest.raises(Refused, match="Only part"):
        look_through(sent + b"2 0 obj\n<< /Type /Pages /Count 4 /Kids [3 0 R 4")
