"""Safety screens and the policy on secrets: private, dated, kept."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from practice.audit.models import AuditEvent
from practice.couples.models import Couple, SafetyScreen
from practice.couples.safety import Gate, gate, policy_in_force, screens_in_force
from practice.database.base import db
from practice.vocabulary import Letter
from tests.browser import Browser
from tests.factories import ACouple, a_couple, in_the_name_of, today

LIMITED = "Limited secrets policy</h3>"
PRIVATE = "Spoke of being watched"


def screen(browser: Browser, couple: ACouple, letter: str = "a", **changes: Any) -> TestResponse:
    """Record a screen of one partner."""
    fields = {
        "asked_on": str(today()),
        "seen_alone": "yes",
        "outcome": "none-known",
        "note": PRIVATE,
    }
    return browser.post(f"/couples/{couple.id}/partners/{letter}/screen", **fields | changes)


def stored(browser: Browser, couple: ACouple) -> list[SafetyScreen]:
    """Every screen of a couple."""
    with in_the_name_of(browser):
        found = list(db.session.scalars(select(SafetyScreen).filter_by(couple_id=couple.id)))
        db.session.expunge_all()
        return found


def gate_of(browser: Browser, couple: ACouple) -> Gate:
    """The couple's gate as it stands."""
    with in_the_name_of(browser):
        return gate(db.session.get_one(Couple, couple.id))


def looks(browser: Browser) -> list[AuditEvent]:
    """Every look at a screen that the audit log holds."""
    with browser.app.app_context():
        return list(db.session.scalars(select(AuditEvent).filter_by(verb="viewed screen")))


def test_a_screen_is_recorded_with_who_asked_and_when(dana: Browser) -> None:
    couple = a_couple(of=dana, screens=(None, None))
    assert screen(dana, couple).status_code == 303
    (found,) = stored(dana, couple)
    assert (found.letter, found.asked_on, found.by_user_id) == ("a", today(), dana.user_id)
    assert found.seen_alone


def test_both_partners_screened_opens_the_gate(dana: Browser) -> None:
    couple = a_couple(of=dana, screens=(None, None))
    assert gate_of(dana, couple).level == "reason-needed"
    screen(dana, couple, "a")
    assert gate_of(dana, couple).level == "reason-needed"
    screen(dana, couple, "b", outcome="situational")
    assert (gate_of(dana, couple).level, gate_of(dana, couple).caution) == ("open", True)
    screen(dana, couple, "b", outcome="coercive")
    assert gate_of(dana, couple).level == "refused"


def test_the_newest_screen_of_each_partner_is_in_force(dana: Browser) -> None:
    couple = a_couple(of=dana, screens=("coercive", None))
    screen(dana, couple, outcome="unclear")
    screen(dana, couple, outcome="coercive", asked_on=str(today() - timedelta(days=3)))
    with in_the_name_of(dana):
        found = screens_in_force(db.session.get_one(Couple, couple.id))
        assert found[Letter.B] is None
        assert found[Letter.A]
        assert found[Letter.A].outcome == "unclear"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("asked_on", str(today() + timedelta(days=1)), "This date is still to come."),
        ("asked_on", "", "Enter the date."),
        ("asked_on", "1899-01-01", "Check the year of this date."),
        ("next_on", str(today()), "Choose a date after this screen."),
        ("seen_alone", "", "Say whether this partner was seen alone."),
        ("outcome", "", "Choose what was found."),
        ("outcome", "fine", ""),
        ("note", "x" * 100_000, "Keep this to 20,000 characters."),
    ],
)
def test_a_screen_that_cannot_be_is_not_recorded(
    dana: Browser, field: str, value: str, words: str
) -> None:
    couple = a_couple(of=dana, screens=(None, None))
    answer = screen(dana, couple, **{field: value})
    assert answer.status_code == 422
    assert words in answer.text
    assert field == "note" or PRIVATE in answer.text
    assert stored(dana, couple) == []


