"""A couple's file: opened, changed, closed and reopened through its pages."""

import re
from dataclasses import asdict
from datetime import time, timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from practice.audit.models import AuditEvent
from practice.couples.models import Couple, SecretsPolicy
from practice.couples.partner_details import PartnerDetails
from practice.courses import enrollments
from practice.courses.catalog import built_in
from practice.database.base import db
from practice.identity.models import User
from tests.browser import Browser
from tests.factories import (
    ACouple,
    a_couple,
    a_review,
    a_session,
    an_appointment,
    an_assignment,
    in_the_name_of,
    on_the_team,
    today,
)

LONG = "x" * 100_000
ODD_NAMES = [
    "Łukasz",
    "Анна",
    "דָּוִד",
    "王芳",
    "👩🏽‍🚀",
    "\u202eright to left\u202c",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "Tom & “Jo” O’Neil",
    "'; DROP TABLE couple; --",
    '"><img src=x>',
]
INK = re.compile(r'name="once"[^>]*value="([^"]+)"')


def open_file(browser: Browser, **changes: Any) -> TestResponse:
    """Send the form for a new couple; changes name fields with `a_` and `b_` for the partners."""
    fields = {"a_first_name": "Maya", "b_first_name": "Jonah", "opened_on": str(today())}
    return browser.post("/couples/new", **named(fields | changes))


def named(fields: dict[str, Any]) -> dict[str, Any]:
    """Field names as the form has them: `a-first_name`."""
    return {re.sub(r"^([ab])_", r"\1-", name): value for name, value in fields.items()}


def change(browser: Browser, couple: ACouple, version: int = 1, **changes: Any) -> TestResponse:
    """Send the form that changes a couple, as it stands but for the changes."""
    fields = {
        "a_first_name": "Maya",
        "a_last_name": "Okafor",
        "b_first_name": "Jonah",
        "b_last_name": "Reyes",
        "opened_on": str(today() - timedelta(days=90)),
        "version": str(version),
    }
    return browser.post(f"/couples/{couple.id}/edit", **named(fields | changes))


def saved(browser: Browser, couple_id: int) -> Couple:
    """The couple as it is stored, with its partners."""
    with in_the_name_of(browser):
        couple = db.session.get_one(Couple, couple_id)
        assert couple.a
        db.session.expunge_all()
        return couple


def how_many(browser: Browser) -> int:
    """How many couples are on someone's caseload."""
    with in_the_name_of(browser):
        return db.session.scalar(select(func.count(Couple.id))) or 0


def events(browser: Browser, verb: str) -> list[AuditEvent]:
    """What the audit log holds under this verb."""
    with browser.app.app_context():
        return list(db.session.scalars(select(AuditEvent).filter_by(verb=verb)))


def test_two_first_names_open_a_file(dana: Browser) -> None:
    answer = open_file(dana)
    assert answer.status_code == 303
    couple = saved(dana, int(answer.location.rsplit("/", 1)[1]))
    assert couple.name == "Maya & Jonah"
    assert [partner.letter for partner in couple.partners] == ["a", "b"]


def test_whoever_opens_a_file_is_its_care_team(dana: Browser, noor: Browser) -> None:
    page = open_file(dana).location
    assert dana.get(page).status_code == 200
    assert noor.get(page).status_code == 404


def test_a_new_file_starts_with_the_policy_chosen_and_no_signature(dana: Browser) -> None:
    open_file(dana, policy="limited")
    with in_the_name_of(dana):
        policy = db.session.scalars(select(SecretsPolicy)).one()
        assert (policy.kind, policy.signed_a_on, policy.signed_b_on) == ("limited", None, None)


