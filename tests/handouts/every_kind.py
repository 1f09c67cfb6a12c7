"""One example of every kind of sheet, in every language: what checks and contact sheets print."""

import dataclasses

from practice.handouts.kinds.background import BackgroundSheet
from practice.handouts.kinds.outline import OutlineSheet, OutlineWeek
from practice.handouts.kinds.packet import Cover, Entry
from practice.handouts.kinds.recovery import RecoverySheet
from practice.handouts.labels import ENGLISH, SPANISH
from practice.handouts.logo import logo_from
from practice.handouts.sheet import Letterhead, Sheet
from practice.library.builtin import builtin_homework
from practice.worksheets.background import background
from practice.worksheets.catalog_pdf import catalogue
from practice.worksheets.sheets import credit
from practice.worksheets.texts import WORDS
from practice.worksheets.variants import cards_sheet, reflection_sheet, tracker_sheet
from tests.handouts.as_given import DANA, PRACTICE, as_given
from tests.handouts.conftest import SHEET

LANGUAGES = ("en", "es")
#: A leaf on green, two inches wide.
A_LOGO = logo_from(
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 40"><rect width="60" height="40" rx="6"'
    b' fill="#1f5b57"/><path d="M18 30C14 16 28 8 44 10C46 26 32 34 18 30Z" fill="#fbf9f4"/></svg>'
).partition(b"\n")[2]
SLUG = "the-two-minute-shared-load"


def every_kind() -> dict[str, Sheet]:
    """An example of each kind and language, by a name such as “exercise-es”."""
    found: dict[str, Sheet] = {}
    for language in LANGUAGES:
        exercise = as_given(builtin_homework()[SLUG], language=language)
        solo = as_given(builtin_homework()[SLUG], language=language, for_whom="a")
        examples: dict[str, Sheet] = {
            "exercise": exercise,
            "exercise-large": dataclasses.replace(exercise, large=True),
            "exercise-plain": dataclasses.replace(exercise, plain=True),
            "exercise-fillable": dataclasses.replace(exercise, fillable=True),
            "solo": solo,
            "solo-large": dataclasses.replace(solo, large=True),
            "solo-fillable": dataclasses.replace(solo, fillable=True),
            "solo-reflection": reflection_sheet(solo),
            "tracker": tracker_sheet(exercise, weeks=1),
            "four-weeks": tracker_sheet(exercise, weeks=4),
            "reflection": reflection_sheet(exercise),
            "cards": cards_sheet(exercise, builtin_homework(language)[SLUG].doses),
            "background": a_background(language),
            "letterhead": with_letterhead(exercise),
            "outline": an_outline(language),
            "cover": a_cover(language),
            "catalogue": a_catalogue(language),
        }
        for kind in ("tracker", "reflection", "cards", "background", "outline"):
            examples[f"{kind}-large"] = dataclasses.replace(examples[kind], large=True)
        for kind in ("tracker", "four-weeks", "reflection"):
            examples[f"{kind}-fillable"] = dataclasses.replace(examples[kind], fillable=True)
        found |= {f"{kind}-{language}": sheet for kind, sheet in examples.items()}
    return found | {"recovery-en": a_recovery()}


def a_recovery() -> RecoverySheet:
    """A recovery sheet of a key nobody uses."""
    words = tuple(
        ["abandon", "ability", "able", "about", "above", "absent", "absorb", "abstract"] * 3
    )
    return RecoverySheet(
        letterhead=Letterhead("Rekindle", "Practice records", ()),
        paper="letter",
        title="Recovery sheet",
        key_name="0badcafe",
        words=words,
        printed_on="November 22, 2026",
        places=("/mnt/disk/backups", "harrow-lane/rekindle/ at https://store.example"),
    )


def with_letterhead(sheet: Sheet) -> Sheet:
    """A sheet from a practice with a logo and several people."""
    people = ("Noor Haddad, PsyD", "Sam Ito, LMFT")
    letterhead = dataclasses.replace(sheet.letterhead, people=people, logo=A_LOGO)
    return dataclasses.replace(sheet, letterhead=letterhead)


def a_background(language: str) -> Sheet:
    """A background sheet with a drawing."""
    topic = background(language)["protest-behavior"]
    return BackgroundSheet(
        SHEET.letterhead,
        language=language,
        paper="letter",
        title=topic.title,
        promise=topic.promise,
        blocks=topic.blocks,
        source_line=credit(topic.teachings, WORDS[language]),
    )


def a_catalogue(language: str) -> Sheet:
    """The whole library, as it is printed for any practice."""
    return catalogue(language, PRACTICE, DANA)


def a_cover(language: str) -> Sheet:
    """The first page of a packet."""
    titles = [homework.title for homework in list(builtin_homework(language).values())[:5]]
    words = WORDS[language]
    return Cover(
        SHEET.letterhead,
        language=language,
        paper="letter",
        title=(ENGLISH if language == "en" else SPANISH).packet,
        for_name=words.both.format(a="Maya", b="Jonah"),
        contents=tuple(Entry(title, "", page) for page, title in enumerate(titles, start=2)),
    )


def an_outline(language: str) -> Sheet:
    """Six weeks of exercises of the library."""
    words = WORDS[language]
    label = {"en": "Week", "es": "Semana"}[language]
    chosen = list(builtin_homework(language).values())[:6]
    return OutlineSheet(
        SHEET.letterhead,
        language=language,
        paper="letter",
        for_name=words.both.format(a="Maya", b="Jonah"),
        title={"en": "Back on the same side", "es": "De nuevo del mismo lado"}[language],
        promise={
            "en": "Six weeks, a few minutes on most days.",
            "es": "Seis semanas, unos minutos casi todos los días.",
        }[language],
        weeks=tuple(
            OutlineWeek(
                f"{label} {number}",
                one.title,
                one.promise,
                f"{words.minutes(one.smallest.minutes)}, {words.days(5)}",
            )
            for number, one in enumerate(chosen, start=1)
        ),
        source_line=credit(chosen[0].teachings, words),
    )
