"""A practice and one of its clinicians as a sheet of paper shows them: their columns, in one question."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from practice.database.base import db
from practice.identity.models import OfAClinician, Practice, PracticeLogo, User


@dataclass(frozen=True)
class PracticeOnPaper:
    """What stands on a practice's letterhead, and its paper; for each, see `Practice`."""

    name: str
    address: str
    phone: str
    people: str
    paper: str
    logo_png: bytes | None


@dataclass(frozen=True)
class ClinicianOnPaper(OfAClinician):
    """Who gave what is on the sheet."""

    name: str
    credentials: str


#: A practice and a clinician as records, or as they stand here.
AnyPractice = Practice | PracticeOnPaper
AnyClinician = User | ClinicianOnPaper

OF_PRACTICE = list(PracticeOnPaper.__dataclass_fields__)
ON_PAPER = (
    select(
        *(getattr(Practice, name) for name in OF_PRACTICE if name != "logo_png"),
        PracticeLogo.png.label("logo_png"),
        User.name.label("clinician"),
        User.credentials,
    )
    .join(User, User.practice_id == Practice.id)
    .outerjoin(PracticeLogo, PracticeLogo.practice_id == Practice.id)
    .where(User.id == bindparam("user_id"))
)


def on_paper(user_id: int) -> tuple[PracticeOnPaper, ClinicianOnPaper]:
    """A clinician and their practice. Raises NoResultFound when there is no such user."""
    row = db.session.execute(ON_PAPER, {"user_id": user_id}).one()
    practice = PracticeOnPaper(**{name: getattr(row, name) for name in OF_PRACTICE})
    return practice, ClinicianOnPaper(row.clinician, row.credentials)
