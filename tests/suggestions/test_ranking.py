"""Which homework fits a couple now, in which size, and why: a table of cases, each a sentence."""

from dataclasses import dataclass
from typing import Any

import pytest

from practice.library.builtin import builtin_homework
from practice.suggestions.facts import CoupleFacts, PastAssignment, ReviewFact, SightingFact
from practice.suggestions.ranking import Kind, Suggestion, kind_of, meta_line, suggest
from practice.vocabulary import CORE_OBSTACLES, OBSTACLES
from tests.suggestions.catalog import SHELF


@dataclass(frozen=True)
class Case:
    """What is known, and what is then suggested: the first, others, none of some; how; in what words."""

    sentence: str
    known: CoupleFacts
    first: str | None = None
    also: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    dose: int | None = None
    says: str = ""
    does_not_say: str = ""


def known(*today: SightingFact, **more: Any) -> CoupleFacts:
    """What is known when these obstacles were tagged today."""
    return CoupleFacts(today=today, **({"names": ("Maya", "Jonah")} | more))


def given(slug: str, outcome: str = "", useful: int | None = None, **more: Any) -> PastAssignment:
    """A homework given before. What is told is the clinician's; `a` and `b` hold the partners'."""
    told = {name: ReviewFact(*more.pop(name)) for name in ("a", "b") if name in more}
    return PastAssignment(slug, ReviewFact(outcome, useful), **told, **more)


def tried(**elements: tuple[str, ...]) -> tuple[PastAssignment, ...]:
    """Homework that was done, by name, with the elements it worked on."""
    return tuple(given(slug, "done", elements=worked_on) for slug, worked_on in elements.items())


BUSY, VERY_BUSY = SightingFact("busyness"), SightingFact("busyness", "both", 3)
PROTEST, UNSAFE = SightingFact("protest-behavior", "a", 2), SightingFact("low-safety", "b", 1)
ROUTINE, RESENTMENT = SightingFact("routine"), SightingFact("resentment", "both", 2)

WHAT_FITS = [
    Case("with nothing tagged nothing is suggested", known(), never=tuple(h.slug for h in SHELF)),
    Case(
        "what was seen today comes first",
        known(BUSY, earlier=((UNSAFE,),)),
        also=("load", "pause"),
        never=("harbor", "half", "softer"),
    ),
    Case(
        "with nothing tagged today the last session still counts",
        known(earlier=((UNSAFE,), (PROTEST,))),
        also=("harbor", "half"),
        never=("longing",),
        says="For low emotional safety, mild in Jonah last time.",
    ),
    Case(
        "with nothing tagged today what came up in two of the last three sessions counts too",
        known(earlier=((BUSY,), (UNSAFE,), (UNSAFE,))),
        also=("harbor",),
        says="For low emotional safety, seen in two of the last three sessions.",
    ),
    Case(
        "an obstacle seen once further back is left alone",
        known(earlier=((), (UNSAFE,))),
        never=("harbor", "half", "walk"),
    ),
    Case(
        "the stronger of two obstacles is served first",
        known(SightingFact("busyness", "", 1), SightingFact("low-safety", "", 3)),
        first="half",
    ),
    Case(
        "a homework that meets both obstacles rises above one that meets one",
        known(SightingFact("protest-behavior", "", 2), SightingFact("low-safety", "", 2)),
        first="half",
        says="It helps with protest behavior too.",
    ),
    Case(
        "of two equally strong obstacles the one that grows goes before the one that eases",
        known(
            SightingFact("busyness", "", 2),
            SightingFact("protest-behavior", "", 2),
            earlier=((SightingFact("busyness", "", 3), SightingFact("protest-behavior", "", 1)),),
        ),
        also=("longing", "softer", "load"),
        says="For protest behavior, clear today and stronger than last time.",
    ),
    Case(
        "each obstacle seen today gets a suggestion of its own",
        known(BUSY, ROUTINE, RESENTMENT),
        also=("thanks", "embrace", "load"),
    ),
    Case(
        "two that are done the same way for the same obstacle never come together",
        known(BUSY),
        first="load",
        also=("pause",),
        never=("walk",),
    ),
    Case(
        "two of one kind never come together even for two obstacles",
        known(BUSY, SightingFact("screens", "", 3), out_now=frozenset({"load"})),
        first="phones",
        also=("pause",),
        never=("walk",),
    ),
    Case(
        "an obstacle in one partner alone is met by what each does alone",
        known(SightingFact("busyness", "b", 2)),
        first="pause",
        says="Each does it alone, so neither is singled out.",
    ),
]

