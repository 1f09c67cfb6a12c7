"""A homework written out as a file of the library: what `parsed` reads, `written` writes."""

import json
from collections.abc import Iterable
from operator import attrgetter

from practice.library.homework import ENGLISH, Dose, Homework, Track
from practice.library.parse import HEADINGS, OPTIONAL_HEADINGS, SOLO

FACTS_OF = ("title", "promise", "who", "conjoint", "elements", "obstacles", "asks", "teachings")


def written(homework: Homework) -> str:
    """The text of the homework's file in its own language.

    Its words may hold anything a form takes: what would be read as part of the format is
    written so that it is not.
    """
    told = {heading: body(homework, name) for name, heading in HEADINGS[homework.language].items()}
    for name, heading in OPTIONAL_HEADINGS[homework.language].items():
        if text := body(homework, name):
            told[heading] = text
    prose = "\n\n".join(f"## {heading}\n{text}" for heading, text in told.items())
    return f"+++\n{front(homework)}\n+++\n\n{prose}\n"


def front(homework: Homework) -> str:
    """The facts, as TOML. A translation has no more than its own words."""
    names = FACTS_OF if homework.language == ENGLISH else ("title", "promise")
    lines = [f"{name} = {value(getattr(homework, name))}" for name in (*names, "needs")]
    for name in ("doses", "track"):
        rows = getattr(homework, name)
        lines += ["", *table_rows(name, rows)] if rows else ["", f"{name} = []"]
    return "\n".join([*lines, *solo_front(homework)])


def solo_front(homework: Homework) -> Iterable[str]:
    """The table for one partner alone, where it says anything."""
    solo = homework.solo
    told = {name: text for name in ("title", "promise") if (text := getattr(solo, name))}
    if told or solo.track:
        yield from ("", f"[{SOLO}]", *(f"{name} = {value(text)}" for name, text in told.items()))
        yield from table_rows(f"{SOLO}.track", solo.track)


def table_rows(name: str, rows: Iterable[Dose | Track]) -> Iterable[str]:
    """Rows as TOML has them, each under its heading."""
    for row in rows:
        yield from (f"[[{name}]]", *(f"{key} = {value(told)}" for key, told in vars(row).items()))


def value(told: object) -> str:
    """A value of the front matter. TOML writes text, true and false and numbers as JSON does."""
    if isinstance(told, tuple):
        return f"[{', '.join(map(value, told))}]"
    return json.dumps(told, ensure_ascii=False).replace("\x7f", "\\u007f")


def body(homework: Homework, name: str) -> str:
    """What stands under one heading."""
    if name == "steps":
        return "\n".join(numbered(homework))
    if name == "questions":
        return "\n".join(f"- {question}" for question in homework.questions)
    text: str = attrgetter(name)(homework)
    return "\n\n".join(map(paragraph, text.split("\n\n")))


def numbered(homework: Homework) -> Iterable[str]:
    """The steps, each on a line of its own."""
    for number, step in enumerate(homework.steps, 1):
        lead = step.lead.replace("\\", "\\\\").replace("*", "\\*")
        yield f"{number}. **{lead}** {step.text}".rstrip()


def paragraph(text: str) -> str:
    """A paragraph that is not taken for a heading."""
    return f"\\{text}" if text.startswith(("#", "\\")) else text
