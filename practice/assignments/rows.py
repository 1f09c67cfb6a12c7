"""Rows of prescribed homework, as prepared queries give them: to be shown, not changed."""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from practice.access.prepared import ClientRow
from practice.assignments.models import Assignment


@dataclass(frozen=True, slots=True)
class AssignmentRow(ClientRow):
    """A row of an assignment without its wording, which is long; the columns are `Assignment`'s."""

    session_id: int | None
    by_user_id: int
    slug: str
    for_whom: str
    title: str
    given_on: date
    due_on: date
    dose: int
    days: int
    place_and_time: str
    anchor: str
    expected_obstacle: str
    if_then: str
    confidence_a: int | None
    confidence_b: int | None
    personal_word: str
    safety_reason: str
    code_a: str
    code_b: str
    once: str | None


@dataclass(frozen=True, slots=True)
class WordedAssignmentRow(AssignmentRow):
    """A row of an assignment with the wording that was frozen when it was given."""

    wording: dict[str, Any]


#: What may be shown of an assignment, and what may be printed of one.
AnyAssignment: TypeAlias = Assignment | AssignmentRow
WordedAssignment: TypeAlias = Assignment | WordedAssignmentRow
