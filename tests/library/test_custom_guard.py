"""A practice's own homework is seen by its author, by colleagues once shared, and by nobody else."""

from typing import Any

import pytest
from sqlalchemy import exists, select, text, update
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import aliased

from practice import clock
from practice.access.guard import CrossedCaseload, NoCaseload
from practice.database.base import db
from practice.identity.models import User
from practice.library.models import CustomHomework, CustomHomeworkDraft, CustomHomeworkVersion
from tests.browser import Browser
from tests.factories import in_the_name_of

QUERIES = {
    "entity": lambda: select(CustomHomework),
    "column": lambda: select(CustomHomework.id),
    "alias": lambda: select(aliased(CustomHomework).id),
    "version": lambda: select(CustomHomeworkVersion.english),
    "version by alias": lambda: select(aliased(CustomHomeworkVersion).english),
    "joined": lambda: select(CustomHomework.id, CustomHomeworkVersion.english).join(
        CustomHomeworkVersion, CustomHomeworkVersion.homework_id == CustomHomework.id
    ),
    "inside": lambda: select(User.id).where(exists(select(CustomHomework.id)), User.id == 1),
}


def one(of: Browser, shared: bool = False) -> int:
    """A homework of that user in the library, with a draft beside it; its id."""
    with in_the_name_of(of):
        now = clock.now()
        made = CustomHomework(author_id=of.user_id, version=1, is_shared=shared, made_at=now)
        db.session.add(made)
        db.session.flush()
        beside: dict[str, Any] = {"homework_id": made.id}
        db.session.add(
            CustomHomeworkVersion(
                **beside, number=1, english="x", author_id=of.user_id, made_at=now
            )
        )
        db.session.add(
            CustomHomeworkDraft(**beside, author_id=of.user_id, words={}, version=1, saved_at=now)
        )
        return made.id


def found(by: Browser, query: Any) -> int:
    """How many rows a query gives that user."""
    with in_the_name_of(by):
        return len(db.session.execute(query).all())


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_is_narrowed_to_who_sees_it(
    name: str, dana: Browser, noor: Browser, stranger: Browser
) -> None:
    kept_alone, shared = one(dana), one(dana, shared=True)
    assert kept_alone != shared
    most = 1 if name == "inside" else 2
    counts = [found(by, QUERIES[name]()) for by in (dana, noor, stranger)]
    assert counts == [most, 1, 0]


def test_a_draft_is_its_authors_alone(dana: Browser, noor: Browser) -> None:
    one(dana, shared=True)
    assert found(dana, select(CustomHomeworkDraft)) == 1
    assert found(noor, select(CustomHomeworkDraft)) == 0


def test_with_nobodys_caseload_open_there_is_nothing_to_read(dana: Browser) -> None:
    one(dana, shared=True)
    with dana.app.app_context(), pytest.raises(NoCaseload):
        db.session.execute(select(CustomHomework.id))


def test_a_change_to_many_reaches_only_what_one_sees(dana: Browser, noor: Browser) -> None:
    hidden = one(dana)
    with in_the_name_of(noor):
        db.session.execute(update(CustomHomework).values(archived_at=clock.now()))
    with in_the_name_of(dana):
        assert db.session.get_one(CustomHomework, hidden).archived_at is None


def test_none_is_given_to_another_practice_or_author(dana: Browser, stranger: Browser) -> None:
    mine = one(dana, shared=True)
    for name, other in (("practice_id", stranger.practice_id), ("author_id", stranger.user_id)):
        with pytest.raises(CrossedCaseload), in_the_name_of(dana):
            setattr(db.session.get_one(CustomHomework, mine), name, other)
    with pytest.raises(IntegrityError), in_the_name_of(dana):
        db.session.add(CustomHomework(author_id=stranger.user_id, version=0, made_at=clock.now()))


def test_the_database_keeps_versions_as_they_are(dana: Browser) -> None:
    one(dana)
    for change in (
        "UPDATE own_homework_version SET english = 'y'",
        "DELETE FROM own_homework_version",
    ):
        with pytest.raises(DatabaseError, match="never changed"), in_the_name_of(dana):
            db.session.execute(text(change))
