"""Which homeworks fit this couple now: two or three of different kinds, best first.

Pure functions over plain values: what is known goes in, suggestions come out. Nothing here asks
the database, and nothing decides for the clinician.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from practice.formatting import listed
from practice.library.cautions import EXPOSED, is_of_control
from practice.library.homework import Homework
from practice.suggestions.doses import size_for
from practice.suggestions.facts import (
    LETTERS,
    LITTLE_USE,
    STRONG,
    CoupleFacts,
    PastAssignment,
    SightingFact,
    is_very_busy,
    lately,
    sighting,
    thin_element,
    trend,
)
from practice.suggestions.reasons import ENOUGH_TO_COUNT, reasons

FEWEST, MOST = 2, 3
#: Not suggested while safety is in doubt, even alone; what exposes people is not, together.
TOO_SOON = "forgiveness"
#: How much more or less an obstacle asks for attention as it comes and goes.
TRENDS = {"rising": 0.75, "back": 0.5, "wider": 0.5, "steady": 0.5, "easing": -0.5}


#: Who does it, what it works on, and what it asks.
Kind = tuple[str, frozenset[str], frozenset[str]]


@dataclass(frozen=True)
class Candidate:
    """A homework that may be suggested: how well it fits, the obstacle it serves best, its kind."""

    homework: Homework
    score: float
    serves: str
    kind: Kind


@dataclass(frozen=True)
class Suggestion:
    """One homework that fits: the minutes to begin with, and why, in whole sentences.

    `size_why` says why the minutes are few; "" when nothing asks for few.
    """

    homework: Homework
    dose: int
    why: str
    size_why: str
    #: The obstacle, among those seen, that it serves best.
    serves: str
    #: Who does it, where that is one partner alone: the name.
    alone: str = ""

    @property
    def meta(self) -> str:
        """“Together · 2 minutes · connection and safety”, “Maya alone · 2 minutes · safety”."""
        elements = listed(list(self.homework.elements))
        who = f"{self.alone} alone" if self.alone else self.homework.who_words
        return f"{who} · {self.dose} minutes · {elements}"


def suggest(library: Iterable[Homework], known: CoupleFacts) -> list[Suggestion]:
    """Up to three homeworks that fit what is known, best first, of different kinds.

    With no obstacle tagged today or lately, nothing is suggested. To one partner alone, what is
    made for one; what is made for two comes, as one does it alone, only where that is too little.
    """
    weights = weights_of(known)
    thin = thin_element(known)
    shelf = {homework.slug: homework for homework in library}
    shunned = just_shunned(shelf, known)
    candidates = [
        weighed(homework, weights, known, thin, shunned)
        for homework in shelf.values()
        if not weights.keys().isdisjoint(homework.obstacles) and is_possible(homework, known)
    ]
    candidates.sort(key=lambda one: (-one.score, *turn_of(one.homework, known)))
    if not known.alone:
        return in_words(of_different_kinds(candidates), known)
    for_one = [one for one in candidates if not one.homework.conjoint]
    for_two = [one for one in candidates if one.homework.conjoint]
    chosen = of_different_kinds(for_one)
    if len(chosen) < FEWEST:
        chosen += of_different_kinds(for_two)[: FEWEST - len(chosen)]
    return in_words(chosen, known)


def turn_of(homework: Homework, known: CoupleFacts) -> tuple[int, bytes]:
    """Whose turn it is among homeworks that fit equally well: the one given least lately.

    Then as a draw has it that falls the same way each time for one couple and session, and
    knows nothing of titles.
    """
    draw = hashlib.blake2b(f"{known.tie} {homework.slug}".encode(), digest_size=8)
    return known.how_lately(homework.slug), draw.digest()


def in_words(chosen: list[Candidate], known: CoupleFacts) -> list[Suggestion]:
    """The chosen, each with its size and its reasons."""
    why = reasons([(one.homework, one.serves) for one in chosen], known)
    sizes = [size_for(one.homework, known) for one in chosen]
    return [
        Suggestion(
            one.homework,
            size.minutes,
            words,
            size.why,
            one.serves,
            known.name(known.alone) if known.alone else "",
        )
        for one, size, words in zip(chosen, sizes, why, strict=True)
    ]


def weights_of(known: CoupleFacts) -> dict[str, float]:
    """How much each obstacle asks for attention.

    Today's by strength and trend. With none tagged yet, half of that for the last session's,
    and less for what came up in two of the last three.
    """
    if known.today:
        return {
            seen.obstacle: heaviness(seen) + TRENDS.get(trend(seen.obstacle, known), 0)
            for seen in known.today
        }
    weights = dict.fromkeys(sorted(lately(known)), 1.0)
    return weights | {seen.obstacle: heaviness(seen) / 2 for seen in known.newest}


def heaviness(seen: SightingFact) -> float:
    """What a sighting weighs: 3 to 5 by its strength, and less than any where that is not stated."""
    return 2.0 + seen.strength if seen.strength else 2.5


def is_possible(homework: Homework, known: CoupleFacts) -> bool:
    """Whether it may be suggested at all: safety first, then nothing just refused or still out."""
    asks = set(homework.asks)
    if known.gate == "refused" and is_out_of_place(homework, known):
        return False
    if known.is_in_doubt and (TOO_SOON in asks or (homework.conjoint and asks & EXPOSED)):
        return False
    last = known.last_time(homework.slug)
    return homework.slug not in known.out_now and not (last and last.is_refused)


def is_out_of_place(homework: Homework, known: CoupleFacts) -> bool:
    """Whether it does not belong where a screen is coercive: by who does it, or its own caution."""
    return homework.conjoint or homework.slug in known.ruled_out or is_of_control(homework)


def just_shunned(shelf: dict[str, Homework], known: CoupleFacts) -> set[str]:
    """What the last homework asked for, such as touch, if someone chose not to do it."""
    last = known.given[0] if known.given else None
    return set(shelf[last.slug].asks) if last and last.is_refused and last.slug in shelf else set()


def weighed(
    homework: Homework,
    weights: dict[str, float],
    known: CoupleFacts,
    thin: str | None,
    shunned: set[str],
) -> Candidate:
    """A candidate with its score; `thin` is the element least worked on, `shunned` what was refused."""
    met = {key: weights[key] for key in homework.obstacles if key in weights}
    serves = served(homework, met)
    score = sum(met.values()) + (1.5 * met[serves] if serves == homework.obstacles[0] else 0)
    score += for_its_history(homework, known) + for_its_care(homework, known)
    score += 0.75 if thin in homework.elements else 0
    score += 1.0 if is_very_busy(known) and homework.smallest.minutes <= 2 else 0
    score -= 1.5 if shunned & set(homework.asks) else 0
    score += for_its_way(homework, serves, known)
    return Candidate(homework, score, serves, kind_of(homework))


def served(homework: Homework, met: dict[str, float]) -> str:
    """The obstacle of those met that a homework serves best: its own first one, else the heaviest."""
    first = homework.obstacles[0]
    return first if first in met else max(met, key=lambda key: met[key])


def for_its_history(homework: Homework, known: CoupleFacts) -> float:
    """What speaks for it or against it from what it did here, and on one's own caseload."""
    score = 0.0
    before = known.last_time(homework.slug)
    if before and before.helped_all:
        score += 0.5
    elif before:
        score -= 3.0 if before.is_missed else 1.5 + for_little_use(before)
        score -= 0.75 if before in known.given[:2] else 0
    of_use, reviewed = known.helped.get(homework.slug, (0, 0))
    if reviewed >= ENOUGH_TO_COUNT:
        score += of_use / reviewed - 0.5
    return score


