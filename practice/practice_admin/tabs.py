"""The tabs of the Practice place: each page that is open to whoever looks."""

from typing import Any

from flask import current_app, request, url_for
from flask_login import current_user

from practice.identity.permissions import may, policy_of

#: Endpoint and label; a page that this installation does not have is left out.
TABS = (
    ("practice_admin.practice", "Practice"),
    ("practice_admin.people", "People"),
    ("care_of_people.care", "Care"),
    ("records.index", "Records"),
    ("identity.security", "Security"),
    ("identity.sign_ins", "Sign-ins"),
    ("keeping.backups", "Backups"),
    ("activity.log", "Audit log"),
)


def practice_tabs() -> list[tuple[str, str, bool]]:
    """Label, address, and whether it is the open one, as the `tabs` component wants them."""
    found = []
    for endpoint, label in TABS:
        if endpoint not in current_app.view_functions:
            continue
        asked_for = policy_of(endpoint).to_look
        if asked_for is None or may(current_user, asked_for):
            address = url_for(endpoint)
            found.append((label, address, f"{request.path}/".startswith(f"{address}/")))
    return found


def for_practice_pages() -> dict[str, Any]:
    """What a page of the Practice place may ask for."""
    return {"practice_tabs": practice_tabs}
