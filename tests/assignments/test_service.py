"""Giving homework, hearing how it went, and what stands on the sheets."""

import itertools
import re
from dataclasses import asdict, fields, replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from practice import clock
from practice.assignments import service
from practice.assignments.models import Assignment, Review
from practice.assignments.service import Plan, due_date_for, give, homework_called, wording_of
from practice.couples.models import Couple
from practice.couples.partner_details import PartnerDetails
from practice.couples.safety import gate
from practice.database.base import db
from practice.errors import Refused
from practice.handouts.kinds.exercise import ExerciseSheet
from practice.identity.models import Practice, User
from practice.library import custom
from practice.library.builtin import builtin_homework
from practice.library.catalog import Catalog
from practice.sessions.models import TherapySession
from practice.suggestions import queries
from practice.suggestions.facts import ReviewFact
from practice.vocabulary import OBSTACLES, Outcome
from practice.worksheets.sheets import copies_of, copy_name, sheet
from tests.browser import Browser
from tests.factories import (
    ACouple,
    AnAssignment,
    a_couple,
    a_review,
    a_session,
    an_appointment,
    an_assignment,
    in_the_name_of,
    on_the_team,
    today,
)
from tests.worksheets.agreed import Agreed

TOGETHER = "the-two-minute-shared-load"
ALONE = next(slug for slug, one in builtin_homework().items() if not one.conjoint)


def giving(of: Browser, couple: ACouple, slug: str = TOGETHER, **agreed: Any) -> int:
    """Give a homework through the service; the assignment's id."""
    once = agreed.pop("once", None)
    with in_the_name_of(of):
        homework = homework_called(slug)
        assert homework
        plan = {"for_whom": "couple", "dose": homework.smallest.minutes} | agreed
        made = give(
            db.session.get_one(Couple, couple.id),
            homework,
            Plan(**{"due_on": today() + timedelta(days=7)} | plan),
            db.session.get_one(User, of.user_id),
            today(),
            once=once,
        )
        return made.id


def how_many(of: Browser, model: type) -> int:
    """How many rows of a model the caseload holds."""
    with in_the_name_of(of):
        return db.session.scalar(select(func.count()).select_from(model)) or 0


SCREENS = ["none-known", "situational", "unclear", None, "coercive"]


@pytest.mark.parametrize(("a", "b"), [("coercive", other) for other in SCREENS])
def test_where_either_screen_is_coercive_nothing_together_is_given(
    dana: Browser, a: str, b: str | None
) -> None:
    for screens in ((a, b), (b, a)):
        couple = a_couple(of=dana, screens=screens)
        with pytest.raises(Refused, match="are not given here") as refused:
            giving(dana, couple, safety_reason="They asked for it.")
        assert "coerciv" not in str(refused.value).lower()
        for partner in ("a", "b"):
            assert giving(dana, couple, for_whom=partner)
        assert giving(dana, couple, ALONE)


def test_where_a_screen_is_unclear_or_missing_giving_asks_for_the_reason(dana: Browser) -> None:
    for screens in itertools.product(SCREENS[:4], repeat=2):
        if not {"unclear", None} & set(screens):
            continue
        couple = a_couple(of=dana, screens=screens)
        with pytest.raises(Refused, match="Say why") as refused:
            giving(dana, couple)
        assert refused.value.field == "safety_reason"
        assert giving(dana, couple, safety_reason="Both were seen alone last week.")
        assert giving(dana, couple, for_whom="a")


def test_where_both_screens_are_mild_nothing_is_asked(dana: Browser) -> None:
    for screens in itertools.product(("none-known", "situational"), repeat=2):
        assert giving(dana, a_couple(of=dana, screens=screens))


def test_only_the_date_is_a_must(dana: Browser) -> None:
    made = giving(dana, a_couple(of=dana))
    with in_the_name_of(dana):
        kept = db.session.get_one(Assignment, made)
        assert (kept.days, kept.confidence_a, kept.confidence_b) == (0, None, None)
        assert (kept.anchor, kept.place_and_time, kept.if_then, kept.personal_word) == ("",) * 4


def test_a_date_must_lie_within_the_coming_year(dana: Browser) -> None:
    couple = a_couple(of=dana)
    for days in (-1, -400, 367, 9_000):
        with pytest.raises(Refused) as refused:
            giving(dana, couple, due_on=today() + timedelta(days=days))
        assert refused.value.field == "due_on"
    for days in (0, 366):
        assert giving(dana, couple, due_on=today() + timedelta(days=days))


