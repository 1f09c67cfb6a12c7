"""Saving a session as one types: every format, two windows, dates that cannot be."""

import html
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from practice import clock
from practice.database.base import db
from practice.errors import Conflict, Refused
from practice.sessions.facts import SessionFacts
from practice.sessions.models import ProgressNote, TherapySession
from practice.sessions.note_formats import FORMATS, SECTIONS, arranged, first_words
from practice.sessions.service import NoteWords, note_of, save
from tests.browser import Browser
from tests.factories import ASession, a_couple, a_session, in_the_name_of, today
from tests.sessions.forms import the_page

ALL_WORDS = {key: f"What stands under {key}." for key in SECTIONS}


def keep(browser: Browser, session: ASession, **changes: Any) -> TestResponse:
    """Press Save."""
    return browser.post(session.url, **the_page(**changes))


def autosave(browser: Browser, session: ASession, **changes: Any) -> TestResponse:
    """What the page sends by itself."""
    return browser.post(session.url, headers={"X-Autosave": "1"}, **the_page(**changes))


def note_in(browser: Browser, session: ASession) -> dict[str, Any]:
    """The note as it is stored."""
    with in_the_name_of(browser):
        note = db.session.scalars(select(ProgressNote).filter_by(session_id=session.id)).one()
        return {name: getattr(note, name) for name in ("format", "version", *SECTIONS)}


def facts_of(session: TherapySession, **changes: Any) -> SessionFacts:
    """The meeting as it stands, changed."""
    names = SessionFacts.__dataclass_fields__
    return SessionFacts(**{name: getattr(session, name) for name in names} | changes)


@pytest.mark.parametrize("form", FORMATS)
def test_a_note_is_kept_in_every_format(dana: Browser, form: str) -> None:
    session = a_session(dana, a_couple(of=dana))
    words = {key: ALL_WORDS[key] for key in FORMATS[form][1]}
    answer = keep(dana, session, format=form, **words)
    assert (answer.status_code, answer.location) == (303, session.url)
    kept = note_in(dana, session)
    assert kept["format"] == form
    assert {key: kept[key] for key in words} == words
    page = dana.get(session.url).text
    assert all(heading in page for heading in FORMATS[form][1].values())
    assert all(text in page for text in words.values())


