"""The keys that came before the one in use."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from practice.database.base import Base


class RetiredKey(Base):
    """A key that was changed for another, wrapped under the one in use; the oldest is 1."""

    __tablename__ = "retired_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
