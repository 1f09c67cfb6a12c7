"""Cautions: which homework does not belong where one partner controls or frightens the other.

A homework's own caution is written in two voices: `when_not` for the clinician, `care` for the
couple. Pure functions over plain values.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from practice.couples.names import fold
from practice.library.homework import Homework

#: What exposes people to each other.
EXPOSED = {"touch", "gaze", "disclosure"}
#: The library's homeworks whose caution speaks of control, fear or being watched. A test holds
#: this list against the cautions' words, in both languages.
OF_CONTROL = frozenset(
    {
        "a-daily-hello-and-goodbye",
        "a-friday-walk-with-no-agenda",
        "a-gentle-minute",
        "a-jar-of-small-plans",
        "a-letter-i-may-keep",
        "a-menu-of-kind-touch",
        "a-pause-with-a-way-back",
        "a-promise-the-size-of-a-day",
        "a-small-spark-at-noon",
        "a-true-yes-a-kind-no",
        "a-week-on-one-page",
        "an-hour-that-is-mine",
        "bring-it-up-while-it-is-small",
        "from-complaint-to-longing",
        "half-the-speed",
        "how-will-it-land",
        "my-half-of-the-circle",
        "one-chore-side-by-side",
        "one-clear-ask",
        "one-small-true-thing",
        "phones-sleep-in-the-kitchen",
        "setting-it-down",
        "still-here",
        "taking-stock",
        "talk-without-facing",
        "ten-silly-minutes",
        "thank-you-for-telling-me",
        "thanks-that-name-the-person",
        "the-alarm-card",
        "the-evening-page",
        "the-face-i-put-on",
        "the-hand-that-reaches",
        "the-pause-at-the-door",
        "the-two-minute-shared-load",
        "then-or-now",
        "three-sentences-then-stop",
        "two-full-lives",
        "two-views-from-one-window",
        "weather-report",
        "what-helps-me-feel-safe",
        "what-i-know-and-did-not-say",
        "what-is-under-the-words",
        "what-tells-me-i-matter",
        "what-would-mend-it",
        "where-it-sits",
    }
)
#: Made for two, yet as one does it alone it stays with that one: read for this, one by one.
STAYS_WITH_ONESELF = frozenset(
    {
        "a-menu-of-kind-touch",
        "new-to-both-of-us",
        "one-small-true-thing",
        "our-good-hours",
        "phones-sleep-in-the-kitchen",
        "taking-stock",
        "talk-without-facing",
        "the-two-minute-shared-load",
        "two-views-from-one-window",
    }
)
#: Made for one, but its last step goes to the other: words that are left, sent or said.
GOES_TO_THE_OTHER = frozenset({"how-will-it-land", "thanks-that-name-the-person"})

#: How the words begin by which a caution speaks of control, fear or being watched, folded.
BEGINNINGS = (
    # English
    *("control", "coerc", "dominat", "fear", "afraid", "frighten", "scare", "scary", "terrif"),
    *("terror", "threat", "violen", "abus", "monitor", "surveil", "watch", "stalk", "track"),
    *("punish", "retaliat", "reprisal", "dangerous", "unsafe", "jealous", "possessive"),
    # Spanish
    *("coacc", "mied", "temor", "temer", "asust", "atemor", "aterr", "amenaz", "maltrat"),
    *("vigil", "castig", "rastre", "represalia", "peligros", "celos"),
)
#: The same as whole words, where a beginning would take in others: intimacy, spirits, policies.
WHOLE = (
    *("intimidate", "intimidates", "intimidated", "intimidating", "intimidation", "spy", "spies"),
    *("spied", "spying", "search", "searches", "searched", "searching", "police", "polices"),
    *("policed", "policing", "checks", "checking", "payback", "teme", "temes", "temen", "temo"),
    *("intimida", "intimidan", "intimidar", "intimidado", "intimidada", "intimidacion"),
    *("espia", "espian", "espiar", "espiado", "acoso", "acosa", "acosan", "acosar"),
    *("revisa", "revisan", "revisar", "domina", "dominan", "dominar"),
    # being read or kept in
    *("reads private", "reads what", "lee lo que", "kept from leaving", "no te deja"),
    *("no te dejan", "not allowed", "not safe"),
)
SPEAKS_OF_CONTROL = re.compile(rf"\b(?:(?:{'|'.join(BEGINNINGS)})|(?:{'|'.join(WHOLE)})\b)")


def is_of_control(homework: Homework, translations: Iterable[Homework] = ()) -> bool:
    """Whether a homework's own caution says that it does not belong where there is coercion.

    The library's by the list; what a practice wrote itself by its author's words, in every
    language it was written in.
    """
    if homework.slug in OF_CONTROL:
        return True
    told = (homework, *translations)
    return any(speaks_of_control(f"{one.when_not} {one.care}") for one in told)


@lru_cache(maxsize=1000)
def speaks_of_control(caution: str) -> bool:
    """Whether a caution, in English or Spanish, speaks of control, fear or being watched."""
    return SPEAKS_OF_CONTROL.search(fold(caution)) is not None


def reaches_the_other(homework: Homework) -> bool:
    """Whether it reaches toward the other partner even where one does it alone.

    What is made for two does, unless it was read and found to stay with the one who does it.
    """
    if homework.conjoint:
        return homework.slug not in STAYS_WITH_ONESELF
    return homework.slug in GOES_TO_THE_OTHER
