"""The mark of a form makes a double click one record, and nothing more than that."""

from datetime import timedelta

from sqlalchemy import select

from practice.assignments.models import Assignment
from practice.database.base import db
from tests.browser import Browser
from tests.factories import a_couple, today

TOGETHER = "a-friday-walk-with-no-agenda"
ALONE = "my-half-of-the-circle"


def give(browser: Browser, couple_id: int, slug: str, for_whom: str, **more: str) -> int:
    """Send the form of a homework, always with the same mark."""
    due_on = str(today() + timedelta(days=7))
    fields = {"for_whom": for_whom, "dose": 2, "days": 0, "once": "k1", "due_on": due_on}
    fields |= more
    return browser.post(f"/couples/{couple_id}/give/{slug}", **fields).status_code


def test_a_used_mark_is_no_way_past_the_safety_gate(dana: Browser) -> None:
    couple = a_couple(dana, screens=("coercive", "none-known")).id
    assert give(dana, couple, TOGETHER, "couple") == 422
    assert give(dana, couple, TOGETHER, "a") == 422
    assert give(dana, couple, TOGETHER, "a", safety_reason="She asked for it, alone.") == 303
    assert give(dana, couple, ALONE, "couple") == 303
    assert give(dana, couple, ALONE, "couple") == 303
    given = Assignment.__table__
    with dana.app.app_context():
        rows = db.session.execute(select(given.c.slug, given.c.for_whom)).all()
    assert sorted(map(tuple, rows)) == [(TOGETHER, "a"), (ALONE, "couple")]
