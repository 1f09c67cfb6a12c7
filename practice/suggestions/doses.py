"""Which size of a homework to begin with, and why: pure functions over what is known.

Each thing that asks for a smaller size is a limit in minutes, with its reason in words. The
tightest limit decides, and its reason alone is said.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from practice.library.homework import Homework
from practice.suggestions.facts import OF_USE, CoupleFacts, PastAssignment, is_very_busy
from practice.vocabulary import Letter

#: At this or below, of 10, a partner is not sure enough: make it smaller.
UNSURE = 6
SMALLEST = 0
NUMBERS = {2: "two", 10: "ten", 20: "twenty"}


@dataclass(frozen=True)
class Size:
    """The minutes to begin with, and why they are few; "" when nothing asks for few."""

    minutes: int
    why: str = ""


@dataclass(frozen=True)
class Limit:
    """At most so many minutes (the smallest size where none is so small), and why."""

    minutes: int
    why: str


def size_for(homework: Homework, known: CoupleFacts) -> Size:
    """The size to begin with: the middle one, or what worked last time, within what is known."""
    sizes = sorted(dose.minutes for dose in homework.doses)
    usual = max(sizes[len(sizes) // 2], worked_lately(known))
    tightest = min(limits(known), key=lambda limit: limit.minutes, default=None)
    if tightest is None or tightest.minutes >= sizes[-1]:
        return Size(largest_within(sizes, usual))
    return Size(largest_within(sizes, min(usual, tightest.minutes)), tightest.why)


def largest_within(sizes: list[int], minutes: int) -> int:
    """The largest of these sizes that fits in so many minutes, else the smallest there is."""
    return max((size for size in sizes if size <= minutes), default=sizes[0])


def worked_lately(known: CoupleFacts) -> int:
    """The minutes of the last homework, where it was done and of use to whoever said; else 0."""
    last = latest_heard(known)
    if (
        last is None
        or not last.has_been_tried
        or any(one.outcome == "not-yet" for one in last.told)
    ):
        return 0
    return last.dose if last.uses and min(last.uses.values()) >= OF_USE else 0


def limits(known: CoupleFacts) -> Iterator[Limit]:
    """Everything that asks for a smaller size, the weightiest first."""
    if is_very_busy(known):
        when = "is strong today" if known.today else "was strong last time"
        yield Limit(SMALLEST, f"Busyness {when}, so begin with the smallest size.")
    if known.caution:
        yield Limit(SMALLEST, "With that care in mind, begin with the smallest size.")
    yield from after_misses(known)
    yield from after_doubts(known)
    if known.minutes_a_day:
        time = minutes_words(known.minutes_a_day)
        yield Limit(known.minutes_a_day, f"They have about {time} on a usual day.")


def after_misses(known: CoupleFacts) -> Iterator[Limit]:
    """What was not done yet asks for less: one size after one miss, the smallest after two."""
    heard = [given for given in known.given if any(one.outcome for one in given.told)]
    missed = list(takewhile(lambda given: given.is_missed, heard))
    if len(missed) > 1:
        yield Limit(
            SMALLEST, "The last two did not find a place in their days, so begin with the smallest."
        )
    elif missed:
        time = minutes_words(missed[0].dose).capitalize()
        yield Limit(
            missed[0].dose - 1, f"{time} did not find a place last time, so begin with less."
        )


def after_doubts(known: CoupleFacts) -> Iterator[Limit]:
    """A partner who was not sure of the last one asks for less, unless it was done after all."""
    last = next((given for given in known.given if any(n is not None for n in given.sure)), None)
    if last is None or last.has_been_tried:
        return
    unsure = [
        (known.name(letter), number)
        for letter, number in zip(Letter, last.sure, strict=True)
        if number is not None and number <= UNSURE
    ]
    if len(unsure) == 1:
        name, number = unsure[0]
        who = f"{name} was {number} of 10 sure"
    elif unsure:
        who = f"Neither was very sure ({' and '.join(f'{name} {n}' for name, n in unsure)} of 10)"
    else:
        return
    yield Limit(last.dose - 1, f"{who} of the last homework, so begin smaller.")


def latest_heard(known: CoupleFacts) -> PastAssignment | None:
    """The newest homework of which anyone said how it went."""
    return next((given for given in known.given if any(one.outcome for one in given.told)), None)


def minutes_words(minutes: int) -> str:
    """“two minutes”."""
    return f"{NUMBERS.get(minutes, minutes)} minutes"
