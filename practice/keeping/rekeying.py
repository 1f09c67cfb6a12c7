"""Changing the key: every page encrypted anew in a copy, which then takes the database's place.

The order makes it safe to be cut off anywhere. First a backup is made and read back. Then the
key file names the key to come beside the one in use. Then the finished copy takes the
database's place in one step, and last the key file forgets the old key. Whichever of the two
opens the database is the key in use (`settings.in_use`).
"""

import os
from dataclasses import replace
from pathlib import Path

from sqlcipher3.dbapi2 import OperationalError

from practice import key_file
from practice.audit.service import AuditEntry
from practice.errors import Refused
from practice.keeping.archive import RECORDS
from practice.keeping.backups import back_up, log, scratch_beside
from practice.keeping.digest import Damaged, Say, contents_of, copy, opened, refuse_if_damaged
from practice.keeping.locks import BACKING_UP, BACKUP, OPEN, RUNNING, alone
from practice.key_file import Keys, settle_folder
from practice.key_ring import TABLE, derived, keep_retired
from practice.settings import Settings


def rotate(settings: Settings, passphrase: str | None, say: Say) -> Settings:
    """Give an installation a new key; its settings from then on.

    `passphrase` wraps the new key, where the old one was wrapped. Raises Refused when Rekindle
    is open, or the backup that has to come first cannot be made.
    """
    if settings.key_file is None:
        raise Refused(
            "The key of this installation is not in a file, so it cannot be changed here."
        )
    with alone(settings.database, OPEN, RUNNING):
        back_up(settings, say)
        renewed = replace(
            settings, key=key_file.new_key(), retired=(*settings.retired, settings.key)
        )
        with alone(settings.database, BACKUP, BACKING_UP), scratch_beside(settings.database) as at:
            say("Encrypting every page anew")
            fresh = at / RECORDS
            copy(settings.database, fresh, settings.key)
            rekey(fresh, settings.key, renewed)
            log(renewed, AuditEntry("key-changed", "records"), fresh)
            close_up(fresh, renewed.key)
            say("Putting it in place")
            key_file.write(settings.key_file, Keys(settings.key, renewed.key), passphrase)
            close_up(settings.database, settings.key)
            fresh.replace(settings.database)
            settle_folder(settings.database.parent)
            key_file.write(settings.key_file, Keys(renewed.key), passphrase)
        back_up(renewed, say)
    return renewed


def rekey(database: Path, key: bytes, renewed: Settings) -> None:
    """Encrypt a database nobody else uses under another installation's key, and read it back.

    The keys retired before stand in it afterwards. Raises Damaged when a row got lost.
    """
    with opened(database, key) as connection:
        before = contents_of(connection)
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute(f"PRAGMA rekey = \"x'{derived(renewed.key, 'database').hex()}'\"")
    with opened(database, renewed.key) as connection:
        refuse_if_damaged(connection)
        if before.differing(contents_of(connection)):
            raise Damaged("The records under the new key are not the same. Nothing was changed.")
        if TABLE in before.tables:
            connection.execute("BEGIN IMMEDIATE")
            keep_retired(connection, renewed.retired, renewed.key)
            connection.execute("COMMIT")
        elif renewed.retired:
            raise Refused("These records are older than changed keys. Run: rekindle migrate")


def close_up(database: Path, key: bytes) -> None:
    """Bring what stands beside a database (-wal) into it, and have the disk remember it.

    Raises Refused when someone has it open.
    """
    with opened(database, key) as connection:
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA journal_mode = DELETE")
        except OperationalError as error:
            raise Refused(RUNNING) from error
    with database.open("rb") as file:
        os.fsync(file.fileno())
