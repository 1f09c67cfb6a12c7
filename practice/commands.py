"""The `rekindle` command: open the practice, look after its database, add a clinician."""

import logging
import os
import socket
import sys
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

import click
import waitress
from sqlalchemy import select

from practice import clock, logs
from practice.accounts.models import Practice, User
from practice.accounts.service import add_clinician as join
from practice.accounts.service import is_set_up, set_up_code
from practice.application import Rekindle, create_app
from practice.audit import service as audit
from practice.audit.models import AuditEvent
from practice.database import db, reading
from practice.demo.loader import PASSWORD, load
from practice.errors import Refused
from practice.front_door import behind_proxy
from practice.migrating import upgrade
from practice.settings import Settings, Unsafe, from_environment

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
FIRST_PORT = 8000
PORTS_TRIED = 20
THREADS = 8
DEMO_ZONE = "America/Los_Angeles"
DEMO_EMAIL = "dana@alderstreet.example"
KEY_WARNING = """\
Your records are encrypted, and the key is kept in a file on this same machine. That protects
a backup that gets lost. It does not protect a machine that is stolen: switch on the encryption
of its disk, and keep a copy of the key somewhere else.
"""


def said_plainly(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command that says in one line what stopped it, and ends with 1."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except (Unsafe, Refused) as reason:
            raise click.ClickException(str(reason)) from reason

    return run


def safe_settings(demo: bool = False) -> Settings:
    """The settings of this machine. Raises Unsafe when the program would start in debug mode."""
    if os.environ.get("FLASK_DEBUG", "0") not in ("", "0"):
        raise Unsafe(
            "FLASK_DEBUG is set. In debug mode anyone could run code here. Unset it and start again."
        )
    return from_environment(demo)


@click.group()
def main() -> None:
    """Rekindle: practice management for couples therapists."""


@main.command()
@click.option("--demo", is_flag=True, help="Open a practice of invented people to try things in.")
@click.option("--port", default=FIRST_PORT, show_default=True, help="Where to listen.")
@said_plainly
def serve(demo: bool, port: int) -> None:
    """Open Rekindle on this machine."""
    settings = safe_settings(demo)
    app = todays_demo(settings) if demo else opened(settings)
    logs.to_standard_error()
    listener = listen(port)
    click.echo(f"Rekindle is open at http://{HOST}:{listener.getsockname()[1]}")
    with app.app_context():
        if set_up_code() and not is_set_up():
            click.echo(f"To set up the practice, enter this code there: {set_up_code()}")
    click.echo(f"\n{KEY_WARNING}\nPress Ctrl+C to close it.")
    waitress.serve(app, sockets=[listener], threads=THREADS, ident=None, **behind_proxy(settings))


def listen(port: int) -> socket.socket:
    """A socket on this machine alone, at `port` or the next that is free.

    Raises Unsafe when none of the next twenty is.
    """
    for candidate in range(port, port + PORTS_TRIED):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, candidate))
            return listener
        except OSError:
            listener.close()
    raise Unsafe(
        f"Ports {port} to {port + PORTS_TRIED - 1} are all in use. Choose one with --port."
    )


def opened(settings: Settings) -> Rekindle:
    """The application over an up-to-date database."""
    upgrade(settings)
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
    upgrade(settings)
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
    upgrade(settings)
    with create_app(settings).app_context():
        practice = db.session.scalar(select(Practice).limit(1))
        if practice is None:
            raise Refused("There is no practice yet. Open Rekindle and set it up first.")
        audit.act_as(practice.id, None)
        user = User(name=name.strip(), credentials=credentials.strip(), email=email.strip())
        if not user.name:
            raise Refused("Enter a name.")
        join(practice, user, password)
        db.session.commit()
        click.echo(f"{user.signature} can sign in now.")


@main.group("audit")
def audit_log() -> None:
    """The audit log."""


@audit_log.command()
@said_plainly
def verify() -> None:
    """Check that no event of the audit log was changed, moved or removed."""
    settings = safe_settings()
    with create_app(settings).app_context(), reading() as connection:
        verdict = audit.verify(connection, settings.derive("audit"))
    click.echo(f"{verdict.events:,} events, the last of them {verdict.head[:16]}.")
    if verdict.fault:
        click.echo(verdict.fault, err=True)
        sys.exit(1)
    click.echo("Each follows the one before it, as it was written.")


if __name__ == "__main__":
    main()
