"""Reading a homework's file: one Markdown file in each language, checked as it is read.

A file's front matter (TOML) holds what is not prose; its headings hold the prose. A language
is a folder; English is complete, and every other language follows its structure.
"""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from practice.forms import UNPRINTABLE, tidy
from practice.handouts.sheet import Step
from practice.library.homework import ENGLISH, SPANISH, WHO, Dose, Homework, Solo, Track
from practice.vocabulary import OBSTACLES, Element, curriculum

#: The headings of a file by language. What is said to the clinician is in English alone.
HEADINGS = {
    ENGLISH: {
        "why": "Why it helps",
        "steps": "Steps",
        "example": "Example",
        "if_hard": "If it gets hard",
        "when_not": "When not to use it",
        "care": "A word of care",
        "alone": "On your own",
        "notice": "What to notice",
    },
    SPANISH: {
        "why": "Por qué ayuda",
        "steps": "Pasos",
        "example": "Ejemplo",
        "if_hard": "Si se pone difícil",
        "care": "Con cuidado",
        "alone": "Por tu cuenta",
        "notice": "Qué notar",
    },
}
#: The headings a file may do without, by what they hold; those of `solo` are for one partner alone.
OPTIONAL_HEADINGS = {
    ENGLISH: {
        "questions": "To reflect on",
        "solo.why": "On your own: why it helps",
        "solo.if_hard": "On your own: if it gets hard",
        "solo.care": "On your own: a word of care",
        "solo.notice": "On your own: what to notice",
    },
    SPANISH: {
        "questions": "Para reflexionar",
        "solo.why": "Por tu cuenta: por qué ayuda",
        "solo.if_hard": "Por tu cuenta: si se pone difícil",
        "solo.care": "Por tu cuenta: con cuidado",
        "solo.notice": "Por tu cuenta: qué notar",
    },
}
#: What a translation leaves to the English file.
FACTS = ("who", "conjoint", "elements", "obstacles", "asks", "teachings")
#: The fields of the front matter, and what each must be.
FRONT: dict[str, type] = {
    "title": str,
    "promise": str,
    "who": str,
    "conjoint": bool,
    "elements": list,
    "obstacles": list,
    "asks": list,
    "teachings": list,
    "needs": str,
    "doses": list,
    "track": list,
}
#: The table of the front matter that a file may do without, and the fields it may have.
SOLO = "solo"
SOLO_FRONT: dict[str, type] = {"title": str, "promise": str, "track": list}
KINDS = {
    str: "text in quotation marks",
    bool: "true or false",
    list: "a list",
    int: "a number",
    dict: "a table",
}
ASKS = {"touch", "gaze", "disclosure", "forgiveness"}
MARKS = {"tick", "count", "scale"}
FEWEST_STEPS, MOST_STEPS = 3, 7
HOW_MANY_DOSES = 3
MOST_QUESTIONS = 4
#: Within the bold words a star and a backslash have a backslash before them.
STEP = re.compile(r"^\d+\.\s+\*\*(?P<lead>(?:\\.|[^\\])+?)\*\*\s*(?P<text>.*)$", re.DOTALL)
ESCAPED = re.compile(r"\\([\\*])")


class Malformed(Exception):
    """A library file that is not as the format asks; the message names the file and the fault."""

    def __init__(self, name: str, fault: object) -> None:
        super().__init__(f"{name}: {fault}")
        #: The fault alone, in words.
        self.fault = str(fault)


def read(path: Path) -> Homework:
    """The homework in one file. Raises Malformed when a field is missing or unknown."""
    language = path.parent.name
    english = None if language == ENGLISH else read(path.parent.parent / ENGLISH / path.name)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise Malformed(path.name, fault) from fault
    return parsed(text, path.stem, language, english)


