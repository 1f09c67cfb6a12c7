"""The people of a practice: invited, given roles, their access ended. Only an owner does these.

An owner never chooses or sees a colleague's password; what happens to an account stands in the
audit log, and its user reads it on their own Sign-ins page.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from flask import abort
from sqlalchemy import func, select, update
from sqlalchemy.orm import selectinload

from practice import clock
from practice.audit.service import act_as, log_denial, record
from practice.database.base import db
from practice.errors import Refused
from practice.identity import second_factor, sign_in_sessions
from practice.identity.models import Invitation, Practice, Role, User
from practice.identity.password_reset import end_links
from practice.identity.permissions import OWNER, ROLES
from practice.identity.service import add_user, users
from practice.identity.tokens import TOKEN_BYTES, hash_of
from practice.plain_text import normalize_email
from practice.registry import registry

GOOD_FOR = timedelta(days=7)


def colleagues(practice_id: int) -> list[User]:
    """Everyone who has ever signed in here: those who may come in first, by name."""
    return list(
        db.session.scalars(
            select(User)
            .where(User.practice_id == practice_id)
            .options(selectinload(User.roles))
            .order_by(User.active.desc(), User.name, User.id)
        )
    )


def colleague(practice_id: int, user_id: int) -> User:
    """One of the practice's people. Answers 404 for anyone else, and writes the attempt down."""
    found = db.session.scalar(select(User).filter_by(id=user_id, practice_id=practice_id))
    if found is None:
        log_denial("refused", f"user:{user_id}")
        abort(404)
    return found


def invitations(practice_id: int, now: datetime) -> list[Invitation]:
    """The invitations that can still be taken up, the newest first."""
    return list(
        db.session.scalars(
            select(Invitation)
            .where(
                Invitation.practice_id == practice_id,
                Invitation.ended_at.is_(None),
                Invitation.expires_at > now,
            )
            .order_by(Invitation.id.desc())
        )
    )


def invite(practice: Practice, by: User, email: str, role: str, now: datetime) -> str:
    """Invite someone in a role; the token of their link, which is stored nowhere.

    An earlier invitation to the same address ends. Raises Refused when the address is none,
    someone signs in with it already, or there is no such role.
    """
    email = normalize_email(email)
    if role not in ROLES:
        raise Refused("Choose a role from the list.", "role")
    if users().find_user(case_insensitive=True, email=email):
        raise Refused("Someone signs in with that e-mail already.", "email")
    for earlier in invitations(practice.id, now):
        if earlier.email == email:
            earlier.ended_at = now
    token = secrets.token_urlsafe(TOKEN_BYTES)
    made = Invitation(
        practice_id=practice.id,
        email=email,
        role=role,
        token_hash=hash_of(token),
        by_user_id=by.id,
        expires_at=now + GOOD_FOR,
    )
    db.session.add(made)
    db.session.flush()
    record("invited", made, role=role)
    return token


def take_back(practice_id: int, invitation_id: int, now: datetime) -> None:
    """End an invitation; its link opens nothing any more."""
    for one in invitations(practice_id, now):
        if one.id == invitation_id:
            one.ended_at = now
            record("took-back-invitation", one)


def invitation_for(token: str, now: datetime) -> Invitation | None:
    """The open invitation that a link names; None for one that is wrong, used, old or ended."""
    found = db.session.scalar(select(Invitation).filter_by(token_hash=hash_of(token)))
    if found is None or found.ended_at is not None or found.expires_at <= now:
        return None
    return found


def join(invitation: Invitation, user: User, password: str, now: datetime) -> None:
    """Take up an invitation: a new user, in the role and with the address it was made for.

    Raises Refused as `add_user` does.
    """
    act_as(invitation.practice_id, None)
    user.email = invitation.email
    add_user(db.session.get_one(Practice, invitation.practice_id), user, password, invitation.role)
    invitation.ended_at = now
    record("joined", user)


def give_roles(user: User, roles: Iterable[str]) -> None:
    """Let a user have exactly these roles, from the next request on.

    Raises Refused for none at all, for an unknown one, and when no owner would be left.
    """
    wanted = set(roles)
    if not wanted or not wanted <= set(ROLES):
        raise Refused("Choose at least one role from the list.", "roles")
    if OWNER not in wanted:
        refuse_without_owner(user)
    before = {role.name for role in user.roles}
    for name in wanted - before:
        users().add_role_to_user(user, users().find_or_create_role(name))
    for name in before - wanted:
        users().remove_role_from_user(user, name)
    if OWNER in before - wanted:
        end_links(user, clock.now())
        end_invitations_by(user, clock.now())
    if wanted != before:
        record("roles-changed", user, before=sorted(before), now=sorted(wanted))


def refuse_without_owner(leaving: User) -> None:
    """Raise Refused when `leaving` is the last owner who may come in."""
    if not leaving.has_role(OWNER):
        return
    others = db.session.scalar(
        select(func.count())
        .select_from(User)
        .where(
            User.practice_id == leaving.practice_id,
            User.id != leaving.id,
            User.active,
            User.roles.any(Role.name == OWNER),
        )
    )
    if not others:
        raise Refused("A practice needs an owner. Make someone else an owner first.")


def close_out(user: User) -> None:
    """Let a user in no more, from their next request on; what they wrote stays.

    Raises Refused for the last owner.
    """
    refuse_without_owner(user)
    user.active = False
    end_sign_ins(user)
    end_links(user, clock.now())
    end_invitations_by(user, clock.now())
    record("access-ended", user)


def end_invitations_by(user: User, now: datetime) -> None:
    """End the invitations that someone made who may make none any more; they have seen the links."""
    db.session.execute(
        update(Invitation)
        .where(Invitation.by_user_id == user.id, Invitation.ended_at.is_(None))
        .values(ended_at=now)
    )


def let_back_in(user: User) -> None:
    """Let a user in again, with the password and second factor they had."""
    user.active = True
    record("access-given-back", user)
    for follow in registry().on_return:
        follow(user, clock.now())


def end_sign_ins(user: User) -> None:
    """Sign a user out everywhere."""
    users().set_uniquifier(user)  # so that a sign-in being worked out at this moment is over, too
    sign_in_sessions.end_all(user.id)
    record("sign-ins-ended", user)


def reset_second_factor(user: User) -> None:
    """For whoever lost phone and codes: they set up anew at their next sign-in, by their password."""
    second_factor.reset(user)
    end_sign_ins(user)
