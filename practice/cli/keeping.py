"""The commands that look after what is kept: backups, restore, drill, and the key."""

import shutil
import sys
from pathlib import Path

import click

from practice import clock, key_file
from practice.cli.errors import safe_settings, said_plainly
from practice.errors import Refused
from practice.formatting import file_size
from practice.handouts.renderer import PrintFailed, Renderer
from practice.handouts.sheet import Paper
from practice.identity.passwords import reasons_against
from practice.keeping.backup_config import plan_of
from practice.keeping.backups import back_up, dated
from practice.keeping.recovery import key_from, recovery_sheet
from practice.keeping.rekeying import rotate as change_key
from practice.keeping.restoring import drill as try_restore
from practice.keeping.restoring import restore as put_back
from practice.keeping.status import TOLERANCE
from practice.keeping.targets import TargetFailed, targets_of
from practice.keeping.write_ahead import refuse_foreign_log
from practice.key_file import Keys
from practice.key_ring import name_of
from practice.settings import Unsafe, opens, passphrase, places

AHEAD = "  (dated ahead of this computer’s clock)"
PRINT_SHEET = (
    "Print a recovery sheet for this key now, and destroy the ones before it: rekindle key sheet"
)


def step(words: str) -> None:
    """Tell whoever waits what is being done."""
    click.echo(f"… {words}")


@click.command()
@said_plainly
def backup() -> None:
    """Make a backup now, read it back, and put it in every place of the plan."""
    settings = safe_settings(make_key=False)
    refuse_foreign_log(settings)
    made = back_up(settings, step)
    size, rows = file_size(made.bytes), made.archive.contents.rows
    click.echo(f"{made.archive.path.name}: {size}, {rows:,} rows, read back and equal.")
    for where in made.where:
        click.echo(f"Kept in {where}")
    for why in made.failures.values():
        click.echo(why, err=True)
    if made.failures:
        sys.exit(1)


@click.command()
@said_plainly
def backups() -> None:
    """List the backups there are, newest first."""
    settings = safe_settings(make_key=False)
    for target in targets_of(plan_of(settings)):
        click.echo(target.where)
        try:
            there = dated(target, settings.database.stem)
        except TargetFailed as reason:
            click.echo(f"  {reason}", err=True)
            continue
        for moment, name in sorted(there.items(), reverse=True):
            is_ahead = moment > clock.now() + TOLERANCE
            click.echo(f"  {name}{AHEAD if is_ahead else ''}")
        if not there:
            click.echo("  none yet")


@click.command()
@click.argument("which")
@click.option("--into", type=click.Path(path_type=Path), help="Another file, which is not there.")
@click.option("--replace", is_flag=True, help="Do not ask before the records here are replaced.")
@said_plainly
def restore(which: str, into: Path | None, replace: bool) -> None:
    """Put a backup back: WHICH is “latest”, the name of one, or a file."""
    settings = safe_settings(make_key=False)
    if settings.database.exists() and into is None and not replace:
        click.confirm(
            f"{settings.database} will be replaced; it is kept aside under another name. Go on?",
            abort=True,
        )
    done = put_back(settings, which, into=into, say=step)
    click.echo(
        f"Restored to {done.database}: {done.contents.rows:,} rows as they were on "
        f"{done.made_at:%Y-%m-%d at %H:%M} UTC, every one compared."
    )
    click.echo(
        "Everyone signs in again. Invitations, links to choose a password, and recovery codes that "
        "were used or may have been, are over. Passwords, passkeys and people are as they were then."
    )
    if done.kept_aside:
        click.echo(f"The records before it are in {done.kept_aside}. Remove them when all is well.")


@click.command()
@said_plainly
def drill() -> None:
    """Try it out: restore the newest backup into a scratch place and compare it row by row."""
    done = try_restore(safe_settings(make_key=False), step)
    click.echo(
        f"{done.name} came back whole: {done.rows:,} rows, every one equal, in {done.seconds} seconds."
    )


