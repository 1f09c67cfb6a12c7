"""Why a homework fits this couple, in one or two plain sentences.

The first sentence says which obstacle it is for; the second is the most telling of what else is
known. Nothing is said twice in a panel. They are read by the clinician, and shame no one.
"""

from collections.abc import Callable, Iterable, Iterator

from practice.library.homework import Homework
from practice.suggestions.facts import (
    LITTLE_USE,
    OF_USE,
    WENT,
    CoupleFacts,
    PastAssignment,
    ReviewFact,
    SightingFact,
    path,
    sighting,
    thin_element,
    trend,
)
from practice.vocabulary import OBSTACLES, Letter, Outcome

#: Counts of one's own caseload are said only from this many reviewed assignments on.
ENOUGH_TO_COUNT = 5
STRENGTHS = {1: "mild", 2: "clear", 3: "strong"}
CHANGES = {
    "new": " and new since the last session",
    "back": " and back after a pause",
    "rising": " and stronger than last time",
    "easing": " and easing",
}
COUNTS = {2: "two", 3: "three", 4: "four", 5: "five"}
IN_ANOTHER_WAY = {
    "together": "if they would rather do something together",
    "each": "if each would rather begin alone",
    "each-then-together": "if they would rather think first and then talk",
    "one-to-the-other": "if one of them would like to make the first move",
}
#: What to agree on beforehand where emotional safety is low.
AGREE_FIRST = {
    "touch": "It asks for touch: agree beforehand that either may stop.",
    "gaze": "It asks them to meet each other’s eyes: agree beforehand that either may look away.",
    "disclosure": "It asks for something personal: agree beforehand that either may pass.",
}
NO_DUTY = "It touches on forgiveness: say that “not now” is a good answer too."
NO_ONE_SINGLED_OUT = "Each does it alone, so neither is singled out."


def reasons(served: Iterable[tuple[Homework, str]], known: CoupleFacts) -> list[str]:
    """Why each of these homeworks fits, in order; each comes with the obstacle it is for."""
    obstacles: dict[str, int] = {}
    said: set[str] = set()
    found = []
    for homework, key in served:
        again = obstacles.setdefault(key, 0) > 0
        obstacles[key] += 1
        first = another_way(homework, key, known) if again else why_obstacle(key, known)
        skipped = said | {NO_ONE_SINGLED_OUT} if again else said
        second = next(
            (words for words in what_else(homework, key, known) if words not in skipped), ""
        )
        said.add(second)
        found.append(f"{first} {second}".strip())
    return found


def what_else(homework: Homework, serves: str, known: CoupleFacts) -> Iterator[str]:
    """What else speaks for it or is to be minded, the most telling first."""
    for tell in SECOND:
        if words := tell(homework, serves, known):
            yield words


def why_obstacle(key: str, known: CoupleFacts) -> str:
    """“For busyness, strong in both today and stronger than last time.”"""
    label = OBSTACLES[key].label.lower()
    if seen := sighting(key, known.today):
        return f"For {label}, {seen_words(seen, known)} today{trend_words(key, known)}."
    if known.earlier and (seen := sighting(key, known.earlier[0])):
        return f"For {label}, {seen_words(seen, known)} last time."
    return f"For {label}, seen in two of the last three sessions."


def seen_words(seen: SightingFact, known: CoupleFacts) -> str:
    """“strong in both”, “seen in Maya”: what was stated and no more."""
    strength = STRENGTHS.get(seen.strength, "seen")
    whom = "both" if seen.who == "both" else seen.who and known.name(seen.who)
    return f"{strength} in {whom}" if whom else strength


def trend_words(key: str, known: CoupleFacts) -> str:
    """How it compares with the sessions before; nothing where that is not known."""
    past = list(path(key, known))[1:]
    change = trend(key, known)
    if change == "wider" and past[0]:
        return f", last time in {known.name(past[0].who)} alone"
    if change == "steady":
        return f", and seen in the last {COUNTS.get(unbroken(past), 'few')} sessions too"
    return CHANGES.get(change, "")


def unbroken(past: list[SightingFact | None]) -> int:
    """In how many of these sessions, from the newest back, it was tagged without a gap."""
    return past.index(None) if None in past else len(past)


def another_way(homework: Homework, key: str, known: CoupleFacts) -> str:
    """“Also for busyness, if each would rather begin alone.”"""
    if known.alone:
        return f"Also for {OBSTACLES[key].label.lower()}, in another way."
    return f"Also for {OBSTACLES[key].label.lower()}, {IN_ANOTHER_WAY[homework.who]}."