def test_the_time_they_have_is_kept_shown_and_taken_back(dana: Browser) -> None:
    couple = a_couple(of=dana)
    page = f"/couples/{couple.id}/details"
    assert "minutes for homework" not in dana.get(page).text
    change(dana, couple, minutes_a_day="10")
    assert "10 minutes for homework" in dana.get(page).text
    form = dana.get(f"/couples/{couple.id}/edit").text
    assert re.search(r'<input checked[^>]*name="minutes_a_day"[^>]*value="10"', form)
    change(dana, couple, version=2, minutes_a_day="")
    assert saved(dana, couple.id).minutes_a_day is None


@pytest.mark.parametrize("missing", ["a_first_name", "b_first_name"])
@pytest.mark.parametrize("name", ["", "   ", "\u00a0", "\n"])
def test_both_first_names_are_asked_for(dana: Browser, missing: str, name: str) -> None:
    answer = open_file(dana, **{missing: name, "children": "two, 7 and 4"})
    assert answer.status_code == 422
    assert "Enter a first name." in answer.text
    assert "two, 7 and 4" in answer.text
    assert how_many(dana) == 0


@pytest.mark.parametrize("name", ODD_NAMES)
def test_any_name_is_kept_and_shown_as_it_was_written(dana: Browser, name: str) -> None:
    answer = open_file(dana, a_first_name=name)
    assert answer.status_code == 303
    couple = saved(dana, int(answer.location.rsplit("/", 1)[1]))
    assert couple.a.first_name == name
    for page in ("details", "edit", "team", "policy", "partners/a/screen", "appointments/new"):
        html = dana.get(f"/couples/{couple.id}/{page}").text
        assert name in unescape(html)
        assert "<script>alert" not in html
        assert "<img src=x" not in html
    assert name in unescape(dana.get("/couples").text)


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("a_first_name", LONG, "Keep this to 80 characters."),
        ("b_last_name", LONG, "Keep this to 80 characters."),
        ("children", LONG, "Keep this to 200 characters."),
        ("strengths", LONG, "Keep this to 4,000 characters."),
        ("a_came_for", "🙂" * 100_000, "Keep this to 4,000 characters."),
        ("a_first_name", "Ma\x00ya", "Remove the characters that cannot be printed."),
        ("a_email", "nobody", "does not look like an e-mail address."),
        ("a_born_on", "2026-02-30", "Enter a date that is in the calendar"),
        ("a_born_on", "yesterday", "Enter a date that is in the calendar"),
        ("b_born_on", "1899-12-31", "Check the year of this date."),
        ("b_born_on", "0001-01-01", "Check the year of this date."),
        ("b_born_on", "9999-12-31", "Check the year of this date."),
        ("b_born_on", str(today() + timedelta(days=1)), "This date of birth is still to come."),
        ("opened_on", str(today() + timedelta(days=1)), "The file cannot be opened after today."),
        ("opened_on", "", "Enter the date of intake."),
        ("together_since", "17", "Enter a year from 1900"),
        ("together_since", "two years", "Enter a year in four digits"),
        ("together_since", "9" * 30, "Enter a year in four digits"),
        ("together_since", "2199", "Enter a year from 1900"),
        ("together_since", "1899", "Enter a year from 1900"),
        ("warning_signs", "unheard-of", ""),
        ("minutes_a_day", "7", ""),
        ("minutes_a_day", "ten", ""),
        ("policy", "unheard-of", ""),
        ("a_language", "xx", ""),
        ("a_email_safe", "maybe", ""),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_lost(
    dana: Browser, field: str, text: str, words: str
) -> None:
    answer = open_file(dana, **{"a_last_name": "Okafor & Reyes", field: text})
    assert answer.status_code == 422
    assert words in answer.text
    assert "Okafor & Reyes" in unescape(answer.text)
    assert how_many(dana) == 0


@pytest.mark.parametrize("page", ["edit", "details", "policy", "team", "appointments/new"])
@pytest.mark.parametrize("couple_id", [0, 999, 2**63 - 1, 2**63, 2**70])
def test_a_file_that_is_not_there_is_nowhere(dana: Browser, couple_id: int, page: str) -> None:
    assert dana.get(f"/couples/{couple_id}/{page}").status_code == 404


