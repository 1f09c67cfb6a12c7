"""What may be kept of a file that was sent, and what is refused, in words."""

import warnings
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from flask import Flask
from pikepdf import Pdf
from PIL import Image

from practice.attachments.checking import Checked, checked
from practice.attachments.models import JPEG, PDF, PNG
from practice.errors import Refused
from practice.handouts.renderer import FAILED, TOO_LONG, TOO_MUCH, PrintFailed, Renderer
from practice.sandbox.upload_cleaning.pictures import MOST_PIXELS
from tests.attachments import files
from tests.paper import lend_press

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'


@pytest.fixture
def look_through(app: Flask) -> Callable[[bytes], Checked]:
    """Looks a file through as the app does."""
    lend_press(app)

    def look(content: bytes) -> Checked:
        with app.app_context():
            return checked(content)

    return look


Look = Callable[[bytes], Checked]


def unpacked(content: bytes) -> bytes:
    """A PDF with all that it holds to be read in its bytes."""
    plain = BytesIO()
    pikepdf.open(BytesIO(content)).save(
        plain,
        compress_streams=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
    )
    return plain.getvalue()


def test_a_pdf_is_kept_without_what_acts_or_is_hidden_in_it(look_through: Look) -> None:
    sent = files.a_pdf_that_acts()
    words = (files.ACTS, files.HIDDEN, b"/Launch", b"/URI", b"/XFA", b"RichMedia", b"letter.exe")
    assert all(word in unpacked(sent) for word in words)
    kept = look_through(sent)
    assert not [word for word in words if word in unpacked(kept.content)]
    assert (kept.content_type, kept.pages) == (PDF, 2)
    with pikepdf.open(BytesIO(kept.content)) as pdf:
        marks = pdf.pages[0].obj.Annots
        assert [str(mark.A.S) for mark in marks if "/A" in mark] == ["/GoTo"]
    assert kept.words == (
        "Taken out of it: scripts, files hidden in it, a second copy of its form, sound and video "
        "and links to the outside."
    )


def test_a_plain_pdf_is_kept_as_it_looks_and_nothing_is_said(look_through: Look) -> None:
    kept = look_through(files.saved(files.a_pdf(3)))
    assert (kept.pages, kept.words) == (3, "")
    assert look_through(kept.content).content == kept.content


def test_a_picture_is_upright_and_tells_nothing_of_camera_or_place(look_through: Look) -> None:
    sent = files.a_photo()
    assert b"Quincephone" in sent
    kept = look_through(sent)
    picture = Image.open(BytesIO(kept.content))
    assert kept.content_type == JPEG and picture.size == (40, 60)
    assert not picture.getexif() and b"Exif" not in kept.content
    gray = look_through(files.a_picture(mode="I;16"))
    assert (gray.content_type, Image.open(BytesIO(gray.content)).mode) == (PNG, "L")


def a_bomb() -> bytes:
    """A picture of a few kilobytes that would fill gigabytes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return files.a_picture((MOST_PIXELS // 1000, 1001), mode="1")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (files.a_locked_pdf, "asks for a password"),
        (lambda: files.saved(files.a_pdf())[:-300], "is damaged|Only part of this file"),
        (lambda: b"%PDF-1.7\n%%EOF", "is damaged"),
        (lambda: files.saved(Pdf.new()), "has no pages"),
        (lambda: files.saved(files.a_pdf()) * 2, "two PDFs, one behind the other"),
        (lambda: files.a_picture(kind="JPEG")[:300], "picture is damaged"),
        (a_bomb, "too large"),
        (lambda: SVG, "something else, whatever its name says"),
        (lambda: b"<html>%PDF-1.7", "something else"),
        (lambda: b"PK\x03\x04 a workbook", "something else"),
        (lambda: b"PK\x03\x04 mimetype %PDF-1.7", "something else"),
        (lambda: b" " * 1100 + files.saved(files.a_pdf()), "something else"),
        (lambda: b"", "This file is empty"),
        (lambda: bytes(4000), "This file is empty"),
        (lambda: b"\0\0\0\x18ftypheic", "picture is damaged"),
        (lambda: b"\0\0\0\x18ftypqt  ", "something else"),
        (lambda: files.a_picture(kind="GIF"), "something else"),
        (lambda: files.a_picture(kind="WEBP"), "something else"),
        (lambda: files.a_picture(kind="BMP"), "something else"),
        (lambda: files.with_a_zip(files.saved(files.a_pdf())), "two kinds of file"),
        (lambda: files.with_a_zip(files.a_picture()), "two kinds of file"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_reason(
    look_through: Look, content: Callable[[], bytes], said: str
) -> None:
    with pytest.raises(Refused, match=said) as refused:
        look_through(content())
    assert refused.value.field == "file"


@pytest.mark.parametrize(
    ("failure", "said"),
    [(TOO_LONG, "took longer"), (TOO_MUCH, "needs more memory"), (FAILED, "could not be read")],
)
def test_a_limit_of_the_press_is_told_in_words_of_the_file(
    app: Flask, monkeypatch: pytest.MonkeyPatch, failure: str, said: str
) -> None:
    def fail(*_: object) -> None:
        raise PrintFailed(failure)

    monkeypatch.setattr(Renderer, "print", fail)
    with app.app_context(), pytest.raises(Refused, match=said):
        checked(b"%PDF-1.7")
