"""The practice's logo: drawn anew, printed on sheets, changed by its owner alone."""

from io import BytesIO

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
    ("content", "name"),
    [
        (b"%PDF-1.7 not a picture", "logo.png"),
        (
            b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
            "x.svg",
        ),
        (b"<html>hello</html>", "logo.svg"),
        (DRAWING.replace(b"viewBox", b'width="1" height="9999999" data-x'), "tall.svg"),
    ],
    ids=["another kind of file", "entities", "a page", "far too tall"],
)
def test_what_is_no_picture_is_refused_beside_the_field(dana, content, name):
    answer = send(dana, content, name)
    assert answer.status_code == 422
    assert "could not be read as a picture" in answer.text
    assert dana.get("/logo.png").status_code == 404


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
    drawn = Image.open(BytesIO(the_press().logo(wicked)))
    assert drawn.getextrema() == ((255, 255),) * 3


def test_only_the_owner_changes_the_logo_and_may_take_it_off(dana, noor):
    send(dana, DRAWING, "logo.svg")
    assert send(noor, a_png()).status_code in (403, 404)
    assert noor.get("/logo.png").status_code == 200
    dana.post("/logo/remove")
    assert dana.get("/logo.png").status_code == 404