@click.group()
def key() -> None:
    """The key that opens the records."""


@key.command("passphrase")
@said_plainly
def use_passphrase() -> None:
    """Keep the key under a passphrase, which is then asked for at each start; or change it."""
    path, keys = key_here()
    chosen = click.prompt("New passphrase", hide_input=True, confirmation_prompt=True)
    if reasons := reasons_against(chosen, []):
        raise Refused(reasons[0])
    key_file.write(path, keys, chosen)
    click.echo(f"{path} opens with the passphrase from now on. The records were not touched.")
    click.echo("If you forget it, only the recovery sheet helps: rekindle key sheet")


@key.command("file")
@said_plainly
def use_file() -> None:
    """Keep the key in its file without a passphrase."""
    path, keys = key_here()
    key_file.write(path, keys)
    click.echo(f"{path} opens without a passphrase now. Switch on the encryption of the disk.")


def key_here() -> tuple[Path, Keys]:
    """This machine's key file and what is in it. Raises Unsafe when there is none or it is damaged."""
    settings = safe_settings(make_key=False)
    if settings.key_file is None:
        raise Unsafe("There is no key file.")
    return settings.key_file, Keys(settings.key)


@key.command("rotate")
@said_plainly
def rotate() -> None:
    """Change the key: a backup is made first, then every page is encrypted anew."""
    settings = safe_settings(make_key=False)
    refuse_foreign_log(settings)
    path = settings.key_file
    known = passphrase() if path and key_file.is_wrapped(path) else None
    renewed = change_key(settings, known, step)
    click.echo(f"The key is {name_of(renewed.key)} now. Everyone signs in anew.")
    click.echo("Backups made before open with the old key, which the records remember.")
    click.echo(PRINT_SHEET)


@key.command("sheet")
@click.option(
    "--to",
    "path",
    type=click.Path(path_type=Path),
    default="recovery-sheet.pdf",
    show_default=True,
    help="The file to write; it must not be there.",
)
@click.option("--paper", type=click.Choice(["letter", "a4"]), default="letter", show_default=True)
@said_plainly
def sheet(path: Path, paper: Paper) -> None:
    """Write the key on a sheet to print: 24 words, a code, and what to do with them."""
    settings = safe_settings(make_key=False)
    if path.exists():
        raise Refused(f"{path} is there already. Name another file with --to.")
    if settings.database.exists() and not opens(settings.database, settings.key):
        raise Refused(
            f"The key here does not open {settings.database}, so a sheet of it would be of no use. "
            "Type the right one from its own sheet: rekindle key recover"
        )
    press = Renderer(workers=1)
    try:
        pdf = press.print(recovery_sheet(settings, clock.today_in("UTC"), paper))
    except PrintFailed as reason:
        raise Refused(str(reason)) from reason
    finally:
        press.close()
    key_file.write_whole(path, pdf)
    click.echo(f"The recovery sheet is in {path}. Print it, then delete the file.")


@key.command("recover")
@said_plainly
def recover() -> None:
    """Type the key in from its recovery sheet, on a new machine or where its file was lost."""
    database, path = places()
    click.echo("Type the 24 words in order; the first four letters of each are enough.")
    recovered = key_from(click.prompt("Words"))
    if database.exists() and not opens(database, recovered):
        click.confirm(
            f"This key does not open {database}, which is another's or damaged. Keep the key "
            "here all the same, to restore a backup with it?",
            abort=True,
        )
    if path.exists():
        aside = path.with_name(f"{path.name}.before-recovery")
        shutil.copy2(path, aside)
        click.echo(f"The key file that was here is kept as {aside}.")
    key_file.write(path, Keys(recovered))
    click.echo(f"The key {name_of(recovered)} is in {path}, without a passphrase.")
    if not database.exists():
        click.echo("Now bring the records here: rekindle restore latest, or rekindle restore FILE")
