"""Whose couple it is: every query is narrowed, and no record crosses from one file to another."""

from collections.abc import Callable
from dataclasses import astuple, dataclass, make_dataclass
from typing import Any

import pytest
from sqlalchemy import (
    String,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    text,
    union,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased, joinedload, selectinload

from practice.access.expressions import in_list
from practice.access.guard import UNSCOPED, CrossedCaseload, NoCaseload, Unguarded, caseload_of
from practice.access.load import get_or_404
from practice.access.prepared import PreparedQuery
from practice.access.records import (
    AuthorOnlyRecord,
    CaseloadRecord,
    ClientRecord,
    PracticeRecord,
    RestrictedRecord,
)
from practice.access.team import CareTeamMember
from practice.assignments.models import Assignment, Review
from practice.audit.service import act_as
from practice.couples.models import Appointment, Couple, Partner, SafetyScreen
from practice.database.base import Base, db
from practice.database.triggers import drop_triggers
from practice.identity.models import User
from practice.sessions.models import (
    ProgressNote,
    Sighting,
    TherapySession,
)
from practice.settings import ROOT
from tests.browser import Browser
from tests.factories import (
    ACouple,
    AnAssignment,
    ASession,
    a_couple,
    a_review,
    a_session,
    an_appointment,
    an_assignment,
    in_the_name_of,
    today,
)

Other, OtherCouple = aliased(Partner), aliased(Couple)
names = select(Partner.first_name)

#: Ways to ask for something of a couple, each of which must find nothing of somebody else's.
QUERIES: dict[str, Any] = {
    "an entity": select(Couple),
    "a column": names,
    "a labelled column": select(Partner.first_name.label("x")),
    "several entities": select(TherapySession, ProgressNote).join(
        ProgressNote, ProgressNote.session_id == TherapySession.id
    ),
    "a join": select(Couple.id).join(Partner, Partner.couple_id == Couple.id),
    "an outer join from it": select(Partner.first_name, Sighting.id).outerjoin(
        Sighting, Sighting.couple_id == Partner.couple_id
    ),
    "an alias": select(OtherCouple),
    "an alias's column": select(Other.first_name).where(Other.letter == "a"),
    "two aliases": select(Other.first_name, OtherCouple.id).join(
        OtherCouple, OtherCouple.id == Other.couple_id
    ),
    "what the team shares": select(User.name)
    .join(CareTeamMember, CareTeamMember.user_id == User.id)
    .join(Couple, Couple.id == CareTeamMember.couple_id),
    "a user next to it": select(User.name, Partner.first_name).join(
        Partner, Partner.practice_id == User.practice_id
    ),
    "a function of it": select(func.coalesce(Partner.first_name, "x")),
    "a sum of texts": select(Partner.first_name + Partner.last_name),
    "a case": select(case((Partner.first_name == "Maya", 1), else_=0)),
    "a cast": select(cast(Partner.id, String)),
    "a constant from it": select(literal(1)).select_from(Partner),
    "a subquery": select(names.subquery().c.first_name),
    "a common table": select(names.cte().c.first_name),
    "a union": union(names, select(Partner.last_name)),
    "a question of others": select(User.name).where(exists().where(Partner.first_name == "Maya")),
    "an id out of a list": select(Couple.id).where(Couple.id.in_([1, 2, 3])),
    "an id in a subquery": select(User.id).where(select(Couple.id).exists()),
    "text in its condition": select(Partner).where(text("first_name = 'Maya'")),
    "with its partners": select(Couple).options(selectinload(Couple.partners)),
    "with its couple": select(Partner).options(joinedload(Partner.couple)),
    "distinct and grouped": select(Partner.letter).group_by(Partner.letter).distinct(),
}
COUNTS: dict[str, Any] = {
    "count from": select(func.count()).select_from(Couple),
    "count of": select(func.count(Partner.id)),
    "count of an alias": select(func.count(OtherCouple.id)),
    "count of a subquery": select(func.count()).select_from(names.subquery()),
}


@dataclass(frozen=True)
class File:
    """A couple's file with something of every kind in it."""

    couple: ACouple
    session: ASession
    assignment: AnAssignment
    appointment: int


@pytest.fixture
def file(dana: Browser) -> File:
    """Dana's."""
    return a_file(dana)


def a_file(of: Browser, **couple: Any) -> File:
    """A file on someone's caseload."""
    made = a_couple(of=of, **couple)
    session = a_session(of, made, seen=("busyness",), signed=True)
    assignment = an_assignment(of, made)
    a_review(of, assignment)
    return File(made, session, assignment, an_appointment(of, made))


def test_no_query_however_written_reaches_anothers_couple(
    dana: Browser, noor: Browser, stranger: Browser, file: File
) -> None:
    for other in (noor, stranger):
        with in_the_name_of(other):
            for way, query in QUERIES.items():
                assert db.session.execute(query).all() == [], way
            for way, query in COUNTS.items():
                assert db.session.scalar(query) == 0, way
            assert db.session.get(Couple, file.couple.id) is None
            worst = select(User.id, names.limit(1).scalar_subquery())
            assert {found for _, found in db.session.execute(worst)} == {None}
    with in_the_name_of(dana):
        for way, query in QUERIES.items():
            assert db.session.execute(query).all(), way
        for way, query in COUNTS.items():
            assert db.session.scalar(query), way


def test_each_sees_their_own_by_the_same_query_in_turn(
    dana: Browser, noor: Browser, file: File
) -> None:
    theirs = a_couple(of=noor, a="Ana Ruiz", b="Bo Lind")
    for _ in range(2):
        for browser, couple in ((dana, file.couple), (noor, theirs)):
            with in_the_name_of(browser):
                assert db.session.scalars(select(Couple.id)).all() == [couple.id]


def test_without_a_caseload_there_is_nothing_to_read(dana: Browser, file: File) -> None:
    with dana.app.app_context():
        for query in (select(Couple), names, select(func.count(Partner.id)), select(OtherCouple)):
            with pytest.raises(NoCaseload):
                db.session.execute(query)
        for way, query in QUERIES.items():
            try:
                assert db.session.execute(query).all() == [], way
            except NoCaseload:
                continue
        assert db.session.scalar(COUNTS["count from"]) == 0


@pytest.mark.parametrize(
    "ask",
    [
        lambda: select(Partner).from_statement(text("SELECT * FROM partner")),
        lambda: select(exists().where(Partner.first_name == "Maya")),
        lambda: insert(Sighting).values(couple_id=1, session_id=1, obstacle="screens"),
    ],
    ids=["raw text as entities", "a bare question", "a bulk insert"],
)
def test_what_cannot_be_narrowed_is_refused_even_to_ones_own(
    dana: Browser, file: File, ask: Callable[[], Any]
) -> None:
    with in_the_name_of(dana), pytest.raises(Unguarded):
        db.session.execute(ask())


def prepared(query: Any) -> PreparedQuery[Any] | None:
    """The same asked as a page does; None where whole records are asked for, or not plainly."""
    try:
        columns = [one.label(f"column_{at}") for at, one in enumerate(query.selected_columns)]
        row = make_dataclass("Row", [(column.key, Any) for column in columns])
        if any(found["expr"] is found["entity"] for found in query.column_descriptions):
            return None
        made = PreparedQuery(row, query.with_only_columns(*columns, maintain_column_froms=True))
        return made if made.compiled_for(db.engine.dialect) else None
    except (AttributeError, Unguarded):
        return None


def test_what_a_page_asks_is_narrowed_anew_to_whoever_asks(
    dana: Browser, noor: Browser, stranger: Browser, file: File
) -> None:
    with dana.app.app_context():
        asked = {way: prepared(query) for way, query in (QUERIES | COUNTS).items()}
    questions = {way: question for way, question in asked.items() if question}
    assert {"a column", "a join", "two aliases", "count of a subquery"} <= questions.keys()
    for _ in range(2):
        with in_the_name_of(dana):
            for way, question in questions.items():
                by_the_guard = db.session.execute((QUERIES | COUNTS)[way]).all()
                found = [astuple(row) for row in question.rows()]
                assert found == [tuple(row) for row in by_the_guard] != [], way
        for other in (noor, stranger):
            with in_the_name_of(other):
                for way, question in questions.items():
                    assert [astuple(row) for row in question.rows()] in ([], [(0,)]), way


@dataclass(frozen=True)
class FirstName:
    """A row of a partner's first name."""

    first_name: str


def test_a_page_asks_for_columns_of_an_open_caseload_only(dana: Browser, file: File) -> None:
    first_names = PreparedQuery(
        FirstName, select(Partner.first_name).where(Partner.letter == bindparam("letter"))
    )
    with dana.app.app_context(), pytest.raises(NoCaseload):
        first_names.rows(letter="a")
    with in_the_name_of(dana):
        assert first_names.first(letter="a") == FirstName("Maya")
        with pytest.raises(KeyError):
            first_names.rows()
        with pytest.raises(Unguarded):
            PreparedQuery(FirstName, select(User.name.label("first_name"))).rows()


def test_a_page_is_told_what_this_request_has_just_changed(dana: Browser, file: File) -> None:
    first_names = PreparedQuery(
        FirstName, select(Partner.first_name).where(in_list(Partner.letter, "letters"))
    )
    with in_the_name_of(dana):
        db.session.scalars(select(Partner).filter_by(letter="a")).one().first_name = "May"
        assert first_names.rows(letters=["a", "x"]) == [FirstName("May")]
        assert first_names.rows(letters=[]) == []


def test_nobody_changes_or_removes_anothers_record(
    dana: Browser, noor: Browser, file: File
) -> None:
    with in_the_name_of(noor):
        for statement in (
            update(Couple).values(strengths="x"),
            update(Partner).where(Partner.letter == "a").values(first_name="x"),
            delete(Review),
            delete(Sighting).where(Sighting.id > 0),
        ):
            assert db.session.execute(statement).rowcount == 0  # type: ignore[attr-defined]
    with in_the_name_of(dana):
        assert db.session.execute(update(Partner).values(pronouns="they")).rowcount == 2  # type: ignore[attr-defined]
        assert len(db.session.scalars(select(Review)).all()) == 1


def test_what_is_asked_beyond_the_caseload_says_so(noor: Browser, file: File) -> None:
    asked = select(func.count(Partner.id)).execution_options(**{UNSCOPED: True})
    with in_the_name_of(noor):
        assert db.session.scalar(asked) == 2


def test_whoever_leaves_the_care_team_sees_nothing_from_then_on(dana: Browser, file: File) -> None:
    with in_the_name_of(dana):
        assert db.session.scalars(select(Couple.id)).all() == [file.couple.id]
        db.session.execute(delete(CareTeamMember))
        assert db.session.scalars(select(Couple.id)).all() == []


def test_every_table_of_a_couple_is_under_the_guard() -> None:
    """A table with a couple in it is a caseload record, but for the guard's own and the log."""
    for mapper in Base.registry.mappers:
        if "couple_id" in mapper.columns and mapper.class_.__tablename__ not in (
            "care_team_member",
            "audit_event",
            "emergency_access",  # the owner reviews it without opening the file
        ):
            assert issubclass(mapper.class_, CaseloadRecord), mapper
        if "author_id" in mapper.columns:
            assert issubclass(
                mapper.class_, AuthorOnlyRecord | RestrictedRecord | PracticeRecord
            ), mapper


def crossing(file: File) -> list[Base]:
    """New records that somebody might want to put into this file."""
    couple, session = file.couple.id, file.session.id
    return [
        Sighting(couple_id=couple, session_id=session, obstacle="screens"),
        Partner(couple_id=couple, letter="a", first_name="x"),
        Review(couple_id=couple, assignment_id=file.assignment.id, by_whom="b"),
    ]


def store(of: Browser, record: Base) -> None:
    """Put a new record into the database in someone's name."""
    with in_the_name_of(of):
        db.session.add(record)


def test_nothing_new_is_put_into_anothers_file(
    dana: Browser, noor: Browser, stranger: Browser, file: File
) -> None:
    for other in (noor, stranger):
        for record in crossing(file):
            with pytest.raises(CrossedCaseload):
                store(other, record)
    with dana.app.app_context():
        db.session.add(Sighting(couple_id=file.couple.id, session_id=1, obstacle="screens"))
        with pytest.raises(CrossedCaseload):
            db.session.flush()


def test_no_record_is_given_to_another_practice(
    dana: Browser, stranger: Browser, file: File
) -> None:
    with pytest.raises(CrossedCaseload):
        store(dana, Couple(practice_id=stranger.practice_id, opened_on=today()))


@pytest.mark.parametrize("model", [SafetyScreen, Appointment, Partner])
def test_no_record_moves_to_another_file(
    dana: Browser, file: File, model: type[ClientRecord]
) -> None:
    second = a_couple(of=dana, a="Ana Ruiz", b="Bo Lind")
    with dana.app.app_context(), caseload_of(dana.user_id, dana.practice_id):
        record = db.session.scalars(select(model).filter_by(couple_id=file.couple.id)).first()
        assert record
        record.couple_id = second.id
        with pytest.raises(CrossedCaseload):
            db.session.flush()


def test_finding_answers_404_for_what_is_not_within_the_file(dana: Browser, file: File) -> None:
    second = a_file(dana, a="Ana Ruiz", b="Bo Lind")
    with dana.app.test_request_context():
        act_as(dana.practice_id, dana.user_id)
        assert get_or_404(TherapySession, file.session.id, couple_id=file.couple.id)
        for couple_id in (second.couple.id, 0, -1):
            with pytest.raises(Exception, match="404"):
                get_or_404(TherapySession, file.session.id, couple_id=couple_id)


def references(model: type[Base]) -> list[tuple[str, str]]:
    """(column, table it points to) of every reference a table holds inside its file or practice."""
    found = []
    for constraint in model.__table__.foreign_key_constraints:  # type: ignore[attr-defined]
        if len(constraint.column_keys) == 2:
            found.append((constraint.column_keys[1], constraint.referred_table.name))
    return found


CLIENT_TABLES = sorted(
    (
        mapper.class_
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, ClientRecord) and hasattr(mapper.class_, "__tablename__")
    ),
    key=lambda model: model.__tablename__,
)


