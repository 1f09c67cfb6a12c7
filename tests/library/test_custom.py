"""Homework of the practice's own: written, put into the library, revised, shared, put away."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from practice.assignments.models import Assignment
from practice.assignments.service import wording_of
from practice.audit.models import AuditEvent
from practice.database.base import db
from practice.homework.custom_forms import TOO_LONG
from practice.library.builtin import builtin_homework
from practice.library.catalog import builtin_catalog
from practice.library.custom_words import words_of
from tests.browser import Browser
from tests.factories import a_couple, a_session, a_user, an_assignment, in_the_name_of, today
from tests.paper import words_on

LONGING = "from-complaint-to-longing"
FIELD = re.compile(r'name="version" type="hidden" value="(\d+)"')


def sent(words: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A form's fields as a browser sends them."""
    fields: dict[str, Any] = {}
    for name, value in {**words, **changes}.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for at, row in enumerate(value):
                fields |= {f"{name}-{at}-{key}": text for key, text in row.items()}
        else:
            fields[name] = value
    return fields


def longing(**changes: Any) -> dict[str, Any]:
    """The fields of a homework like one of the library, in both languages."""
    return sent(words_of(builtin_catalog().told[LONGING]), **changes)


def begin(of: Browser, once: str = "once", source: str = "") -> str:
    """Begin a homework; the address of its form."""
    answer = of.post("/homework/own", once=once, source=source)
    assert answer.status_code == 303
    return str(answer.location)


def version_in(page: str) -> str:
    """The version that a form carries."""
    found = FIELD.search(page)
    assert found
    return found[1]


def publish(of: Browser, form: str, **changes: Any) -> str:
    """Put a homework into the library; the address of its page."""
    version = version_in(of.get(form).text)
    answer = of.post(form, **longing(**changes), version=version, publish="1")
    assert answer.status_code == 303, re.findall(
        r"field__error[^>]*>(?:<svg.*?</svg>)?([^<]*)", answer.text
    )
    return str(answer.location)


def titles(of: Browser, asked: str = "ours=1") -> list[str]:
    """The titles that the library's page shows a user."""
    page = html.unescape(of.get(f"/homework?{asked}").text)
    return re.findall(r'<h2 class="serif"[^>]*><a [^>]*>([^<]+)', page)


def verbs(of: Browser) -> list[str]:
    """What the log says of the practice's own homework, in order."""
    with of.app.app_context():
        lines = select(AuditEvent.verb).where(AuditEvent.subject.contains("homework:"))
        return list(db.session.scalars(lines.order_by(AuditEvent.seq)))


def test_one_is_written_and_stands_in_the_library_beside_the_others(dana: Browser) -> None:
    page = publish(dana, begin(dana), title="Grumble, then ask")
    assert page == "/homework/own-1"
    shown = html.unescape(dana.get(page).text)
    assert "Grumble, then ask" in shown and "Version 1" in shown and "Only you" in shown
    assert titles(dana) == ["Grumble, then ask"]
    assert titles(dana, "q=grumbel")[0] == "Grumble, then ask"
    assert len(titles(dana, "")) == len(builtin_homework()) + 1
    assert "Del reclamo al anhelo" in titles(dana, "ours=1&language=es")


def test_make_it_ours_begins_with_every_word_of_the_original(dana: Browser) -> None:
    form = begin(dana, source=LONGING)
    answer = dana.post(form, version="1", publish="1", **longing())
    assert answer.status_code == 303
    original = builtin_homework()[LONGING]
    exported = dana.get("/homework/own-1/en.md").text
    assert exported == dana.get(f"/homework/{LONGING}/en.md").text
    assert (
        original.why in exported
        and "attachment" in dana.get("/homework/own-1/es.md").headers["Content-Disposition"]
    )


def test_beginning_twice_makes_one_and_an_empty_draft_is_taken_up_again(dana: Browser) -> None:
    assert begin(dana, "a", LONGING) == begin(dana, "a", LONGING)
    assert begin(dana, "b") == begin(dana, "c")


