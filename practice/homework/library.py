"""The homework library: one Markdown file per homework, read once, checked as it is read.

A file's front matter (TOML) holds what is not prose; its headings hold the prose. A language
is a folder; English is complete, and every other language follows its structure.
"""

import re
import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from practice.handouts.sheet import Mark, Step
from practice.vocabulary import OBSTACLES, Element, curriculum

LIBRARY = Path(__file__).parent / "library"
ENGLISH, SPANISH = "en", "es"
LANGUAGES = (ENGLISH, SPANISH)
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
WHO = {
    ENGLISH: {
        "together": "Together",
        "each": "Each on your own",
        "each-then-together": "Each on your own, then together",
        "one-to-the-other": "One of you toward the other",
    },
    SPANISH: {
        "together": "En pareja",
        "each": "Cada quien por su cuenta",
        "each-then-together": "Cada quien por su cuenta, y luego en pareja",
        "one-to-the-other": "De una persona hacia la otra",
    },
}
#: What a translation leaves to the English file.
FACTS = ("who", "conjoint", "elements", "obstacles", "asks", "teachings")
ASKS = {"touch", "gaze", "disclosure", "forgiveness"}
MARKS = {"tick", "count", "scale"}
STEP = re.compile(r"^\d+\.\s+\*\*(?P<lead>.+?)\*\*\s*(?P<text>.*)$", re.DOTALL)


class Malformed(Exception):
    """A library file that is not as the format asks; the message names the file and the fault."""


@dataclass(frozen=True)
class Dose:
    """A size in which the homework can be done."""

    minutes: int
    do: str


@dataclass(frozen=True)
class Track:
    """A row of the weekly tracker; `mark` is tick, count or scale (0 to 10)."""

    row: str
    mark: Mark


@dataclass(frozen=True)
class Homework:
    """One exercise of the library."""

    slug: str
    language: str
    title: str
    promise: str
    who: str
    conjoint: bool
    elements: tuple[str, ...]
    obstacles: tuple[str, ...]
    asks: tuple[str, ...]
    teachings: tuple[str, ...]
    needs: str
    doses: tuple[Dose, ...]
    track: tuple[Track, ...]
    why: str
    steps: tuple[Step, ...]
    example: str
    if_hard: str
    when_not: str
    care: str
    alone: str
    notice: str

    @property
    def smallest(self) -> Dose:
        """The dose a tired couple can do."""
        return min(self.doses, key=lambda dose: dose.minutes)

    @property
    def who_words(self) -> str:
        """“Together”, “Each on your own”."""
        return WHO[self.language][self.who]

    @property
    def span(self) -> str:
        """“2 to 20 minutes”."""
        minutes = sorted(dose.minutes for dose in self.doses)
        return f"{minutes[0]} to {minutes[-1]} minutes"

    def wording(self) -> dict[str, Any]:
        """Every text as plain values, to be frozen with an assignment, translations included."""
        others = [library(language).get(self.slug) for language in LANGUAGES[1:]]
        translations = {other.language: asdict(other) for other in others if other}
        return {**asdict(self), "translations": translations}


def thaw(wording: dict[str, Any], language: str = ENGLISH) -> Homework:
    """A homework as it was frozen with an assignment; in English where there is no translation."""
    wording = dict(wording)
    wording = wording.pop("translations", {}).get(language, wording)
    parts = {
        "doses": tuple(Dose(**dose) for dose in wording["doses"]),
        "track": tuple(Track(**row) for row in wording["track"]),
        "steps": tuple(Step(**step) for step in wording["steps"]),
    }
    tuples = {key: tuple(wording[key]) for key in ("elements", "obstacles", "asks", "teachings")}
    return Homework(**{**wording, **parts, **tuples})


def read(path: Path) -> Homework:
    """The homework in one file. Raises Malformed when a field is missing or unknown."""
    try:
        facts, prose = parts_of(path)
        if path.parent.name != ENGLISH:
            original, english = parts_of(path.parent.parent / ENGLISH / path.name)
            facts = {**{key: original[key] for key in FACTS}, **facts}
            prose = {"when_not": english["when_not"], **prose}
        homework = Homework(
            slug=path.stem,
            language=path.parent.name,
            title=facts["title"],
            promise=facts["promise"],
            who=facts["who"],
            conjoint=facts["conjoint"],
            elements=tuple(facts["elements"]),
            obstacles=tuple(facts["obstacles"]),
            asks=tuple(facts["asks"]),
            teachings=tuple(facts["teachings"]),
            needs=facts["needs"],
            doses=tuple(Dose(**dose) for dose in facts["doses"]),
            track=tuple(Track(**row) for row in facts["track"]),
            steps=steps(prose.pop("steps")),
            **prose,
        )
    except (KeyError, TypeError, ValueError, OSError) as fault:
        raise Malformed(f"{path.name}: {fault}") from fault
    check(homework)
    return homework


def parts_of(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """A file's front matter, and its prose by field."""
    facts, body = front_and_body(path)
    return facts, sections(body, HEADINGS[path.parent.name])


def front_and_body(path: Path) -> tuple[dict[str, Any], str]:
    """A content file's front matter, and its body. Raises ValueError where there is no front."""
    _, front, body = path.read_text(encoding="utf-8").split("+++\n", 2)
    return tomllib.loads(front), body


def sections(body: str, headings: dict[str, str]) -> dict[str, str]:
    """The prose under each of a language's headings, by field, every paragraph one line."""
    parts = re.split(r"^## (.+)$", body, flags=re.MULTILINE)
    found = dict(zip(parts[1::2], parts[2::2], strict=True))
    if unknown := set(found) - set(headings.values()):
        raise ValueError(f"unknown heading {sorted(unknown)}")
    return {
        field: found[heading].strip() if field == "steps" else flow(found[heading])
        for field, heading in headings.items()
    }


def flow(text: str) -> str:
    """Prose with its source lines joined, paragraphs kept."""
    return "\n\n".join(" ".join(part.split()) for part in text.strip().split("\n\n"))


def steps(text: str) -> tuple[Step, ...]:
    """The numbered list: each step a bold sentence, then what exactly."""
    found = []
    for item in re.split(r"\n(?=\d+\.\s)", text):
        match = STEP.match(" ".join(item.split()))
        if match is None:
            raise ValueError(f"a step without a bold beginning: {item[:40]!r}")
        found.append(Step(match["lead"], match["text"]))
    return tuple(found)


def check(homework: Homework) -> None:
    """Raise Malformed for anything the format does not know."""
    known = curriculum()
    faults = [
        fault
        for fault, present in (
            ("who", homework.who not in WHO[ENGLISH]),
            ("elements", not set(homework.elements) <= set(Element) or not homework.elements),
            ("obstacles", not set(homework.obstacles) <= set(OBSTACLES) or not homework.obstacles),
            ("asks", not set(homework.asks) <= ASKS),
            ("teachings", not set(homework.teachings) <= set(known.teachings)),
            ("track", not {row.mark for row in homework.track} <= MARKS),
            ("steps, 3 to 7", not 3 <= len(homework.steps) <= 7),
            ("doses, three", len(homework.doses) != 3),
        )
        if present
    ]
    if faults:
        raise Malformed(f"{homework.slug}: check {', '.join(faults)}")


@cache
def library(language: str = "en") -> dict[str, Homework]:
    """Every homework in a language by slug, in the order of their titles; read once."""
    found = [read(path) for path in (LIBRARY / language).glob("*.md")]
    return {homework.slug: homework for homework in sorted(found, key=lambda one: one.title)}