def test_the_database_refuses_a_reference_into_another_file_or_practice(
    dana: Browser, noor: Browser, stranger: Browser
) -> None:
    """Every two-part key of every table, tried with a row of another couple and another practice."""
    ours, other = a_file(dana), a_file(dana, a="Ana Ruiz", b="Bo Lind")
    theirs = a_file(stranger, a="Ida Fox", b="Una Gray")
    assert (ours.couple.id, other.couple.id, theirs.couple.id) == (1, 2, 3)
    tried = set()
    with dana.app.app_context():
        connection = db.session.connection()
        drop_triggers(connection)
        for model in CLIENT_TABLES:
            table = model.__tablename__
            mine = connection.exec_driver_sql(
                f"SELECT id FROM {table} WHERE couple_id = {ours.couple.id} LIMIT 1"
            ).scalar()
            if mine is None:
                continue
            for column, referred in references(model):
                for far in (
                    'SELECT id FROM "user" WHERE practice_id <> 1'
                    if referred == "user"
                    else f"SELECT id FROM {referred} WHERE practice_id <> 1"
                    if referred == "couple"
                    else f"SELECT id FROM {referred} WHERE couple_id <> {ours.couple.id}",
                ):
                    with (
                        pytest.raises(IntegrityError, match=r"(?i)foreign key|unique"),
                        connection.begin_nested(),
                    ):
                        connection.exec_driver_sql(
                            f"UPDATE {table} SET {column} = ({far} LIMIT 1) WHERE id = {mine}"
                        )
                    tried.add((table, column))
    assert len(tried) > 12
    assert {
        ("sighting", "session_id"),
        ("review", "assignment_id"),
        ("partner", "couple_id"),
    } <= tried


