"""Which homework fits a couple now, and why: a table of cases, each said in a sentence."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from practice.homework.library import Dose, Homework, library
from practice.homework.suggestions import Given, Known, Seen, Suggestion, meta_line, suggest
from practice.vocabulary import CORE_OBSTACLES, OBSTACLES

MODEL = next(iter(library().values()))


def homework(
    slug: str,
    *obstacles: str,
    who: str = "together",
    asks: tuple[str, ...] = (),
    elements: tuple[str, ...] = ("connection",),
    doses: tuple[int, ...] = (2, 10, 20),
) -> Homework:
    """A homework with the few things a suggestion goes by; alone when `who` is each."""
    return replace(
        MODEL,
        slug=slug,
        title=slug,
        who=who,
        conjoint=who != "each",
        asks=asks,
        elements=elements,
        obstacles=obstacles,
        doses=tuple(Dose(minutes, "Do it.") for minutes in doses),
    )


SHELF = (
    homework("load", "busyness", asks=("disclosure",), elements=("connection", "safety")),
    homework("pause", "busyness", who="each", elements=("awareness",), doses=(3, 5, 10)),
    homework("walk", "busyness", "low-safety"),
    homework("longing", "protest-behavior", who="each-then-together", elements=("awareness",)),
    homework("softer", "protest-behavior", who="each", elements=("safety",)),
    homework("harbor", "low-safety", who="one-to-the-other", asks=("gaze",), elements=("safety",)),
    homework("half", "low-safety", "protest-behavior", who="each", elements=("awareness",)),
    homework("phones", "screens"),
)


@dataclass(frozen=True)
class Case:
    """What is known, and what is then suggested: the first, others, none of some; how; in what words."""

    sentence: str
    known: Known
    first: str | None = None
    also: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    dose: int | None = None
    says: str = ""
    does_not_say: str = ""


def known(*today: Seen, **more: Any) -> Known:
    """What is known when these obstacles were tagged today."""
    return Known(today=today, **({"names": ("Maya", "Jonah")} | more))


BUSY, VERY_BUSY = Seen("busyness"), Seen("busyness", "both", 3)
PROTEST, UNSAFE = Seen("protest-behavior", "a", 2), Seen("low-safety", "b", 1)

CASES = [
    Case("with nothing tagged, nothing is suggested", known(), never=tuple(h.slug for h in SHELF)),
    Case(
        "what was seen today comes first",
        known(BUSY, earlier=((UNSAFE,),)),
        also=("load", "pause"),
        never=("harbor", "half", "softer"),
    ),
    Case(
        "with nothing tagged today, the last session still counts",
        known(earlier=((UNSAFE,), (PROTEST,))),
        also=("harbor", "half"),
        never=("longing",),
        says="For low emotional safety, seen last time.",
    ),
    Case(
        "an obstacle further back than the last session is left alone",
        known(earlier=((), (UNSAFE,))),
        never=("harbor", "half", "walk"),
    ),
    Case(
        "the stronger of two obstacles is served first",
        known(Seen("busyness", "", 1), Seen("low-safety", "", 3)),
        first="half",
        also=("harbor",),
    ),
    Case(
        "a homework that meets both obstacles rises above one that meets one",
        known(Seen("protest-behavior", "", 2), Seen("low-safety", "", 2)),
        first="half",
    ),
    Case(
        "the three are of different kinds",
        known(BUSY, PROTEST, UNSAFE),
        also=("half",),
    ),
    Case(
        "two that are done the same way for the same obstacle never come together",
        known(BUSY),
        first="load",
        also=("pause",),
        never=("walk",),
    ),
    Case(
        "a couple that may do nothing together gets what each does alone",
        known(BUSY, PROTEST, UNSAFE, gate="refused"),
        also=("pause", "softer", "half"),
        never=("load", "walk", "longing", "harbor"),
    ),
    Case(
        "while a screen is unclear, nothing together asks for touch, gaze or disclosure",
        known(BUSY, UNSAFE, gate="reason-needed"),
        also=("walk", "half"),
        never=("load", "harbor"),
    ),
    Case(
        "with both screened and nothing known, the same may be suggested",
        known(UNSAFE),
        also=("harbor",),
    ),
    Case(
        "what is out already is not suggested again",
        known(BUSY, out_now=frozenset({"load"})),
        also=("pause", "walk"),
        never=("load",),
    ),
    Case(
        "what they chose not to do is not offered again",
        known(BUSY, given=(Given("load", "chose-not-to"),)),
        never=("load",),
    ),
    Case(
        "what they once chose not to do and later did is offered",
        known(
            BUSY,
            given=(Given("load", "done", 4), Given("load", "chose-not-to")),
            out_now=frozenset({"walk"}),
        ),
        also=("load",),
        says="It was of use to them before.",
    ),
    Case(
        "something new goes before what they had",
        known(BUSY, given=(Given("load", "done", 2),)),
        also=("pause", "walk"),
        never=("load",),
        says="Not tried yet.",
    ),
    Case(
        "what was of use goes before what was not",
        known(
            BUSY,
            given=(Given("load", "done", 1), Given("walk", "done", 4)),
        ),
        also=("walk",),
        never=("load",),
    ),
    Case(
        "what was not done yet is named with what to talk through",
        known(
            PROTEST,
            given=(Given("longing", "not-yet"),),
        ),
        also=("longing",),
        says="Given before and not done yet: talk through what got in the way.",
    ),
    Case(
        "after a miss one begins with the smallest size",
        known(PROTEST, given=(Given("phones", "not-yet"),)),
        dose=2,
    ),
    Case("strong busyness asks for the smallest size", known(VERY_BUSY), first="load", dose=2),
    Case("otherwise one begins in the middle", known(BUSY), first="load", dose=10),
    Case(
        "strong busyness puts what takes two minutes before what takes three",
        known(Seen("busyness", "", 3)),
        first="load",
        also=("pause",),
    ),
    Case(
        "the element that had the least room is named",
        known(
            PROTEST,
            given=(Given("x", "done", 2, ("connection",)), Given("y", "partly", 2, ("awareness",))),
        ),
        first="softer",
        says="It makes room for safety, which had the least so far.",
    ),
    Case(
        "with nothing reviewed no element is called thin",
        known(PROTEST, given=(Given("x", "", None, ("connection",)),)),
        does_not_say="which had the least",
    ),
    Case(
        "with two elements equally thin neither is named",
        known(PROTEST, given=(Given("x", "done", 2, ("connection",)),)),
        does_not_say="which had the least",
    ),
    Case(
        "the reason says how strong and in whom",
        known(Seen("busyness", "b", 3)),
        says="For busyness, strong, in Jonah today.",
    ),
    Case(
        "what was not stated is not said",
        known(BUSY),
        says="For busyness, seen today.",
        does_not_say="mild",
    ),
    Case(
        "the reason says that it is new",
        known(Seen("busyness", "both", 2), earlier=((UNSAFE,),)),
        says="For busyness, clear, in both today and new since the last session.",
    ),
    Case(
        "the reason says that it grew",
        known(Seen("busyness", "", 3), earlier=((Seen("busyness", "", 1),),)),
        says="strong today and stronger than last time.",
    ),
    Case(
        "the reason says that it eases",
        known(Seen("busyness", "", 1), earlier=((Seen("busyness", "", 3),),)),
        says="mild today and easing.",
    ),
    Case(
        "no trend is told where a strength was not stated",
        known(Seen("busyness", "", 3), earlier=((Seen("busyness"),),)),
        says="strong today.",
        does_not_say="than last time",
    ),
    Case(
        "five reviewed on one's own caseload are worth a count",
        known(BUSY, helped={"load": (4, 5)}),
        says="Of use in 4 of the last 5 on your caseload.",
    ),
    Case(
        "four are not",
        known(BUSY, helped={"load": (4, 4)}),
        does_not_say="caseload",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.sentence.replace(" ", "_") for case in CASES])
def test_case(case: Case) -> None:
    found = suggest(SHELF, case.known)
    slugs = [one.homework.slug for one in found]
    reasons = " ".join(one.why for one in found)
    assert len(slugs) <= 3
    assert case.first is None or slugs[:1] == [case.first]
    assert set(case.also) <= set(slugs)
    assert not set(case.never) & set(slugs)
    assert case.dose is None or found[0].dose == case.dose
    assert case.says in reasons
    assert not case.does_not_say or case.does_not_say not in reasons


def kinds(found: list[Suggestion]) -> list[tuple[str, str]]:
    """Who does each, and what it serves first."""
    return [(one.homework.who, one.homework.obstacles[0]) for one in found]


@pytest.mark.parametrize("obstacle", OBSTACLES)
@pytest.mark.parametrize("strength", [0, 1, 2, 3])
def test_no_two_suggestions_of_the_library_are_alike(obstacle: str, strength: int) -> None:
    found = suggest(library().values(), known(Seen(obstacle, "", strength)))
    assert len(set(kinds(found))) == len(found) <= 3
    assert all(obstacle in one.homework.obstacles for one in found)
    assert all(one.dose in {dose.minutes for dose in one.homework.doses} for one in found)


@pytest.mark.parametrize("obstacle", CORE_OBSTACLES)
def test_the_library_has_something_for_each_core_obstacle_behind_every_gate(obstacle: str) -> None:
    for gate, at_least in (("open", 2), ("reason-needed", 1), ("refused", 1)):
        found = suggest(library().values(), known(Seen(obstacle), gate=gate))
        assert len(found) >= at_least, gate
        assert gate != "refused" or not any(one.homework.conjoint for one in found)


def test_suggestions_are_the_same_however_the_shelf_is_ordered() -> None:
    asked = known(VERY_BUSY, PROTEST, UNSAFE)
    forwards, backwards = suggest(SHELF, asked), suggest(SHELF[::-1], asked)
    assert [one.homework.slug for one in forwards] == [one.homework.slug for one in backwards]


def test_a_homework_is_summed_up_in_a_line() -> None:
    assert meta_line(SHELF[0]) == "Together · 2 to 20 minutes · connection and safety"


def test_two_obstacles_seen_today_each_get_a_suggestion() -> None:
    known = Known(today=(Seen("busyness"), Seen("protest-behavior", strength=3)))
    assert {"busyness", "protest-behavior"} <= {
        one.serves for one in suggest(library().values(), known)
    }