def test_a_draft_keeps_whatever_was_typed_and_only_its_author_sees_it(
    dana: Browser, noor: Browser
) -> None:
    form = begin(dana)
    kept = dana.post(form, headers={"X-Autosave": "1"}, title="Half a thou", version="1")
    assert kept.status_code == 200
    assert kept.json and kept.json["version"] == 2
    assert "Half a thou" in kept.json["parts"]["beside"]
    assert 'value="Half a thou"' in dana.get(form).text
    assert "Half a thou" in dana.get("/homework/own").text
    for address in (form, "/homework/own-1", "/homework/own-1/en.md"):
        assert noor.get(address).status_code == 404
    assert "Half a thou" not in noor.get("/homework/own").text
    assert titles(dana) == []


def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(dana: Browser) -> None:
    form = begin(dana)
    answer = dana.post(form, title="Kept words", promise="", version="1", publish="1")
    assert answer.status_code == 422
    for words in ("Give it a title.", "Say in a line", "Say what to do", "Choose what it builds"):
        assert (words in answer.text) == (words != "Give it a title."), words
    assert 'href="#steps-0-lead"' in answer.text and "Kept words" in answer.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"doses-0-minutes": "ten"}, "A number from 1 to 240."),
        ({"doses-0-minutes": "²"}, "A number from 1 to 240."),
        ({"doses-1-minutes": "02"}, "Choose another number."),
        ({"alone": ""}, "Say what one partner can do alone"),
        ({"asks": ["touch"], "care": "", "care_es": ""}, "Say how to stop"),
        ({"steps-2-lead_es": ""}, "Write this in Spanish too"),
        ({"steps-2-lead": ""}, "Say what to do, or take this step away."),
        ({"track-0-row": ""}, "Say what is marked"),
        ({"needs": ""}, "Write this in English too."),
        ({"who": "nobody"}, "Not a valid choice"),
        ({"teachings": ["nonsense"]}, "not a valid choice"),
        ({"questions": "Watch your hands."}, "Write each line as a question"),
        ({"questions": "Why?\n" * 5, "questions_es": "¿Y?\n" * 5}, "Keep it to 4 questions"),
        ({"questions_es": "¿Qué viste?"}, "Write as many questions as in English."),
        ({"questions_es": ""}, "Write this in Spanish too"),
        ({"solo_track-0-row": ""}, "Say what is marked"),
        ({"solo_why_es": ""}, "Write this in Spanish too"),
    ],
)
def test_a_homework_that_is_not_right_yet_stays_out_of_the_library(
    dana: Browser, changes: dict[str, Any], said: str
) -> None:
    form = begin(dana)
    answer = dana.post(form, **{**longing(), **changes}, version="1", publish="1")
    assert answer.status_code == 422
    assert said in html.unescape(answer.text)
    assert titles(dana) == []


def test_steps_are_added_taken_away_and_moved_without_scripts(dana: Browser) -> None:
    form = begin(dana)

    def leads() -> list[str]:
        return re.findall(r'name="steps-\d+-lead" type="text" value="([^"]*)"', dana.get(form).text)

    for change, expected in (
        ("add-steps", ["One.", "Two.", "Three.", ""]),
        ("up-steps-1", ["Two.", "One.", "Three."]),
        ("remove-steps-0", ["Two.", "Three.", ""]),
    ):
        version = version_in(dana.get(form).text)
        steps = {f"steps-{at}-lead": one for at, one in enumerate(("One.", "Two.", "Three."))}
        if change == "remove-steps-0":
            steps = {"steps-0-lead": "One.", "steps-1-lead": "Two.", "steps-2-lead": "Three."}
        answer = dana.post(form, **steps, version=version, change=change)
        assert answer.location == f"{form}#steps"
        assert leads() == expected


def test_two_windows_never_overwrite_each_other(dana: Browser) -> None:
    form = begin(dana)
    assert dana.post(form, title="First", version="1").status_code == 303
    for headers in ({}, {"X-Autosave": "1"}):
        answer = dana.post(form, headers=headers, title="Second", version="1")
        assert answer.status_code == 409
        assert "First" in answer.text and "Second" in answer.text
    assert 'value="First"' in dana.get(form).text
    version = version_in(dana.post(form, title="Second", version="1").text)
    assert dana.post(form, title="Second", version=version).status_code == 303
    assert 'value="Second"' in dana.get(form).text


