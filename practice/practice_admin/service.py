"""Changes of the practice's letterhead and choices, and of one's own profile."""

from collections.abc import Mapping
from typing import Any

from practice.audit.service import log_denial, record
from practice.errors import Conflict, Refused
from practice.identity.models import Practice, PracticeLogo, User
from practice.identity.permissions import Permission, may

#: The columns of a practice that its owner may change.
LETTERHEAD = ("name", "people", "address", "phone", "time_zone", "paper", "idle_minutes")


def change_practice(
    practice: Practice, by: User, version_shown: int, values: Mapping[str, Any]
) -> None:
    """Change what stands on the letterhead, and the practice's choices (`LETTERHEAD`).

    Raises Refused unless `by` owns the practice, and Conflict when someone changed it since
    `version_shown` was on the screen.
    """
    if not may(by, Permission.CHANGE_PRACTICE):
        log_denial("refused", f"practice:{practice.id}")
        raise Refused("Only the owner of the practice can change this.")
    if practice.version != version_shown:
        raise Conflict("Someone changed the practice while this page was open.")
    changed = [name for name in LETTERHEAD if getattr(practice, name) != values[name]]
    for name in changed:
        setattr(practice, name, values[name])
    if changed:
        practice.version += 1
        record("changed", practice, fields=changed)


def change_logo(practice: Practice, by: User, png: bytes | None) -> None:
    """Put a logo, as the press made it, on the practice's letterhead, or take it off.

    Raises Refused unless `by` may change the practice.
    """
    if not may(by, Permission.CHANGE_PRACTICE):
        log_denial("refused", f"practice:{practice.id}")
        raise Refused("Only the owner of the practice can change this.")
    if practice.logo_png == png:
        return
    practice.logo = PracticeLogo(png=png) if png else None
    record("changed", practice, fields=["logo"])


def name_custodian(practice: Practice, colleague: User | None) -> None:
    """Name who looks after psychotherapy notes if their author dies or leaves; None for nobody.

    Raises Refused for someone of another practice, or who can no longer come in.
    """
    if colleague and (colleague.practice_id != practice.id or not colleague.active):
        raise Refused("Choose someone who works here.", "custodian_id")
    before, practice.custodian_id = practice.custodian_id, colleague.id if colleague else None
    if before != practice.custodian_id:
        record("custodian-named", practice, before=before, now=practice.custodian_id)


def change_profile(user: User, values: Mapping[str, Any]) -> None:
    """Change a user's own name, credentials and ways of working."""
    names = ("name", "credentials", "single_keys", "note_format")
    changed = [name for name in names if getattr(user, name) != values[name]]
    for name in changed:
        setattr(user, name, values[name])
    if changed:
        record("changed", user, fields=changed)
