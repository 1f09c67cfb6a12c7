"""The `rekindle` command: open the practice, look after its database, add a clinician."""

import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click
from sqlalchemy import Connection, select

from practice import clock, jobs, request_log, serving
from practice.application import Rekindle, create_app
from practice.audit import service as audit
from practice.audit.models import AuditEvent
from practice.cli import keeping
from practice.cli.errors import safe_settings, said_plainly
from practice.cli.records import PATH, TEAM, bring_in
from practice.database.base import db
from practice.database.unit_of_work import reading
from practice.demo.loader import PASSWORD, load
from practice.errors import Refused
from practice.formatting import count_of
from practice.forms import tidy_line
from practice.identity.models import Practice, User
from practice.identity.password_reset import make_link
from practice.identity.service import add_clinician as join
from practice.identity.service import is_set_up, set_up_code, user_called
from practice.keeping import anchors, scheduler
from practice.keeping.locks import BUSY, OPEN, together
from practice.keeping.startup_checks import refuse_open_door, refuse_unsafe
from practice.keeping.upgrading import bring_up_to_date
from practice.keeping.write_ahead import refuse_foreign_log
from practice.key_file import is_wrapped
from practice.server_sockets import HOST, LAST_PORT, address_of, listen
from practice.sessions import integrity, integrity_watch
from practice.settings import Settings, Unsafe
from practice.version import VERSION

log = logging.getLogger(__name__)

FIRST_PORT = 8000
DEMO_ZONE = "America/Los_Angeles"
DEMO_EMAIL = "dana@alderstreet.example"
NOT_AS_SIGNED = "Someone changed it past the program. See all that is: rekindle audit verify"
KEY_WARNING = """\
Your records are encrypted, and the key is kept in a file on this same machine. That protects
a backup that gets lost. It does not protect a machine that is stolen: switch on the encryption
of its disk, and keep a copy of the key somewhere else.
"""


@click.group()
@click.version_option(VERSION)
def main() -> None:
    """Rekindle: practice management for couples therapists."""


@main.command()
@click.option("--demo", is_flag=True, help="Open a practice of invented people to try things in.")
@click.option(
    "--port",
    type=click.IntRange(0, LAST_PORT),
    default=FIRST_PORT,
    show_default=True,
    help="Where to listen.",
)
@click.option("--host", default=HOST, show_default=True, help="The address to listen at.")
@said_plainly
def serve(demo: bool, port: int, host: str) -> None:
    """Open Rekindle on this machine."""
    settings = safe_settings(demo)
    refuse_open_door(host, settings)
    app = todays_demo(settings) if demo else opened(settings)
    request_log.to_standard_error()
    with (
        together(settings.database, OPEN, BUSY),
        scheduler.anchoring(settings),
        closing_records(app),
        integrity_watch.watching(app),
        jobs.working(app),
        scheduler.backing_up(settings),
    ):
        for altered in integrity_watch.first_look(app):
            click.echo(f"{altered} {NOT_AS_SIGNED}", err=True)
        close_when_told()  # before anyone can know that it is open
        listeners = listen(port, host)
        click.echo(f"Rekindle is open at {address_of(listeners, host)}")
        with app.app_context():
            if set_up_code() and not is_set_up():
                click.echo(f"To set up the practice, enter this code there: {set_up_code()}")
        if settings.key_file and not is_wrapped(settings.key_file):
            click.echo(f"\n{KEY_WARNING}")
        click.echo("Press Ctrl+C to close it.")
        serving.serve(app, listeners, settings)


@contextmanager
def closing_records(app: Rekindle) -> Iterator[None]:
    """Close the database when the block ends, so that what stands in its `-wal` is in the file."""
    try:
        yield
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@contextmanager
def at_work(settings: Settings) -> Iterator[None]:
    """The application's context over its records for one command; closed and anchored at its end."""
    app = opened(settings)
    with scheduler.anchoring(settings), closing_records(app), app.app_context():
        yield


