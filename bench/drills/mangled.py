"""S69: PDFs cut, spliced, relabelled and added to: each kept with all its pages, or refused."""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO

import pikepdf
import pypdfium2
from pikepdf import Dictionary, Encryption, Name, ObjectStreamMode, Pdf
from PIL import Image, ImageDraw

from bench.drills.figures import Figure, Size, all_of, none_of
from practice.attachments.checking import REASONS
from practice.handouts.renderer import PrintFailed, Renderer
from tests.handouts.conftest import SHEET

SEED = 69
#: The longer side of a page as it is looked at, in pixels.
SIDE = 200
#: What of its ink a page may lose and still be there: spliced words may be other words.
STILL_THERE = 0.5
#: From one of 256 grays to that of the paper, what is ink.
UNLIKE = 40
LENGTH = re.compile(rb"/Length (\d+)(?! \d+ R)")
OFFSET = re.compile(rb"\b\d{10} \d{5} n")


@dataclass(frozen=True)
class Whole:
    """A PDF before anything is done to it, and how much ink each of its pages has."""

    kind: str
    content: bytes
    ink: tuple[int, ...]


def ink_of(content: bytes) -> tuple[int, ...]:
    """How much of each page is not paper, by a reader that had no part in keeping it."""
    pages = []
    with pypdfium2.PdfDocument(content) as pdf:
        for page in pdf:
            scale = SIDE / max(page.get_size())
            picture = page.render(scale=scale, grayscale=True).to_pil()
            grays = picture.histogram()
            paper = max(range(256), key=grays.__getitem__)
            pages.append(sum(grays) - sum(grays[max(0, paper - UNLIKE) : paper + UNLIKE]))
    return tuple(pages)


def a_letter(pages: int) -> Pdf:
    """A letter of several pages with words on each."""
    pdf = Pdf.new()
    font = pdf.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    )
    for number in range(pages):
        page = pdf.add_blank_page(page_size=(612, 792))
        lines = "".join(
            f"(Page {number}, line {line}: to whom it may concern) ' " for line in range(40)
        )
        words = f"BT /F1 14 Tf 16 TL 60 730 Td {lines} ET".encode()
        page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
        page.obj.Contents = pdf.make_stream(words)
    return pdf


def a_scan(pages: int) -> Pdf:
    """A scan: a JPEG on each page."""
    pdf = Pdf.new()
    for number in range(pages):
        picture = Image.new("L", (400, 520), 230)
        ImageDraw.Draw(picture).multiline_text((20, 20), f"Scan {number}\n" * 30, fill=10)
        jpeg = BytesIO()
        picture.save(jpeg, "JPEG", quality=60)
        shown = pdf.make_stream(
            jpeg.getvalue(), Type=Name.XObject, Subtype=Name.Image, Width=400, Height=520,
            ColorSpace=Name.DeviceGray, BitsPerComponent=8, Filter=Name.DCTDecode,
        )  # fmt: skip
        page = pdf.add_blank_page(page_size=(400, 520))
        page.obj.Resources = Dictionary(XObject=Dictionary(S=shown))
        page.obj.Contents = pdf.make_stream(b"q 400 0 0 520 0 0 cm /S Do Q")
    return pdf


def saved(pdf: Pdf, **how: object) -> bytes:
    """A PDF's bytes, the same each time."""
    made = BytesIO()
    pdf.save(made, static_id=True, **how)
    return made.getvalue()


