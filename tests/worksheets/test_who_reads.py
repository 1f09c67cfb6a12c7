"""What is said about who reads a partner's words: agreed only where both have signed."""

import itertools
import re
from datetime import date

import pytest

from practice.library.homework import ENGLISH, SPANISH
from practice.vocabulary import SecretsPolicyKind
from practice.worksheets.who_reads import who_reads
from tests.browser import Browser
from tests.factories import a_couple, an_assignment, today
from tests.paper import words_on
from tests.worksheets.agreed import Agreed

KINDS = [kind.value for kind in SecretsPolicyKind]
AGREED = {ENGLISH: "as you all agreed", SPANISH: "como lo acordaron"}
#: What no sentence here may promise, in either language.
PROMISES = re.compile(r"secret|private|only|nobody|never|nadie|nunca|solo|privad", re.IGNORECASE)


@pytest.mark.parametrize("language", [ENGLISH, SPANISH])
@pytest.mark.parametrize("kind", KINDS)
def test_agreed_is_said_only_where_both_signatures_stand(language: str, kind: str) -> None:
    neutral = who_reads(None, "Dana", language)
    signed = date(2026, 1, 5)
    for a, b in itertools.product((None, signed), repeat=2):
        said = who_reads(Agreed(kind, a, b), "Dana", language)
        assert (AGREED[language] in said) == bool(a and b)
        assert bool(a and b) or said == neutral
        assert "Dana" in said and not PROMISES.search(said)


@pytest.mark.parametrize("language", [ENGLISH, SPANISH])
def test_each_policy_says_something_of_its_own(language: str) -> None:
    said = {who_reads(Agreed(kind), "Dana", language) for kind in KINDS}
    assert len(said | {who_reads(None, "Dana", language)}) == len(KINDS) + 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("signed", [(), ("a",), ("b",), ("a", "b")])
def test_paper_screen_and_preview_say_the_same_sentence(
    dana: Browser, kind: str, signed: tuple[str, ...]
) -> None:
    couple = a_couple(of=dana)
    made = an_assignment(dana, couple)
    days = {f"signed_{letter}_on": str(today()) for letter in signed}
    dana.post(f"/couples/{couple.id}/policy", kind=kind, in_force_from=str(today()), **days)
    policy = Agreed(kind, *(today() if letter in signed else None for letter in "ab"))
    sentence = who_reads(policy, "Dana", ENGLISH)
    own = f"/couples/{couple.id}/assignments/{made.id}"
    form = {"for_whom": "a", "dose": "2", "due_on": str(today()), "shown": "a"}
    preview = f"/couples/{couple.id}/give/the-two-minute-shared-load/preview"
    for shown in (dana.get(f"{own}/handout-a"), dana.post(preview, **form)):
        assert sentence in " ".join(shown.text.split())
        assert ("as you all agreed" in shown.text) == (len(signed) == 2)
    if len(signed) != 1:
        for what in ("", "?kind=tracker", "?kind=reflection"):
            paper = words_on(dana.get(f"{own}/handout-a.pdf{what}").data)
            assert sentence in paper
            assert "code is A ·" in paper


def test_a_policy_not_signed_yet_takes_the_place_of_one_that_was(dana: Browser) -> None:
    couple = a_couple(of=dana)
    made = an_assignment(dana, couple)
    page = f"/couples/{couple.id}/assignments/{made.id}/handout-b"
    address, day = f"/couples/{couple.id}/policy", str(today())
    dana.post(address, kind="limited", in_force_from=day, signed_a_on=day, signed_b_on=day)
    assert "as you all agreed" in dana.get(page).text
    dana.post(address, kind="confidential", in_force_from=day, signed_a_on=day)
    assert "as you all agreed" not in dana.get(page).text
    assert "B ·" in dana.get(page).text
