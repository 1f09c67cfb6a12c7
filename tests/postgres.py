"""A PostgreSQL server of the tests' own: Debian's binaries, a folder, a socket, no port, no service.

PostgreSQL refuses to run as root, so that root lends its folder to a user who may do nothing else.
Nothing is left behind.
"""

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from practice.migrate import upgrade
from practice.settings import Settings

MISSING = (
    "These tests need PostgreSQL 15 or newer: apt-get install -y --no-install-recommends postgresql"
)
OWNER = "keeper_of_tables"
#: Nothing of a test outlives its run, so that nothing waits for the disk.
SERVER = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
}


def binaries() -> Path:
    """The folder of the newest server: Debian keeps them out of PATH, one folder for each version."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    on_path = shutil.which("initdb")
    if not found and not on_path:
        pytest.exit(MISSING, returncode=1)
    return (found[-1] if found else Path(str(on_path))).parent


def unprivileged() -> dict[str, Any]:
    """As whom the server runs, as `subprocess` takes it; nobody else unless we are root."""
    if os.getuid() != 0:
        return {}
    known = {one.pw_name: one for one in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


class Server:
    """A server that runs until `close`, and the databases in it."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="pg-"))  # a socket's path has 107 bytes at most
        self.bin, self.who = binaries(), unprivileged()
        if self.who:
            os.chown(self.home, self.who["user"], self.who["group"])
        make = ("-U", "superuser", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self.run("initdb", "-D", self.home / "data", *make)
        settings = SERVER | {"unix_socket_directories": str(self.home)}
        self.process = subprocess.Popen(
            [
                self.bin / "postgres",
                *("-D", self.home / "data"),
                *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
            ],
            cwd=self.home,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self.who,
        )
        atexit.register(self.close)
        self.wait_until_ready()
        self.admin("CREATE ROLE {} LOGIN CREATEDB", OWNER)

    def run(self, program: str, *arguments: object) -> None:
        """Run one of the server's programs to its end."""
        command = [self.bin / program, *map(str, arguments)]
        subprocess.run(command, check=True, cwd=self.home, stdout=subprocess.DEVNULL, **self.who)

    def wait_until_ready(self) -> None:
        """Wait until the server answers."""
        asked = [self.bin / "pg_isready", "-q", "-h", self.home]
        for _ in range(400):
            if subprocess.run(asked, check=False).returncode == 0:
                return
            time.sleep(0.05)
        raise TimeoutError("PostgreSQL did not start")

    def admin(self, statement: str, *names: str) -> None:
        """Run a statement as the superuser, outside any transaction."""
        with psycopg.connect(
            host=str(self.home), user="superuser", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def address(self, database: str, role: str = OWNER) -> str:
        """The address of a database, as a role."""
        return f"postgresql://{role}@/{database}?host={self.home}"

    def copy(self, template: str, database: str) -> None:
        """Have `database` be a copy of `template`, whoever is connected to it."""
        self.drop(database)
        self.admin(f"CREATE DATABASE {{}} OWNER {OWNER} TEMPLATE {{}}", database, template)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected to it."""
        self.admin("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def close(self) -> None:
        """Stop the server at once, and remove its folder."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # SIGTERM waits for every pooled connection
            self.process.wait(20)
        shutil.rmtree(self.home, ignore_errors=True)


class ServerDatabases:
    """Databases on a server: `databases.Databases` for PostgreSQL."""

    dialect = "postgresql"

    def __init__(self, key: bytes) -> None:
        self.server = Server()
        self.key = key
        self.count = 0
        self.server.copy("template1", "empty")
        upgrade(self.at(Path("/nowhere/empty.db"), "empty"))

    def at(self, path: Path, database: str) -> Settings:
        """The settings of an installation whose records are in a database."""
        return Settings(
            database=path, key=self.key, testing=True, database_url=self.server.address(database)
        )

    def installation(self, folder: Path) -> Settings:
        """An installation in a folder, with every table and no row."""
        folder.mkdir(parents=True, exist_ok=True)
        self.count += 1
        settings = self.at(folder / "rekindle.db", f"installation_{self.count}")
        self.lay_out("empty", settings)
        return settings

    def lay_out(self, kept: str, settings: Settings) -> None:
        """Have an installation's records be as those that were kept under a name."""
        self.server.copy(kept, name_in(settings))

    def keep(self, settings: Settings, kept: str) -> None:
        """Keep an installation's records under a name. Nobody may have them open."""
        self.server.copy(name_in(settings), kept)


def name_in(settings: Settings) -> str:
    """The name of an installation's database."""
    return settings.database_url.partition("@/")[2].partition("?")[0]
