"""What is typed into a field is shown as typed, by the programs people open a PDF with."""

import dataclasses
import io
import subprocess

import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont

from practice.handouts.fields import ALIAS
from practice.handouts.weasyprint_page import FONTS
from tests.handouts.conftest import Printed
from tests.handouts.every_kind import every_kind

FILLABLE = {name: sheet for name, sheet in every_kind().items() if sheet.fillable}
#: What people of many places type: names, words, and the signs on a tracker.
TYPED = [
    "Łódź",
    "Ω",
    "✓",
    "Ελένη ύπνος",
    "Ольга Їжак",
    "Nguyễn Thị Hạnh",
    "Şükrü ığ",
    "¿Qué? ñ",
    "♥ → ✗ ½ €",
]
LETTERS = sorted({letter for words in TYPED for letter in words} - {" "})


def filled(pdf: bytes, words: str) -> bytes:
    """The sheet with the same words in each of its fields."""
    file = Printed(pdf).file
    for field in file.Root.AcroForm.Fields:
        field.V = pikepdf.String(words)
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def drawn_by_pdfium(pdf: bytes, field: int = -1) -> bytes:
    """One field as Chrome and Edge draw it, as gray pixels."""
    file = Printed(pdf).file
    box = [float(at) for at in file.Root.AcroForm.Fields[field].Rect]
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    page = document[len(document) - 1]
    high = page.get_height()
    left, right, top, bottom = box[0], box[2], high - max(box[1::2]), high - min(box[1::2])
    image = page.render(scale=2, may_draw_forms=True, grayscale=True).to_pil()
    return image.crop(tuple(round(2 * at) for at in (left, top, right, bottom))).tobytes()


@pytest.mark.parametrize("name", FILLABLE)
def test_poppler_finds_a_letter_for_all_that_is_typed(press, name):
    pdf = press.print(FILLABLE[name])
    words = " ".join(TYPED)
    done = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=filled(pdf, words), capture_output=True, check=True
    )
    assert b"couldn't find a font" not in done.stderr
    shown = "".join(done.stdout.decode().split())
    assert "".join("".join(TYPED[:3]).split()) in shown
    file = Printed(pdf).file
    assert shown.count("Łódź") == len(file.Root.AcroForm.Fields)


@pytest.mark.parametrize("name", ["exercise-fillable-en", "reflection-fillable-es"])
def test_pdfium_draws_each_letter_and_none_as_another(press, name):
    pdf = press.print(FILLABLE[name])
    pictures = {letter: drawn_by_pdfium(filled(pdf, letter)) for letter in ["", *LETTERS]}
    blank = pictures.pop("")
    assert [letter for letter, picture in pictures.items() if picture == blank] == []
    missing = drawn_by_pdfium(filled(pdf, "王"))
    assert missing not in pictures.values() or missing == blank
    assert len(set(pictures.values())) == len(pictures)


@pytest.mark.parametrize("name", FILLABLE)
def test_every_field_names_the_font_that_has_the_letters(press, name):
    file = Printed(press.print(FILLABLE[name])).file
    form = file.Root.AcroForm
    assert form.NeedAppearances is True
    font = form.DR.Font[f"/{ALIAS}"]
    told = bytes(font.ToUnicode.read_bytes())
    for letter in LETTERS:
        assert f"<{ord(letter):04x}>".encode() in told, letter
    assert all(
        str(field.DA).endswith("Tf") and f"/{ALIAS} " in str(field.DA) for field in form.Fields
    )
    assert not any(" gs" in str(field.DA) for field in form.Fields)


def test_the_font_of_the_fields_has_the_letters_of_europe_and_the_marks_of_a_tracker():
    known = set(TTFont(FONTS["typed.ttf"]).getBestCmap())
    blocks = [
        (0x20, 0x7F),
        (0xA1, 0x180),
        (0x391, 0x3A2),
        (0x3A3, 0x3CF),
        (0x400, 0x460),
        (0x1EA0, 0x1EFA),
    ]
    wanted = {code for first, after in blocks for code in range(first, after)}
    assert wanted - known <= {0xAD, 0x7F}
    assert set(map(ord, "✓✔✗→♥½“”«»…—€")) <= known


def test_what_is_typed_on_a_sheet_in_black_ink_has_no_color(press):
    sheet = dataclasses.replace(FILLABLE["exercise-fillable-en"], plain=True)
    file = Printed(press.print(sheet)).file
    for field in file.Root.AcroForm.Fields:
        assert " rg" not in str(field.DA) and " g /" in str(field.DA)
