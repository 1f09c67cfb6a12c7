"""What the session page sends, with whatever a test is about changed."""

from datetime import timedelta
from typing import Any

from tests.factories import today


def the_page(**changes: Any) -> dict[str, Any]:
    """The session form as a browser sends it for a session of a week ago, on version 1."""
    page = {
        "version": "1",
        "held_on": (today() - timedelta(days=7)).isoformat(),
        "started_at": "16:00",
        "stopped_at": "16:50",
        "kind": "intake",
        "modality": "office",
        "a_attended": "y",
        "b_attended": "y",
        "others_attended": "",
        "place_a": "",
        "place_b": "",
        "format": "dap",
        "data": "They named what they miss.",
        "assessment": "",
        "plan": "",
    } | changes
    return {name: value for name, value in page.items() if value is not None}
