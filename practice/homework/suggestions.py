"""Which homework fits this couple now, and why, in words.

Pure functions over plain values: what is known goes in, two or three suggestions of
different kinds come out. Nothing here asks the database, and nothing decides for the clinician.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from practice.formatting import listed
from practice.homework.library import Homework
from practice.vocabulary import OBSTACLES, Element

HOW_MANY = 3
STRONG = 3
#: Counts of one's own caseload are said only from this many reviewed assignments on.
ENOUGH_TO_COUNT = 5
EXPOSED = {"touch", "gaze", "disclosure"}
WENT_WELL = {"done", "partly", "tried"}


@dataclass(frozen=True)
class Seen:
    """An obstacle tagged on a session: who ("a", "b", "both", "") and strength 0–3 (0: not stated)."""

    obstacle: str
    who: str = ""
    strength: int = 0


@dataclass(frozen=True)
class Given:
    """A homework given before: how it went by the clinician's review ("" when not reviewed)."""

    slug: str
    outcome: str = ""
    usefulness: int | None = None
    elements: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """Everything a suggestion is computed from.

    `earlier` holds the sessions before today's, newest first. `gate` is the couple's safety
    gate: open, reason-needed or refused. `helped` counts, over the clinician's own caseload,
    reviewed assignments of a homework and those that were of use: (of use, reviewed).
    """

    today: tuple[Seen, ...]
    earlier: tuple[tuple[Seen, ...], ...] = ()
    given: tuple[Given, ...] = ()
    gate: str = "open"
    names: tuple[str, str] = ("A", "B")
    out_now: frozenset[str] = frozenset()
    helped: dict[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Suggestion:
    """One homework that fits: the dose to begin with in minutes, and why in whole sentences."""

    homework: Homework
    dose: int
    why: str
    score: float
    #: The obstacle, among those seen, that it serves best.
    serves: str


def suggest(library: Iterable[Homework], known: Known) -> list[Suggestion]:
    """Up to three homeworks that fit what is known, best first, of different kinds.

    With no obstacle tagged today or lately, nothing is suggested.
    """
    weights = weights_of(known)
    if not weights:
        return []
    thin = thin_element(known)
    candidates = [
        weighed(homework, weights, known, thin)
        for homework in library
        if is_possible(homework, known) and set(homework.obstacles) & set(weights)
    ]
    candidates.sort(key=lambda one: (-one.score, one.homework.title))
    return of_different_kinds(candidates)


def weights_of(known: Known) -> dict[str, float]:
    """How much each obstacle asks for attention: today's by strength, the last session's by half."""
    weights: dict[str, float] = {}
    for seen in known.today:
        weights[seen.obstacle] = 2.0 + (seen.strength or 1)
    if known.today:
        return weights
    for seen in known.earlier[0] if known.earlier else ():
        weights[seen.obstacle] = (2.0 + (seen.strength or 1)) / 2
    return weights


def is_possible(homework: Homework, known: Known) -> bool:
    """Whether it may be suggested at all: safety first, then nothing just refused or still out."""
    if known.gate == "refused" and homework.conjoint:
        return False
    if known.gate != "open" and homework.conjoint and EXPOSED & set(homework.asks):
        return False
    if homework.slug in known.out_now:
        return False
    last = next((given for given in known.given if given.slug == homework.slug), None)
    return not (last and last.outcome == "chose-not-to")


def weighed(
    homework: Homework, weights: dict[str, float], known: Known, thin: str | None
) -> Suggestion:
    """A candidate with its score and its reasons; `thin` is the element least worked on."""
    met = {key: weights[key] for key in homework.obstacles if key in weights}
    serves = homework.obstacles[0]
    score = sum(met.values()) + (1.5 * met[serves] if serves in met else 0)
    before = next((given for given in known.given if given.slug == homework.slug), None)
    if before:
        score -= 3 if before.outcome == "not-yet" else 1.5
        score += 1 if (before.usefulness or 0) >= 3 else 0
    if thin in homework.elements:
        score += 0.75
    if is_very_busy(known):
        score += 1.0 if homework.smallest.minutes <= 2 else 0
    reasons = [
        why_obstacle(homework, met, known),
        why_thin(homework, thin),
        why_before(before),
        why_helped(homework, known),
    ]
    return Suggestion(
        homework,
        first_dose(homework, known),
        " ".join(filter(None, reasons)),
        score,
        served(homework, met),
    )


def is_very_busy(known: Known) -> bool:
    """Whether busyness was tagged strong today."""
    return any(seen.obstacle == "busyness" and seen.strength == STRONG for seen in known.today)


def first_dose(homework: Homework, known: Known) -> int:
    """The dose to begin with: the smallest under strong busyness or after a miss, else the middle."""
    missed = bool(known.given) and known.given[0].outcome == "not-yet"
    minutes = sorted(dose.minutes for dose in homework.doses)
    return minutes[0] if is_very_busy(known) or missed else minutes[len(minutes) // 2]


def thin_element(known: Known) -> str | None:
    """The element least worked on: the smallest share of reviewed homework; None with none reviewed."""
    reviewed = [given for given in known.given if given.outcome in WENT_WELL]
    if not reviewed:
        return None
    counts = {element: sum(element in given.elements for given in reviewed) for element in Element}
    least = min(counts.values())
    thin = [element for element, count in counts.items() if count == least]
    return thin[0] if len(thin) == 1 else None


def served(homework: Homework, met: dict[str, float]) -> str:
    """The obstacle of those met that a homework serves best: its own first one, else the heaviest."""
    first = homework.obstacles[0]
    return first if first in met else max(met, key=lambda key: met[key])


def why_obstacle(homework: Homework, met: dict[str, float], known: Known) -> str:
    """“For busyness, strong today and new since the last session.”"""
    key = served(homework, met)
    label = OBSTACLES[key].label.lower()
    seen = next((one for one in known.today if one.obstacle == key), None)
    if seen is None:
        return f"For {label}, seen last time."
    words = [word for word in (strength_words(seen), who_words(seen, known.names)) if word]
    reason = f"For {label}, {', '.join(words) or 'seen'} today"
    return f"{reason}{trend_words(key, seen, known)}."


def strength_words(seen: Seen) -> str:
    """How strong, in words; nothing when not stated."""
    return {1: "mild", 2: "clear", 3: "strong"}.get(seen.strength, "")


def who_words(seen: Seen, names: tuple[str, str]) -> str:
    """Who shows it, in words; nothing when not stated."""
    return {"a": f"in {names[0]}", "b": f"in {names[1]}", "both": "in both"}.get(seen.who, "")


def trend_words(key: str, seen: Seen, known: Known) -> str:
    """How it compares with last time: new, stronger or easing; nothing where that is not known."""
    if not known.earlier:
        return ""
    last = next((one for one in known.earlier[0] if one.obstacle == key), None)
    if last is None:
        return " and new since the last session"
    if not (seen.strength and last.strength) or seen.strength == last.strength:
        return ""
    return " and stronger than last time" if seen.strength > last.strength else " and easing"


def why_thin(homework: Homework, thin: str | None) -> str:
    """The element that has had the least room, if this gives it some."""
    return (
        f"It makes room for {thin}, which had the least so far."
        if thin in homework.elements
        else ""
    )


def why_before(before: Given | None) -> str:
    """Whether they have had it before."""
    if before is None:
        return "Not tried yet."
    if before.outcome == "not-yet":
        return "Given before and not done yet: talk through what got in the way."
    if (before.usefulness or 0) >= STRONG:
        return "It was of use to them before."
    return "Given before."


def why_helped(homework: Homework, known: Known) -> str:
    """What one's own caseload says: counts only, and only from five on."""
    of_use, reviewed = known.helped.get(homework.slug, (0, 0))
    if reviewed < ENOUGH_TO_COUNT:
        return ""
    return f"Of use in {of_use} of the last {reviewed} on your caseload."


def of_different_kinds(ranked: list[Suggestion]) -> list[Suggestion]:
    """The best three: one for each obstacle as far as that goes, no two alike in kind.

    Two are alike when the same people do them and they serve the same obstacle first.
    """
    chosen: list[Suggestion] = []
    for one in ranked:
        if len(chosen) < HOW_MANY and all(other.serves != one.serves for other in chosen):
            chosen.append(one)
    for one in ranked:
        kind = (one.homework.who, one.serves)
        if len(chosen) < HOW_MANY and all((o.homework.who, o.serves) != kind for o in chosen):
            chosen.append(one)
    return sorted(chosen, key=ranked.index)


def meta_line(homework: Homework) -> str:
    """“Together · 2 to 20 minutes · connection, safety”."""
    return f"{homework.who_words} · {homework.span} · {listed(list(homework.elements))}"