def test_the_date_offered_is_the_next_appointment_after_today(dana: Browser) -> None:
    couple = a_couple(of=dana)
    with in_the_name_of(dana):
        assert due_date_for(couple.id, today()) is None
    for days, outcome in ((0, ""), (5, "cancelled"), (20, ""), (9, "")):
        an_appointment(dana, couple, on_day=today() + timedelta(days=days), outcome=outcome)
    with in_the_name_of(dana):
        assert due_date_for(couple.id, today()) == today() + timedelta(days=9)


def test_a_size_the_homework_does_not_have_is_refused(dana: Browser) -> None:
    with pytest.raises(Refused) as refused:
        giving(dana, a_couple(of=dana), dose=17)
    assert refused.value.field == "dose"


def test_a_closed_file_takes_no_homework(dana: Browser) -> None:
    with pytest.raises(Refused, match="This file is closed"):
        giving(dana, a_couple(of=dana, closed_on=today()))


def test_the_same_form_sent_twice_gives_one_homework(dana: Browser) -> None:
    couple = a_couple(of=dana)
    assert giving(dana, couple, once="one") == giving(dana, couple, once="one")
    assert how_many(dana, Assignment) == 1
    assert giving(dana, couple, once="two") != giving(dana, couple, once="one")


def test_the_same_form_sent_again_with_other_words_keeps_the_newer_ones(dana: Browser) -> None:
    couple = a_couple(of=dana)
    first = giving(dana, couple, once="one", personal_word="Try the back step.")
    second = giving(dana, couple, once="one", personal_word="Try the back step, with tea.")
    assert first == second
    with in_the_name_of(dana):
        assert db.session.get_one(Assignment, first).personal_word.endswith("with tea.")


def test_codes_are_unlike_each_other_and_hold_no_letters_that_look_alike() -> None:
    codes = {service.new_code() for _ in range(2_000)}
    assert len(codes) == 2_000
    assert all(re.fullmatch(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}", code) for code in codes)


def test_no_two_sheets_carry_the_same_code(dana: Browser) -> None:
    couple = a_couple(of=dana)
    first, second = giving(dana, couple), giving(dana, couple)
    with in_the_name_of(dana):
        one, other = (db.session.get_one(Assignment, id_) for id_ in (first, second))
        assert len({one.code_a, one.code_b, other.code_a, other.code_b}) == 4
        for column in ("code_a", "code_b"):
            with pytest.raises(IntegrityError), db.session.begin_nested():
                db.session.execute(
                    text(
                        f"UPDATE assignment SET {column} ="
                        f" (SELECT {column} FROM assignment WHERE id = :one) WHERE id = :other"
                    ),
                    {"one": first, "other": second},
                )


def test_the_wording_stays_as_given_when_the_library_is_rewritten(
    dana: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    couple = a_couple(of=dana)
    made = giving(dana, couple)
    before = builtin_homework()[TOGETHER]
    rewritten = {TOGETHER: replace(before, title="Another title", promise="Another promise.")}
    monkeypatch.setattr(custom, "catalog", lambda: Catalog({TOGETHER: (rewritten[TOGETHER],)}))
    assert homework_called(TOGETHER) == rewritten[TOGETHER]
    with in_the_name_of(dana):
        kept = db.session.get_one(Assignment, made)
        assert wording_of(kept) == before
        assert (kept.title, sheet_of(dana, kept, couple, "a").promise) == (
            before.title,
            before.promise,
        )


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_is_kept_for_each_of_the_three(dana: Browser, outcome: Outcome) -> None:
    assignment = an_assignment(dana, a_couple(of=dana))
    for by_whom in ("clinician", "a", "b"):
        a_review(dana, assignment, by_whom, outcome)
    with in_the_name_of(dana):
        kept = service.reviews_of([assignment.id])[assignment.id]
        assert {by_whom: one.outcome for by_whom, one in kept.items()} == {
            "clinician": outcome,
            "a": outcome,
            "b": outcome,
        }


def test_what_is_not_said_stays_as_it_was_and_what_is_taken_back_is_blank(dana: Browser) -> None:
    assignment = an_assignment(dana, a_couple(of=dana))
    a_review(dana, assignment, "a", "partly", usefulness=3, noticed="Mornings work.")
    a_review(dana, assignment, "a", "tried")
    with in_the_name_of(dana):
        kept = db.session.scalars(select(Review)).one()
        assert (kept.outcome, kept.usefulness, kept.noticed) == ("tried", 3, "Mornings work.")
    a_review(dana, assignment, "a", "", usefulness=-1, noticed="")
    with in_the_name_of(dana):
        kept = db.session.scalars(select(Review)).one()
        assert (kept.outcome, kept.usefulness, kept.noticed) == ("", None, "")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"outcome": "obeyed"}, "outcome"),
        ({"by_whom": "c"}, "outcome"),
        ({"usefulness": 5}, "usefulness"),
        ({"usefulness": -2}, "usefulness"),
    ],
)
def test_a_review_says_only_what_is_offered(
    dana: Browser, said: dict[str, Any], field: str
) -> None:
    assignment = an_assignment(dana, a_couple(of=dana))
    with pytest.raises(Refused) as refused:
        a_review(dana, assignment, **said)
    assert refused.value.field == field
    assert how_many(dana, Review) == 0


