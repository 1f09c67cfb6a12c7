"""A sheet to change, one press for all these tests, and eyes to read what it prints."""

import dataclasses
import io
import re
import subprocess
from collections import Counter
from itertools import pairwise

import pikepdf
import pytest

from practice.handouts.kinds.exercise import ExerciseSheet
from practice.handouts.renderer import Renderer
from practice.handouts.sheet import Letterhead, Step, TrackerRow

SHEET = ExerciseSheet(
    Letterhead(
        practice_name="Alder Street Couples Therapy",
        clinician_line="Dana Whitfield, LMFT",
        address_lines=("410 Alder Street, Suite 3", "(555) 010-4477"),
    ),
    paper="letter",
    copy="a",
    for_name="Maya",
    with_name="Jonah",
    try_it="5 days this week",
    talk_on="Thursday, December 3",
    title="A small harbor",
    promise="Tie up side by side for two minutes.",
    why="A day pulls you both out to sea. Two quiet minutes bring you back to one place.",
    who="Together",
    dose="2 minutes",
    dose_text="Sit close and say one word each.",
    anchor="After the kids are in bed",
    where_when="On the back step",
    needs="A timer, and two cups of something warm.",
    steps=(
        Step("Sit down close.", "Put the phones in another room."),
        Step("Say one word.", "Each of you names how the day was."),
        Step("Stay until it rings.", "Nothing has to be fixed."),
    ),
    example="Rosa says, “Heavy.” Kim says, “Loud.” They drink their tea.",
    if_hard="If it turns into a list, stop and try again tomorrow.",
    care="If being close does not feel safe, leave this one out and tell Dana.",
    notice="What was your shoulder doing?",
    if_then="If we are too tired, then we do one minute in bed.",
    personal_word="You said evenings are calmest.",
    signed_by="Dana",
    tracker=(TrackerRow("We did it", "tick"), TrackerRow("How close I felt", "scale")),
    code="7F3K-29QD",
    goes_to="What you write goes to Dana, as the three of you agreed.",
    source_line="Drawn from an article on closeness, in our own words.",
)


class Printed:
    """A printed sheet, read back the way a person, a screen reader or a printer would."""

    def __init__(self, pdf):
        self.pdf = pdf
        self.file = pikepdf.open(io.BytesIO(pdf))

    def _poppler(self, program, *options):
        done = subprocess.run([program, *options], input=self.pdf, capture_output=True, check=True)
        return done.stdout.decode("utf-8")

    @property
    def words(self):
        """The words as they are drawn, with single spaces."""
        return " ".join(self._poppler("pdftotext", "-raw", "-", "-").split())

    @property
    def read_aloud(self):
        """The words in the order of the tags, which is the order they are read aloud in."""
        tags = self._poppler("pdfinfo", "-struct-text", "-")
        heard = " ".join(" ".join(re.findall(r'(?m)^ *"(.*)"$', tags)).split())
        return re.sub(r" ([,.])", r"\1", heard)

    @property
    def tags(self):
        """The kinds of tag, one for each time they occur."""
        return re.findall(r"(?m)^ *([A-Z]\w*)", self._poppler("pdfinfo", "-struct", "-"))

    @property
    def alternatives(self):
        """What is said in place of each picture, in order."""
        return [str(one.Alt) for one in self.file.objects if _is_figure(one) and "/Alt" in one]

    @property
    def fonts(self):
        """Each font's name without its subset letters, and "yes" where it is embedded."""
        lines = self._poppler("pdffonts", "-").splitlines()[2:]
        embedded = r"(yes|no) +(?:yes|no) +(?:yes|no) +\d+ +\d+$"
        return {line.split()[0].partition("+")[2]: re.search(embedded, line)[1] for line in lines}

    @property
    def rightmost(self):
        """How far right the words reach, as a share of the page's width."""
        boxes = self._poppler("pdftotext", "-bbox", "-", "-")
        width = float(re.search(r'page width="([\d.]+)"', boxes)[1])
        return max(float(x) for x in re.findall(r'xMax="([\d.]+)"', boxes)) / width

    @property
    def sizes(self):
        """How many letters are drawn in each size, in points."""
        found = Counter()
        for page in self.file.pages:
            for size, operands in _drawn(page):
                found[size] += sum(len(bytes(text)) // 2 for text in _texts(operands))
        return found

    def lines_from(self, words):
        """How far down the page two lines of a paragraph stand, pair by pair, from its words on."""
        page = self._poppler("pdftotext", "-bbox-layout", "-l", "1", "-", "-")
        for block in re.findall(r"(?s)<block.*?</block>", page):
            spoken = " ".join(re.findall(r">([^<>]+)</word>", block))
            if words in spoken:
                tops = [float(top) for top in re.findall(r'<line [^>]*yMin="([\d.]+)"', block)]
                return list(pairwise(tops))
        return []

    @property
    def has_boxes(self):
        """Whether any letter is drawn as the box that stands for a missing one: glyph 0."""
        return any(0 in glyphs for page in self.file.pages for glyphs in _glyphs(page))


def _is_figure(one):
    return isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"


def _drawn(page):
    """What is drawn as text, each with its size in points."""
    size, scale, outer = 0, 1.0, []
    for operands, operator in pikepdf.parse_content_stream(page, "q Q cm Tf TJ Tj"):
        match str(operator):
            case "q":
                outer.append(scale)
            case "Q":
                scale = outer.pop()
            case "cm":
                scale *= abs(float(operands[3]))
            case "Tf":
                size = float(operands[1])
            case _:
                yield round(size * scale, 1), operands


def _texts(operands):
    """The strings of one TJ, which come in a list with the spaces between, or of one Tj."""
    texts = operands[0] if isinstance(operands[0], pikepdf.Array) else operands
    return [text for text in texts if isinstance(text, pikepdf.String)]


def _glyphs(page):
    for _, operands in _drawn(page):
        for text in _texts(operands):
            numbers = bytes(text)
            pairs = zip(numbers[::2], numbers[1::2], strict=True)
            yield [high * 256 + low for high, low in pairs]


@pytest.fixture(scope="session")
def press():
    press = Renderer()
    press.warm()
    yield press
    press.close()


@pytest.fixture
def a_sheet():
    """Maya's copy of an exercise, with whatever a test is about changed."""
    return lambda **changes: dataclasses.replace(SHEET, **changes)


@pytest.fixture
def printed(press, a_sheet):
    """The same sheet, printed."""
    return lambda **changes: Printed(press.print(a_sheet(**changes)))