SAFETY = [
    Case(
        "a couple that may do nothing together gets what each does alone",
        known(BUSY, PROTEST, UNSAFE, gate="refused"),
        also=("softer", "half"),
        never=("load", "walk", "longing", "harbor"),
    ),
    Case(
        "a couple that may do nothing together is still offered two where there are two",
        known(PROTEST, gate="refused"),
        also=("softer", "half"),
    ),
    Case(
        "while a screen is unclear nothing together asks for touch, gaze or disclosure",
        known(BUSY, UNSAFE, ROUTINE, gate="reason-needed"),
        never=("load", "harbor", "hands", "embrace"),
    ),
    Case(
        "while a screen is unclear what each does alone goes first and says so",
        known(BUSY, gate="reason-needed"),
        first="pause",
        says="Each does it alone, so it need not wait for the safety screens.",
    ),
    Case(
        "while a screen is unclear what is done together says that a reason is asked",
        known(BUSY, gate="reason-needed"),
        also=("walk",),
        says="It is done together, so you will be asked why that is right now.",
    ),
    Case(
        "where the screens ask for care nothing together asks for touch, gaze or disclosure",
        known(UNSAFE, ROUTINE, caution=True),
        also=("hello",),
        never=("harbor", "hands", "embrace"),
    ),
    Case(
        "where the screens ask for care one begins with the smallest size",
        known(ROUTINE, caution=True),
        dose=2,
        says="begin with the smallest size",
    ),
    Case(
        "forgiveness is not brought up while safety is in doubt",
        known(RESENTMENT, caution=True),
        also=("thanks",),
        never=("release",),
    ),
    Case("thanks go before forgiveness", known(RESENTMENT), first="thanks"),
    Case(
        "forgiveness comes with the word that it is no duty",
        known(RESENTMENT),
        also=("release",),
        says="say that “not now” is a good answer too",
    ),
    Case(
        "with both screened and nothing known the same may be suggested",
        known(UNSAFE),
        also=("harbor",),
    ),
    Case(
        "where emotional safety is low it is said what to agree on first",
        known(UNSAFE),
        also=("harbor",),
        says="agree beforehand that either may look away",
    ),
    Case(
        "where emotional safety is very low what exposes them steps back",
        known(SightingFact("low-safety", "", 3)),
        first="half",
    ),
]