def test_a_new_version_leaves_what_was_given_as_it_was(dana: Browser) -> None:
    form = begin(dana)
    publish(dana, form, title="As it was")
    couple = a_couple(of=dana)
    due_on = str(today() + timedelta(days=7))
    give = f"/couples/{couple.id}/give/own-1"
    assert dana.post(give, for_whom="couple", dose=2, days=0, due_on=due_on).status_code == 303
    publish(dana, form, title="As it is now")
    assert titles(dana) == ["As it is now"]
    with in_the_name_of(dana):
        given = db.session.scalars(select(Assignment)).one()
        assert wording_of(given).title == "As it was"
        assert wording_of(given, "es").language == "es"
    old = dana.get("/homework/own-1?version=1").text
    assert "As it was" in old and "This is version 1" in old
    assert dana.get("/homework/own-1?version=3").status_code == 404


def test_saving_the_same_again_makes_no_version(dana: Browser) -> None:
    form = begin(dana)
    publish(dana, form)
    publish(dana, form)
    assert "Version 2" not in dana.get("/homework/own-1").text


def test_sharing_lets_colleagues_use_it_and_nobody_elsewhere(
    dana: Browser, noor: Browser, stranger: Browser
) -> None:
    publish(noor, begin(noor), title="Of Noor")
    address = "/homework/own/1"
    assert titles(dana) == []
    assert dana.post(f"{address}/share", on="1").status_code == 404
    noor.post(f"{address}/share", on="1")
    assert titles(dana) == ["Of Noor"] and titles(stranger) == []
    assert "Noor Haddad" in dana.get("/homework/own-1").text
    assert stranger.get("/homework/own-1").status_code == 404
    assert dana.get(f"{address}/edit").status_code == 404
    assert dana.post(f"{address}/edit", title="Mine now", version="1").status_code == 404
    copy = begin(dana, source="own-1")
    assert "Of Noor" in dana.get(copy).text
    noor.post(f"{address}/share", on="0")
    assert titles(dana) == []


def test_its_author_or_the_owner_puts_it_away(dana: Browser, noor: Browser) -> None:
    publish(noor, begin(noor), title="Of Noor")
    publish(dana, begin(dana), title="Of Dana")
    for who, id_ in ((noor, 1), (dana, 2)):
        who.post(f"/homework/own/{id_}/share", on="1")
    noor.post("/homework/own/2/archive", on="1")
    assert titles(noor) == ["Of Dana", "Of Noor"]
    dana.post("/homework/own/1/archive", on="1")
    assert titles(noor) == ["Of Dana"]
    assert noor.get("/homework/own-1").status_code == 200
    couple = a_couple(of=noor)
    assert noor.get(f"/couples/{couple.id}/give/own-1").status_code == 404
    noor.post("/homework/own/1/archive", on="0")
    assert titles(noor) == ["Of Dana", "Of Noor"]


def test_it_is_suggested_like_any_other(dana: Browser) -> None:
    seen = ("screens", "routine", "walls-and-masks")
    publish(dana, begin(dana), serves=seen[0], also=list(seen[1:]))
    session = a_session(dana, a_couple(of=dana), seen=tuple((one, "both", 3) for one in seen))
    assert 'id="assign-own-1"' in dana.get(f"{session.url}/suggestions").text
    dana.post("/homework/own/1/archive", on="1")
    assert "own-1" not in dana.get(f"{session.url}/suggestions").text


def test_only_clinicians_write(app: Any, dana: Browser) -> None:
    desk = Browser(app, a_user(app, dana.practice_id, name="Sam Field", roles=("front desk",)))
    assert desk.post("/homework/own", once="x").status_code == 403
    assert desk.get("/homework/import").status_code == 403
    assert "Make it ours" not in desk.get(f"/homework/{LONGING}").text


def test_the_log_tells_what_was_done(dana: Browser) -> None:
    form = begin(dana)
    publish(dana, form)
    publish(dana, form, title="Another")
    dana.post("/homework/own/1/share", on="1")
    dana.get("/homework/own-1/en.md")
    dana.post("/homework/own/1/share", on="0")
    dana.post("/homework/own/1/archive", on="1")
    dana.post("/homework/own/1/archive", on="0")
    dana.post("/homework/own/1/discard")
    expected = "created published revised shared exported unshared archived restored discarded"
    assert verbs(dana) == expected.split()


def test_a_draft_thrown_away_is_gone_and_a_homework_stays(dana: Browser) -> None:
    form = begin(dana)
    dana.post(form, title="Not for long", version="1")
    assert dana.post(f"{form.removesuffix('/edit')}/discard").status_code == 303
    assert dana.get(form).status_code == 404
    other = begin(dana, "again")
    publish(dana, other, title="Stays")
    dana.post(other, **longing(title="Changed"), version=version_in(dana.get(other).text))
    dana.post(f"{other.removesuffix('/edit')}/discard")
    assert 'value="Stays"' in dana.get(other).text and titles(dana) == ["Stays"]


