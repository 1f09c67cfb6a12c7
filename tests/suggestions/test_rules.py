"""What a suggestion never does, whatever is known: tried on thousands of couples made up at random."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from practice.suggestions.facts import CoupleFacts, PastAssignment, ReviewFact, SightingFact
from practice.suggestions.ranking import kind_of, suggest
from practice.vocabulary import Outcome
from tests.suggestions.catalog import SHELF

SLUGS = [one.slug for one in SHELF]
OBSTACLES = sorted({key for one in SHELF for key in one.obstacles})
SCALE = st.none() | st.integers(0, 10)

seen = st.builds(
    SightingFact,
    st.sampled_from(OBSTACLES),
    st.sampled_from(["", "a", "b", "both"]),
    st.integers(0, 3),
)
session = st.lists(seen, max_size=4, unique_by=lambda one: one.obstacle).map(tuple)
told = st.builds(
    ReviewFact,
    st.sampled_from(["", *(one.value for one in Outcome)]),
    st.none() | st.integers(0, 4),
)
was_given = st.builds(
    PastAssignment,
    st.sampled_from(SLUGS),
    told,
    told,
    told,
    for_whom=st.sampled_from(["couple", "a", "b"]),
    dose=st.sampled_from([2, 10, 20]),
    sure=st.tuples(SCALE, SCALE),
    elements=st.sets(st.sampled_from(["awareness", "connection", "safety"])).map(tuple),
)
counts = st.tuples(st.integers(0, 3), st.integers(3, 9))


def couples(**fixed: Any) -> st.SearchStrategy[CoupleFacts]:
    """All that may be known of a couple; `fixed` says what is known of every one of them."""
    parts: dict[str, Any] = {
        "today": session,
        "earlier": st.lists(session, max_size=5).map(tuple),
        "given": st.lists(was_given, max_size=5).map(tuple),
        "gate": st.sampled_from(["open", "reason-needed", "refused"]),
        "caution": st.booleans(),
        "minutes_a_day": st.sampled_from([None, 2, 10, 20]),
        "out_now": st.frozensets(st.sampled_from(SLUGS), max_size=3),
        "helped": st.dictionaries(st.sampled_from(SLUGS), counts, max_size=4),
    }
    return st.builds(CoupleFacts, **parts | fixed)


@given(couples(gate=st.just("refused")))
def test_nothing_is_suggested_together_where_the_screens_refuse_it(known: CoupleFacts) -> None:
    assert not any(one.homework.conjoint for one in suggest(SHELF, known))


@given(couples())
def test_nothing_exposes_anyone_where_safety_is_in_doubt(known: CoupleFacts) -> None:
    if known.gate != "open" or known.caution:
        for one in suggest(SHELF, known):
            assert "forgiveness" not in one.homework.asks
            assert not (one.homework.conjoint and one.homework.asks)


@given(couples())
def test_what_was_just_refused_or_is_still_out_is_never_suggested(known: CoupleFacts) -> None:
    newest = {one.slug: one for one in reversed(known.given)}
    for one in suggest(SHELF, known):
        assert one.homework.slug not in known.out_now
        last = newest.get(one.homework.slug)
        assert last is None or "chose-not-to" not in {told.outcome for told in last.told}


@given(couples())
def test_there_are_at_most_three_all_of_different_kinds(known: CoupleFacts) -> None:
    found = [one.homework for one in suggest(SHELF, known)]
    assert len(found) <= 3
    assert len({kind_of(one) for one in found}) == len({one.slug for one in found}) == len(found)


@given(couples(today=session.map(lambda rest: (SightingFact("busyness", "both", 3), *rest))))
def test_strong_busyness_is_met_with_the_smallest_size(known: CoupleFacts) -> None:
    for one in suggest(SHELF, known):
        assert one.dose == one.homework.smallest.minutes
        assert one.size_why


@given(couples())
def test_a_size_is_one_of_those_offered_and_within_the_time_they_have(known: CoupleFacts) -> None:
    for one in suggest(SHELF, known):
        sizes = {dose.minutes for dose in one.homework.doses}
        assert one.dose in sizes
        assert one.dose <= max(known.minutes_a_day or 20, min(sizes))


@given(couples())
def test_a_reason_is_one_or_two_sentences_about_what_was_seen(known: CoupleFacts) -> None:
    lately = {seen.obstacle for tagged in (known.today, *known.earlier[:3]) for seen in tagged}
    for one in suggest(SHELF, known):
        assert one.serves in lately
        assert 1 <= one.why.count(". ") + 1 <= 2
        assert one.why.endswith(".")