def test_the_database_refuses_a_new_row_that_mixes_two_files(dana: Browser) -> None:
    ours, other = a_couple(of=dana), a_couple(of=dana, a="Ana Ruiz", b="Bo Lind")
    rows = {"practice": dana.practice_id, "ours": ours.id, "far": a_session(dana, other).id}
    mixed = (
        "INSERT INTO sighting (practice_id, couple_id, session_id, obstacle, who, strength, words)"
        " VALUES (:practice, :ours, :far, 'screens', '', 0, '')",
        "INSERT INTO psychotherapy_note"
        " (practice_id, couple_id, author_id, session_id, text, version, saved_at)"
        " VALUES (:practice, :ours, 1, :far, '', 1, '2026-01-01 00:00:00')",
        "INSERT INTO secrets_policy (practice_id, couple_id, kind, in_force_from)"
        " VALUES (:practice + 1, :ours, 'limited', '2026-01-01')",
        "INSERT INTO care_team_member (practice_id, couple_id, user_id, joined_at)"
        " VALUES (:practice, :ours, 999, '2026-01-01 00:00:00')",
    )
    with dana.app.app_context():
        for statement in mixed:
            with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
                db.session.execute(text(statement), rows)
            db.session.rollback()


def test_assignments_of_two_files_never_mix(dana: Browser, file: File) -> None:
    second = a_file(dana, a="Ana Ruiz", b="Bo Lind")
    with in_the_name_of(dana):
        found = db.session.scalars(select(Assignment.id).filter_by(couple_id=second.couple.id))
        assert found.all() == [second.assignment.id]


def test_a_query_goes_past_the_guard_through_the_doors_alone() -> None:
    """A new one is a named function in practice/access/doors.py, with its reason."""
    for file in (ROOT / "practice").rglob("*.py"):
        if file.parent.name != "access":
            text = file.read_text("utf-8")
            assert "UNSCOPED" not in text and "doors.unscoped" not in text, file