BEFORE = [
    Case(
        "what is out already is not suggested again",
        known(BUSY, out_now=frozenset({"load"})),
        also=("pause", "walk"),
        never=("load",),
    ),
    Case(
        "what the clinician heard they chose not to do is not offered again",
        known(SightingFact("screens"), given=(given("phones", "chose-not-to"),)),
        never=("phones",),
    ),
    Case(
        "what one partner chose not to do is not offered again even if the other did it",
        known(
            SightingFact("screens"),
            given=(given("phones", "partly", a=("done", 4), b=("chose-not-to",)),),
        ),
        never=("phones",),
    ),
    Case(
        "what they once chose not to do and later did is offered",
        known(
            BUSY,
            given=(given("load", "done", 4), given("load", "chose-not-to")),
            out_now=frozenset({"walk"}),
        ),
        also=("load",),
        says="It was of use to them before.",
    ),
    Case(
        "after they chose not to do what asked for touch another touch steps back",
        known(ROUTINE, given=(given("hands", "chose-not-to"),), out_now=frozenset()),
        first="hello",
        never=("hands",),
    ),
    Case(
        "something new goes before what they had",
        known(BUSY, given=(given("load", "done", 2),)),
        also=("pause", "walk"),
        never=("load",),
    ),
    Case(
        "what was of use to both goes before what was of use to neither",
        known(
            BUSY,
            given=(
                given("load", "done", a=("done", 1), b=("done", 0)),
                given("walk", "done", a=("done", 4), b=("done", 3)),
            ),
        ),
        also=("walk",),
        never=("load",),
        says="Both found it of use before.",
    ),
    Case(
        "where one found it of use and the other less so both are heard",
        known(PROTEST, given=(given("longing", "done", a=("done", 4), b=("done", 1)),)),
        also=("longing",),
        says="Maya found it of use before and Jonah less so: ask what Jonah would change.",
    ),
    Case(
        "where only one partner has said how it was only that is said",
        known(PROTEST, given=(given("longing", "done", 0, b=("done", 3)),)),
        also=("longing",),
        says="Jonah found it of use before.",
        does_not_say="less so",
    ),
    Case(
        "where one got to it and the other did not nobody is blamed",
        known(PROTEST, given=(given("longing", "partly", a=("done",), b=("not-yet",)),)),
        also=("longing",),
        says="Last time it fitted Maya’s days better than Jonah’s: ask what would suit both.",
    ),
    Case(
        "of a homework for one partner it is not said that the other did not get to it",
        known(
            PROTEST,
            given=(given("longing", "done", for_whom="a", a=("done", 3), b=("not-yet",)),),
        ),
        says="Maya found it of use before.",
        does_not_say="Jonah’s",
    ),
    Case(
        "what both found of use is not scored down for it, however lately it was given",
        known(
            SightingFact("resentment"),
            given=(given("release", "done", a=("done", 4), b=("done", 3)),),
            out_now=frozenset({"thanks"}),
        ),
        first="release",
        says="Both found it of use before.",
    ),
    Case(
        "what both found of use goes before its like that they never had",
        known(BUSY, given=(given("walk", "done", a=("done", 4), b=("done", 3)),)),
        first="walk",
        also=("pause",),
        never=("load",),
    ),
    Case(
        "what was little use comes back only with the word to change something",
        known(
            SightingFact("screens"), given=(given("phones", "done", a=("done", 1), b=("done", 1)),)
        ),
        first="phones",
        says="It was little use before, so change something first.",
    ),
    Case(
        "what was not done yet comes with the word to ask what got in the way",
        known(PROTEST, given=(given("longing", "not-yet"),)),
        also=("longing",),
        says="did not find a place in their days: ask what got in the way.",
    ),
    Case(
        "five reviewed on one’s own caseload are worth a count",
        known(BUSY, helped={"load": (4, 5)}),
        says="It was of use in 4 of 5 on your caseload.",
    ),
    Case(
        "four reviewed are not worth a count",
        known(BUSY, helped={"load": (4, 4)}),
        does_not_say="caseload",
    ),
    Case(
        "what rarely helped on one’s own caseload goes behind its like",
        known(BUSY, helped={"load": (0, 9), "walk": (9, 9)}),
        also=("walk",),
        never=("load",),
    ),
]