def test_a_session_opens_on_what_was_given_before_it_and_not_reviewed(dana: Browser) -> None:
    couple = a_couple(of=dana)
    first = a_session(dana, couple, today() - timedelta(days=14))
    given_then = an_assignment(dana, couple, session=first, given_on=today() - timedelta(days=14))
    settled = an_assignment(dana, couple, ALONE, given_on=today() - timedelta(days=14))
    a_review(dana, settled, "clinician", "done", first)
    a_review(dana, given_then, "a", "done")
    second = a_session(dana, couple)
    now = an_assignment(dana, couple, ALONE, session=second, given_on=today() - timedelta(days=7))
    with in_the_name_of(dana):
        shown = service.to_review(db.session.get_one(TherapySession, second.id))
        assert [one.id for one in shown] == [given_then.id]
        taken_home = service.given_in(db.session.get_one(TherapySession, second.id))
        assert [one.id for one in taken_home] == [now.id]
    a_review(dana, given_then, "clinician", "partly", second)
    with in_the_name_of(dana):
        shown = service.to_review(db.session.get_one(TherapySession, second.id))
        assert [one.id for one in shown] == [given_then.id], "it stays while it is talked through"


def test_helped_here_counts_only_ones_own_caseload(dana: Browser, noor: Browser) -> None:
    couple = a_couple(of=dana)
    for useful in (4, 3, 1):
        a_review(dana, an_assignment(dana, couple), "a", "done", usefulness=useful)
    an_assignment(dana, couple)
    with in_the_name_of(dana):
        assert queries.helped_here(dana.user_id) == {TOGETHER: (2, 3)}
    with in_the_name_of(noor):
        assert queries.helped_here(dana.user_id) == {}
    on_the_team(dana, couple, noor)
    with in_the_name_of(noor):
        db.session.execute(
            text("DELETE FROM care_team_member WHERE user_id = :x"), {"x": dana.user_id}
        )
    with in_the_name_of(dana):
        assert queries.helped_here(dana.user_id) == {}, "a couple handed on is no longer counted"