def test_the_same_form_sent_twice_opens_one_file(dana: Browser) -> None:
    once = INK.search(dana.get("/couples/new").text)
    assert once
    first, second = (open_file(dana, once=once[1]) for _ in range(2))
    assert first.location == second.location
    assert how_many(dana) == 1


def test_a_form_sent_again_with_other_words_changes_the_file_it_opened(dana: Browser) -> None:
    first = open_file(dana, once="the-mark")
    second = open_file(dana, once="the-mark", strengths="Humor")
    assert first.location == second.location
    assert how_many(dana) == 1
    assert saved(dana, int(first.location.rsplit("/", 1)[1])).strengths == "Humor"


def test_a_form_sent_again_after_a_change_shows_both_texts(dana: Browser) -> None:
    couple_id = int(open_file(dana, once="the-mark").location.rsplit("/", 1)[1])
    change(dana, ACouple(couple_id), strengths="Patience")
    answer = open_file(dana, once="the-mark", strengths="Humor")
    assert answer.status_code == 409
    assert "Humor" in answer.text
    assert "Patience" in answer.text
    assert saved(dana, couple_id).strengths == "Patience"


def test_a_change_is_kept_with_everything_else_as_it_was(dana: Browser) -> None:
    couple = a_couple(of=dana)
    before = asdict(PartnerDetails("Maya", "Okafor"))
    answer = change(dana, couple, a_pronouns="she/her", warning_signs=["loneliness"])
    assert answer.status_code == 303
    now = saved(dana, couple.id)
    assert {name: getattr(now.a, name) for name in before} == before | {"pronouns": "she/her"}
    assert (now.warning_signs, now.version) == (["loneliness"], 2)


def test_two_windows_never_overwrite_each_other(dana: Browser) -> None:
    couple = a_couple(of=dana)
    change(dana, couple, strengths="Humor <b>")
    answer = change(dana, couple, strengths="Patience & time")
    assert answer.status_code == 409
    assert "Humor <b>" in unescape(answer.text)
    assert "Patience & time" in unescape(answer.text)
    assert saved(dana, couple.id).strengths == "Humor <b>"


def test_after_seeing_both_texts_saving_again_keeps_the_form(dana: Browser) -> None:
    couple = a_couple(of=dana)
    change(dana, couple, strengths="Humor")
    page = change(dana, couple, strengths="Patience").text
    shown = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert shown
    assert change(dana, couple, int(shown[1]), strengths="Patience").status_code == 303
    assert saved(dana, couple.id).strengths == "Patience"


def test_the_same_change_sent_twice_is_no_conflict(dana: Browser) -> None:
    couple = a_couple(of=dana)
    answers = [change(dana, couple, strengths="Humor") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40, "٣"])
def test_a_form_without_a_true_version_overwrites_nothing(dana: Browser, version: str) -> None:
    couple = a_couple(of=dana)
    answer = change(dana, couple, strengths="Humor", version=version)
    assert answer.status_code == 409
    assert saved(dana, couple.id).strengths == ""


def test_someone_known_in_another_file_is_noticed_once(dana: Browser, noor: Browser) -> None:
    a_couple(of=noor, a="Łukasz Secret", b="Minh Hidden")
    answer = open_file(dana, a_first_name="lukasz", a_last_name="SECRET")
    assert answer.status_code == 422
    assert "already a partner in another file" in answer.text
    assert "Hidden" not in answer.text
    mark = re.search(r'name="confirmed"[^>]*value="([^"]+)"', answer.text)
    assert mark
    again = open_file(dana, a_first_name="lukasz", a_last_name="SECRET", confirmed=mark[1])
    assert again.status_code == 303


def test_one_confirmation_does_not_cover_another_name(dana: Browser, noor: Browser) -> None:
    a_couple(of=noor, a="Maya Okafor", b="Jonah Reyes")
    answer = open_file(dana, b_last_name="Reyes", confirmed="maya okafor")
    assert "Someone called Jonah Reyes" in answer.text


