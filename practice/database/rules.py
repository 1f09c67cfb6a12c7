"""Rules that the database holds by itself: the audit log and signed notes stay as they are.

A rule is data: which statement on which table is refused, when, and in which words. `triggers`
renders the rules in a database's own language. Conditions are written in the SQL that both engines
share.
"""

from dataclasses import dataclass

SIGNED = "EXISTS (SELECT 1 FROM note_signature s WHERE s.session_id = {id} AND s.role = 'author')"
NOT_NOW = "a signed note never changes"
FROZEN_SESSION = (
    "by_user_id",
    "held_on",
    "started_at",
    "stopped_at",
    "minutes",
    "kind",
    "modality",
    "a_attended",
    "b_attended",
    "others_attended",
    "place_a",
    "place_b",
    "number",
    "couple_id",
    "is_signed",
)
FROZEN_ATTACHMENT = (
    "couple_id",
    "content_type",
    "pages",
    "size",
    "sha256",
    "author_id",
    "added_at",
)
FROZEN_HANDOVER = (
    "practice_id",
    "clinician_id",
    "custodian_id",
    "by_user_id",
    "kind",
    "on_day",
    "reason",
    "started_at",
)


@dataclass(frozen=True)
class Rule:
    """One kind of statement that a table refuses, in words for a developer or an attacker.

    `verb` is insert, update or delete. `columns` narrows an update to those that it sets; `when` is
    a condition on the rows `OLD` and `NEW`, empty for always.
    """

    name: str
    table: str
    verb: str
    why: str
    columns: tuple[str, ...] = ()
    when: str = ""


def append_only(table: str, why: str) -> list[Rule]:
    """Rows of `table` can be added, and never changed or removed."""
    return [Rule(f"{table}_no_{verb}", table, verb, why) for verb in ("update", "delete")]


def frozen_columns(table: str, columns: tuple[str, ...], why: str) -> list[Rule]:
    """These columns of `table` never change, and no row is removed."""
    return [
        Rule(f"{table}_no_update", table, "update", why, columns),
        Rule(f"{table}_no_delete", table, "delete", why),
    ]


def frozen_once_signed(table: str, session_key: str) -> list[Rule]:
    """Rows of `table` stay as they are once their session's note is signed."""
    changed = {"insert": ["NEW"], "update": ["OLD", "NEW"], "delete": ["OLD"]}
    return [
        Rule(
            f"{table}_signed_no_{verb}",
            table,
            verb,
            NOT_NOW,
            when=" OR ".join(SIGNED.format(id=f"{row}.{session_key}") for row in rows),
        )
        for verb, rows in changed.items()
    ]


SIGNED_SESSION = SIGNED.format(id="OLD.id")
KEPT_FILE = "a file that is kept is never changed"
RULES: tuple[Rule, ...] = (
    *append_only("audit_event", "the audit log only grows"),
    *append_only("note_signature", "a signature is never changed"),
    *append_only("note_addendum", "an addendum is never changed"),
    *append_only("own_homework_version", "a version of a homework is never changed"),
    *append_only("attachment_content", KEPT_FILE),
    *frozen_columns("attachment", FROZEN_ATTACHMENT, KEPT_FILE),
    *frozen_columns("handover", FROZEN_HANDOVER, "a hand-over is never changed"),
    Rule(
        "handover_of_whoever_left",
        "handover",
        "insert",
        "who still works here hands nothing over",
        when='EXISTS (SELECT 1 FROM "user" u WHERE u.id = NEW.clinician_id AND u.active)',
    ),
    Rule(
        "psychotherapy_note_stays_its_authors",
        "psychotherapy_note",
        "update",
        "a psychotherapy note stays its author's",
        ("author_id", "session_id", "couple_id", "practice_id"),
    ),
    *frozen_once_signed("progress_note", "session_id"),
    *frozen_once_signed("sighting", "session_id"),
    Rule(
        "therapy_session_signed_no_update",
        "therapy_session",
        "update",
        NOT_NOW,
        FROZEN_SESSION,
        SIGNED_SESSION,
    ),
    Rule(
        "therapy_session_signed_no_delete",
        "therapy_session",
        "delete",
        NOT_NOW,
        when=SIGNED_SESSION,
    ),
)
