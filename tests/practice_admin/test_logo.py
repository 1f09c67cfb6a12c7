"""The practice's logo: drawn anew, printed on sheets, changed by its owner alone."""

import gzip
import re
from base64 import b64decode, b64encode
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from tests.paper import lend_press, the_press

DRAWING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 40">'
    b'<rect width="60" height="40" fill="#1f5b57"/></svg>'
)


def a_png(size=(900, 300), **info):
    """A green picture, with whatever a camera or a program wrote into it."""
    meta = PngImagePlugin.PngInfo()
    for key, value in info.items():
        meta.add_text(key, value)
    file = BytesIO()
    Image.new("RGB", size, "#1f5b57").save(file, "PNG", pnginfo=meta)
    return file.getvalue()


def send(browser, content, name="logo.png"):
    return browser.post("/logo", picture=(BytesIO(content), name))


@pytest.fixture(autouse=True)
def _press(app):
    lend_press(app)


@pytest.mark.parametrize(
    ("content", "name"), [(a_png(), "logo.png"), (DRAWING, "logo.svg")], ids=["png", "svg"]
)
def test_a_logo_is_drawn_anew_and_shown(dana, content, name):
    assert send(dana, content, name).status_code == 303
    shown = dana.get("/logo.png")
    assert shown.mimetype == "image/png"
    assert max(Image.open(BytesIO(shown.data)).size) == 600
    assert 'src="/logo.png"' in dana.get("/practice").text


