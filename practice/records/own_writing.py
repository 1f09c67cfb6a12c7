"""An author's own homework and courses in a copy: what they have not shared, and their drafts.

They go with the author's own (`own_copy`) and come back for them alone (`own_writing_intake`); what
is shared is in the copy of everything.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from practice.courses.models import CustomCourse
from practice.database.base import db
from practice.identity.models import User
from practice.library import custom
from practice.library.models import OWN, CustomHomework
from practice.records.export_schema import in_json, plain

Row = dict[str, Any]


@dataclass(frozen=True)
class OwnWriting:
    """Homework and courses as they stand in own.json."""

    homework: list[Row] = field(default_factory=list)
    courses: list[Row] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.homework or self.courses)


def own_writing(author: User) -> OwnWriting:
    """What the author wrote and keeps to themselves: unshared homework and courses, and drafts.

    Of a homework that is shared, its draft alone.
    """
    mine = (
        select(CustomHomework)
        .where(CustomHomework.author_id == author.id)
        .order_by(CustomHomework.id)
    )
    told = [homework_told(one) for one in db.session.scalars(mine)]
    courses = select(CustomCourse).where(
        CustomCourse.author_id == author.id, CustomCourse.is_shared.is_(False)
    )
    return OwnWriting(
        [one for one in told if one["draft"] or not one["is_shared"]],
        [plain(one) for one in db.session.scalars(courses.order_by(CustomCourse.id))],
    )


def homework_told(homework: CustomHomework) -> Row:
    """One homework with its wordings, and its draft if there is one."""
    draft = custom.draft_of(homework)
    versions = [] if homework.is_shared else custom.versions_of(homework)
    return plain(homework) | {
        "versions": [plain(one) for one in versions],
        "draft": {"words": draft.words, "saved_at": in_json(draft.saved_at)}
        if draft.words is not None
        else None,
    }


def library_files(writing: OwnWriting) -> Iterator[tuple[str, str]]:
    """The newest wording of each homework as a file of the library's format: (name, text)."""
    for told in writing.homework:
        newest = max(told["versions"], key=lambda one: int(one["number"]), default=None)
        if newest is None:
            continue
        yield f"homework/{OWN}{told['id']}.md", newest["english"]
        if newest["spanish"] is not None:
            yield f"homework/{OWN}{told['id']}.es.md", newest["spanish"]