def test_a_screen_sent_twice_is_recorded_once(dana: Browser) -> None:
    couple = a_couple(of=dana, screens=(None, None))
    answers = [screen(dana, couple, once="the-mark") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(stored(dana, couple)) == 1


def test_other_words_sent_by_the_same_form_are_not_lost(dana: Browser) -> None:
    couple = a_couple(of=dana, screens=(None, None))
    for note in ("First words", "Second words"):
        screen(dana, couple, once="the-mark", note=note)
    assert [found.note for found in stored(dana, couple)] == ["First words", "Second words"]


def test_every_look_at_a_screen_is_in_the_audit_log(dana: Browser) -> None:
    couple = a_couple(of=dana)
    page = f"/couples/{couple.id}/partners/a/screen"
    screen(dana, couple)
    before = len(looks(dana))
    assert PRIVATE in dana.get(page).text
    assert len(looks(dana)) == before + 1
    assert screen(dana, couple, outcome="").status_code == 422
    assert len(looks(dana)) == before + 2
    assert (looks(dana)[-1].couple_id, looks(dana)[-1].user_id) == (couple.id, dana.user_id)


@pytest.mark.parametrize("outcome", ["coercive", "unclear", "situational"])
def test_no_other_page_of_the_file_shows_a_screen(dana: Browser, outcome: str) -> None:
    couple = a_couple(of=dana, screens=(None, None))
    screen(dana, couple, outcome=outcome)
    before = len(looks(dana))
    pages = ("details", "edit", "policy", "team", "appointments/new", "partners/b/screen")
    for page in (f"/couples/{couple.id}/{page}" for page in pages):
        assert PRIVATE not in dana.get(page).text
    for page in (f"/couples/{couple.id}/details", "/couples"):
        assert outcome not in dana.get(page).text.lower()
    assert len(looks(dana)) == before + 1  # the other partner's page, and no other


def test_there_are_two_partners_and_no_third(dana: Browser) -> None:
    couple = a_couple(of=dana)
    assert dana.get(f"/couples/{couple.id}/partners/c/screen").status_code == 404


def agree(browser: Browser, couple: ACouple, **changes: Any) -> TestResponse:
    """Agree a policy from today on."""
    fields = {"kind": "limited", "in_force_from": str(today())}
    return browser.post(f"/couples/{couple.id}/policy", **fields | changes)


def test_each_policy_is_kept_and_the_newest_is_in_force(dana: Browser) -> None:
    couple = a_couple(of=dana)
    assert agree(dana, couple).status_code == 303
    assert agree(dana, couple, signed_a_on=str(today())).status_code == 303
    with in_the_name_of(dana):
        policy = policy_in_force(db.session.get_one(Couple, couple.id))
        assert policy
        assert (policy.kind, policy.signed_a_on, policy.signed_b_on) == ("limited", today(), None)
    page = dana.get(f"/couples/{couple.id}/policy").text
    assert page.count(LIMITED) == 2
    assert page.count("in force</span>") == 1


def test_the_same_policy_sent_twice_is_one(dana: Browser) -> None:
    couple = a_couple(of=dana)
    for _ in range(2):
        assert agree(dana, couple).status_code == 303
    assert dana.get(f"/couples/{couple.id}/policy").text.count(LIMITED) == 1


@pytest.mark.parametrize("field", ["in_force_from", "signed_a_on", "signed_b_on"])
def test_nothing_is_signed_or_in_force_before_its_day(dana: Browser, field: str) -> None:
    couple = a_couple(of=dana)
    answer = agree(dana, couple, **{field: str(today() + timedelta(days=1))})
    assert answer.status_code == 422
    assert "This date is still to come." in answer.text


def test_a_screen_or_an_end_of_another_year_is_asked_about_once(dana: Browser) -> None:
    day = today() - timedelta(days=370)
    couple = a_couple(of=dana, opened_on=day - timedelta(days=1))
    for path, sent in (
        ("partners/a/screen", {"asked_on": day, "seen_alone": "yes", "outcome": "none-known"}),
        ("close", {"closed_on": day}),
    ):
        asked = dana.post(f"/couples/{couple.id}/{path}", **sent)
        assert asked.status_code == 422
        assert "is 12 months ago. Save again if that is right." in asked.text
        again = dana.post(f"/couples/{couple.id}/{path}", **sent, confirmed=day.isoformat())
        assert again.status_code == 303
