"""What is written down of what is done, and what is never written: tokens, words, passwords."""

import logging

import pytest
from flask import Flask
from sqlalchemy import select, text

from practice.audit.models import AuditEvent
from practice.database.base import db
from practice.request_log import FORMAT, OneLine
from tests.browser import Browser
from tests.factories import a_couple, a_session, an_assignment
from tests.paper import lend_press
from tests.security.test_people import invited
from tests.sessions.forms import the_page


def verbs(app: Flask) -> set[str]:
    """Every kind of event in the log."""
    with app.app_context():
        return set(db.session.scalars(select(AuditEvent.verb)))


def test_s54_token_leak_the_link_of_an_invitation_is_written_nowhere(
    app: Flask, dana: Browser, visitor: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    link = invited(dana)
    token = link.rpartition("/")[2]
    page = visitor.get(link)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert token not in page.text.partition("</title>")[0]
    wrong = visitor.get(f"{link}x")
    assert wrong.status_code == 404 and token not in wrong.text
    assert token not in "\n".join(OneLine(FORMAT).format(one) for one in caplog.records)
    with app.app_context():
        for name in ("audit_event", "invitation", "sign_in_session"):
            assert token not in str(db.session.execute(text(f"SELECT * FROM {name}")).all())


def test_s55_audit_events_tell_who_came_who_looked_and_who_changed_what(
    app: Flask, dana: Browser, noor: Browser, visitor: Browser
) -> None:
    """The log is for the owner alone: tests/test_every_page.py, FOR_THE_OWNER."""
    lend_press(app)
    couple = a_couple(of=dana)
    session = a_session(dana, couple)
    dana.get(session.url)
    dana.post(session.url, **the_page(data="Other words."))
    dana.post(f"{session.url}/sign", **the_page(version="2", data="w", assessment="w", plan="w"))
    dana.get(f"{an_assignment(dana, couple).url}/handout-a.pdf")
    noor.get(session.url)
    visitor.post("/sign-in", email=dana.email, password="not the right one")
    dana.post("/practice/profile", name="Dana W.", note_format="dap", version="1")
    dana.sign_out()
    wanted = {"signed-in", "signed-out", "sign-in-failed", "refused", "viewed"}
    wanted |= {"created", "changed", "printed"}
    assert wanted <= verbs(app)
    with app.app_context():
        subjects = " ".join(db.session.scalars(select(AuditEvent.subject)))
    assert "note_signature:" in subjects, "a signature is a line of its own"
