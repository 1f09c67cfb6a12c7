"""Draws every sheet there is as pictures, side by side, so that each can be looked at.

    bin/contact-sheet FOLDER

Makes one picture for each group: every homework in English and in Spanish, in ordinary and in large
print; every background sheet; every other kind. The pages themselves are left beside them, one
picture each, for a closer look.
"""

import argparse
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from practice.handouts.renderer import Renderer
from practice.handouts.sheet import Sheet
from practice.library.builtin import builtin_homework
from practice.library.homework import LANGUAGES
from practice.worksheets.background import background, printable
from tests.handouts.as_given import DANA, PRACTICE, as_given
from tests.handouts.every_kind import every_kind

DOTS_PER_INCH = 80
#: How wide a page is on the contact sheet, what lies around it, and how many stand side by side.
THUMBNAIL, GAP, ACROSS = 300, 16, 8
FONT = (
    Path(__file__).parents[1] / "practice/handouts/fonts/atkinson-hyperlegible-next-latin-400.ttf"
)


def groups() -> Iterator[tuple[str, dict[str, Sheet]]]:
    """The sheets that stand on one picture together: what the group is called, and each by name."""
    for language in LANGUAGES:
        ordinary = {
            slug: as_given(homework, language=language)
            for slug, homework in builtin_homework().items()
        }
        yield f"homework-{language}", dict(ordinary)
        yield (
            f"homework-{language}-large",
            {slug: replace(one, large=True) for slug, one in ordinary.items()},
        )
        yield (
            f"background-{language}",
            {topic: printable(one, PRACTICE, DANA) for topic, one in background(language).items()},
        )
    yield "kinds", every_kind()


def drawn(sheets: dict[str, Sheet], press: Renderer, folder: Path) -> list[Path]:
    """The pages of some sheets as pictures in a folder, in order; what was there before goes."""
    folder.mkdir(parents=True, exist_ok=True)
    for page in folder.glob("*.png"):
        page.unlink()
    names = list(sheets)
    for at, pdf in press.print_many(list(sheets.values())):
        subprocess.run(
            ["pdftoppm", "-png", "-r", str(DOTS_PER_INCH), "-", str(folder / names[at])],
            input=pdf,
            check=True,
        )
    return [
        page for name in names for page in sorted(folder.glob(f"{name}-*.png")) if is_of(page, name)
    ]


def is_of(page: Path, name: str) -> bool:
    """Whether a picture is a page of the sheet of that name, and not of one with a longer name."""
    return page.stem.rpartition("-")[0] == name


def side_by_side(pages: list[Path], target: Path) -> None:
    """All pages small on one picture, each with its name below."""
    font = ImageFont.truetype(str(FONT), 15)
    small = [Image.open(page).convert("RGB") for page in pages]
    for picture in small:
        picture.thumbnail((THUMBNAIL, 2 * THUMBNAIL))
    height = max(picture.height for picture in small) + 24 + GAP
    rows = -(-len(small) // ACROSS)
    paper = Image.new("RGB", (ACROSS * (THUMBNAIL + GAP) + GAP, rows * height + GAP), "#d8d4c8")
    pen = ImageDraw.Draw(paper)
    for at, (page, picture) in enumerate(zip(pages, small, strict=True)):
        left = GAP + at % ACROSS * (THUMBNAIL + GAP)
        top = GAP + at // ACROSS * height
        paper.paste(picture, (left, top))
        pen.text((left, top + picture.height + 2), page.stem[:40], font=font, fill="#20262a")
    paper.save(target)


def main() -> None:
    """Print, draw, and put side by side."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("groups", nargs="*", help="only these groups, such as homework-es")
    asked = parser.parse_args()
    press = Renderer()
    for name, sheets in groups():
        if asked.groups and name not in asked.groups:
            continue
        pages = drawn(sheets, press, asked.folder / name)
        side_by_side(pages, asked.folder / f"{name}.png")
        print(f"{name}.png: {len(sheets)} sheets, {len(pages)} pages")
    press.close()


if __name__ == "__main__":
    main()
