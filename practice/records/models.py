"""What the records room keeps: each client list that was brought in."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from practice.database.base import Base


class ClientListImport(Base):
    """A client list somebody brought in: when, and how many files. It names nobody.

    The files it opened carry its mark: their `once` begins with it.
    """

    __tablename__ = "client_list_import"
    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "user_id"], ["user.practice_id", "user.id"]),
        Index("ix_client_list_import_user", "user_id", "started_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int]
    user_id: Mapped[int]
    #: A random word that no form on a page can guess.
    mark: Mapped[str] = mapped_column(String(24), unique=True)
    #: How many files it is to open.
    couples: Mapped[int]
    started_at: Mapped[datetime]
    #: When the last of its files was open; None while it is brought in, or when that was cut short.
    finished_at: Mapped[datetime | None]
    #: When it was taken back whole, or stopped and so taken back.
    taken_back_at: Mapped[datetime | None]