def test_the_notice_tells_nothing_of_a_birth_date(dana: Browser, noor: Browser) -> None:
    born = PartnerDetails("", born_on=today() - timedelta(days=12_000))
    a_couple(of=noor, partner=born)
    both = {"a_last_name": "Okafor", "b_last_name": "Reyes"}
    other = {"a_born_on": "1980-01-01", "b_born_on": "1980-01-01"}
    right = {f"{letter}_born_on": born.born_on.isoformat() for letter in "ab" if born.born_on}
    for dates in ({}, other, right):
        assert "already in files of this practice" in open_file(dana, **both, **dates).text


def test_people_of_another_practice_are_never_noticed(dana: Browser, stranger: Browser) -> None:
    a_couple(of=stranger)
    assert open_file(dana, a_last_name="Okafor", b_last_name="Reyes").status_code == 303


def test_looking_across_the_practice_is_in_the_audit_log_without_a_name(dana: Browser) -> None:
    open_file(dana)
    looks = events(dana, "counted")
    assert len(looks) == 2
    assert all(look.detail == {"found": 0} for look in looks)


def test_a_name_that_did_not_change_is_not_looked_up_again(dana: Browser, noor: Browser) -> None:
    a_couple(of=noor)
    couple = a_couple_of_the_same_name(dana)
    assert change(dana, couple, strengths="Humor").status_code == 303


def a_couple_of_the_same_name(browser: Browser) -> ACouple:
    """Maya Okafor and Jonah Reyes, who were confirmed to be other people."""
    both = {"a_last_name": "Okafor", "b_last_name": "Reyes", "confirmed": "maya okafor|jonah reyes"}
    opened = open_file(browser, **both, opened_on=str(today() - timedelta(days=90)))
    return ACouple(int(opened.location.rsplit("/", 1)[1]))


def test_details_say_whether_it_is_safe_to_write_or_call(dana: Browser) -> None:
    told = PartnerDetails("", email="m@example.com", email_safe="no", phone="555", phone_safe="yes")
    couple = a_couple(of=dana, partner=told)
    page = re.sub(r"<[^>]+>|\s+", " ", dana.get(f"/couples/{couple.id}/details").text)
    assert re.search(r"m@example\.com\s+Not safe", page)
    assert re.search(r"555\s+Safe to use", page)


def close(browser: Browser, couple: ACouple, **changes: Any) -> TestResponse:
    """Close a file today."""
    fields = {"closed_on": str(today()), "because": "They found what they came for."}
    return browser.post(f"/couples/{couple.id}/close", **fields | changes)


def test_a_closed_file_says_why_and_can_be_reopened(dana: Browser) -> None:
    couple = a_couple(of=dana)
    assert close(dana, couple).status_code == 303
    assert "They found what they came for." in dana.get(f"/couples/{couple.id}/details").text
    assert dana.post(f"/couples/{couple.id}/reopen").status_code == 303
    assert saved(dana, couple.id).is_open


@pytest.mark.parametrize(
    ("days", "words"),
    [(-91, "The file was opened after this date."), (1, "This date is still to come.")],
)
def test_a_file_closes_on_a_day_that_can_be(dana: Browser, days: int, words: str) -> None:
    couple = a_couple(of=dana)
    answer = close(dana, couple, closed_on=str(today() + timedelta(days=days)))
    assert answer.status_code == 422
    assert words in answer.text
    assert "They found what they came for." in answer.text
    assert saved(dana, couple.id).is_open


def test_a_file_with_an_appointment_ahead_is_not_closed(dana: Browser) -> None:
    couple = a_couple(of=dana)
    an_appointment(dana, couple)
    assert "Cancel it first" in close(dana, couple).text
    assert saved(dana, couple.id).is_open


