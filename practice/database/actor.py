"""The current actor: who acts in this request or this command, and in which practice.

Kept beneath everything else, because PostgreSQL is told at each begin whose rows may be seen.
"""

from flask import current_app, g, has_app_context, has_request_context
from sqlalchemy import Connection

from practice.database.base import READS_ONLY, db, is_safe_method

ACTING = "acting"
#: Under this name an application keeps its `engine.Backend`.
BACKEND = "database_backend"
Actor = tuple[int | None, int | None]
NOBODY: Actor = (None, None)


def current() -> Actor:
    """(practice id, user id) of whoever acts now; None for each that is not known."""
    if has_request_context():
        who: Actor | None = g.get(ACTING)
        return who or NOBODY
    if not has_app_context():
        return NOBODY
    practice_id, user_id = db.session.info.get(ACTING, NOBODY)
    return practice_id, user_id


def set_current(practice_id: int | None, user_id: int | None) -> None:
    """Have someone act from here on; a transaction that is under way learns of the practice, too."""
    if has_request_context():
        g.acting = (practice_id, user_id)
    else:
        db.session.info[ACTING] = (practice_id, user_id)
    if db.session().in_transaction():
        backend = current_app.extensions[BACKEND]
        backend.enter_practice(db.session.connection(), practice_id)


def only_reads(connection: Connection) -> bool:
    """Whether a connection's transaction only reads: it says so itself, or its request only looks."""
    return bool(connection.get_execution_options().get(READS_ONLY, is_safe_method()))
