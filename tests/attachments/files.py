"""Files as somebody might send them: sound, broken, and made to do harm."""

import zipfile
from io import BytesIO
from typing import Any

from pikepdf import Array, Dictionary, Encryption, Name, Pdf, String
from PIL import Image

from tests.browser import Browser
from tests.factories import ACouple, today

ACTS = b"app.alert"
HIDDEN = b"quincehidden"


def saved(pdf: Pdf, **how: Any) -> bytes:
    """A PDF's bytes."""
    file = BytesIO()
    pdf.save(file, **how)
    return file.getvalue()


def a_pdf(pages: int = 2) -> Pdf:
    """A PDF of empty pages."""
    pdf = Pdf.new()
    for _ in range(pages):
        pdf.add_blank_page()
    return pdf


def a_pdf_that_acts() -> bytes:
    """One that runs scripts and programs, asks for addresses, and carries a file, XFA and video."""
    pdf = a_pdf()
    script = Dictionary(S=Name.JavaScript, JS=String(ACTS.decode() + "(1)"))
    carried = Dictionary(
        Type=Name.Filespec,
        F=String("letter.exe"),
        EF=Dictionary(F=pdf.make_stream(HIDDEN)),
    )
    pdf.Root.OpenAction = script
    pdf.Root.Names = Dictionary(
        JavaScript=Dictionary(Names=Array([String("a"), pdf.make_indirect(script)])),
        EmbeddedFiles=Dictionary(Names=Array([String("b"), pdf.make_indirect(carried)])),
    )
    pdf.Root.AcroForm = Dictionary(XFA=pdf.make_stream(b"<xdp/>"), Fields=Array())
    page = pdf.pages[0].obj
    page.AA = Dictionary(O=script)
    leads_on = Dictionary(S=Name.GoTo, D=Array([1, Name.Fit]), Next=script)
    page.Annots = Array(
        [
            a_mark(A=Dictionary(S=Name.Launch, F=String("letter.exe"))),
            a_mark(A=Dictionary(S=Name.URI, URI=String("https://example.com/seen"))),
            a_mark(A=leads_on),
            a_mark(Subtype=Name.RichMedia),
            a_mark(Subtype=Name.FileAttachment, FS=carried),
        ]
    )
    return saved(pdf)


def a_mark(**entries: Any) -> Dictionary:
    """A mark on a page."""
    given = {"Type": Name.Annot, "Subtype": Name.Link, "Rect": Array([0, 0, 9, 9])}
    return Dictionary(**given | entries)


def a_locked_pdf() -> bytes:
    """One that asks for a password."""
    return saved(a_pdf(), encryption=Encryption(user="open", owner="sesame"))


def a_picture(size: tuple[int, int] = (60, 40), kind: str = "PNG", mode: str = "RGB") -> bytes:
    """A picture without a word in it."""
    file = BytesIO()
    Image.new(mode, size, 1).save(file, kind)
    return file.getvalue()


def a_photo() -> bytes:
    """A JPEG as a phone makes it: lying on its side, with the place it was taken at."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Quincephone", 6
    exif.get_ifd(0x8825).update({1: "N", 2: (45.0, 31.0, 22.0), 3: "W", 4: (122.0, 40.0, 1.0)})
    file = BytesIO()
    Image.new("RGB", (60, 40), "#1f5b57").save(file, "JPEG", exif=exif)
    return file.getvalue()


def with_a_zip(content: bytes) -> bytes:
    """A file that is a ZIP as well."""
    both = BytesIO(content)
    with zipfile.ZipFile(both, "a") as archive:
        archive.writestr("page.html", "<script>1</script>")
    return both.getvalue()


def send(
    browser: Browser, couple: ACouple, content: bytes, name: str = "scan.pdf", **told: object
) -> Any:
    """Add a file, with what is told of it."""
    usual = {
        "title": "Letter from the psychiatrist",
        "kind": "letter",
        "whose": "a",
        "dated_on": today().isoformat(),
        "readers": "everyone",
    }
    return browser.post(
        f"/couples/{couple.id}/attachments/new", file=(BytesIO(content), name), **usual | told
    )