def test_what_helped_is_counted_anew_once_a_minute(
    dana: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    couple, seconds = a_couple(of=dana), [100.0]
    monkeypatch.setattr(queries, "monotonic", lambda: seconds[0])
    with in_the_name_of(dana):
        assert queries.helped_lately(dana.user_id) == {}
    a_review(dana, an_assignment(dana, couple), "a", "done", usefulness=4)
    for later, counted in ((59, {}), (2, {TOGETHER: (1, 1)})):
        seconds[0] += later
        with in_the_name_of(dana):
            assert queries.helped_lately(dana.user_id) == counted


def test_what_is_known_gathers_this_couple_alone(dana: Browser) -> None:
    couple = a_couple(of=dana, screens=("none-known", "situational"), minutes_a_day=10)
    others = a_couple(of=dana, a="Ana Ruiz", b="Bo Lind")
    a_session(dana, others, seen=("screens",))
    an_assignment(dana, others, ALONE)
    a_session(dana, couple, today() - timedelta(days=14), seen=(("busyness", "b", 1),))
    done = an_assignment(dana, couple, ALONE, given_on=today() - timedelta(days=14))
    a_review(dana, done, "clinician", "done", usefulness=4)
    a_review(dana, done, "b", "partly", usefulness=1)
    session = a_session(dana, couple, seen=(("low-safety", "both", 2),))
    an_assignment(dana, couple, session=session, confidence_b=4)
    with in_the_name_of(dana):
        open_session = db.session.get_one(TherapySession, session.id)
        its = open_session.couple
        found = queries.what_is_known(open_session, its, gate(its))
    assert [seen.obstacle for seen in found.today] == ["low-safety"]
    assert [[seen.obstacle for seen in one] for one in found.earlier] == [["busyness"]]
    now, before = found.given
    assert (now.slug, now.told) == (TOGETHER, (ReviewFact(), ReviewFact(), ReviewFact()))
    assert (before.slug, before.told) == (
        ALONE,
        (ReviewFact("done", 4), ReviewFact(), ReviewFact("partly", 1)),
    )
    assert (now.sure, now.dose) == ((None, 4), 2)
    assert before.elements
    assert (found.gate, found.caution, found.minutes_a_day) == ("open", True, 10)
    assert found.out_now == {TOGETHER}
    assert found.names == ("Maya", "Jonah")


PRIVATE = PartnerDetails(
    "",
    goes_by="",
    came_for="CAMEFOR",
    diagnosis="DIAGNOSIS",
    medication="MEDICATION",
    earlier_care="EARLIER",
    phone="PHONE",
    email="someone@example.com",
    emergency_name="EMERGENCY",
)


def sheet_of(
    of: Browser,
    assignment: Assignment,
    couple: ACouple,
    copy: str,
    policy: Agreed | None = None,
) -> ExerciseSheet:
    """One copy's plain values."""
    return sheet(
        assignment,
        db.session.get_one(Couple, couple.id),
        copy,
        db.session.get_one(Practice, of.practice_id),
        db.session.get_one(User, of.user_id),
        policy,
    )


def sheets(
    of: Browser, couple: ACouple, made: AnAssignment, policy: Agreed | None = None
) -> dict[str, ExerciseSheet]:
    """Every copy there is to print."""
    with in_the_name_of(of):
        assignment = db.session.get_one(Assignment, made.id)
        return {
            copy: sheet_of(of, assignment, couple, copy, policy) for copy in copies_of(assignment)
        }


def agreed_in_full(of: Browser, couple: ACouple, **changes: Any) -> AnAssignment:
    """An assignment with every field filled in and reviewed by all three."""
    full = {
        "days": 5,
        "anchor": "after the kids are in bed",
        "place_and_time": "On the back step",
        "expected_obstacle": "one of us is on shift",
        "if_then": "we do it by phone",
        "confidence_a": 10,
        "confidence_b": 4,
        "personal_word": "Begin small.",
        "safety_reason": "REASON",
    } | changes
    made = an_assignment(of, couple, **full)
    for by_whom in ("a", "b", "clinician"):
        a_review(of, made, by_whom, "chose-not-to", usefulness=1, noticed=f"TOLDBY {by_whom}")
    return made


def test_no_sheet_says_what_is_not_for_its_reader(dana: Browser) -> None:
    couple = a_couple(of=dana, partner=PRIVATE)
    a_session(dana, couple, seen=(("protest-behavior", "a", 3),), assessment="ASSESSMENT")
    found = sheets(dana, couple, agreed_in_full(dana, couple))
    assert set(found) == {"a", "b", "couple"}
    for printed in found.values():
        words = str(asdict(printed))
        for private in (
            "Okafor", "Reyes", "CAMEFOR", "DIAGNOSIS", "MEDICATION", "EARLIER", "PHONE",
            "someone@example.com", "EMERGENCY", "TOLDBY", "REASON", "ASSESSMENT",
            "Chose not to", "chose-not-to",
        ):  # fmt: skip
            assert private not in words
        assert not any(one.label.lower() in words.lower() for one in OBSTACLES.values() if one.core)
        assert not {10, 4} & {getattr(printed, field.name) for field in fields(printed)}


def test_each_partners_sheet_is_for_one_and_the_shared_one_for_both(dana: Browser) -> None:
    couple = a_couple(of=dana)
    found = sheets(dana, couple, agreed_in_full(dana, couple))
    assert (found["a"].for_name, found["a"].with_name) == ("Maya", "Jonah")
    assert (found["b"].for_name, found["b"].with_name) == ("Jonah", "Maya")
    assert (found["couple"].for_name, found["couple"].with_name) == ("Maya and Jonah", None)
    assert found["a"].code and found["b"].code and found["a"].code != found["b"].code
    assert found["couple"].code is found["couple"].goes_to is None
    assert not any(row.mark == "scale" for row in found["couple"].tracker)


def test_a_sheet_carries_what_was_agreed(dana: Browser) -> None:
    couple = a_couple(of=dana)
    printed = sheets(dana, couple, agreed_in_full(dana, couple))["a"]
    assert printed.try_it == "5 days a week"
    assert printed.anchor == "After the kids are in bed"
    assert printed.where_when == "On the back step"
    assert printed.if_then == "If one of us is on shift, then we do it by phone."
    assert (printed.personal_word, printed.signed_by) == ("Begin small.", "Dana")
    assert printed.letterhead.clinician_line == "Dana Whitfield, LMFT"
    assert printed.letterhead.address_lines[-1] == "(555) 010-4477"


def test_a_sheet_leaves_out_what_was_not_agreed(dana: Browser) -> None:
    couple = a_couple(of=dana)
    printed = sheets(dana, couple, an_assignment(dana, couple))["a"]
    assert (printed.try_it, printed.anchor, printed.where_when) == (None, None, None)
    assert (printed.if_then, printed.personal_word) == (None, None)


@pytest.mark.parametrize(
    ("hurdle", "plan", "printed"),
    [
        ("", "", None),
        ("rain", "", None),
        ("it rains", "we stay in", "If it rains, then we stay in."),
        ("it rains.", "then we stay in.", "If it rains, then we stay in."),
        ("", "we stay in", "Then we stay in."),
        ("it rains", "If it rains, we stay in.", "If it rains, we stay in."),
    ],
)
def test_the_plan_for_a_hurdle_reads_as_one_sentence(
    dana: Browser, hurdle: str, plan: str, printed: str | None
) -> None:
    couple = a_couple(of=dana)
    made = an_assignment(dana, couple, expected_obstacle=hurdle, if_then=plan)
    assert sheets(dana, couple, made)["a"].if_then == printed


def test_a_sheet_for_one_alone_is_the_solo_variant(dana: Browser) -> None:
    couple = a_couple(of=dana)
    made = an_assignment(dana, couple, for_whom="b")
    found = sheets(dana, couple, made)
    assert set(found) == {"b"}
    alone = found["b"]
    assert " ".join(step.lead for step in alone.steps) == builtin_homework()[TOGETHER].alone
    assert (alone.for_name, alone.with_name, alone.who) == ("Jonah", None, "On your own")


def test_the_name_they_go_by_is_the_name_printed(dana: Browser) -> None:
    couple = a_couple(of=dana, partner=PartnerDetails("", goes_by="Robin"))
    found = sheets(dana, couple, an_assignment(dana, couple))
    assert found["a"].for_name == "Robin"
    with in_the_name_of(dana):
        file = db.session.get_one(Couple, couple.id)
        assert copy_name("a", file) == "Robin O.’s sheet"
        assert copy_name("couple", file) == "Copy for both"


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (Agreed("no-secrets"), "who may bring it into the room, as you all agreed"),
        (Agreed("limited"), "who decides with you what needs to be shared, as you all agreed"),
        (Agreed("confidential"), "who does not pass it on to your partner, as you all agreed"),
        (None, "and to those who work on your care with Dana"),
    ],
)
def test_who_reads_it_is_said_as_the_policy_has_it(
    dana: Browser, policy: Agreed | None, words: str
) -> None:
    couple = a_couple(of=dana)
    found = sheets(dana, couple, an_assignment(dana, couple), policy)
    for copy in ("a", "b"):
        said = found[copy].goes_to or ""
        assert said.startswith("What you write goes to Dana") and words in said
        assert not {"secret", "private", "only", "nobody"} & set(re.findall(r"\w+", said.lower()))


def test_the_week_begins_on_the_day_after_it_was_given(dana: Browser) -> None:
    couple = a_couple(of=dana, opened_on=date(2026, 1, 5))
    made = an_assignment(dana, couple, given_on=date(2026, 3, 12))  # a Thursday
    printed = sheets(dana, couple, made)["a"]
    assert (printed.first_weekday, printed.talk_on) == (4, "Thursday, March 19")


def test_a_review_is_dated_and_belongs_to_its_session(dana: Browser) -> None:
    couple = a_couple(of=dana)
    session = a_session(dana, couple)
    assignment = an_assignment(dana, couple)
    a_review(dana, assignment, session=session)
    with in_the_name_of(dana):
        kept = db.session.scalars(select(Review)).one()
        assert (kept.session_id, kept.reviewed_on) == (session.id, today())
        assert clock.now() - kept.saved_at < timedelta(minutes=5)