def for_little_use(before: PastAssignment) -> float:
    """How much less it is worth for the little use it was to everyone who said so."""
    return 1.0 if before.said_uses and max(before.said_uses) <= LITTLE_USE else 0


def for_its_care(homework: Homework, known: CoupleFacts) -> float:
    """Against what exposes people while safety is low or not known, and forgiveness too soon."""
    unsafe = sighting("low-safety", known.newest)
    exposes = homework.conjoint and EXPOSED & set(homework.asks)
    score = -1.5 if exposes and unsafe and unsafe.strength == STRONG else 0.0
    score -= 0.5 if TOO_SOON in homework.asks else 0
    return score - (2.0 if known.gate == "reason-needed" and homework.conjoint else 0)


def for_its_way(homework: Homework, serves: str, known: CoupleFacts) -> float:
    """For what each does alone, where the obstacle was seen in one of them only."""
    seen = sighting(serves, known.newest)
    in_one = seen is not None and seen.who in LETTERS
    return 0.5 if in_one and homework.who == "each" else 0


def of_different_kinds(ranked: list[Candidate]) -> list[Candidate]:
    """The best three, no two alike, one for each obstacle as far as that goes.

    Where that leaves one alone, as when only what each does alone is possible, a second may be
    done the same way if it works on something else.
    """
    chosen: list[Candidate] = []
    for too_like, enough in ((is_alike, MOST), (is_same_kind, FEWEST)):
        while len(chosen) < enough:
            left = [one for one in ranked if not any(too_like(one, other) for other in chosen)]
            if not left:
                break
            chosen.append(max(left, key=lambda one: beside(one, chosen)))
    return sorted(chosen, key=ranked.index)


def is_alike(one: Candidate, other: Candidate) -> bool:
    """Whether two are of one kind, or done the same way for the same obstacle."""
    same_way = (one.homework.who, one.serves) == (other.homework.who, other.serves)
    return same_way or is_same_kind(one, other)


def is_same_kind(one: Candidate, other: Candidate) -> bool:
    """Whether the same people do them, for the same elements, and the same is asked of them."""
    return one.kind == other.kind


def kind_of(homework: Homework) -> Kind:
    """Who does it, what it works on, and what it asks."""
    return homework.who, frozenset(homework.elements), frozenset(homework.asks)


def beside(one: Candidate, chosen: list[Candidate]) -> tuple[bool, float]:
    """How well it goes beside those chosen: another obstacle first, then fit, less the likeness."""
    new = all(one.serves != other.serves for other in chosen)
    return new, one.score - sum(likeness(one, other) for other in chosen)


def likeness(one: Candidate, other: Candidate) -> float:
    """How much two have in common in who does them, what they work on and what they ask."""
    shared = zip(one.kind, other.kind, strict=True)
    return 0.5 * sum(mine == theirs for mine, theirs in shared)


def meta_line(homework: Homework) -> str:
    """“Together · 2 to 20 minutes · connection, safety”."""
    return f"{homework.who_words} · {homework.span} · {listed(list(homework.elements))}"