def close_when_told() -> None:
    """Have the system's word to end answer what is under way, and then close.

    SIGTERM, Ctrl+C, and SIGHUP when the terminal is closed; unless it is to go on then (`nohup`).
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
    hang_up = getattr(signal, "SIGHUP", None)  # Windows has none
    if hang_up and signal.getsignal(hang_up) is not signal.SIG_IGN:
        signal.signal(hang_up, lambda *_: sys.exit(0))


def opened(settings: Settings) -> Rekindle:
    """The application over a database that was looked over and brought up to date."""
    refuse_unsafe(settings)
    bring_up_to_date(settings, click.echo)
    return create_app(settings)


def todays_demo(settings: Settings) -> Rekindle:
    """The demo, made today: its dates follow the calendar, so an older one starts afresh."""
    app = opened(settings)
    with app.app_context():
        made_on = demo_made_on()
        if made_on is None:
            load()
            db.session.commit()
        elif made_on != clock.today_in(DEMO_ZONE):
            db.session.remove()
            db.engine.dispose()
            for path in settings.database.parent.glob(f"{settings.database.name}*"):
                path.unlink()
            return todays_demo(settings)
    click.echo(f"Everyone in the demo is invented. Sign in as {DEMO_EMAIL}, password: {PASSWORD}")
    return app


def demo_made_on() -> date | None:
    """The day the demo was made; None while it is empty. Raises Unsafe for a real practice."""
    with reading() as connection:
        practice = connection.execute(select(Practice.is_demo, Practice.id).limit(1)).first()
        if practice is None:
            return None
        if not practice.is_demo:
            raise Unsafe("This database holds a real practice, not the demo.")
        made = connection.scalar(select(AuditEvent.at).order_by(AuditEvent.seq).limit(1))
    return clock.in_zone(made, DEMO_ZONE).date() if made else None


@main.command()
@said_plainly
def migrate() -> None:
    """Bring the database to what this version expects."""
    settings = safe_settings()
    refuse_unsafe(settings)
    bring_up_to_date(settings, click.echo)
    click.echo(f"{settings.database} is up to date.")


@main.command()
@said_plainly
def demo() -> None:
    """Make today's demo practice, unless it is there."""
    settings = safe_settings(demo=True)
    todays_demo(settings)
    click.echo(f"The demo is in {settings.database}. Open it with: rekindle serve --demo")


@main.command("add-clinician")
@click.option("--name", prompt="Name")
@click.option("--credentials", prompt="Credentials, such as LMFT", default="", show_default=False)
@click.option("--email", prompt="E-mail")
@click.password_option()
@said_plainly
def add_clinician(name: str, credentials: str, email: str, password: str) -> None:
    """Add someone who sees couples in this practice."""
    settings = safe_settings()
    with at_work(settings):
        practice = db.session.scalar(select(Practice).limit(1))
        if practice is None:
            raise Refused("There is no practice yet. Open Rekindle and set it up first.")
        audit.act_as(practice.id, None)
        user = User(name=tidy_line(name), credentials=tidy_line(credentials), email=email)
        if not user.name:
            raise Refused("Enter a name.")
        join(practice, user, password)
        db.session.commit()
        click.echo(f"{user.signature} can sign in now.")


@main.group()
def accounts() -> None:
    """The people who sign in here."""


@accounts.command()
@click.argument("email")
@click.option("--device-lost", is_flag=True, help="Have them set up a new second factor, too.")
@click.option(
    "--port",
    type=click.IntRange(1, LAST_PORT),
    default=FIRST_PORT,
    show_default=True,
    help="Where Rekindle is open.",
)
@said_plainly
def reset(email: str, device_lost: bool, port: int) -> None:
    """Make a link by which whoever signs in with EMAIL chooses a new password."""
    settings = safe_settings(make_key=False)
    with at_work(settings):
        user = user_called(email)
        if user is None:
            raise Refused(f"Nobody signs in here with {email}.")
        audit.act_as(user.practice_id, None)
        token = make_link(user, None, clock.now(), device_lost=device_lost)
        db.session.commit()
        click.echo(f"{user.name} chooses a new password here, once and within an hour:")
        click.echo(f"{settings.address(port)}/new-password/{token}")


@main.command("import")
@PATH
@TEAM
@said_plainly
def bring_records(path: Path, team: str) -> None:
    """Bring in a copy of a couple's file, or of everything, whole or not at all."""
    settings = safe_settings()
    with at_work(settings):
        bring_in(path, team, click.echo)


@main.group("audit")
def audit_log() -> None:
    """The audit log."""


@audit_log.command()
@said_plainly
def verify() -> None:
    """Check that no event of the audit log was changed, moved or removed, and no signed note."""
    settings = safe_settings(make_key=False)
    refuse_foreign_log(settings)
    anchors.refuse_without_log(settings)
    with create_app(settings).app_context(), reading() as connection:
        verdict = audit.verify(connection, settings.derive("audit"))
        signed, altered = compare_signed(connection, settings)
    fault = verdict.fault or anchors.fault_in(settings)
    click.echo(f"{verdict.events:,} events, the last of them {verdict.head[:16]}.")
    if not fault:
        anchors.write(settings, verdict.events, verdict.head)
        click.echo(
            "Each follows the one before it, as it was written, and none is missing at the end."
        )
    click.echo(signed)
    for one in (*([fault] if fault else ()), *altered):
        click.echo(one, err=True)
    if fault or altered:
        sys.exit(1)


def compare_signed(connection: Connection, settings: Settings) -> tuple[str, list[str]]:
    """What is told of the signed notes: how many were compared, and what is not as it was signed."""
    if not integrity.can_be_checked(connection):
        return (
            "Signed notes are compared once the records are in the newer form: rekindle migrate",
            [],
        )
    altered = list(integrity.every_fault(connection, settings.derive("signatures")))
    count = integrity.count(connection)
    said = f"{count_of(count, 'signature was', 'signatures were')} compared with what was signed"
    return f"{said}: {'all equal' if not altered else f'{len(altered):,} not equal'}.", altered


for one in (keeping.backup, keeping.backups, keeping.restore, keeping.drill, keeping.key):
    main.add_command(one)


if __name__ == "__main__":
    main()