def test_closing_names_what_is_still_open_before_it_closes(dana: Browser, noor: Browser) -> None:
    couple = a_couple(of=dana)
    on_the_team(dana, couple, noor)
    a_session(noor, couple, today() - timedelta(days=14))
    signed = a_session(dana, couple, signed=True)
    an_assignment(dana, couple, session=signed)
    done = an_assignment(dana, couple, "the-pause-at-the-door", session=signed)
    a_review(dana, done)
    an_appointment(dana, couple, today() - timedelta(days=3), time(17))
    course = next(iter(built_in().values()))
    with in_the_name_of(dana):
        user = db.session.get_one(User, dana.user_id)
        enrollments.start(db.session.get_one(Couple, couple.id), course, user, today(), "")
    still_open = (
        "The note of session 1,",
        "“The two-minute shared load” is out",
        f"The course “{course.title}” is under way",
        "What became of the appointment on",
    )
    details = unescape(dana.get(f"/couples/{couple.id}/details").text)
    answer = close(dana, couple)
    assert answer.status_code == 422 and saved(dana, couple.id).is_open
    for words in still_open:
        assert words in details and words in unescape(answer.text), words
    assert "The pause at the door" not in answer.text
    assert "They found what they came for." in answer.text
    mark = re.search(r'name="confirmed"[^>]*value="([^"]+)"', answer.text)
    assert mark and mark[1] in details, "what the details name already is closed at once"
    a_session(dana, couple, today())
    assert close(dana, couple, confirmed=mark[1]).status_code == 422, "that was not named"
    mark = re.search(r'name="confirmed"[^>]*value="([^"]+)"', close(dana, couple).text)
    assert mark and close(dana, couple, confirmed=mark[1]).status_code == 303
    assert not saved(dana, couple.id).is_open


def test_a_file_in_which_nothing_is_open_closes_at_once(dana: Browser) -> None:
    couple = a_couple(of=dana)
    a_session(dana, couple, signed=True)
    an_appointment(dana, couple, today() - timedelta(days=3), outcome="no-show")
    assert "Still open" not in dana.get(f"/couples/{couple.id}/details").text
    assert close(dana, couple).status_code == 303


def test_every_look_at_a_file_is_in_the_audit_log(dana: Browser) -> None:
    couple = a_couple(of=dana)
    for page in ("details", "edit", "policy", "team", "appointments/new"):
        before = len(events(dana, "viewed"))
        dana.get(f"/couples/{couple.id}/{page}")
        looks = events(dana, "viewed")
        assert len(looks) == before + 1
        assert (looks[-1].couple_id, looks[-1].user_id) == (couple.id, dana.user_id)


def test_the_audit_log_holds_no_word_of_the_file(dana: Browser) -> None:
    couple = a_couple(of=dana)
    change(dana, couple, strengths="A very private word")
    with dana.app.app_context():
        rows = db.session.execute(select(AuditEvent.subject, AuditEvent.detail)).all()
    assert not any("private" in str(row) or "Okafor" in str(row) for row in rows)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "page", ["edit", "details", "close", "reopen", "policy", "team", "partners/a/screen"]
)
def test_a_file_is_not_there_for_anyone_off_its_care_team(
    dana: Browser, noor: Browser, stranger: Browser, page: str, method: str
) -> None:
    if (method, page) in (("get", "close"), ("get", "reopen"), ("post", "details")):
        return
    couple = a_couple(of=dana)
    for other in (noor, stranger):
        answer = getattr(other, method)(f"/couples/{couple.id}/{page}")
        assert answer.status_code == 404
        assert "Maya" not in answer.text
        assert events(other, "refused")[-1].subject == f"couple:{couple.id}"


def test_a_visitor_is_asked_who_they_are(visitor: Browser, dana: Browser) -> None:
    couple = a_couple(of=dana)
    answer = visitor.get(f"/couples/{couple.id}/details")
    assert answer.status_code in (302, 303)
    assert "Maya" not in answer.text
