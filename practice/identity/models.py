"""Practices, their users, and the server's side of being signed in."""

from datetime import datetime
from typing import Any

from flask_security.models import sqla
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from practice.audit.service import has_nothing_to_keep
from practice.database.base import JSON_DOCUMENT, Base

sqla.FsModels.set_db_info(  # type: ignore[no-untyped-call]
    base_model=Base, user_table_name="user", role_table_name="role", webauthn_table_name="webauthn"
)


class Practice(Base):
    """The organisation that keeps the records: what stands on its letterhead and its choices."""

    __tablename__ = "practice"
    __table_args__ = (
        CheckConstraint("paper IN ('letter', 'a4')", "paper_known"),
        CheckConstraint("idle_minutes BETWEEN 2 AND 60", "idle_minutes_sensible"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    #: One line of the letterhead's right side per line of text.
    address: Mapped[str] = mapped_column(String(400), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    #: Who works there, as on the letterhead: one person a line, with credentials.
    people: Mapped[str] = mapped_column(String(400), default="", server_default=text("''"))
    #: An IANA name; every date and time of day in the practice is by this clock.
    time_zone: Mapped[str] = mapped_column(String(64))
    paper: Mapped[str] = mapped_column(String(8), default="letter")
    #: Minutes without a key or pointer before the screen locks.
    idle_minutes: Mapped[int] = mapped_column(default=15)
    is_demo: Mapped[bool] = mapped_column(default=False)
    #: The colleague named to look after psychotherapy notes if their author dies or leaves.
    custodian_id: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)

    #: Read only where a sheet is printed.
    logo: Mapped["PracticeLogo | None"] = relationship(cascade="all, delete-orphan")

    @property
    def logo_png(self) -> bytes | None:
        """The logo's picture."""
        return self.logo.png if self.logo else None


class PracticeLogo(Base):
    """The logo on a practice's letterhead."""

    __tablename__ = "practice_logo"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    #: A PNG that the press made; nothing of the file that was sent.
    png: Mapped[bytes]


#: Which user has which role; the sign-in library's own table.
roles_users: Table = sqla.FsModels.roles_users  # type: ignore[assignment]


def signature(name: str, credentials: str) -> str:
    """“Dana Whitfield, LMFT”."""
    return f"{name}, {credentials}" if credentials else name


class Role(Base, sqla.FsRoleMixin):
    """What a user may do in the practice: owner, clinician."""

    __tablename__ = "role"


class OfAClinician:
    """How a clinician is named, wherever the columns come from: a record, or what a sheet shows."""

    name: Any
    credentials: Any

    @property
    def signature(self) -> str:
        """“Dana Whitfield, LMFT”."""
        return signature(self.name, self.credentials)

    @property
    def first_name(self) -> str:
        """The name clients know, as at the end of a personal word."""
        return str(self.name.split()[0])


class User(Base, OfAClinician, sqla.FsUserMixin):
    """One person who signs in. Belongs to one practice for good."""

    __tablename__ = "user"
    __table_args__ = (UniqueConstraint("practice_id", "id"),)

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"))
    name: Mapped[str] = mapped_column(String(120))
    #: As on the letterhead: “LMFT”, “PhD”; empty when there are none.
    credentials: Mapped[str] = mapped_column(String(60), default="")
    #: Whether 1, 2, 3, / and ? act on their own; some voice and braille users need them off.
    single_keys: Mapped[bool] = mapped_column(default=True)
    #: The arrangement a new progress note starts with.
    note_format: Mapped[str] = mapped_column(String(12), default="dap")
    #: The time step of the last code of the authenticator app; none is taken twice.
    last_totp_counter: Mapped[int | None]

    practice: Mapped[Practice] = relationship(lazy="joined", innerjoin=True)

    def verify_and_update_password(self, password: str) -> bool:
        """Whether `password` is this user's. Nobody waits to write while it is worked out."""
        session = object_session(self)
        if session is None or not has_nothing_to_keep(session):
            return bool(super().verify_and_update_password(password))
        session.expunge(self)  # so that it stays as it was read
        session.rollback()
        try:
            return bool(super().verify_and_update_password(password))
        finally:
            session.add(self)


class WebAuthn(Base, sqla.FsWebAuthnMixin):
    """A passkey. The table the sign-in library asks for."""

    __tablename__ = "webauthn"


class SignInSession(Base):
    """The server's half of a signed-in browser; ending the row ends the sign-in."""

    __tablename__ = "sign_in_session"

    #: SHA-256 of the id in the cookie, in hex; the id itself is never stored.
    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    #: A random mark that stays the same while the id is renewed; whoever ends the sign-in names it.
    sitting: Mapped[str] = mapped_column(String(16), index=True, server_default=text("''"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON_DOCUMENT)
    began_at: Mapped[datetime]
    #: When a key or pointer was last used, as far as the server was told.
    last_input_at: Mapped[datetime]
    #: When the screen was locked; None while it is open.
    locked_at: Mapped[datetime | None]
    #: True from the right password until the second factor: no page opens in between.
    owes_second_factor: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: When a password, code or passkey was last given.
    proved_at: Mapped[datetime | None]
    #: The browser in words, “Firefox on Windows”.
    device: Mapped[str] = mapped_column(String(60), default="", server_default=text("''"))


class Invitation(Base):
    """An invitation to the practice, by a link that is shown once."""

    __tablename__ = "invitation"
    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "by_user_id"], ["user.practice_id", "user.id"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), index=True)
    email: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(20))
    #: SHA-256 of the token in the link, in hex; the token itself is never stored.
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    by_user_id: Mapped[int]
    expires_at: Mapped[datetime]
    #: When it was taken up or taken back; None while it is open.
    ended_at: Mapped[datetime | None]


class PasswordLink(Base):
    """A link by which someone who forgot their password chooses a new one; it is shown once."""

    __tablename__ = "password_link"
    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "user_id"], ["user.practice_id", "user.id"]),
        ForeignKeyConstraint(["practice_id", "by_user_id"], ["user.practice_id", "user.id"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int]
    user_id: Mapped[int] = mapped_column(index=True)
    #: SHA-256 of the token in the link, in hex; the token itself is never stored.
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: The owner who made it; None when it was made by a command on the machine itself.
    by_user_id: Mapped[int | None]
    #: Whether the second factor is to be set up anew as well.
    device_lost: Mapped[bool] = mapped_column(default=False)
    expires_at: Mapped[datetime]
    #: When it was used, taken back or replaced; None while it is open.
    ended_at: Mapped[datetime | None]
    #: When a password was chosen by it, and when its user was told so at their next sign-in.
    used_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]


class RateCount(Base):
    """How often something was tried within a window; shared by processes, kept over restarts."""

    __tablename__ = "rate_count"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    count: Mapped[int]
    #: Seconds since 1970.
    expires_at: Mapped[float]
