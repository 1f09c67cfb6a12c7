"""What a homework is: one exercise, in one language, as plain values."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from practice.couples.names import fold
from practice.handouts.sheet import Mark, Step

ENGLISH, SPANISH = "en", "es"
LANGUAGES = (ENGLISH, SPANISH)
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
        "each-then-together": "A solas y luego en pareja",
        "one-to-the-other": "De una persona hacia la otra",
    },
}


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
class Solo:
    """What the copy for one partner alone says in place of the couple's; what is empty says nothing.

    An empty title or word of care leaves the couple's own where it is.
    """

    title: str = ""
    promise: str = ""
    why: str = ""
    track: tuple[Track, ...] = ()
    if_hard: str = ""
    care: str = ""
    notice: str = ""


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
    #: For the reflection sheet; right for whoever did it, as one of two or alone.
    questions: tuple[str, ...] = ()
    #: Only a homework for two has words here.
    solo: Solo = Solo()

    @property
    def smallest(self) -> Dose:
        """The dose a tired couple can do."""
        return min(self.doses, key=lambda dose: dose.minutes)

    @cached_property
    def filed_under(self) -> str:
        """Its title as lists are sorted by: without case, accents or punctuation."""
        return fold(self.title)

    @property
    def who_words(self) -> str:
        """“Together”, “Each on your own”."""
        return WHO[self.language][self.who]

    @property
    def span(self) -> str:
        """“2 to 20 minutes”."""
        minutes = sorted(dose.minutes for dose in self.doses)
        return f"{minutes[0]} to {minutes[-1]} minutes"

    def wording(self, translations: Iterable["Homework"] = ()) -> dict[str, Any]:
        """Every text as plain values, to be frozen with an assignment."""
        told = {other.language: asdict(other) for other in translations}
        return {**asdict(self), "translations": told}


def thaw(wording: dict[str, Any], language: str = ENGLISH) -> Homework:
    """A homework as it was frozen with an assignment; in English where there is no translation.

    One that was frozen before there were questions to reflect on and solo copies has none.
    """
    wording = dict(wording)
    wording = wording.pop("translations", {}).get(language, wording)
    parts = {
        "doses": tuple(Dose(**dose) for dose in wording["doses"]),
        "track": thawed_rows(wording["track"]),
        "steps": tuple(Step(**step) for step in wording["steps"]),
        "questions": tuple(wording.get("questions", ())),
        "solo": thawed_solo(wording.get("solo", {})),
    }
    tuples = {key: tuple(wording[key]) for key in ("elements", "obstacles", "asks", "teachings")}
    return Homework(**{**wording, **parts, **tuples})


def thawed_solo(wording: dict[str, Any]) -> Solo:
    """What a solo copy says, as it was frozen."""
    return Solo(**{**wording, "track": thawed_rows(wording.get("track", ()))})


def thawed_rows(rows: Iterable[dict[str, Any]]) -> tuple[Track, ...]:
    """The rows of a tracker, as they were frozen."""
    return tuple(Track(**row) for row in rows)