def parsed(
    text: str, slug: str, language: str = ENGLISH, english: Homework | None = None
) -> Homework:
    """The homework in the text of a file; a translation takes its facts from the `english` one.

    Raises Malformed when anything is missing, unknown or not as the format asks.
    """
    try:
        front, body = split(text)
        facts = checked_front(front, set(FACTS) if english else set())
        prose = sections(body, HEADINGS[language], OPTIONAL_HEADINGS[language])
        if english:
            facts |= {key: getattr(english, key) for key in FACTS}
            prose["when_not"] = english.when_not
        homework = Homework(
            slug=slug,
            language=language,
            title=one_line(facts["title"]),
            promise=one_line(facts["promise"]),
            who=facts["who"],
            conjoint=facts["conjoint"],
            elements=tuple(facts["elements"]),
            obstacles=tuple(facts["obstacles"]),
            asks=tuple(facts["asks"]),
            teachings=tuple(facts["teachings"]),
            needs=one_line(facts["needs"]),
            doses=tuple(Dose(row["minutes"], one_line(row["do"])) for row in facts["doses"]),
            track=rows(facts["track"]),
            steps=steps(prose.pop("steps")),
            questions=questions(prose.pop("questions")),
            solo=solo(facts.get(SOLO, {}), prose),
            **{name: text for name, text in prose.items() if name in HEADINGS[ENGLISH]},
        )
    except (ValueError, RecursionError) as fault:
        raise Malformed(slug, fault) from fault
    check(homework)
    if english:
        check_like(homework, english)
    return homework


def split(text: str) -> tuple[dict[str, Any], str]:
    """The front matter of a file's text, and its body. Raises ValueError where there is no front."""
    parts = text.split("+++\n", 2)
    if len(parts) < 3 or parts[0].strip():
        raise ValueError("it must begin with a line +++, the facts, and another line +++")
    return tomllib.loads(parts[1]), parts[2]


def front_and_body(path: Path) -> tuple[dict[str, Any], str]:
    """A content file's front matter, and its body. Raises ValueError where there is no front."""
    return split(path.read_text(encoding="utf-8"))


def checked_front(front: dict[str, Any], left_out: set[str]) -> dict[str, Any]:
    """The front matter, when each field is there and of its kind. Raises ValueError if not."""
    wanted = {name: kind for name, kind in FRONT.items() if name not in left_out}
    check_fields(front, {**wanted, SOLO: dict})
    if missing := [name for name in wanted if name not in front]:
        raise ValueError(f"“{missing[0]}” is missing")
    check_fields(front.get(SOLO, {}), SOLO_FRONT)
    for name in ("elements", "obstacles", "asks", "teachings"):
        if not all(isinstance(one, str) for one in front.get(name, ())):
            raise ValueError(f"“{name}” must be a list of words in quotation marks")
    check_rows(front, "doses", {"minutes": int, "do": str})
    for rows_of in (front, front.get(SOLO, {})):
        check_rows(rows_of, "track", {"row": str, "mark": str})
    return front


def check_fields(told: dict[str, Any], known: dict[str, type]) -> None:
    """Raise ValueError for a field that is not known, or not of its kind."""
    for name, value in told.items():
        if name not in known:
            raise ValueError(f"“{name}” does not belong here")
        if type(value) is not known[name]:
            raise ValueError(f"“{name}” must be {KINDS[known[name]]}")


def check_rows(front: dict[str, Any], name: str, wanted: dict[str, type]) -> None:
    """Raise ValueError unless each row of a list has just the fields wanted."""
    for row in front.get(name, ()):
        kinds = {key: type(value) for key, value in row.items()} if isinstance(row, dict) else {}
        if kinds != wanted:
            said = " and ".join(f"“{key}”, {KINDS[kind]}" for key, kind in wanted.items())
            raise ValueError(f"each of “{name}” has {said}")


def sections(body: str, headings: dict[str, str], optional: dict[str, str]) -> dict[str, str]:
    """The prose under each of a language's headings, by field, every paragraph one line.

    What is under none of the `optional` ones is empty. A list keeps its lines. Raises ValueError
    for a heading that is missing, unknown or there twice.
    """
    known = {**headings, **optional}
    parts = re.split(r"^## (.+)$", body, flags=re.MULTILINE)
    if parts[0].strip():
        raise ValueError("there are words before the first heading")
    names = [name.strip() for name in parts[1::2]]
    for name in names:
        if name not in known.values():
            raise ValueError(f"unknown heading “{name}”")
        if names.count(name) > 1:
            raise ValueError(f"the heading “{name}” is there twice")
    found = dict(zip(names, parts[2::2], strict=True))
    if missing := [heading for heading in headings.values() if heading not in found]:
        raise ValueError(f"the heading “{missing[0]}” is missing")
    return {
        field: text.strip() if field in ("steps", "questions") else flow(text)
        for field, heading in known.items()
        for text in (found.get(heading, ""),)
    }


