"""Background sheets: what closeness is made of and what gets in its way, for any client to keep.

One Markdown file for each sheet and language. Its front matter (TOML) holds the title, what it
promises, the teachings it is drawn from and the words in its drawing; its body is made of
headings, paragraphs, lists and drawings. A translation leaves the teachings to the English file.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from practice.handouts.kinds.background import BackgroundSheet, Block
from practice.handouts.sheet import Step
from practice.library.homework import ENGLISH
from practice.library.parse import Malformed, front_and_body
from practice.practice_admin.letterhead import AnyClinician, AnyPractice
from practice.vocabulary import curriculum
from practice.worksheets.sheets import credit, letterhead, paper_of
from practice.worksheets.texts import WORDS

BACKGROUND = Path(__file__).parent / "content"
#: In the order in which they are offered: what closeness is, what is in its way, what helps.
SLUGS = (
    "three-elements",
    "busyness",
    "protest-behavior",
    "low-safety",
    "feelings",
    "listening-and-speaking",
    "phone-agreements",
    "stopping-kindly",
)
#: A point of a list: some words in bold, if any, then the rest.
ITEM = re.compile(r"^- (?:\*\*(?P<lead>.+?)\*\* ?)?(?P<text>.*)$", re.DOTALL)
#: A drawing: what it shows, for those who hear the sheet.
DRAWING = re.compile(r"^!\[(?P<shows>.+)\]\(circle\)$", re.DOTALL)


@dataclass(frozen=True)
class Background:
    """One background sheet in one language."""

    slug: str
    language: str
    title: str
    promise: str
    teachings: tuple[str, ...]
    blocks: tuple[Block, ...]


def read(path: Path) -> Background:
    """The sheet in one file. Raises Malformed when something is missing or unknown."""
    try:
        facts, body = front_and_body(path)
        original, _ = front_and_body(path.parent.parent / ENGLISH / path.name)
        sheet = Background(
            slug=path.stem,
            language=path.parent.name,
            title=facts["title"],
            promise=facts["promise"],
            teachings=tuple(original["teachings"]),
            blocks=blocks(body, tuple(facts.get("labels", ()))),
        )
    except (KeyError, ValueError, OSError) as fault:
        raise Malformed(path.name, fault) from fault
    if unknown := set(sheet.teachings) - set(curriculum().teachings):
        raise Malformed(path.name, f"unknown teachings {sorted(unknown)}")
    return sheet


def blocks(body: str, labels: tuple[str, ...]) -> tuple[Block, ...]:
    """The pieces of a body, which blank lines part; `labels` go into its drawing.

    Raises ValueError for a drawing without its four labels, and for labels without a drawing.
    """
    found = tuple(block(part.strip(), labels) for part in re.split(r"\n\s*\n", body.strip()))
    drawings = sum(one.kind == "drawing" for one in found)
    if (drawings, len(labels)) not in {(0, 0), (1, 4)}:
        raise ValueError("a drawing has four labels, and a sheet one drawing at most")
    return found


def block(part: str, labels: tuple[str, ...]) -> Block:
    """One piece of a body, told by how it begins."""
    if part.startswith("## "):
        return Block("heading", part.removeprefix("## "))
    if part.startswith("- "):
        return Block("list", items=tuple(item(one) for one in re.split(r"\n(?=- )", part)))
    if drawing := DRAWING.match(part):
        return Block("drawing", " ".join(drawing["shows"].split()), labels=labels)
    return Block("paragraph", " ".join(part.split()))


def item(text: str) -> Step:
    """One point of a list. Raises ValueError where it is none."""
    match = ITEM.match(" ".join(text.split()))
    if match is None:
        raise ValueError(f"a list with something else in it: {text[:40]!r}")
    return Step(match["lead"] or "", match["text"])


@cache
def background(language: str = ENGLISH) -> dict[str, Background]:
    """Every background sheet in a language by slug, in the order they are offered; read once."""
    return {slug: read(BACKGROUND / language / f"{slug}.md") for slug in SLUGS}


def printable(sheet: Background, practice: AnyPractice, clinician: AnyClinician) -> BackgroundSheet:
    """The sheet as plain values for the press, under the practice's letterhead."""
    return BackgroundSheet(
        letterhead=letterhead(practice, clinician),
        language=sheet.language,
        paper=paper_of(practice),
        title=sheet.title,
        promise=sheet.promise,
        blocks=sheet.blocks,
        source_line=credit(sheet.teachings, WORDS[sheet.language]),
    )
