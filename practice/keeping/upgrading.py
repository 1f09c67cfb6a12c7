"""An upgrade of the database: a backup first, then one step that happens whole or not at all."""

from practice.keeping.backups import back_up, quietly
from practice.keeping.digest import Say
from practice.keeping.locks import OPEN, RUNNING, alone
from practice.migrate import current, is_known, newest_revision, upgrade
from practice.settings import Settings, Unsafe


def bring_up_to_date(settings: Settings, say: Say = quietly) -> None:
    """Bring the database to what this version expects; before it changes, its records are backed up.

    Raises Refused when the backup cannot be made, Rekindle is open, or another command does the
    same; the database is then as it was, and so it is when the upgrade itself fails, or the records
    are of a newer version: both raise Unsafe.
    """
    there = settings.database.exists() and settings.database.stat().st_size > 0
    before = current(settings) if there else None
    if before == newest_revision():
        upgrade(settings)
        return
    if before is None or settings.is_demo:
        with alone(settings.database, OPEN, RUNNING):
            upgrade(settings)
        return
    if not is_known(before):
        raise Unsafe("A newer Rekindle has written these records. Update this one first.")
    with alone(settings.database, OPEN, RUNNING):
        say("This version keeps the records in a newer form. A backup comes first.")
        made = back_up(settings, say)
        name, where = made.archive.path.name, made.where[0]
        say(f"The backup is {name} in {where}")
        try:
            upgrade(settings)
        except Exception as error:
            raise Unsafe(
                f"The records could not be brought to this version ({type(error).__name__}). They "
                "are as they were: go back to the version before, or ask for help. The backup made "
                f"just now is {name} in {where}."
            ) from error
        say("The records are in the newer form now.")