def flow(text: str) -> str:
    """Prose with its source lines joined, paragraphs kept.

    A backslash lets a paragraph begin with what would make it a heading.
    """
    return "\n\n".join(
        part[1:] if part.startswith(("\\#", "\\\\")) else part for part in paragraphs(text)
    )


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, which blank lines part, each one line."""
    return [line for part in re.split(r"\n\s*\n", text) if (line := one_line(part))]


def one_line(text: str) -> str:
    """Words with one space between them; "" where nothing can be seen."""
    return " ".join(tidy(text).split())


def steps(text: str) -> tuple[Step, ...]:
    """The numbered list: each step a bold sentence, then what exactly."""
    found = []
    for item in re.split(r"\n(?=\d+\.\s)", text):
        match = STEP.match(one_line(item))
        if match is None:
            raise ValueError(f"a step without a bold beginning: {item[:40]!r}")
        found.append(Step(ESCAPED.sub(r"\1", match["lead"]), match["text"]))
    return tuple(found)


def questions(text: str) -> tuple[str, ...]:
    """The list of questions, each after a dash. Raises ValueError for what has none before it."""
    items = [one_line(item) for item in re.split(r"^(?=- )", text, flags=re.MULTILINE)]
    for item in filter(None, items):
        if not item.startswith("- "):
            raise ValueError(f"a question without a dash before it: {item[:40]!r}")
    return tuple(item[2:] for item in items if item)


def solo(facts: dict[str, Any], prose: dict[str, str]) -> Solo:
    """What the copy for one partner alone says, of the front matter and under headings."""
    told = {name.removeprefix("solo."): text for name, text in prose.items() if "." in name}
    lines = {name: one_line(facts.get(name, "")) for name in ("title", "promise")}
    return Solo(**lines, track=rows(facts.get("track", ())), **told)


def rows(told: Iterable[dict[str, Any]]) -> tuple[Track, ...]:
    """The rows of a tracker."""
    return tuple(Track(one_line(row["row"]), row["mark"]) for row in told)


def check(homework: Homework) -> None:
    """Raise Malformed for anything the format does not know."""
    known = curriculum()
    minutes = {dose.minutes for dose in homework.doses}
    faults = [
        fault
        for fault, present in (
            ("title, promise and why, which must say something", not is_told(homework)),
            ("letters, which can be printed", not can_be_printed(homework)),
            ("who", homework.who not in WHO[ENGLISH]),
            ("conjoint, true unless who is each", homework.conjoint == (homework.who == "each")),
            ("elements", not set(homework.elements) <= set(Element) or not homework.elements),
            ("obstacles", not set(homework.obstacles) <= set(OBSTACLES) or not homework.obstacles),
            ("asks", not set(homework.asks) <= ASKS),
            ("teachings", not set(homework.teachings) <= set(known.teachings)),
            ("track", not {row.mark for row in (*homework.track, *homework.solo.track)} <= MARKS),
            ("steps, 3 to 7", not FEWEST_STEPS <= len(homework.steps) <= MOST_STEPS),
            ("doses, three of different minutes", not len(homework.doses) == len(minutes) == 3),
            ("doses, in minutes above 0", min(minutes, default=1) < 1),
            (f"questions, {MOST_QUESTIONS} at most", len(homework.questions) > MOST_QUESTIONS),
            ("questions, which end with “?”", not all(map(is_question, homework.questions))),
        )
        if present
    ]
    if faults:
        raise Malformed(homework.slug, f"check {', '.join(faults)}")


def is_told(homework: Homework) -> bool:
    """Whether it has what every sheet begins with."""
    return all((homework.title, homework.promise, homework.why))


def can_be_printed(homework: Homework) -> bool:
    """Whether the lines of its front matter have no character that no page can carry."""
    rows = (*(dose.do for dose in homework.doses), *(one.row for one in homework.track))
    return not UNPRINTABLE.search(
        " ".join((homework.title, homework.promise, homework.needs, *rows))
    )


def is_question(text: str) -> bool:
    """Whether a text was written as a question."""
    return text.endswith("?")


def check_like(told: Homework, english: Homework) -> None:
    """Raise Malformed unless a translation has the shape of the English homework."""
    for name, shape in (
        ("steps, as many", (len(told.steps), len(english.steps))),
        (
            "doses, the same minutes",
            tuple([d.minutes for d in one.doses] for one in (told, english)),
        ),
        ("track, the same marks", tuple([t.mark for t in one.track] for one in (told, english))),
        ("questions, as many", (len(told.questions), len(english.questions))),
        (
            "the rows of “solo”, the same marks",
            tuple([t.mark for t in one.solo.track] for one in (told, english)),
        ),
    ):
        if shape[0] != shape[1]:
            raise Malformed(told.slug, f"check {name} as in English")
