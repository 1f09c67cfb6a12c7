"""Requests that no page of ours sends: they get little back, and leave their trace."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from practice.audit.models import AuditEvent
from practice.couples.models import Appointment, Couple, SafetyScreen
from practice.database.base import Base, db
from practice.errors import MOST_KEPT
from tests.browser import Browser
from tests.factories import a_couple, a_session, an_appointment, today

MANY = "a=b&" * 20_000
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def newest(app: Flask, verb: str) -> AuditEvent:
    """The last line of the log with that verb."""
    with app.app_context():
        lines = select(AuditEvent).filter_by(verb=verb).order_by(AuditEvent.seq.desc())
        return db.session.scalars(lines).first()


def how_many(app: Flask, model: type[Base]) -> int:
    """How many rows a table has."""
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model.__table__)) or 0


@pytest.mark.parametrize("address", ["/sign-in", "/no/such/page", "/couples/new"])
def test_an_error_page_is_never_a_hundred_times_what_was_sent(
    visitor: Browser, dana: Browser, address: str
) -> None:
    for browser in (visitor, dana):
        answer = browser.client.post(address, data=MANY, headers=FORM)
        assert len(answer.data) < 60_000
        assert answer.text.count("<textarea") <= MOST_KEPT


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]
)
def test_what_another_site_sends_is_not_given_back(
    visitor: Browser, headers: dict[str, str]
) -> None:
    answer = visitor.client.post("/sign-in", data={"words": "from elsewhere"}, headers=headers)
    assert answer.status_code == 403
    assert "from elsewhere" not in answer.text


def appoint(dana: Browser, couple_id: int) -> None:
    """Agree a time to meet, and leave before the next page tells of it."""
    meeting = {"at_time": "10:00", "minutes": "50", "modality": "office", "kind": "conjoint"}
    answer = dana.post(f"/couples/{couple_id}/appointments/new", on_day=str(today()), **meeting)
    assert answer.status_code == 303


def test_whoever_comes_after_a_sign_out_is_told_nothing(dana: Browser) -> None:
    appoint(dana, a_couple(dana, a="Zofia Okafor").id)
    dana.sign_out()
    assert dana.cookie == ""
    assert "Zofia" not in dana.get("/sign-in").text


def test_a_locked_screen_names_nobody_and_the_words_wait(dana: Browser) -> None:
    appoint(dana, a_couple(dana, a="Zofia Okafor").id)
    dana.post("/lock")
    assert "Zofia" not in dana.get("/password").text
    assert dana.person
    dana.post("/unlock", password=dana.person.password)
    assert "Next time with Zofia" in dana.get("/password").text


def test_a_colleague_who_tries_to_change_the_practice_leaves_a_line(
    app: Flask, noor: Browser
) -> None:
    noor.get("/practice")
    details = {"time_zone": "America/New_York", "paper": "a4", "idle_minutes": "60", "version": "1"}
    assert noor.post("/practice", practice_name="Noor’s", **details).status_code == 422
    line = newest(app, "refused")
    assert (line.subject, line.user_id) == (f"practice:{noor.practice_id}", noor.user_id)


def test_a_refusal_says_whose_file_was_tried(app: Flask, dana: Browser, noor: Browser) -> None:
    couple = a_couple(dana)
    session = a_session(dana, couple)
    for address in (f"/couples/{couple.id}", session.url):
        assert noor.get(address).status_code == 404
        assert newest(app, "refused").couple_id == couple.id


def test_the_log_says_which_couples_a_list_showed(app: Flask, dana: Browser) -> None:
    maya, rosa = a_couple(dana).id, a_couple(dana, "Rosa Lind", "Hal Lind").id
    dana.get("/couples")
    assert sorted(newest(app, "listed").detail["couples"]) == [maya, rosa]
    dana.post("/couples/search", q="rosa")
    assert newest(app, "searched").detail == {"couples": [rosa]}


def test_values_stay_out_of_what_the_database_complains_of(app: Flask) -> None:
    with app.app_context():
        assert db.engine.hide_parameters


@pytest.mark.parametrize("blank", [" ", "\t", "\u2028"])
def test_spaces_are_no_date(dana: Browser, blank: str) -> None:
    couple = a_couple(dana)
    answer = dana.post(f"/couples/{couple.id}/close", closed_on=blank)
    assert answer.status_code == 422
    assert "Enter the date" in answer.text


def test_a_form_that_names_no_version_overwrites_nothing(dana: Browser) -> None:
    couple = a_couple(dana)
    address = f"/couples/{couple.id}/appointments/{an_appointment(dana, couple)}"
    moved = {"at_time": "09:00", "minutes": "50", "modality": "office", "kind": "conjoint"}
    assert dana.post(address, on_day=str(today()), outcome="", **moved).status_code == 409


def screen(dana: Browser, couple_id: int, day: int) -> int:
    """Record a screen of that day with a form that has lost its mark."""
    found = {
        "asked_on": str(today() - timedelta(days=20 - day)),
        "seen_alone": "yes",
        "outcome": "none-known",
    }
    return dana.post(f"/couples/{couple_id}/partners/a/screen", once="", **found).status_code


def meet(dana: Browser, couple_id: int, day: int) -> int:
    """Agree a time with a form that has lost its mark."""
    meeting = {"at_time": "10:00", "minutes": "50", "modality": "office", "kind": "conjoint"}
    on_day = str(today().replace(day=day))
    address = f"/couples/{couple_id}/appointments/new"
    return dana.post(address, once="", on_day=on_day, **meeting).status_code


@pytest.mark.parametrize(("send", "model"), [(screen, SafetyScreen), (meet, Appointment)])
def test_two_forms_without_a_mark_are_two_records(
    app: Flask, dana: Browser, send: Callable[[Browser, int, int], int], model: type[Base]
) -> None:
    couple_id = a_couple(dana, screens=(None, None)).id
    assert [send(dana, couple_id, day) for day in (1, 2)] == [303, 303]
    assert how_many(app, model) == 2


def test_two_files_opened_without_a_mark_are_two_files(app: Flask, dana: Browser) -> None:
    for name in ("Ada", "Ben"):
        sent = {"a-first_name": name, "b-first_name": f"{name} too", "opened_on": "2026-01-02"}
        assert dana.post("/couples/new", once="", policy="no-secrets", **sent).status_code == 303
    assert how_many(app, Couple) == 2


def test_the_log_says_whose_file_a_name_was_tried_against(
    app: Flask, dana: Browser, noor: Browser
) -> None:
    couple = a_couple(dana, a="Vera Lind")
    sent = {"a-first_name": "Vera", "a-last_name": "Lind", "b-first_name": "Nobody"}
    answer = noor.post("/couples/new", opened_on="2026-01-02", policy="no-secrets", **sent)
    assert answer.status_code == 422
    line = newest(app, "recognised a name of")
    assert (line.couple_id, line.user_id) == (couple.id, noor.user_id)
