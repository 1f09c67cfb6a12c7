"""The audit log only grows, in one chain, and tells when it was tampered with."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask, abort
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from practice.access.guard import caseload_of
from practice.access.load import get_or_404
from practice.audit import service as audit
from practice.audit.models import AuditEvent
from practice.audit.service import BEGINNING, Verdict, log_view, record, verify, write_apart
from practice.couples.models import Couple
from practice.database.base import db
from practice.database.triggers import drop_triggers
from practice.database.unit_of_work import reading
from tests.browser import Browser
from tests.databases import Databases, table_names
from tests.factories import a_couple, a_practice, a_session, a_user, in_the_name_of, kept


def check(app: Flask) -> Verdict:
    """Walk the chain."""
    with app.app_context(), reading() as connection:
        return verify(connection, app.config["AUDIT_KEY"])


def log_of(app: Flask) -> list[tuple[str, str]]:
    """Every line's verb and subject, in order."""
    with app.app_context():
        rows = db.session.execute(
            select(AuditEvent.verb, AuditEvent.subject).order_by(AuditEvent.seq)
        )
        return [(verb, subject) for verb, subject in rows]


def by_force(app: Flask, *statements: str) -> None:
    """Change the log as someone could who has the key and drops the triggers."""
    with kept(app):
        drop_triggers(db.session.connection())
        for statement in statements:
            db.session.execute(text(statement))


@pytest.fixture
def written(dana: Browser) -> Flask:
    """An installation in which something has happened."""
    a_session(dana, a_couple(of=dana), signed=True)
    return dana.app


def test_the_chain_of_a_days_work_holds(written: Flask) -> None:
    verdict = check(written)
    assert verdict.fault is None
    assert verdict.events == len(log_of(written)) > 10
    assert len(verdict.head) == 64


def test_an_empty_log_holds(new_app: Flask) -> None:
    assert check(new_app) == Verdict(0, BEGINNING, None)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET verb = 'nothing' WHERE seq = 3",
        "UPDATE audit_event SET seq = 999 WHERE seq = 3",
        "DELETE FROM audit_event WHERE seq = 3",
        "DELETE FROM audit_event",
        "INSERT INTO audit_event SELECT * FROM audit_event WHERE seq = 3"
        " ON CONFLICT (seq) DO UPDATE SET verb = 'nothing'",
    ],
)
def test_the_database_refuses_to_change_or_remove_a_line(written: Flask, statement: str) -> None:
    with written.app_context(), pytest.raises(DatabaseError, match="the audit log only grows"):
        db.session.execute(text(statement))
    assert check(written).fault is None


#: What takes rows away in words that only one engine knows.
IN_ITS_OWN_WORDS = {
    "sqlite": "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event WHERE seq = 3",
    "postgresql": "TRUNCATE audit_event",
}


def test_the_database_refuses_the_same_in_its_own_words(
    written: Flask, databases: Databases
) -> None:
    test_the_database_refuses_to_change_or_remove_a_line(
        written, IN_ITS_OWN_WORDS[databases.dialect]
    )


@pytest.mark.parametrize(
    "column",
    [
        "verb = 'nothing'",
        "subject = 'couple:99'",
        "user_id = NULL",
        "practice_id = NULL",
        "couple_id = 99",
        "at = '2020-01-01 00:00:00'",
        "detail = '{\"fields\": []}'",
        "digest = previous",
    ],
)
def test_a_line_changed_by_force_is_found(written: Flask, column: str) -> None:
    by_force(written, f"UPDATE audit_event SET {column} WHERE seq = 3")
    assert check(written).fault == "Event 3 was changed after it was written."
    assert check(written).events == 2


def test_a_line_cut_out_is_found(written: Flask) -> None:
    by_force(written, "DELETE FROM audit_event WHERE seq = 3")
    assert check(written).fault == "Event 3 is missing."


def test_a_line_cut_out_and_the_rest_moved_up_is_found(written: Flask) -> None:
    by_force(
        written,
        "DELETE FROM audit_event WHERE seq = 3",
        "UPDATE audit_event SET seq = seq - 1 WHERE seq > 3",
    )
    assert check(written).fault == "Event 3 does not follow the one before it."


def test_a_line_put_in_by_hand_is_found(written: Flask) -> None:
    by_force(
        written,
        "INSERT INTO audit_event (seq, at, verb, subject, detail, previous, digest) "
        "SELECT seq + 1, at, 'viewed', 'couple:1', '{}', digest, digest "
        "FROM audit_event ORDER BY seq DESC LIMIT 1",
    )
    assert "was changed after it was written" in (check(written).fault or "")


