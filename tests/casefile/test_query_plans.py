"""Which way SQLite takes to the answers of the hot pages: by index, never through a whole table.

How long they take is measured by `bench/`; here stands what keeps them quick in a large practice.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text

from practice.database.base import db
from tests.browser import Browser
from tests.casefile.test_questions import a_known_couple, page_of

#: What may be read from its first row to its last: results of a question's own parts, and tables
#: that do not grow with the couples. Of the log only its end is read, backwards.
READ_WHOLE = ("anon_", "(join", "(subquery", "json_each", "roles_users", "role", "audit_event")


@contextmanager
def traced(browser: Browser) -> Iterator[list[str]]:
    """Every statement that reaches the database meanwhile, with its values in it.

    It listens to the connection that the next request is going to use.
    """
    with browser.app.app_context():
        pooled = db.engine.raw_connection()
        driver: Any = pooled.driver_connection
        pooled.close()
        heard: list[str] = []
        driver.set_trace_callback(heard.append)
        try:
            yield heard
        finally:
            driver.set_trace_callback(None)


@pytest.mark.parametrize("page", ["today", "file", "older", "session"])
def test_a_hot_page_reads_no_table_whole(dana: Browser, page: str) -> None:
    session = a_known_couple(dana)
    with traced(dana) as heard:
        assert dana.get(page_of(page, session)).status_code == 200
    with dana.app.app_context(), db.engine.connect() as connection:
        for statement in heard:
            if statement.startswith(("SELECT", "UPDATE", "DELETE")):
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
                whole = [row[3] for row in plan if row[3].startswith("SCAN")]
                assert all(step.split()[1].startswith(READ_WHOLE) for step in whole), statement


def test_the_newest_page_of_the_log_reads_no_more_than_it_shows(dana: Browser) -> None:
    with dana.app.app_context():
        plan = db.session.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT * FROM audit_event WHERE practice_id = 1 AND seq < 900 "
                "ORDER BY at DESC, seq DESC LIMIT 51"
            )
        )
        steps = " ".join(row[3] for row in plan)
    assert "ix_audit_event_practice" in steps and "TEMP B-TREE" not in steps
