"""What is known of a couple when homework is chosen, as plain values, and what can be read from it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from practice.vocabulary import Element, Letter, Outcome

STRONG = 3
#: From this usefulness on, of 4, something was of use; up to the other, it was little use.
OF_USE, LITTLE_USE = 3, 1
WENT = {Outcome.DONE, Outcome.PARTLY, Outcome.TRIED}
LETTERS = tuple(Letter)

Trend = Literal["new", "back", "wider", "rising", "easing", "steady", ""]


@dataclass(frozen=True)
class SightingFact:
    """An obstacle tagged on a session: who ("a", "b", "both", "") and strength 0–3 (0: not stated)."""

    obstacle: str
    who: str = ""
    strength: int = 0


@dataclass(frozen=True)
class ReviewFact:
    """What one of the three said of a homework: the outcome ("" when not said), and 0–4 or None."""

    outcome: str = ""
    usefulness: int | None = None


NOTHING = ReviewFact()


@dataclass(frozen=True)
class PastAssignment:
    """A homework given before, and how it went as clinician, A and B saw it.

    `sure` is how sure A and B were of doing it, 0–10, None when not asked. `dose` is in minutes.
    """

    slug: str
    clinician: ReviewFact = NOTHING
    a: ReviewFact = NOTHING
    b: ReviewFact = NOTHING
    for_whom: str = "couple"
    dose: int = 10
    sure: tuple[int | None, int | None] = (None, None)
    elements: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[ReviewFact, ReviewFact, ReviewFact]:
        """What the three said, clinician first."""
        return self.clinician, self.a, self.b

    @property
    def is_refused(self) -> bool:
        """Whether anyone chose not to do it."""
        return any(one.outcome == Outcome.CHOSE_NOT_TO for one in self.told)

    @cached_property
    def has_been_tried(self) -> bool:
        """Whether anyone says that some of it was done."""
        return any(one.outcome in WENT for one in self.told)

    @property
    def is_missed(self) -> bool:
        """Whether it is said to be not done yet, and nobody says that some of it was."""
        not_yet = any(one.outcome == Outcome.NOT_YET for one in self.told)
        return not_yet and not self.has_been_tried

    @property
    def uses(self) -> dict[str, int]:
        """How much it was of use, 0–4, by letter of the partners who said so."""
        told = {Letter.A: self.a.usefulness, Letter.B: self.b.usefulness}
        return {letter: use for letter, use in told.items() if use is not None}

    @property
    def said_uses(self) -> list[int]:
        """How much it was of use, 0–4, to the partners who said so, else as the clinician found."""
        found = self.clinician.usefulness
        return list(self.uses.values()) or ([] if found is None else [found])

    @property
    def helped_all(self) -> bool:
        """Whether everyone who said so found it of use, and it was not missed."""
        return bool(self.said_uses) and min(self.said_uses) >= OF_USE and not self.is_missed


@dataclass(frozen=True)
class CoupleFacts:
    """Everything a suggestion is computed from.

    `earlier` holds the sessions before today's, newest first, and `given` what was given,
    newest first. `gate` is the couple's safety gate: open, reason-needed or refused; `caution`
    says that an open gate asks for care. `minutes_a_day` is the time they say they have.
    `helped` counts, over the clinician's own caseload, reviewed assignments of a homework and
    those that were of use: (of use, reviewed). `alone` is the letter of the partner whom an
    individual session is with, "" for every other kind. `tie` says whose suggestions these are
    and when: homeworks that fit equally well come in an order of their own for each tie.
    `ruled_out` names homeworks whose caution, in some language, speaks of control.
    """

    today: tuple[SightingFact, ...]
    earlier: tuple[tuple[SightingFact, ...], ...] = ()
    given: tuple[PastAssignment, ...] = ()
    gate: str = "open"
    caution: bool = False
    names: tuple[str, str] = ("A", "B")
    minutes_a_day: int | None = None
    out_now: frozenset[str] = frozenset()
    helped: dict[str, tuple[int, int]] = field(default_factory=dict)
    alone: str = ""
    tie: str = ""
    ruled_out: frozenset[str] = frozenset()

    @property
    def is_in_doubt(self) -> bool:
        """Whether the safety screens leave anything to be careful about."""
        return self.gate != "open" or self.caution

    @cached_property
    def newest(self) -> tuple[SightingFact, ...]:
        """What was tagged today or, with nothing tagged yet, in the last session."""
        return self.today or (self.earlier[0] if self.earlier else ())

    def name(self, letter: str) -> str:
        """The name a partner goes by."""
        return self.names[letter == Letter.B]

    def last_time(self, slug: str) -> PastAssignment | None:
        """The last time this homework was given."""
        return self.last_times.get(slug)

    def how_lately(self, slug: str) -> int:
        """How lately this homework was given: 0 for never, the more the later."""
        return len(self.given) - self.given_at[slug] if slug in self.given_at else 0

    @cached_property
    def given_at(self) -> dict[str, int]:
        """By homework, its place among what was given before, newest first."""
        places: dict[str, int] = {}
        for place, given in enumerate(self.given):
            places.setdefault(given.slug, place)
        return places

    @cached_property
    def last_times(self) -> dict[str, PastAssignment]:
        """Everything given before: by homework, the last time."""
        return {given.slug: given for given in reversed(self.given)}


def sighting(key: str, session: tuple[SightingFact, ...]) -> SightingFact | None:
    """An obstacle as it was tagged on a session, if it was."""
    for seen in session:
        if seen.obstacle == key:
            return seen
    return None


def path(key: str, known: CoupleFacts) -> Iterator[SightingFact | None]:
    """An obstacle from session to session, newest first, None where others were tagged without it.

    It ends before a session on which nothing was tagged at all: that one says neither yes nor no.
    """
    for session in (known.today, *known.earlier):
        if not session:
            return
        yield sighting(key, session)


def trend(key: str, known: CoupleFacts) -> Trend:
    """How an obstacle tagged today compares with the sessions before; "" where that is not known."""
    now, *past = path(key, known) if known.today else (None,)
    if now is None or not past:
        return ""
    last = past[0]
    if last is None:
        return "back" if any(past) else "new"
    if now.who == "both" and last.who in LETTERS:
        return "wider"
    if now.strength and last.strength and now.strength != last.strength:
        return "rising" if now.strength > last.strength else "easing"
    return "steady" if len(past) > 1 and past[1] else ""


def lately(known: CoupleFacts) -> set[str]:
    """The obstacles tagged in two or more of the three sessions before today's."""
    tagged = [{seen.obstacle for seen in session} for session in known.earlier[:3]]
    return {key for keys in tagged for key in keys if sum(key in other for other in tagged) > 1}


def is_very_busy(known: CoupleFacts) -> bool:
    """Whether busyness was strong when obstacles were last tagged."""
    busyness = sighting("busyness", known.newest)
    return busyness is not None and busyness.strength == STRONG


def thin_element(known: CoupleFacts) -> str | None:
    """The element least worked on, by the share of homework tried; None with none, or no one least."""
    tried = [given for given in known.given if given.has_been_tried]
    if not tried:
        return None
    counts = {element: sum(element in given.elements for given in tried) for element in Element}
    least = min(counts.values())
    thin = [element for element, count in counts.items() if count == least]
    return thin[0] if len(thin) == 1 else None
