"""A restored copy lets nobody in by what was over: whoever comes back signs in anew.

A backup holds the sign-ins, links and recovery codes of its own moment. Some of them were ended or
used since, and a copy that is put back must revive none.
"""

import shutil
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlcipher3.dbapi2 import DatabaseError

from practice import clock
from practice.errors import Refused
from practice.keeping.digest import opened
from practice.settings import Settings

SIDE_FILES = ("", "-wal")
#: Seconds for which a code of an authenticator app counts.
STEP = 30
CODES = "SELECT id, mf_recovery_codes FROM user WHERE mf_recovery_codes <> ''"

#: What ends the links that are open, by their table.
LINKS = {
    "invitation": "UPDATE invitation SET ended_at = ? WHERE ended_at IS NULL",
    "password_link": "UPDATE password_link SET ended_at = ? WHERE ended_at IS NULL",
}


def end_what_was_open(fresh: Path, settings: Settings, scratch: Path) -> None:
    """End every sign-in, invitation and link in a restored database, and recovery codes once used.

    A code counts as unused where the records that are replaced can be read and still hold it.
    """
    unused = unused_codes(settings, scratch)
    now = clock.now().replace(tzinfo=None).isoformat(" ", "microseconds")
    with opened(fresh, settings.key) as connection:
        connection.execute("BEGIN IMMEDIATE")
        if has(connection, "sign_in_session"):
            connection.execute("DELETE FROM sign_in_session")
        for table, end in LINKS.items():
            if has(connection, table):
                connection.execute(end, [now])
        for user_id, held in connection.execute(CODES).fetchall():
            kept = ",".join(code for code in held.split(",") if code in unused)
            change = "UPDATE user SET mf_recovery_codes = ? WHERE id = ?"
            connection.execute(change, [kept, user_id])
        if has(connection, "user", "last_totp_counter"):
            refuse_codes_of_before(connection)
        connection.execute("COMMIT")


def refuse_codes_of_before(connection: Any) -> None:
    """Let no code of an authenticator app count that may have been given before this moment."""
    connection.execute(
        "UPDATE user SET last_totp_counter = max(coalesce(last_totp_counter, 0), ?) "
        "WHERE tf_totp_secret IS NOT NULL",
        [int(time.time() // STEP)],
    )


def unused_codes(settings: Settings, scratch: Path) -> set[str]:
    """The recovery codes, as they are stored, that the records here hold unused; none without records.

    A copy is looked at, so that records that may be damaged stay as they are.
    """
    with suppress(OSError, Refused, DatabaseError), TemporaryDirectory(dir=scratch) as folder:
        for end in SIDE_FILES:
            beside = settings.database.with_name(f"{settings.database.name}{end}")
            if beside.exists():
                shutil.copyfile(beside, Path(folder) / beside.name)
        with opened(Path(folder) / settings.database.name, settings.key) as connection:
            held = [codes for _user_id, codes in connection.execute(CODES)]
        return {code for codes in held for code in codes.split(",")}
    return set()


def has(connection: Any, table: str, column: str | None = None) -> bool:
    """Whether a database has a table, and that column in it; an older backup may not."""
    found = connection.execute("SELECT name FROM pragma_table_info(?)", [table]).fetchall()
    names = [name for (name,) in found]
    return column in names if column else bool(names)