def why_before(homework: Homework, _serves: str, known: CoupleFacts) -> str:
    """How it went when they had it before, for each partner as far as it is known."""
    before = known.last_time(homework.slug)
    if before is None:
        return ""
    if before.is_missed:
        return "Last time it did not find a place in their days: ask what got in the way."
    if before.for_whom == "couple" and (words := fitted_one(before, known)):
        return words
    return used_words(before, known)


def fitted_one(before: PastAssignment, known: CoupleFacts) -> str:
    """Said where one partner got to it and the other did not."""
    for mine, other, name, others in both_ways(before, known):
        if mine.outcome in WENT and other.outcome == Outcome.NOT_YET:
            return (
                f"Last time it fitted {name}’s days better than {others}’s: "
                "ask what would suit both."
            )
    return ""


def both_ways(
    before: PastAssignment, known: CoupleFacts
) -> list[tuple[ReviewFact, ReviewFact, str, str]]:
    """What each partner told, what the other told, and their names."""
    a, b = known.names
    return [(before.a, before.b, a, b), (before.b, before.a, b, a)]


def used_words(before: PastAssignment, known: CoupleFacts) -> str:
    """Of how much use it was: to each partner who said so, else as the clinician found."""
    uses = before.uses
    if not uses:
        of_use = (before.clinician.usefulness or 0) >= OF_USE
        return "It was of use to them before." if of_use else "They have had it before."
    best = max(uses, key=lambda letter: uses[letter])
    if uses[best] < OF_USE:
        little = max(uses.values()) <= LITTLE_USE
        return (
            "It was little use before, so change something first."
            if little
            else ("They have had it before, and it was of some use.")
        )
    if len(uses) == 1:
        return f"{known.name(best)} found it of use before."
    (other,) = uses.keys() - {best}
    if uses[other] >= OF_USE:
        return "Both found it of use before."
    return (
        f"{known.name(best)} found it of use before and {known.name(other)} less so: "
        f"ask what {known.name(other)} would change."
    )


def why_careful(homework: Homework, _serves: str, known: CoupleFacts) -> str:
    """What to agree on first: forgiveness is no duty; where safety is low, either may stop."""
    if "forgiveness" in homework.asks:
        return NO_DUTY
    if known.alone or not (homework.conjoint and sighting("low-safety", known.newest)):
        return ""
    return next((AGREE_FIRST[ask] for ask in homework.asks if ask in AGREE_FIRST), "")


def why_screens(homework: Homework, _serves: str, known: CoupleFacts) -> str:
    """What the missing or unclear safety screens mean for it."""
    if known.gate != "reason-needed":
        return ""
    if known.alone:
        return "It is done alone, so it need not wait for the safety screens."
    if homework.conjoint:
        return "It is done together, so you will be asked why that is right now."
    return "Each does it alone, so it need not wait for the safety screens."


def why_also(homework: Homework, serves: str, known: CoupleFacts) -> str:
    """What else that was tagged it is good for."""
    also = [
        OBSTACLES[seen.obstacle].label.lower()
        for seen in known.newest
        if seen.obstacle in homework.obstacles and seen.obstacle != serves
    ]
    return f"It helps with {also[0]} too." if also else ""


def why_thin(homework: Homework, _serves: str, known: CoupleFacts) -> str:
    """The element that has had the least room, if this gives it some."""
    thin = thin_element(known)
    if thin not in homework.elements:
        return ""
    return f"It makes room for {thin}, which had the least so far."


def why_helped(homework: Homework, _serves: str, known: CoupleFacts) -> str:
    """What one's own caseload says: counts only, and only from five on."""
    of_use, reviewed = known.helped.get(homework.slug, (0, 0))
    if reviewed < ENOUGH_TO_COUNT:
        return ""
    return f"It was of use in {of_use} of {reviewed} on your caseload."


def why_alone(homework: Homework, serves: str, known: CoupleFacts) -> str:
    """Said where the obstacle was seen in one partner, and each does the homework alone."""
    seen = sighting(serves, known.newest)
    if known.alone or homework.who != "each" or seen is None or seen.who not in tuple(Letter):
        return ""
    return NO_ONE_SINGLED_OUT


#: What may be the second sentence, the most telling first.
SECOND: tuple[Callable[[Homework, str, CoupleFacts], str], ...] = (
    why_before,
    why_careful,
    why_screens,
    why_thin,
    why_helped,
    why_also,
    why_alone,
)