SIZES = [
    Case("strong busyness asks for the smallest size", known(VERY_BUSY), first="load", dose=2),
    Case(
        "strong busyness last time asks for the smallest size until today’s is known",
        known(earlier=((VERY_BUSY,),)),
        dose=2,
        says="Busyness was strong last time, so begin with the smallest size.",
    ),
    Case(
        "strong busyness puts what takes two minutes before what takes three",
        known(SightingFact("busyness", "", 3)),
        first="load",
        also=("pause",),
    ),
    Case(
        "with nothing against it one begins in the middle and says nothing of sizes",
        known(BUSY),
        first="load",
        dose=10,
        does_not_say="begin with",
    ),
    Case(
        "after twenty minutes that found no place one begins with ten",
        known(PROTEST, given=(given("phones", "not-yet", dose=20),)),
        dose=10,
        says="Twenty minutes did not find a place last time, so begin with less.",
    ),
    Case(
        "after ten minutes that found no place one begins with two",
        known(PROTEST, given=(given("phones", "not-yet", dose=10),)),
        dose=2,
    ),
    Case(
        "after two that found no place one begins with the smallest size",
        known(
            PROTEST,
            given=(given("phones", "not-yet", dose=20), given("hello", "not-yet", dose=20)),
        ),
        dose=2,
        says="The last two did not find a place in their days",
    ),
    Case(
        "a miss before one that was done is forgotten",
        known(PROTEST, given=(given("hello", "done"), given("phones", "not-yet"))),
        dose=10,
        does_not_say="find a place",
    ),
    Case(
        "what one partner did is no miss though the other has not got to it",
        known(PROTEST, given=(given("phones", a=("done",), b=("not-yet",)),)),
        dose=10,
    ),
    Case(
        "a partner who was not sure of the last one is heard",
        known(PROTEST, given=(given("phones", sure=(9, 4)),)),
        dose=2,
        says="Jonah was 4 of 10 sure of the last homework, so begin smaller.",
    ),
    Case(
        "when neither was sure both are heard",
        known(PROTEST, given=(given("phones", sure=(6, 3)),)),
        dose=2,
        says="Neither was very sure (Maya 6 and Jonah 3 of 10) of the last homework",
    ),
    Case(
        "doubts about what was done after all are forgotten",
        known(PROTEST, given=(given("phones", "done", sure=(9, 4)),)),
        dose=10,
        does_not_say="sure",
    ),
    Case(
        "seven of ten is sure enough",
        known(PROTEST, given=(given("phones", sure=(7, 10)),)),
        dose=10,
        does_not_say="sure",
    ),
    Case(
        "a couple with two minutes a day begins with two",
        known(PROTEST, minutes_a_day=2),
        dose=2,
        says="They have about two minutes on a usual day.",
    ),
    Case(
        "a couple with twenty minutes a day begins in the middle all the same",
        known(PROTEST, minutes_a_day=20),
        dose=10,
        does_not_say="minutes",
    ),
    Case(
        "after twenty minutes that were of use to both one may go on with twenty",
        known(PROTEST, given=(given("phones", "done", dose=20, a=("done", 3), b=("done", 4)),)),
        dose=20,
    ),
    Case(
        "twenty minutes that were of use to one alone are not taken for granted",
        known(PROTEST, given=(given("phones", "done", dose=20, a=("done", 4), b=("done", 1)),)),
        dose=10,
    ),
    Case(
        "of several reasons for a small size only the tightest is said",
        known(VERY_BUSY, minutes_a_day=10, given=(given("phones", sure=(9, 4), dose=20),)),
        dose=2,
        says="Busyness is strong today",
        does_not_say="sure",
    ),
]

WORDS = [
    Case(
        "the element that had the least room is named",
        known(PROTEST, given=tried(x=("connection",), y=("awareness",))),
        first="softer",
        says="It makes room for safety, which had the least so far.",
    ),
    Case(
        "with nothing tried no element is called thin",
        known(PROTEST, given=(given("x", elements=("connection",)),)),
        does_not_say="which had the least",
    ),
    Case(
        "with two elements equally thin neither is named",
        known(PROTEST, given=tried(x=("connection",))),
        does_not_say="which had the least",
    ),
    Case(
        "the reason says how strong and in whom",
        known(SightingFact("busyness", "b", 3)),
        says="For busyness, strong in Jonah today.",
    ),
    Case(
        "what was not stated is not said",
        known(BUSY),
        says="For busyness, seen today.",
        does_not_say="mild",
    ),
    Case(
        "the reason says that it is new",
        known(SightingFact("busyness", "both", 2), earlier=((UNSAFE,),)),
        says="For busyness, clear in both today and new since the last session.",
    ),
    Case(
        "the reason says that it is back",
        known(SightingFact("busyness", "", 2), earlier=((UNSAFE,), (BUSY,))),
        says="clear today and back after a pause.",
    ),
    Case(
        "the reason says that now both show it",
        known(SightingFact("busyness", "both", 2), earlier=((SightingFact("busyness", "a", 2),),)),
        says="clear in both today, last time in Maya alone.",
    ),
    Case(
        "the reason says that it grew",
        known(SightingFact("busyness", "", 3), earlier=((SightingFact("busyness", "", 1),),)),
        says="strong today and stronger than last time.",
    ),
    Case(
        "the reason says that it eases",
        known(SightingFact("busyness", "", 1), earlier=((SightingFact("busyness", "", 3),),)),
        says="mild today and easing.",
    ),
    Case(
        "the reason says that it stays",
        known(SightingFact("busyness", "", 2), earlier=((BUSY,), (BUSY,), (UNSAFE,))),
        says="clear today, and seen in the last two sessions too.",
    ),
    Case(
        "no trend is told where a strength was not stated",
        known(SightingFact("busyness", "", 3), earlier=((BUSY,),)),
        says="strong today.",
        does_not_say="than last time",
    ),
    Case(
        "a session on which nothing was tagged says neither new nor back",
        known(BUSY, earlier=((), (BUSY,))),
        says="For busyness, seen today.",
    ),
    Case(
        "a second homework for the same obstacle says what it is an alternative to",
        known(BUSY),
        also=("pause",),
        says="Also for busyness, if each would rather begin alone.",
    ),
    Case(
        "an alternative to do alone does not say twice that it is done alone",
        known(SightingFact("busyness", "b", 2), helped={"load": (9, 9)}),
        first="load",
        also=("pause",),
        says="Also for busyness, if each would rather begin alone.",
        does_not_say="singled out",
    ),
]

