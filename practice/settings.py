"""Where an installation keeps its database and its key, and what is derived from that key."""

import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

ROOT = Path(__file__).resolve().parent.parent
KEY_BYTES = 32


class Unsafe(Exception):
    """A start that would not be safe. The message says what is wrong and what to do."""


@dataclass(frozen=True)
class Settings:
    """One installation: its database file, its 32-byte master key, and how it is reached."""

    database: Path
    key: bytes = field(repr=False)
    is_demo: bool = False
    #: True where the site is reached over https, so that cookies are kept to it.
    https: bool = False
    #: Host names the site answers to; others get 400. Empty: any (tests).
    hosts: tuple[str, ...] = ()
    testing: bool = False

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose, from which neither the key nor another purpose's can be found."""
        return HKDFExpand(hashes.SHA256(), KEY_BYTES, f"rekindle {purpose}".encode()).derive(
            self.key
        )

    def config(self) -> dict[str, Any]:
        """The Flask configuration that follows from these settings."""
        return {
            "DATABASE": self.database,
            "DATABASE_KEY": self.derive("database"),
            "AUDIT_KEY": self.derive("audit"),
            "SECRET_KEY": self.derive("cookies").hex(),
            "SECURITY_PASSWORD_SALT": self.derive("passwords").hex(),
            "IS_DEMO": self.is_demo,
            "HTTPS": self.https,
            "HOSTS": self.hosts,
            "TESTING": self.testing,
            "PRINTS_AHEAD": not self.testing,
        }


def default_key_file(database: Path) -> Path:
    """Outside `instance/`, so that a copy of the data is not a copy of the key."""
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return home / "rekindle" / f"{database.stem}.key"


def read_or_make_key(key_file: Path, database: Path) -> bytes:
    """The installation's key; made on the very first start and never again.

    Raises Unsafe when others may read it, when it is damaged, or when a database is there
    whose key is gone: a new key would not open it.
    """
    if key_file.exists():
        if stat.S_IMODE(key_file.stat().st_mode) & 0o077:
            raise Unsafe(f"Others can read {key_file}. Run: chmod 600 {key_file}")
        key = bytes.fromhex(key_file.read_text().strip())
        if len(key) != KEY_BYTES:
            raise Unsafe(f"{key_file} is damaged. Put your copy of it back.")
        return key
    if database.exists():
        raise Unsafe(
            f"{database} is there, but its key file {key_file} is not. Put your copy of the key "
            "back; without it the records cannot be opened."
        )
    key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        key = secrets.token_bytes(KEY_BYTES)
        file.write(key.hex() + "\n")
    return key


def from_environment(demo: bool = False) -> Settings:
    """The settings of this machine.

    `REKINDLE_DATABASE` and `REKINDLE_KEY_FILE` name the two files, `REKINDLE_HOSTS` the host
    names (separated by commas), `REKINDLE_HTTPS=1` a site behind a TLS proxy. The demo has a
    database of its own.
    """
    named = os.environ.get("REKINDLE_DATABASE")
    database = Path(named) if named else ROOT / "instance" / "rekindle.db"
    if demo:
        database = database.with_name("demo.db")
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    named_key = os.environ.get("REKINDLE_KEY_FILE")
    key_file = Path(named_key) if named_key and not demo else default_key_file(database)
    extra = tuple(name for name in os.environ.get("REKINDLE_HOSTS", "").split(",") if name)
    return Settings(
        database=database,
        key=read_or_make_key(key_file, database),
        is_demo=demo,
        https=os.environ.get("REKINDLE_HTTPS") == "1",
        hosts=("127.0.0.1", "localhost", *extra),
    )
