"""Where a screen is coercive: what is not suggested, and what asks for a reason."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice.assignments.models import Assignment
from practice.couples.models import Couple
from practice.database.base import db
from practice.errors import Refused
from practice.library.builtin import builtin_homework
from practice.library.cautions import (
    GOES_TO_THE_OTHER,
    OF_CONTROL,
    STAYS_WITH_ONESELF,
    is_of_control,
    reaches_the_other,
    speaks_of_control,
)
from practice.library.homework import ENGLISH, SPANISH
from practice.suggestions.facts import CoupleFacts, SightingFact
from practice.suggestions.ranking import suggest
from practice.vocabulary import OBSTACLES, Letter
from tests.browser import Browser
from tests.factories import a_couple, a_screen, a_session, an_assignment, in_the_name_of, today
from tests.suggestions.catalog import homework

#: What anyone would look for; the product's own words may only be more.
PLAIN = re.compile(
    r"control|coerc|fear|afraid|frighten|monitor|threat|punish|violen|"
    r"miedo|vigila|amenaz|castig|controla",
    re.IGNORECASE,
)


def caution(slug: str) -> str:
    """All that a homework of the library says of where it does not belong, in both languages."""
    told = (builtin_homework(ENGLISH)[slug], builtin_homework(SPANISH)[slug])
    return " ".join(text for one in told for text in (one.when_not, one.care))


def test_the_list_is_what_the_cautions_say_in_english_and_spanish() -> None:
    assert {slug for slug in builtin_homework() if speaks_of_control(caution(slug))} == OF_CONTROL
    assert {slug for slug in builtin_homework() if PLAIN.search(caution(slug))} <= OF_CONTROL


@pytest.mark.parametrize(
    "words",
    [
        "Not where one partner CONTROLS the money.",
        "Leave it out where there is fear.",
        "If your partner checks your phone, stop.",
        "Not while anyone is being monitored.",
        "Not with stalking.",
        "No si una persona vigila a la otra.",
        "Si te da miedo, déjalo.",
        "No donde hay amenazas.",
        "No cuando alguien revisa el teléfono.",
        "Si te intimida, habla con tu terapeuta.",
        "Puede haber coacción.",
    ],
)
def test_words_of_control_are_heard(words: str) -> None:
    assert speaks_of_control(words)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "Not with back pain.",
        "The secrets policy is talked through first.",
        "Esto pide intimidad.",
        "Con espíritu de juego.",
        "Acuéstense cuando quieran.",
    ],
)
def test_other_words_are_not_taken_for_them(words: str) -> None:
    assert not speaks_of_control(words)


seen = st.builds(
    SightingFact,
    st.sampled_from(sorted(OBSTACLES)),
    st.sampled_from(["", "a", "b", "both"]),
    st.integers(0, 3),
)


@given(
    st.lists(seen, min_size=1, max_size=4, unique_by=lambda one: one.obstacle).map(tuple),
    st.sampled_from(["", "a", "b"]),
)
def test_nothing_whose_caution_speaks_of_it_is_suggested_where_a_screen_is_coercive(
    tagged: tuple[SightingFact, ...], alone: str
) -> None:
    for one in suggest(
        builtin_homework().values(), CoupleFacts(tagged, gate="refused", alone=alone)
    ):
        assert not one.homework.conjoint
        assert not PLAIN.search(caution(one.homework.slug))


def test_what_a_practice_wrote_goes_by_its_authors_words_in_any_language() -> None:
    free, watched = (
        homework("own-1", "busyness", who="each"),
        homework("own-2", "busyness", who="each", when_not="Not where one is watched."),
    )
    spanish = homework("own-1", "busyness", who="each", care="Si te da miedo, para.")
    known = CoupleFacts((SightingFact("busyness"),), gate="refused")
    assert [one.homework for one in suggest([free, watched], known)] == [free]
    assert is_of_control(free, [spanish]) and not is_of_control(free)
    told = CoupleFacts((SightingFact("busyness"),), gate="refused", ruled_out=frozenset({"own-1"}))
    assert suggest([free, watched], told) == []
    assert len(suggest([free], CoupleFacts((SightingFact("busyness"),)))) == 1


def test_the_lists_of_what_reaches_name_homeworks_that_are_there() -> None:
    shelf = builtin_homework()
    assert all(shelf[slug].conjoint for slug in STAYS_WITH_ONESELF)
    assert not any(shelf[slug].who == "one-to-the-other" for slug in STAYS_WITH_ONESELF)
    assert not any(shelf[slug].conjoint for slug in GOES_TO_THE_OTHER)
    to_them = re.compile(r"(tell|greet|ask|offer|give) your partner|offer:|Tell your partner")
    assert not any(to_them.search(shelf[slug].alone) for slug in STAYS_WITH_ONESELF)


REACHING = [slug for slug, one in builtin_homework().items() if reaches_the_other(one)]


def test_giving_one_alone_what_reaches_toward_the_other_asks_for_the_reason(dana: Browser) -> None:
    couple = a_couple(of=dana, screens=("none-known", "coercive"))
    assert len(REACHING) > 20
    for slug in REACHING:
        for partner in ("a", "b"):
            with pytest.raises(Refused, match="Say why it is right now") as asked:
                an_assignment(dana, couple, slug, for_whom=partner)
            assert asked.value.field == "safety_reason"
    made = an_assignment(dana, couple, REACHING[0], for_whom="a", safety_reason="Asked for, safe.")
    with in_the_name_of(dana):
        assert db.session.get_one(Assignment, made.id).safety_reason == "Asked for, safe."
    mild = a_couple(of=dana, a="Ana Ruiz")
    assert an_assignment(dana, mild, REACHING[0], for_whom="a")


def test_the_form_has_room_for_the_reason_and_keeps_what_was_typed(dana: Browser) -> None:
    couple = a_couple(of=dana, screens=("coercive", "none-known"))
    address = f"/couples/{couple.id}/give/one-clear-ask"
    assert 'name="safety_reason"' in dana.get(address).text
    sent = {"for_whom": "a", "dose": "2", "due_on": str(today()), "anchor": "the kids sleep"}
    refused = dana.post(address, **sent)
    assert refused.status_code == 422
    assert "Say why it is right now." in refused.text and "the kids sleep" in refused.text
    assert dana.post(address, **sent, safety_reason="Planned with her, alone.").status_code == 303


def test_every_way_to_choose_says_what_does_not_belong(dana: Browser) -> None:
    couple = a_couple(of=dana, screens=("coercive", "none-known"))
    session = a_session(dana, couple, seen=("busyness", "screens"))
    inside = f"couple={couple.id}&session={session.id}"
    dana.post("/homework/the-hand-that-reaches/favourite", on="1")
    for address in (f"/homework?{inside}", f"/homework?{inside}&favourites=1"):
        found = dana.get(address).text
        assert "Its own caution speaks of control, fear or being watched." in found
        assert f"/sessions/{session.id}/give/the-hand-that-reaches" not in found
    whole = dana.get(f"/homework/the-hand-that-reaches?{inside}").text
    assert "Its own caution speaks of control, fear or being watched." in whole
    assert (
        "Some of its weeks do not belong here."
        in dana.get(f"/homework/courses/your-own-ground?{inside}").text
    )
    panel = dana.get(f"{session.url}/suggestions").text
    assert "the-hand-that-reaches" not in panel
    for word in ("coercive", "Coercive"):
        assert word not in panel + whole + found


def test_where_nothing_is_left_it_is_said_in_a_plain_line(dana: Browser) -> None:
    couple = a_couple(of=dana, screens=("coercive", "none-known"))
    session = a_session(dana, couple, seen=("screens",))
    panel = dana.get(f"{session.url}/suggestions").text
    assert "Plan individual work first." in panel and "/give/" not in panel


def test_a_packet_says_which_of_what_was_given_belongs_here_no_more(dana: Browser) -> None:
    couple = a_couple(of=dana)
    an_assignment(dana, couple, "the-hand-that-reaches", for_whom="a")
    assert "does not belong here now" not in dana.get(f"/couples/{couple.id}/packet").text
    with in_the_name_of(dana):
        file = db.session.get_one(Couple, couple.id)
        a_screen(file, Letter.A, "coercive", dana.user_id)
    assert "does not belong here now" in dana.get(f"/couples/{couple.id}/packet").text
