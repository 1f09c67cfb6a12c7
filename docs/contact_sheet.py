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
from datetime import date, timedelta
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from practice.accounts.models import Practice, User
from practice.couples.models import Couple, Partner
from practice.handouts.kinds.exercise import ExerciseSheet
from practice.handouts.press import Press
from practice.handouts.sheet import Sheet
from practice.homework.background import background, printable
from practice.homework.library import ENGLISH, LANGUAGES, SPANISH, Homework, library
from practice.homework.models import Assignment
from practice.homework.sheets import sheet
from tests.handouts.every_kind import every_kind

DOTS_PER_INCH = 80
#: How wide a page is on the contact sheet, what lies around it, and how many stand side by side.
THUMBNAIL, GAP, ACROSS = 300, 16, 8
FONT = (
    Path(__file__).parents[1] / "practice/handouts/fonts/atkinson-hyperlegible-next-latin-400.ttf"
)

PRACTICE = Practice(
    name="Alder Street Couples Therapy",
    address="410 Alder Street, Suite 3\nPortland, OR 97205",
    phone="(555) 010-4477",
    paper="letter",
)
DANA = User(name="Dana Whitfield", credentials="LMFT")
GIVEN_ON = date(2026, 3, 5)
PERSONAL = {
    ENGLISH: {
        "place_and_time": "At the kitchen table",
        "anchor": "the kids are in bed",
        "expected_obstacle": "one of us comes home late",
        "if_then": "we do two minutes by phone",
        "personal_word": "You said that evenings are calmest. Begin there, and begin small.",
    },
    SPANISH: {
        "place_and_time": "En la mesa de la cocina",
        "anchor": "se duerman los niños",
        "expected_obstacle": "alguien llega tarde",
        "if_then": "lo hacemos dos minutos por teléfono",
        "personal_word": "Dijeron que las noches son más tranquilas. Empiecen ahí, con algo pequeño.",
    },
}


def homework_sheet(homework: Homework, language: str) -> ExerciseSheet:
    """Maya's sheet of one homework, in a language."""
    couple = Couple(
        partners=[
            Partner(letter=letter, first_name=name, last_name="", goes_by="", language=language)
            for letter, name in (("a", "Maya"), ("b", "Jonah"))
        ]
    )
    assignment = Assignment(
        slug=homework.slug,
        for_whom="couple",
        wording=homework.wording(),
        title=homework.title,
        given_on=GIVEN_ON,
        due_on=GIVEN_ON + timedelta(days=7),
        dose=homework.smallest.minutes,
        days=5,
        code_a="7F3K-29QD",
        code_b="8G4M-37RE",
        **PERSONAL[language],
    )
    return sheet(assignment, couple, "a", PRACTICE, DANA, "no-secrets")


def groups() -> Iterator[tuple[str, dict[str, Sheet]]]:
    """The sheets that stand on one picture together: what the group is called, and each by name."""
    for language in LANGUAGES:
        ordinary = {
            slug: homework_sheet(homework, language) for slug, homework in library().items()
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


def drawn(sheets: dict[str, Sheet], press: Press, folder: Path) -> list[Path]:
    """The pages of some sheets as pictures in a folder, in order."""
    folder.mkdir(parents=True, exist_ok=True)
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
    press = Press()
    for name, sheets in groups():
        if asked.groups and name not in asked.groups:
            continue
        pages = drawn(sheets, press, asked.folder / name)
        side_by_side(pages, asked.folder / f"{name}.png")
        print(f"{name}.png: {len(sheets)} sheets, {len(pages)} pages")
    press.close()


if __name__ == "__main__":
    main()