def test_far_too_much_in_one_field_waits_and_is_given_back(dana: Browser) -> None:
    form = begin(dana)
    answer = dana.post(form, why="word " * 20_000, title="Kept", version="1")
    assert answer.status_code == 422 and "longer than any sheet" in answer.text
    assert "word word word" in answer.text and version_in(answer.text) == "2"
    kept = dana.get(form).text
    assert 'value="Kept"' in kept and "word word" not in kept
    rows = {f"steps-{at}-lead": "x" for at in range(400)}
    assert dana.post(form, **rows, version="2").status_code == 303


@pytest.mark.parametrize("place", ["example", "steps-1-text", "track-0-row_es"])
def test_a_text_far_too_long_waits_and_all_others_save_themselves(
    dana: Browser, place: str
) -> None:
    form = begin(dana, source=LONGING)
    before = sent(words_of(builtin_catalog().told[LONGING]))[place]
    for version in (1, 2):
        words = longing(**{place: "far too long " * 9_000, "promise": f"Saved {version}"})
        answer = dana.post(form, headers={"X-Autosave": "1"}, **words, version=str(version))
        assert answer.status_code == 422
        assert answer.json["version"] == version + 1
        assert answer.json["errors"] == {place: TOO_LONG}
    page = html.unescape(dana.get(form).text)
    assert "Saved 2" in page and before in page and "far too long" not in page


def test_what_cannot_go_into_the_library_yet_is_kept_as_a_draft(dana: Browser) -> None:
    form = begin(dana, source=LONGING)
    answer = dana.post(form, **longing(title="Nearly there", promise=""), version="1", publish="1")
    assert answer.status_code == 422 and "Say in a line what it is for." in answer.text
    assert titles(dana) == []
    assert 'value="Nearly there"' in dana.get(form).text
    version = version_in(answer.text)
    again = dana.post(form, **longing(title="There"), version=version, publish="1")
    assert again.status_code == 303 and titles(dana) == ["There"]


def test_times_are_asked_for_only_where_they_tell_homeworks_apart(dana: Browser) -> None:
    assert 'name="time"' not in dana.get("/homework").text
    publish(dana, begin(dana), **{"doses-2-minutes": "45"})
    page = dana.get("/homework").text
    assert 'value="longer"' in page and 'value="10"' not in page


@pytest.mark.parametrize("time", ["2", "10", "20", "longer", "nonsense"])
def test_the_library_is_filtered_by_time(dana: Browser, time: str) -> None:
    form = begin(dana)
    publish(dana, form, title="A long one", **{"doses-2-minutes": "45", "doses-1-minutes": "15"})
    found = titles(dana, f"time={time}")
    assert ("A long one" in found) == (time != "10")
    assert (len(found) == 1) == (time == "longer")


def test_the_words_for_one_alone_are_shown_printed_and_may_be_left_out(dana: Browser) -> None:
    page = publish(dana, begin(dana), solo_title="A wish of mine", solo_title_es="Un deseo mío")
    shown = html.unescape(dana.get(page).text)
    solo = builtin_homework()[LONGING].solo
    assert all(words in shown for words in (solo.promise, solo.why, "A wish of mine"))
    assert all(question in shown for question in builtin_homework()[LONGING].questions)
    alone = an_assignment(dana, a_couple(of=dana), slug="own-1", for_whom="a")
    printed = words_on(dana.get(f"{alone.url}/handout-a.pdf").data)
    assert "A wish of mine" in printed and solo.promise in printed

    nothing = {name: "" for name in longing() if name.startswith(("solo_", "questions"))}
    bare = publish(dana, begin(dana, "b"), title="Bare", **nothing)
    assert "What is said to two is left out." in html.unescape(dana.get(bare).text)
    alone = an_assignment(dana, a_couple(of=dana), slug="own-2", for_whom="a")
    printed = words_on(dana.get(f"{alone.url}/handout-a.pdf").data)
    said_to_two = builtin_homework()[LONGING]
    assert "I did it" in printed and said_to_two.care in printed
    for words in (said_to_two.promise, said_to_two.if_hard, said_to_two.track[0].row):
        assert words not in printed