def with_a_page_appended(content: bytes) -> bytes:
    """A PDF to which its first page was added once more behind its end, as scanners do."""
    with pikepdf.open(BytesIO(content)) as pdf:
        tree, number = pdf.Root.Pages.objgen[0], int(pdf.trailer.Size)
        kids = [kid.objgen[0] for kid in pdf.Root.Pages.Kids]
        root = pdf.trailer.Root.objgen[0]
        page = pdf.pages[0].obj.unparse(resolved=True)
    listed = b" ".join(b"%d 0 R" % kid for kid in (*kids, number))
    parts = {
        tree: b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids) + 1, listed),
        number: page,
    }
    whole, table = content, b""
    for name, entries in parts.items():
        table += b"%d 1\n%010d 00000 n \n" % (name, len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (name, entries)
    before = int(content.rpartition(b"startxref")[2].split()[0])
    trailer = b"<< /Size %d /Root %d 0 R /Prev %d >>" % (number + 1, root, before)
    end = b"xref\n%strailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (table, trailer, len(whole))
    return whole + end


def our_kinds(press: Renderer) -> list[Whole]:
    """A few PDFs of each kind that people keep with us."""
    apart = {"object_stream_mode": ObjectStreamMode.disable}
    plain = saved(a_letter(3), compress_streams=False, **apart)
    kinds = {
        "a sheet of ours": press.print(SHEET),
        "a letter": saved(a_letter(3), **apart),
        "a letter, not packed": plain,
        "a letter, its parts packed": saved(
            a_letter(4), object_stream_mode=ObjectStreamMode.generate
        ),
        "a letter for the web": saved(a_letter(3), linearize=True),
        "a letter with a page appended": with_a_page_appended(plain),
        "a letter locked by its owner": saved(
            a_letter(2), encryption=Encryption(owner="o", user="")
        ),
        "a scan": saved(a_scan(3), **apart),
    }
    return [Whole(kind, content, ink_of(content)) for kind, content in kinds.items()]


def cut(content: bytes, chance: random.Random) -> bytes:
    """Without its end, as from a download that broke off."""
    return content[: chance.randrange(1, len(content) - 8)]


def spliced(content: bytes, chance: random.Random) -> bytes:
    """With a piece taken out, put in twice, moved, or overwritten with empty bytes."""
    start = chance.randrange(16, len(content))
    end = min(len(content), start + chance.choice((1, 20, 300, 3_000)))
    piece, other = content[start:end], chance.randrange(16, len(content))
    return chance.choice(
        (
            content[:start] + content[end:],
            content[:end] + piece + content[end:],
            content[:other] + piece + content[other:],
            content[:start] + bytes(len(piece)) + content[end:],
        )
    )


def relabelled(content: bytes, chance: random.Random) -> bytes:
    """With wrong lengths, or wrong places in its table."""

    def length(found: re.Match[bytes]) -> bytes:
        told = int(found[1])
        wrong = chance.choice((told, 0, 1, told // 2, told + 1, told + 40, told * 3))
        return b"/Length %d" % wrong

    def place(found: re.Match[bytes]) -> bytes:
        wrong = max(0, int(found[0][:10]) + chance.choice((0, 0, 1, -7, 40, 2_000)))
        return b"%010d" % wrong + found[0][10:]

    changed = LENGTH.sub(length, content) if chance.random() < 0.7 else content
    return OFFSET.sub(place, changed) if chance.random() < 0.5 else changed


def added_to(content: bytes, chance: random.Random) -> bytes:
    """With something before its beginning or behind its end."""
    rubbish = chance.choice(
        (
            bytes(chance.randrange(1, 3_000)),
            chance.randbytes(chance.randrange(1, 3_000)),
            b"\r\n<html><body>Sent by a gateway</body></html>\r\n" * chance.randrange(1, 60),
            content[-chance.randrange(10, 2_000) :],
            b"\n%%EOF\n" * chance.randrange(1, 5),
        )
    )
    before = b"From: a scanner\r\n\r\n" * chance.randrange(0, 8)
    return before + content + (rubbish if chance.random() < 0.9 else b"")


WAYS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "cut": cut,
    "spliced": spliced,
    "relabelled": relabelled,
    "added to": added_to,
}


def lost(whole: Whole, kept: bytes) -> bool:
    """Whether a page of the whole is not in what was kept."""
    there = ink_of(kept)
    return len(there) < len(whole.ink) or any(
        now < STILL_THERE * then for then, now in zip(whole.ink, there, strict=False)
    )


def mangled(size: Size) -> Iterator[Figure]:
    """Send each through the press, as a file that is added to a couple's."""
    chance, press = random.Random(SEED), Renderer(workers=1)
    times = size.of(1_000, 48)
    kept, in_words, silent = Counter[str](), 0, list[str]()
    try:
        kinds = our_kinds(press)
        for number in range(times):
            whole = kinds[number % len(kinds)]
            way = list(WAYS)[number // len(kinds) % len(WAYS)]
            sent = WAYS[way](whole.content, chance)
            try:
                facts, made = press.made_safe(sent)
            except PrintFailed as reason:
                in_words += str(reason).endswith(".")
                continue
            if "refused" in facts:
                in_words += facts["refused"] in REASONS
            else:
                kept[way] += 1
                if lost(whole, made):
                    silent.append(f"{number}: {whole.kind}, {way}")
    finally:
        press.close()
    where = f" ({'; '.join(silent)})" if silent else ""
    yield none_of("S69", f"PDFs that lost a page in silence{where}", len(silent), times)
    yield all_of("S69", "of them kept whole, or refused in words", kept.total() + in_words, times)
    for way in list(WAYS)[1:]:  # what is cut off is gone
        number = str(kept[way])
        yield Figure("S69", f"kept of those {way}", "> 0", number, kept[way] > 0)
