"""Who may do what: one table of named permissions by role, and what each page asks for.

Read a row aloud: “A supervisor may look after their own account; look at the homework library;
read the files of the couples they look after.” A page without a policy is open to nobody.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from flask import Blueprint, current_app, g, request

from practice.identity.models import User

OWNER = "owner"
CLINICIAN = "clinician"
SUPERVISOR = "supervisor"
FRONT_DESK = "front desk"
BILLER = "biller"


class Permission(Enum):
    """Something a user may do; its words follow “may”."""

    OWN_ACCOUNT = "look after their own account"
    USE_LIBRARY = "look at the homework library"
    SEE_DESK = "see names, contact details and appointments of the whole practice"
    WRITE_HOMEWORK = "write homework of the practice’s own"
    READ_FILES = "read the files of the couples they look after"
    WRITE_FILES = "write in the files of the couples they look after"
    OPEN_IN_EMERGENCY = "open any couple’s file in an emergency, for an hour, to read"
    CHANGE_PRACTICE = "change the practice’s letterhead and choices"
    MANAGE_PEOPLE = "invite people, choose their roles and end their access"
    TAKE_RECORDS_OUT = "take records out of the practice"
    TAKE_EVERYTHING_OUT = "take out everything the practice keeps, at once"
    KEEP_SAFE = "look after keys, backups and the audit log"


#: The one table. Whoever has several roles may do what any of them may.
MAY: dict[str, frozenset[Permission]] = {
    OWNER: frozenset(
        {
            Permission.OWN_ACCOUNT,
            Permission.USE_LIBRARY,
            Permission.SEE_DESK,
            Permission.CHANGE_PRACTICE,
            Permission.MANAGE_PEOPLE,
            Permission.TAKE_RECORDS_OUT,
            Permission.TAKE_EVERYTHING_OUT,
            Permission.KEEP_SAFE,
        }
    ),
    CLINICIAN: frozenset(
        {
            Permission.OWN_ACCOUNT,
            Permission.USE_LIBRARY,
            Permission.WRITE_HOMEWORK,
            Permission.READ_FILES,
            Permission.WRITE_FILES,
            Permission.OPEN_IN_EMERGENCY,
            Permission.TAKE_RECORDS_OUT,
        }
    ),
    SUPERVISOR: frozenset(
        {
            Permission.OWN_ACCOUNT,
            Permission.USE_LIBRARY,
            Permission.READ_FILES,
            Permission.OPEN_IN_EMERGENCY,
        }
    ),
    FRONT_DESK: frozenset(
        {Permission.OWN_ACCOUNT, Permission.USE_LIBRARY, Permission.SEE_DESK},
    ),
    BILLER: frozenset({Permission.OWN_ACCOUNT, Permission.SEE_DESK}),
}
ROLES = tuple(MAY)


def may(user: User, permission: Permission) -> bool:
    """Whether one of the user's roles has the permission, as the roles are at this request."""
    return is_granted([role.name for role in user.roles], permission)


def i_may(permission: Permission) -> bool:
    """Whether whoever asks for this page has the permission; their whole record is not loaded."""
    return is_granted(g.colleague.roles, permission)


def is_granted(roles: Iterable[str], permission: Permission) -> bool:
    """Whether one of these roles has the permission."""
    return any(permission in MAY.get(role, ()) for role in roles)


def roles_with(permission: Permission) -> tuple[str, ...]:
    """The roles that have a permission."""
    return tuple(role for role, granted in MAY.items() if permission in granted)


def aloud(role: str) -> str:
    """“A biller may look after their own account; …”: a row of the table as a sentence."""
    article = {FRONT_DESK: "The", OWNER: "An"}.get(role, "A")
    granted = [permission.value for permission in Permission if permission in MAY[role]]
    return f"{article} {role} may {'; '.join(granted)}."


@dataclass(frozen=True)
class Policy:
    """What a page asks of whoever comes: to look, and to send something. None: nothing."""

    to_look: Permission | None
    to_change: Permission | None

    @property
    def asked_for(self) -> Permission | None:
        """What this request needs."""
        return self.to_look if request.method in ("GET", "HEAD", "OPTIONS") else self.to_change


class Undeclared(Exception):
    """A page says nowhere who may ask for it: a mistake in our code, so it opens to nobody."""


ANYONE = Policy(None, None)
OWN_ACCOUNT = Policy(Permission.OWN_ACCOUNT, Permission.OWN_ACCOUNT)
#: The pages that others wrote; ours say it where they stand.
OF_LIBRARIES = {
    "static": ANYONE,
    "security.login": ANYONE,
    "security.logout": ANYONE,
    "security.change_password": OWN_ACCOUNT,
}
View = TypeVar("View", bound=Callable[..., Any])


def needs(to_look: Permission, to_change: Permission | None = None) -> Callable[[View], View]:
    """A view's policy: what is needed to look and, unless it is the same, to send something."""
    return declared(Policy(to_look, to_change or to_look))


def declared(policy: Policy) -> Callable[[View], View]:
    """Write a policy on a view."""

    def write(view: View) -> View:
        view.__dict__["policy"] = policy
        return view

    return write


def open_to_anyone(view: View) -> View:
    """The policy of a page that asks for no permission, such as signing in."""
    return declared(ANYONE)(view)


def a_room_for(bp: Blueprint, to_look: Permission, to_change: Permission | None = None) -> None:
    """The policy of all pages of a room that have none of their own."""
    bp.__dict__["policy"] = Policy(to_look, to_change or to_look)


def policy_of(endpoint: str) -> Policy:
    """The policy of a page. Raises Undeclared when neither it nor its room has one."""
    view = current_app.view_functions[endpoint]
    room = current_app.blueprints.get(endpoint.rpartition(".")[0])
    for policy in (getattr(view, "policy", None), OF_LIBRARIES.get(endpoint)):
        if policy is not None:
            return policy
    found = getattr(room, "policy", None)
    if isinstance(found, Policy):
        return found
    raise Undeclared(endpoint)
