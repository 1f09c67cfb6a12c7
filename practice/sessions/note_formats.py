"""Note formats: each an arrangement of the same stored sections under its own headings.

Changing a note's format moves headings, never text: a section that the chosen format has no
place for, and that has words in it, is shown after the others under its plain name.
"""

from dataclasses import dataclass
from typing import Any

from practice.sessions.rows import AnyNote

#: Every stored section, in the order a reader expects, with its plain name.
SECTIONS = {
    "data": "What was said and done",
    "objective": "Observations",
    "goal": "Goal",
    "intervention": "Intervention",
    "response": "Response",
    "assessment": "Assessment",
    "plan": "Plan",
}

FORMATS: dict[str, tuple[str, dict[str, str]]] = {
    "soap": (
        "SOAP",
        {
            "data": "Subjective",
            "objective": "Objective",
            "assessment": "Assessment",
            "plan": "Plan",
        },
    ),
    "dap": ("DAP", {"data": "Data", "assessment": "Assessment", "plan": "Plan"}),
    "birp": (
        "BIRP",
        {
            "data": "Behavior",
            "intervention": "Intervention",
            "response": "Response",
            "plan": "Plan",
        },
    ),
    "girp": (
        "GIRP",
        {
            "goal": "Goal",
            "intervention": "Intervention",
            "response": "Response",
            "plan": "Plan",
        },
    ),
    "narrative": ("Narrative", {"data": "Narrative"}),
}

FORMAT_NAMES = {key: name for key, (name, _) in FORMATS.items()}


@dataclass(frozen=True)
class Section:
    """One section as a format shows it. `fits` is False for words the format has no place for."""

    key: str
    heading: str
    text: str
    fits: bool


def arranged(note: AnyNote) -> list[Section]:
    """The note's sections as its format arranges them, then any others that have words."""
    headings = FORMATS[note.format][1]
    own = [Section(key, heading, getattr(note, key), True) for key, heading in headings.items()]
    others = [
        Section(key, name, getattr(note, key), False)
        for key, name in SECTIONS.items()
        if key not in headings and getattr(note, key)
    ]
    return own + others


def first_words(note: Any) -> str:
    """What stands for a note in a list: its assessment, else whatever was written first.

    `note` is a progress note, or a row with the columns of all its sections.
    """
    return note.assessment or next(
        (getattr(note, key) for key in SECTIONS if getattr(note, key)), ""
    )