def test_nothing_of_the_file_is_kept_but_what_it_looks_like(dana):
    send(dana, a_png(Author="Somebody", Location="Elm Street 4") + b"trailing words")
    kept = dana.get("/logo.png").data
    assert not any(words in kept for words in (b"Somebody", b"Elm Street", b"trailing"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7 not a picture", "could not be read as a picture"),
        (
            b'<!DOCTYPE svg [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>'
            b'<svg xmlns="http://www.w3.org/2000/svg">&c;</svg>',
            "could not be read as a picture",
        ),
        (
            b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
            b'<svg xmlns="http://www.w3.org/2000/svg"><text>&a;</text></svg>',
            "could not be read as a picture",
        ),
        (b"<html>hello</html>", "could not be read as a picture"),
        (
            DRAWING.replace(b"viewBox", b'width="1" height="9999999" data-x'),
            "needs more memory to draw",
        ),
        (a_png()[:500], "Only part of this picture arrived"),
        (b"", "This file is empty"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>', "picture is blank"),
        (DRAWING.replace(b"#1f5b57", b"#fff"), "picture is blank"),
    ],
)
def test_what_is_no_picture_is_refused_beside_the_field(dana, content, said):
    answer = send(dana, content, "logo.svg")
    assert answer.status_code == 422
    assert said in answer.text
    assert dana.get("/logo.png").status_code == 404


def test_a_white_logo_on_clear_is_refused_with_a_look_at_it(dana):
    answer = send(dana, case("l-white-on-clear.png"))
    assert answer.status_code == 422
    assert "it would be invisible on paper" in answer.text
    shown = re.search(r'src="data:image/png;base64,([^"]+)"', answer.text)
    assert Image.open(BytesIO(b64decode(shown[1]))).convert("L").getextrema() == (37, 255)
    assert dana.get("/logo.png").status_code == 404


@pytest.mark.parametrize(
    "name", ["l-bom.svg", "l-illustrator-entities.svg", "l-link.svg", "l-utf16.svg"]
)
def test_a_drawing_is_drawn_however_its_program_wrote_it(dana, name):
    assert send(dana, case(name), name).status_code == 303
    assert "The logo stands on your letterhead." in dana.get("/practice").text
    picture = the_logo(dana)
    green = sum(count for count, color in picture.getcolors(99_999) if color == (31, 91, 87))
    assert picture.size == (600, 300) and green > 0.4 * 600 * 300


def test_grays_in_sixteen_bits_stay_grays(dana):
    send(dana, case("l-gray16.png"))
    assert len(the_logo(dana).convert("L").getcolors(256)) > 100


@pytest.mark.parametrize("unit", ["", "px", "pt", "mm", "cm", "in", "pc", "em", "%"])
@pytest.mark.parametrize("view", [' viewBox="0 0 60 40"', ""])
def test_a_drawing_of_any_unit_of_size_is_drawn(unit, view):
    size = f'{view} width="6{unit}" height="4{unit}"'.encode()
    notes, picture = drawn_by_the_press(DRAWING.replace(b' viewBox="0 0 60 40"', size))
    assert notes == [] and picture.getpixel((5, 5)) == (31, 91, 87)


WORDS = b'<text x="4" y="30" style="font: bold 20px Helvetica">Elm</text>'
GREEN_PNG = b64encode(a_png())
GREEN_BOX = b'<rect width="60" height="40" fill="#1f5b57"/>'


def a_drawing(inside, start=b""):
    """A drawing with these parts in it."""
    names = b'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return start + b'<svg %s viewBox="0 0 60 40">%s</svg>' % (names, inside)


@pytest.mark.parametrize(
    ("inside", "notes"),
    [
        (WORDS, ["words"]),
        (b"<style><![CDATA[ .a { font-family: Foo; fill: red } ]]></style>" + WORDS, ["words"]),
        (b"<switch><foreignObject/><g>" + GREEN_BOX + b"</g></switch>", []),
        (b'<a xlink:href="https://example.com">' + GREEN_BOX + b"</a>", []),
        (
            b'<image width="60" height="40" xlink:href="data:image/png;base64,%s"/>'
            % b64encode(a_png()),
            [],
        ),
        (
            b'<image width="9" height="9" xlink:href="https://example.com/a.png"/>' + GREEN_BOX,
            ["outside"],
        ),
        (b"<script>alert(1)</script><foreignObject/>" + GREEN_BOX, ["outside"]),
        (b"<style>@import url(https://example.com/a.css);</style>" + GREEN_BOX, ["outside"]),
        (b'<defs><symbol id="s">%s</symbol></defs><use xlink:href="#s"/>' % GREEN_BOX, []),
        (b'<rect width="60" height="40" fill="#e4e4dc"/>', ["pale"]),
        (
            b'<circle cx="9" cy="20" r="8"/><circle cx="40" cy="20" r="18" fill="#fff"/>',
            ["partly-white"],
        ),
    ],
)
def test_what_is_in_a_drawing_is_drawn_and_what_is_not_is_said(inside, notes):
    said, picture = drawn_by_the_press(a_drawing(inside))
    assert said == notes
    assert picture.convert("L").getextrema()[0] < 240


def test_packed_drawings_and_those_without_their_namespace_are_drawn():
    bare = GREEN_BOX.join([b'<svg viewBox="0 0 60 40">', b"</svg>"])
    for content in (gzip.compress(a_drawing(GREEN_BOX)), bare):
        assert drawn_by_the_press(content)[1].getpixel((5, 5)) == (31, 91, 87)


def test_words_set_in_our_letters_are_said_so_on_the_page(dana):
    send(dana, a_drawing(WORDS), "logo.svg")
    page = dana.get("/practice").text
    assert "The logo stands on your letterhead. Its words are set in our letters" in page
    send(dana, a_drawing(b'<rect width="60" height="40" fill="#e4e4dc"/>'), "logo.svg")
    page = dana.get("/practice").text
    assert "The logo is kept. It is so pale" in page and "stands on your letterhead" not in page


def case(name):
    """One of the files that showed a fault."""
    return (Path(__file__).parents[1] / "cases" / name).read_bytes()


def the_logo(browser):
    """The logo as it is printed."""
    return Image.open(BytesIO(browser.get("/logo.png").data))


def drawn_by_the_press(content):
    """What is said of a picture, and what it looks like."""
    facts, png = the_press().logo(content)
    return facts["notes"], Image.open(BytesIO(png))


def test_a_picture_over_a_megabyte_is_refused(dana):
    start = b"--x\r\nContent-Disposition: form-data; name="
    body = (
        start
        + b'"csrf_token"\r\n\r\n'
        + dana.csrf_token().encode()
        + b"\r\n"
        + start
        + b'"picture"; filename="logo.png"\r\n\r\n'
        + a_png()
        + b" " * 1_000_001
        + b"\r\n--x--\r\n"
    )
    kind = "multipart/form-data; boundary=x"
    answer = dana.client.post("/logo", data=body, content_type=kind)
    assert answer.status_code == 422
    assert "at most 1 MB" in answer.text


def test_a_drawing_brings_nothing_in_from_outside(app, tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_bytes(a_png())
    wicked = DRAWING.replace(
        b"<rect",
        f'<image href="{secret}" width="60" height="40"/><script>1</script><rect opacity="0"'.encode(),
    )
    assert the_press().logo(wicked) == ({"refused": "blank"}, b"")


def test_only_the_owner_changes_the_logo_and_may_take_it_off(dana, noor):
    send(dana, DRAWING, "logo.svg")
    assert send(noor, a_png()).status_code in (403, 404)
    assert noor.get("/logo.png").status_code == 200
    dana.post("/logo/remove")
    assert dana.get("/logo.png").status_code == 404
