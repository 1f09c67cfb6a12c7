"""The words the whole house shares: obstacles, elements, articles and teachings, outcomes and kinds.

The clinical vocabulary is read once from `curriculum.toml`, which says in our own words what
the five articles teach.
"""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

CURRICULUM = Path(__file__).parent / "curriculum.toml"


@dataclass(frozen=True)
class Obstacle:
    """What stands between the partners. `key` is what is stored; `core` marks the first three."""

    key: str
    label: str
    core: bool
    seen_as: str
    lever: str


@dataclass(frozen=True)
class Article:
    """One of the five sources."""

    key: str
    title: str
    authors: tuple[str, ...]


@dataclass(frozen=True)
class Teaching:
    """One thing an article teaches."""

    id: str
    article: str
    heading: str
    gist: str


@dataclass(frozen=True)
class Curriculum:
    """Everything the library is drawn from."""

    obstacles: dict[str, Obstacle]
    articles: dict[str, Article]
    teachings: dict[str, Teaching]


@cache
def curriculum() -> Curriculum:
    """The curriculum, read once."""
    known = tomllib.loads(CURRICULUM.read_text(encoding="utf-8"))
    return Curriculum(
        obstacles={
            key: Obstacle(key, row["label"], row.get("core", False), row["seen_as"], row["lever"])
            for key, row in known["obstacles"].items()
        },
        articles={
            key: Article(key, row["title"], tuple(row["authors"]))
            for key, row in known["articles"].items()
        },
        teachings={
            row["id"]: Teaching(row["id"], row["article"], row["heading"], row["gist"])
            for row in known["teaching"]
        },
    )


OBSTACLES = curriculum().obstacles
CORE_OBSTACLES = tuple(key for key, obstacle in OBSTACLES.items() if obstacle.core)
OTHER_OBSTACLES = tuple(key for key, obstacle in OBSTACLES.items() if not obstacle.core)


class Labelled(StrEnum):
    """Values that are stored, each with the words people see."""

    label: str

    def __new__(cls, value: str, label: str = "") -> "Labelled":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class Element(Labelled):
    """What closeness is made of."""

    AWARENESS = "awareness", "awareness"
    CONNECTION = "connection", "connection"
    SAFETY = "safety", "safety"


class Letter(Labelled):
    """Which partner, where a record belongs to one of the two."""

    A = "a", "A"
    B = "b", "B"


class Modality(Labelled):
    """How partners and clinician meet."""

    OFFICE = "office", "Office"
    VIDEO = "video", "Video"
    PHONE = "phone", "Phone"


class SessionKind(Labelled):
    """What a session is for and with whom it is held."""

    CONJOINT = "conjoint", "Conjoint"
    INDIVIDUAL_A = "individual-a", "Individual, partner A"
    INDIVIDUAL_B = "individual-b", "Individual, partner B"
    INTAKE = "intake", "Intake"
    CLOSING = "closing", "Closing"


class Outcome(Labelled):
    """How a homework went. Never “compliance”."""

    DONE = "done", "Done"
    PARTLY = "partly", "Partly"
    TRIED = "tried", "Tried"
    NOT_YET = "not-yet", "Not yet"
    CHOSE_NOT_TO = "chose-not-to", "Chose not to"


class AttachmentKind(Labelled):
    """What a letter or scan kept with a couple is."""

    LETTER = "letter", "Letter"
    SIGNED_FORM = "signed-form", "Scan of a signed form"
    RELEASE = "release", "Release of information"
    REPORT = "report", "Report or assessment"
    OTHER = "other", "Something else"


class Readers(Labelled):
    """Who, of those who may open a couple's file, may see something kept in it."""

    EVERYONE = "everyone", "Everyone who may open this file"
    CLINICIANS = "clinicians", "The clinicians of the care team"
    AUTHOR = "author", "Only me"


class ScreenOutcome(Labelled):
    """What a safety screen found (facts of practice after Stith et al.): mildest first."""

    NONE_KNOWN = "none-known", "None known"
    SITUATIONAL = "situational", "Situational"
    UNCLEAR = "unclear", "Unclear"
    COERCIVE = "coercive", "Coercive"


class SecretsPolicyKind(Labelled):
    """What is done with something one partner tells alone."""

    NO_SECRETS = "no-secrets", "No-secrets policy"
    LIMITED = "limited", "Limited secrets policy"
    CONFIDENTIAL = "confidential", "Confidential individual sessions"


WARNING_SIGNS = {
    "disconnected": "Feeling disconnected",
    "less-touch": "Less touch",
    "more-arguments": "More arguments",
    "loneliness": "Loneliness in the relationship",
    "broken-trust": "Broken trust",
}

#: What a record is called, by its table, as the log and a list taken back name it.
RECORD_NAMES = {
    "appointment": "an appointment",
    "assignment": "homework",
    "attachment": "an attachment",
    "care_team_member": "the care team",
    "couple": "the file",
    "course_step": "a step of a course",
    "course_taken": "a course",
    "emergency_access": "an emergency",
    "handover": "a hand-over",
    "invitation": "an invitation",
    "note_addendum": "an addendum",
    "note_signature": "a signature",
    "own_course": "a course of their own",
    "own_homework": "a homework of their own",
    "partner": "a partner’s details",
    "practice": "the practice",
    "progress_note": "a progress note",
    "psychotherapy_note": "a psychotherapy note",
    "review": "how homework went",
    "safety_screen": "a safety screen",
    "secrets_policy": "the secrets policy",
    "sighting": "an obstacle",
    "supervision": "a supervision",
    "therapy_session": "a session",
    "user": "a user",
}