def test_no_word_is_lost_by_going_through_every_format_and_back(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    with in_the_name_of(dana):
        note = note_of(db.session.get_one(TherapySession, session.id))
        for key, text in ALL_WORDS.items():
            setattr(note, key, text)
    for version, form in enumerate([*FORMATS, "dap"], start=1):
        shown = {key: ALL_WORDS[key] for key in FORMATS[form][1]}
        missing = {key: None for key in ("data", "assessment", "plan") if key not in shown}
        sent = {**missing, **shown, "format": form, "version": str(version)}
        assert keep(dana, session, **sent).status_code in (303, 409)
        page = dana.get(session.url).text
        assert all(text in page for text in ALL_WORDS.values()), form
    kept = note_in(dana, session)
    assert {key: kept[key] for key in SECTIONS} == ALL_WORDS


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_shows_its_own_headings_then_whatever_else_has_words(form: str) -> None:
    note = ProgressNote(format=form, **ALL_WORDS)
    shown = arranged(note)
    own = FORMATS[form][1]
    assert [one.heading for one in shown if one.fits] == list(own.values())
    assert {one.key for one in shown} == set(SECTIONS)
    assert sorted(one.text for one in shown) == sorted(ALL_WORDS.values())


def test_a_section_without_words_shows_only_where_its_format_asks_for_it() -> None:
    empty = dict.fromkeys(SECTIONS, "")
    assert [one.key for one in arranged(ProgressNote(format="narrative", **empty))] == ["data"]


def test_the_assessment_stands_for_the_note_and_else_its_first_words() -> None:
    assert first_words(ProgressNote(**ALL_WORDS)) == ALL_WORDS["assessment"]
    empty = dict.fromkeys(SECTIONS, "")
    assert first_words(ProgressNote(**{**empty, "plan": "Rest."})) == "Rest."
    assert first_words(ProgressNote(**empty)) == ""


def test_a_page_that_saves_itself_hears_the_version_and_the_time(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    answer = autosave(dana, session, data="The first half of a")
    assert answer.status_code == 200
    assert answer.json == {"version": 2, "saved_at": answer.json["saved_at"]}
    assert answer.json["saved_at"].endswith(("am", "pm"))
    assert (
        autosave(dana, session, data="The first half of a sentence", version="2").json["version"]
        == 3
    )
    assert note_in(dana, session)["data"] == "The first half of a sentence"


def test_saving_what_stands_already_counts_no_new_version(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    assert autosave(dana, session, data="Same words.").json["version"] == 2
    assert autosave(dana, session, data="Same words.", version="2").json["version"] == 2


def test_a_save_whose_answer_got_lost_can_be_sent_again(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    autosave(dana, session, data="Sent twice.")
    again = autosave(dana, session, data="Sent twice.")
    assert (again.status_code, again.json["version"]) == (200, 2)


def test_the_facts_of_the_meeting_are_kept_with_the_note(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    keep(
        dana,
        session,
        started_at="17:05",
        stopped_at="18:00",
        modality="video",
        kind="individual-a",
        b_attended=None,
        others_attended="Maya’s mother, last ten minutes",
        place_a="at home in Portland",
    )
    with in_the_name_of(dana):
        kept = db.session.get_one(TherapySession, session.id)
        assert (kept.started_at, kept.stopped_at) == (time(17, 5), time(18))
        assert (kept.kind, kept.modality) == ("individual-a", "video")
        assert (kept.a_attended, kept.b_attended) == (True, False)
        assert kept.others_attended == "Maya’s mother, last ten minutes"
        assert kept.place_a == "at home in Portland"


def test_a_section_that_was_not_on_the_screen_stays_as_it_was(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana), goal="To argue less at the door.")
    keep(dana, session, data="New words.", assessment=None, plan=None)
    kept = note_in(dana, session)
    assert (kept["data"], kept["goal"]) == ("New words.", "To argue less at the door.")


def test_an_older_window_never_overwrites_and_shows_both_texts(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    keep(dana, session, data="From the laptop.")
    answer = keep(dana, session, data="From the <phone>.")
    assert answer.status_code == 409
    shown = html.unescape(answer.text)
    assert "From the laptop." in shown and "From the <phone>." in shown
    assert "This note was changed in another window." in shown
    assert note_in(dana, session)["data"] == "From the laptop."


def test_the_page_of_both_texts_can_be_saved_when_they_are_brought_together(
    dana: Browser,
) -> None:
    session = a_session(dana, a_couple(of=dana))
    keep(dana, session, data="From the laptop.")
    answer = keep(dana, session, data="From the phone.")
    assert 'name="version" type="hidden" value="2"' in answer.text
    assert "<textarea" in answer.text
    keep(dana, session, data="From the laptop. From the phone.", version="2")
    assert note_in(dana, session)["data"] == "From the laptop. From the phone."


def test_an_older_window_that_saves_itself_is_given_both_texts(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    autosave(dana, session, data="From the laptop.")
    answer = autosave(dana, session, data="From the phone.")
    assert answer.status_code == 409
    assert answer.json["version"] == 2
    assert "From the laptop." in answer.json["panel"]
    assert "From the phone." in answer.json["panel"]
    assert note_in(dana, session)["data"] == "From the laptop."


def test_two_windows_that_differ_on_the_meeting_show_both_versions_of_it(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    keep(dana, session, started_at="15:00", kind="conjoint", b_attended=None)
    page = keep(dana, session)
    assert page.status_code == 409
    for words in ("3:00 pm", "4:00 pm", "Conjoint", "Intake", "Jonah attended"):
        assert words in page.text
    panel = autosave(dana, session).json["panel"]
    for sent in ('data-clash="started_at" data-sent="15:00"', 'data-sent="conjoint"'):
        assert sent in panel
    assert 'data-clash="b_attended" data-sent=""' in panel


def test_a_window_that_names_no_version_overwrites_nothing(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    for version in ("", "0", "-1", "one", "9" * 40, "٢", None):
        assert keep(dana, session, data="Nothing.", version=version).status_code == 409
    assert note_in(dana, session)["data"] == "They named what they miss."


def test_a_session_stops_after_it_started(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    for stopped_at in ("16:00", "15:59"):
        answer = keep(dana, session, stopped_at=stopped_at, data="Typed in the meantime.")
        assert answer.status_code == 422
        assert "The session must stop after it started." in answer.text
        assert "Typed in the meantime." in answer.text
    with in_the_name_of(dana):
        assert db.session.get_one(TherapySession, session.id).stopped_at == time(16, 50)


#: Fields that cannot be as they are sent, and what is said of each.
WRONG = {
    "held_on": ("2026-02-30", "Enter a date that is in the calendar"),
    "started_at": ("25:00", "Enter a time of day, such as 16:30."),
    "stopped_at": ("15:00", "The session must stop after it started."),
    "kind": ("picnic", "Not a valid choice"),
    "modality": ("telepathy", "Not a valid choice"),
    "format": ("haiku", "Not a valid choice"),
    "others_attended": ("x" * 201, "Keep this to 200 characters."),
    "place_a": ("a\x00b", "Remove the characters that cannot be printed."),
    "plan": ("x" * 100_001, "Keep this to 100,000 characters."),
}


def everything(browser: Browser, session: ASession) -> dict[str, Any]:
    """The note and the meeting as they are stored."""
    note = note_in(browser, session)
    with in_the_name_of(browser):
        found = db.session.get_one(TherapySession, session.id)
        return {
            **note,
            **{name: getattr(found, name) for name in SessionFacts.__dataclass_fields__},
        }


@pytest.mark.parametrize("wrong", WRONG)
def test_one_wrong_field_waits_and_all_others_save_themselves(dana: Browser, wrong: str) -> None:
    session = a_session(dana, a_couple(of=dana))
    before = everything(dana, session)
    value, why = WRONG[wrong]
    changes = {"data": "Typed on.", "assessment": "And here.", "place_b": "in her car"}
    for version in (1, 2):
        words = changes | {"data": f"Typed on. {version}", wrong: value}
        answer = autosave(dana, session, **words, version=str(version))
        assert answer.status_code == 422
        assert answer.json["version"] == version + 1 and answer.json["saved_at"]
        assert [*answer.json["errors"]] == [wrong] and why in answer.json["errors"][wrong]
    kept = everything(dana, session)
    assert kept == before | changes | {"data": "Typed on. 2", "version": 3}
    mended = autosave(dana, session, **changes, version="3")
    assert mended.status_code == 200 and mended.json["version"] == 4


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("button", ["", "/sign"])
def test_the_button_too_keeps_the_words_and_shows_what_waits(
    dana: Browser, wrong: str, button: str
) -> None:
    session = a_session(dana, a_couple(of=dana))
    value, why = WRONG[wrong]
    sent = the_page(data="Typed on.", **{wrong: value})
    answer = dana.post(f"{session.url}{button}", **sent)
    assert answer.status_code == 422
    shown = html.unescape(answer.text)
    assert why in shown and "Saved, but" in shown and "Typed on.</textarea>" in shown
    assert 'name="version" type="hidden" value="2"' in shown
    assert note_in(dana, session)["data"] == "Typed on."
    assert "Sign note" in dana.get(session.url).text
    again = dana.post(session.url, **the_page(data="Typed on.", version="2"))
    assert again.status_code == 303


def test_times_that_only_agree_with_each_other_wait_together(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    answer = autosave(dana, session, started_at="18:00", stopped_at="17:30", data="Typed on.")
    assert list(answer.json["errors"]) == ["stopped_at"]
    assert "must stop after it started" in answer.json["errors"]["stopped_at"]
    kept = everything(dana, session)
    assert (kept["started_at"], kept["stopped_at"]) == (time(16), time(16, 50))
    assert kept["data"] == "Typed on."


def test_a_wrong_field_is_no_difference_between_two_windows(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    autosave(dana, session, data="From the laptop.")
    answer = autosave(dana, session, data="From the phone.", started_at="25:00")
    assert answer.status_code == 409
    assert "From the phone." in answer.json["panel"] and "Started" not in answer.json["panel"]
    assert note_in(dana, session)["data"] == "From the laptop."


def test_a_signed_note_takes_no_part_of_what_is_sent(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana), signed=True)
    before = everything(dana, session)
    answer = autosave(dana, session, data="Too late.", started_at="25:00")
    assert answer.status_code == 422 and "version" not in answer.json
    assert "signed and never changes" in answer.json["errors"][""]
    assert everything(dana, session) == before


def test_a_page_to_be_mended_has_every_section_to_go_on_writing_in(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana), goal="To argue less at the door.")
    answer = keep(dana, session, stopped_at="15:00", data="Typed.", plan="Also typed.")
    for written in ("Typed.", "Also typed.", "To argue less at the door."):
        assert f"{written}</textarea>" in answer.text
    odd = keep(dana, session, format="haiku", data="Typed.", version="2")
    assert odd.status_code == 422 and "Typed.</textarea>" in odd.text


def test_a_session_of_tomorrow_is_an_appointment(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    tomorrow = (today() + timedelta(days=1)).isoformat()
    answer = autosave(dana, session, held_on=tomorrow)
    assert answer.status_code == 422
    assert answer.json["errors"] == {
        "held_on": "A session that has not taken place yet is an appointment."
    }


def test_times_may_be_left_for_later(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    assert keep(dana, session, started_at="", stopped_at="").status_code == 303
    with in_the_name_of(dana):
        kept = db.session.get_one(TherapySession, session.id)
        assert (kept.started_at, kept.stopped_at) == (None, None)


def test_the_note_redraws_in_the_format_that_was_chosen(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    autosave(dana, session, format="birp", assessment="Kept words.")
    redrawn = dana.get(f"{session.url}/sections").text
    assert "Behavior" in redrawn and "Intervention" in redrawn
    assert "Kept words." in redrawn


def test_the_service_refuses_what_the_form_could_not_send(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    with in_the_name_of(dana):
        found = db.session.get_one(TherapySession, session.id)
        words, now = NoteWords("dap", {"data": "New."}), clock.now()
        for changes, field in (
            ({"held_on": today() + timedelta(days=1)}, "held_on"),
            ({"held_on": today().replace(year=1949)}, "held_on"),
            ({"stopped_at": time(15)}, "stopped_at"),
            ({"kind": "picnic"}, "kind"),
            ({"modality": "carrier pigeon"}, "kind"),
        ):
            with pytest.raises(Refused) as refused:
                save(found, facts_of(found, **changes), words, 1, today(), now)
            assert refused.value.field == field
        for odd in (NoteWords("haiku", {}), NoteWords("dap", {"diagnosis": "x"})):
            with pytest.raises(Refused):
                save(found, facts_of(found), odd, 1, today(), now)
        with pytest.raises(Conflict):
            save(found, facts_of(found), words, 7, today(), now)


def test_a_note_of_a_hundred_thousand_characters_is_kept_whole(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    text = ("שלום, she said 👩‍👩‍👧. Że też. " * 5_000)[:99_999] + "."
    assert keep(dana, session, data=text).status_code == 303
    assert note_in(dana, session)["data"] == text
    assert text in html.unescape(dana.get(session.url).text)
