"""A homework written out as a file of the library: what `parsed` reads, `written` writes."""

import json
from collections.abc import Iterable

from practice.homework.exercise import ENGLISH, Homework
from practice.homework.reading import HEADINGS

FACTS_OF = ("title", "promise", "who", "conjoint", "elements", "obstacles", "asks", "teachings")


def written(homework: Homework) -> str:
    """The text of the homework's file in its own language.

    Its words may hold anything a form takes: what would be read as part of the format is
    written so that it is not.
    """
    headings = HEADINGS[homework.language]
    prose = "\n\n".join(
        f"## {heading}\n{body(homework, name)}" for name, heading in headings.items()
    )
    return f"+++\n{front(homework)}\n+++\n\n{prose}\n"


def front(homework: Homework) -> str:
    """The facts, as TOML. A translation has no more than its own words."""
    names = FACTS_OF if homework.language == ENGLISH else ("title", "promise")
    lines = [f"{name} = {value(getattr(homework, name))}" for name in (*names, "needs")]
    for name in ("doses", "track"):
        rows = getattr(homework, name)
        lines += [""] if rows else ["", f"{name} = []"]
        for row in rows:
            lines += [f"[[{name}]]", *(f"{key} = {value(told)}" for key, told in vars(row).items())]
    return "\n".join(lines)


def value(told: object) -> str:
    """A value of the front matter. TOML writes text, true and false and numbers as JSON does."""
    if isinstance(told, tuple):
        return f"[{', '.join(map(value, told))}]"
    return json.dumps(told, ensure_ascii=False).replace("\x7f", "\\u007f")


def body(homework: Homework, name: str) -> str:
    """What stands under one heading."""
    if name == "steps":
        return "\n".join(numbered(homework))
    return "\n\n".join(map(paragraph, getattr(homework, name).split("\n\n")))


def numbered(homework: Homework) -> Iterable[str]:
    """The steps, each on a line of its own."""
    for number, step in enumerate(homework.steps, 1):
        lead = step.lead.replace("\\", "\\\\").replace("*", "\\*")
        yield f"{number}. **{lead}** {step.text}".rstrip()


def paragraph(text: str) -> str:
    """A paragraph that is not taken for a heading."""
    return f"\\{text}" if text.startswith(("#", "\\")) else text