def test_the_chain_cannot_be_checked_or_forged_with_another_key(written: Flask) -> None:
    with written.app_context(), reading() as connection:
        assert verify(connection, b"another key").fault == (
            "Event 1 was changed after it was written."
        )


def test_the_key_of_the_chain_is_nowhere_in_the_database(written: Flask) -> None:
    key = written.config["AUDIT_KEY"]
    with written.app_context():
        connection = db.session.connection()
        for table in table_names(connection):
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"').fetchall():
                said = repr(row)
                assert key.hex() not in said and repr(key)[2:-1] not in said


def test_a_request_that_is_discarded_leaves_its_look_and_not_its_change(dana: Browser) -> None:
    couple = a_couple(of=dana)

    def half_done(couple_id: int) -> str:
        file = get_or_404(Couple, couple_id)
        log_view("viewed", file)
        file.strengths = "A change that must not stay."
        record("half-done", file)
        db.session.flush()
        abort(409)

    dana.app.view_functions["sessions.start"] = half_done
    before = len(log_of(dana.app))
    assert dana.post(f"/couples/{couple.id}/sessions").status_code == 409
    assert log_of(dana.app)[before:] == [("viewed", f"couple:{couple.id}")]
    with in_the_name_of(dana):
        assert db.session.get_one(Couple, couple.id).strengths == ""
    assert check(dana.app).fault is None


def test_a_change_and_its_line_are_written_together(dana: Browser) -> None:
    couple = a_couple(of=dana)
    before = len(log_of(dana.app))
    with in_the_name_of(dana):
        db.session.get_one(Couple, couple.id).strengths = "They laugh."
    assert log_of(dana.app)[before:] == [("changed", f"couple:{couple.id}")]
    with dana.app.app_context():
        last = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
        assert last and last.detail == {"fields": ["strengths"]}
        assert (last.user_id, last.couple_id) == (dana.user_id, couple.id)


def test_a_refusal_is_written_though_the_request_came_to_nothing(
    dana: Browser, noor: Browser
) -> None:
    couple = a_couple(of=dana)
    before = len(log_of(dana.app))
    assert noor.get(f"/couples/{couple.id}").status_code == 404
    assert noor.get("/couples/424242").status_code == 404
    assert log_of(dana.app)[before:] == [
        ("refused", f"couple:{couple.id}"),
        ("refused", "couple:424242"),
    ]
    with dana.app.app_context():
        newest = select(AuditEvent).order_by(AuditEvent.seq.desc())
        last = db.session.scalars(newest).first()
        assert last and (last.user_id, last.practice_id) == (noor.user_id, noor.practice_id)


def test_a_colleagues_guess_reads_the_same_as_a_file_that_never_was(
    dana: Browser, noor: Browser
) -> None:
    couple = a_couple(of=dana)
    theirs, nobodys = noor.get(f"/couples/{couple.id}"), noor.get("/couples/424242")
    assert theirs.text == nobodys.text
    assert theirs.headers.get("Content-Length") == nobodys.headers.get("Content-Length")


def test_many_who_write_at_once_make_one_chain(app: Flask) -> None:
    person = a_user(app, a_practice(app, "Busy Street"), name="Ada Quick")

    def work(number: int) -> None:
        for turn in range(25):
            with app.app_context():
                if turn % 2:
                    write_apart([audit.AuditEntry("said", f"{number}:{turn}")])
                else:
                    with caseload_of(person.user_id, person.practice_id):
                        record("said", f"{number}:{turn}")
                        db.session.commit()
                db.session.remove()

    before = len(log_of(app))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    verdict = check(app)
    assert verdict.fault is None
    said = [subject for verb, subject in log_of(app)[before:] if verb == "said"]
    assert len(said) == 200 and verdict.events == before + 200
    for number in range(8):
        own = [one for one in said if one.startswith(f"{number}:")]
        assert own == [f"{number}:{turn}" for turn in range(25)]
    with app.app_context():
        heads = db.session.scalars(select(AuditEvent.previous)).all()
        assert len(set(heads)) == len(heads), "no line was followed twice"


def test_two_lines_can_never_follow_the_same_one(written: Flask) -> None:
    with written.app_context(), pytest.raises(DatabaseError, match=r"(?i)unique"):
        db.session.execute(
            text(
                "INSERT INTO audit_event (seq, at, verb, subject, detail, previous, digest) "
                "SELECT 999, at, verb, subject, detail, previous, digest FROM audit_event LIMIT 1"
            )
        )
