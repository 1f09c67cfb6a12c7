"""The safety gate: the worse of what is known about the two partners."""

from itertools import product

import pytest

from practice.couples.safety import Finding, gate_between
from practice.vocabulary import ScreenOutcome

NOT_SCREENED = None
COERCIVE = Finding("coercive")
UNCLEAR = Finding("unclear")
SITUATIONAL = Finding("situational")
NONE_KNOWN = Finding("none-known")
BESIDE_THE_PARTNER = Finding("none-known", seen_alone=False)
EVERY = (NOT_SCREENED, COERCIVE, UNCLEAR, SITUATIONAL, NONE_KNOWN, BESIDE_THE_PARTNER)


@pytest.mark.parametrize("other", EVERY)
def test_coercion_on_either_side_refuses_exercises_together(other: Finding | None) -> None:
    assert gate_between(COERCIVE, other).level == "refused"
    assert gate_between(other, COERCIVE).level == "refused"


def test_coercion_counts_even_when_the_partner_was_not_seen_alone() -> None:
    assert gate_between(Finding("coercive", seen_alone=False), NONE_KNOWN).level == "refused"


@pytest.mark.parametrize("unsure", [NOT_SCREENED, UNCLEAR, BESIDE_THE_PARTNER])
@pytest.mark.parametrize("other", [NOT_SCREENED, UNCLEAR, SITUATIONAL, NONE_KNOWN])
def test_what_is_not_clear_asks_for_a_reason(unsure: Finding, other: Finding) -> None:
    assert gate_between(unsure, other).level == "reason-needed"
    assert gate_between(other, unsure).level == "reason-needed"


@pytest.mark.parametrize("other", [SITUATIONAL, NONE_KNOWN])
def test_situational_is_open_with_care(other: Finding) -> None:
    gate = gate_between(SITUATIONAL, other)
    assert (gate.level, gate.caution) == ("open", True)
    assert gate.why


def test_nothing_known_of_either_is_open_and_says_nothing() -> None:
    gate = gate_between(NONE_KNOWN, NONE_KNOWN)
    assert (gate.level, gate.caution, gate.why) == ("open", False, "")


@pytest.mark.parametrize(("a", "b"), list(product(EVERY, EVERY)))
def test_the_gate_is_the_same_whoever_is_partner_a(a: Finding | None, b: Finding | None) -> None:
    assert gate_between(a, b) == gate_between(b, a)


@pytest.mark.parametrize(("a", "b"), list(product(EVERY, EVERY)))
def test_its_words_name_no_outcome(a: Finding | None, b: Finding | None) -> None:
    why = gate_between(a, b).why.lower()
    assert not any(outcome.label.lower() in why for outcome in ScreenOutcome)
    assert "coerc" not in why
    assert "violen" not in why
