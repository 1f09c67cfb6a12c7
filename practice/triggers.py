"""What the database itself refuses: changes to the audit log, to signed notes, to what was published.

Rebuilding a table drops its triggers without a word, so all of them are made again after
every migration, by one function that may run any number of times.
"""

from sqlalchemy import Connection

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


def append_only(table: str, why: str) -> dict[str, str]:
    """Two triggers under which rows of `table` can be added and never changed or removed."""
    return {
        f"{table}_no_{verb}": f"BEFORE {verb.upper()} ON {table} BEGIN SELECT RAISE(ABORT, '{why}'); END"
        for verb in ("update", "delete")
    }


def frozen_columns(table: str, columns: tuple[str, ...], why: str) -> dict[str, str]:
    """Two triggers under which these columns of `table` never change, and no row is removed."""
    no_update = f"BEFORE UPDATE OF {', '.join(columns)} ON {table}"
    no_delete = f"BEFORE DELETE ON {table}"
    return {
        f"{table}_no_{verb}": f"{when} BEGIN SELECT RAISE(ABORT, '{why}'); END"
        for verb, when in (("update", no_update), ("delete", no_delete))
    }


def frozen_once_signed(table: str, session_key: str) -> dict[str, str]:
    """Triggers under which rows of `table` stay as they are once their session's note is signed."""
    made: dict[str, str] = {}
    for verb, rows in (("insert", ["NEW"]), ("update", ["OLD", "NEW"]), ("delete", ["OLD"])):
        signed = " OR ".join(SIGNED.format(id=f"{row}.{session_key}") for row in rows)
        made[f"{table}_signed_no_{verb}"] = (
            f"BEFORE {verb.upper()} ON {table} WHEN {signed} "
            f"BEGIN SELECT RAISE(ABORT, '{NOT_NOW}'); END"
        )
    return made


def triggers() -> dict[str, str]:
    """Every trigger: its name, and what follows CREATE TRIGGER name."""
    session_update = f"BEFORE UPDATE OF {', '.join(FROZEN_SESSION)} ON therapy_session"
    signed_session = SIGNED.format(id="OLD.id")
    return {
        **append_only("audit_event", "the audit log only grows"),
        **append_only("note_signature", "a signature is never changed"),
        **append_only("note_addendum", "an addendum is never changed"),
        **append_only("own_homework_version", "a version of a homework is never changed"),
        **append_only("attachment_content", "a file that is kept is never changed"),
        **frozen_columns("attachment", FROZEN_ATTACHMENT, "a file that is kept is never changed"),
        **frozen_columns("handover", FROZEN_HANDOVER, "a hand-over is never changed"),
        "handover_of_whoever_left": (
            "BEFORE INSERT ON handover WHEN EXISTS (SELECT 1 FROM user u WHERE u.id = "
            "NEW.clinician_id AND u.active) BEGIN SELECT RAISE(ABORT, 'who still works here hands "
            "nothing over'); END"
        ),
        "psychotherapy_note_stays_its_authors": (
            "BEFORE UPDATE OF author_id, session_id, couple_id, practice_id ON psychotherapy_note "
            "BEGIN SELECT RAISE(ABORT, 'a psychotherapy note stays its author''s'); END"
        ),
        **frozen_once_signed("progress_note", "session_id"),
        **frozen_once_signed("sighting", "session_id"),
        "therapy_session_signed_no_update": (
            f"{session_update} WHEN {signed_session} BEGIN SELECT RAISE(ABORT, '{NOT_NOW}'); END"
        ),
        "therapy_session_signed_no_delete": (
            f"BEFORE DELETE ON therapy_session WHEN {signed_session} "
            f"BEGIN SELECT RAISE(ABORT, '{NOT_NOW}'); END"
        ),
    }


def tables(connection: Connection) -> set[str]:
    """The tables that are there."""
    rows = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in rows}


def drop_triggers(connection: Connection) -> None:
    """Drop every trigger of ours, so that a migration may rebuild and correct tables."""
    for name in triggers():
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")


def make_triggers(connection: Connection) -> None:
    """Make every trigger afresh, for the tables that are there."""
    drop_triggers(connection)
    there = tables(connection)
    for name, body in triggers().items():
        table = body.split(" ON ", 1)[1].split()[0]
        if table in there and "note_signature" in there:
            connection.exec_driver_sql(f"CREATE TRIGGER {name} {body}")