CASES = [*WHAT_FITS, *SAFETY, *BEFORE, *SIZES, *WORDS]


@pytest.mark.parametrize("case", CASES, ids=[case.sentence for case in CASES])
def test_it_holds_that(case: Case) -> None:
    found = suggest(SHELF, case.known)
    slugs = [one.homework.slug for one in found]
    words = " ".join([one.why for one in found] + [one.size_why for one in found])
    assert case.first is None or slugs[:1] == [case.first]
    assert set(case.also) <= set(slugs)
    assert not set(case.never) & set(slugs)
    assert case.dose is None or found[0].dose == case.dose
    assert case.says in words
    assert not case.does_not_say or case.does_not_say not in words


def test_a_panel_says_nothing_twice() -> None:
    asked = known(BUSY, ROUTINE, RESENTMENT, given=tried(x=("safety",), y=("awareness", "safety")))
    found = suggest(SHELF, asked)
    sentences = [part for one in found for part in one.why.rstrip(".").split(". ")]
    assert sum("connection" in one.homework.elements for one in found) > 1
    assert "It makes room for connection, which had the least so far" in sentences
    assert len(set(sentences)) == len(sentences)


def kinds(found: list[Suggestion]) -> list[Kind]:
    """Who does each, what it works on and what it asks."""
    return [kind_of(one.homework) for one in found]


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_no_two_suggestions_of_the_library_are_alike(obstacle: str) -> None:
    for strength in range(4):
        found = suggest(builtin_homework().values(), known(SightingFact(obstacle, "", strength)))
        assert 2 <= len(set(kinds(found))) == len(found) <= 3
        assert all(obstacle in one.homework.obstacles for one in found)
        assert all(one.dose in {dose.minutes for dose in one.homework.doses} for one in found)


@pytest.mark.parametrize("gate", ["open", "reason-needed"])
@pytest.mark.parametrize("obstacle", CORE_OBSTACLES)
def test_the_library_has_two_for_each_core_obstacle_where_something_may_be_done_together(
    obstacle: str, gate: str
) -> None:
    assert len(suggest(builtin_homework().values(), known(SightingFact(obstacle), gate=gate))) >= 2


def test_suggestions_are_the_same_however_the_shelf_is_ordered() -> None:
    asked = known(VERY_BUSY, PROTEST, UNSAFE)
    forwards, backwards = suggest(SHELF, asked), suggest(SHELF[::-1], asked)
    assert forwards == backwards


def test_a_homework_is_summed_up_in_a_line() -> None:
    assert meta_line(SHELF[0]) == "Together · 2 to 20 minutes · connection and safety"
    (first, *_) = suggest(SHELF, known(VERY_BUSY))
    assert first.meta == "Together · 2 minutes · connection and safety"
