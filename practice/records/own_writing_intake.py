"""An author's own homework and courses that come back, for them alone."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from practice.access import doors
from practice.courses.models import CustomCourse
from practice.database.base import db
from practice.errors import Refused
from practice.identity.models import User
from practice.library.custom import check_written
from practice.library.models import OWN, CustomHomework, CustomHomeworkDraft, CustomHomeworkVersion
from practice.library.parse import Malformed
from practice.records.export_schema import columns_of
from practice.records.import_parse import Row, understood

#: What is set anew when a homework or a course comes in.
ANEW = frozenset({"id", "practice_id", "author_id", "homework_id", "is_shared"})
UNREADABLE = "A homework in this copy cannot be read. Nothing was brought in."


class OwnWritingIntake:
    """Writes an author's homework and courses that come back, for them alone: a command's work."""

    def __init__(self, author: User) -> None:
        self.author = author
        self.came = 0
        #: The new number of a homework, by the one it had.
        self.numbers: dict[int, int] = {}
        #: What is here and was recognized or put here, so that each is found once.
        self.found: set[tuple[type[Any], int]] = set()

    def write(self, homework: list[Row], courses: list[Row]) -> int:
        """All that is not here yet; how many came. Raises Refused for what cannot be read."""
        for told in homework:
            self.take_homework(told)
        for told in courses:
            self.take_course(told)
        return self.came

    def take_homework(self, told: Row) -> None:
        """One homework; of one that is here already, the draft where there is none."""
        there = self.made_at(CustomHomework, told["made_at"], "made_at")
        number = there or self.put(CustomHomework, told, is_shared=False)
        self.numbers[told["id"]] = number
        for version in () if there else told["versions"]:
            try:
                check_written(f"{OWN}{number}", (version["english"], version["spanish"]))
            except Malformed as fault:
                raise Refused(UNREADABLE) from fault
            self.put(CustomHomeworkVersion, version, homework_id=number)
        if told["draft"]:
            self.take_draft(number, told["draft"])

    def take_draft(self, number: int, told: Row) -> None:
        """A homework's draft, unless one with words is here."""
        query = select(CustomHomeworkDraft).filter_by(homework_id=number, author_id=self.author.id)
        draft = next((one for (one,) in doors.import_of_own(query)), None)
        if draft is not None and draft.words is not None:
            return
        if not isinstance(told["words"], dict):
            raise Refused(UNREADABLE)
        saved_at = understood(columns_of(CustomHomeworkDraft)["saved_at"], told["saved_at"])
        if draft is None:
            self.put(CustomHomeworkDraft, told, homework_id=number, version=1)
        else:
            draft.words, draft.version, draft.saved_at = told["words"], draft.version + 1, saved_at
            db.session.flush()

    def take_course(self, told: Row) -> None:
        """One course, leading to the homework that came with it."""
        if self.made_at(CustomCourse, told["saved_at"], "saved_at", title=told["title"]):
            return
        weeks = [
            week | {"homework": self.slug_here(str(week["homework"]))} for week in told["weeks"]
        ]
        self.put(CustomCourse, told | {"weeks": weeks}, is_shared=False)

    def slug_here(self, slug: str) -> str:
        """The name of a homework here; one's own goes by its new number."""
        number = slug.removeprefix(OWN)
        if number == slug or not number.isdecimal():
            return slug
        return f"{OWN}{self.numbers.get(int(number), 0)}"

    def made_at(self, model: type[Any], moment: str, column: str, **same: Any) -> int:
        """The number of the author's record made at that moment, to the second; 0 for none.

        Several of one second are found in the order in which they were made, each once.
        """
        wanted = datetime.fromisoformat(moment)
        query = select(model).filter_by(author_id=self.author.id, **same).order_by(model.id)
        for (one,) in doors.import_of_own(query):
            is_new = (model, one.id) not in self.found
            if is_new and getattr(one, column).replace(microsecond=0) == wanted:
                self.found.add((model, one.id))
                return int(one.id)
        return 0

    def put(self, model: type[Any], told: Row, **here: Any) -> int:
        """Write one row of what a copy tells; its number."""
        columns = columns_of(model)
        values = {
            name: understood(columns[name], value)
            for name, value in told.items()
            if name in columns and name not in ANEW
        }
        values |= {"practice_id": self.author.practice_id, "author_id": self.author.id} | here
        written = db.session.connection().execute(insert(model.__table__).values(**values))
        number = int((written.inserted_primary_key or [0])[0])
        if model in (CustomHomework, CustomCourse):
            self.came += 1
            self.found.add((model, number))
        return number
