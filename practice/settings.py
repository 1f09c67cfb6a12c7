"""Where an installation keeps its database and its key, and what is derived from that key."""

import getpass
import os
import sys
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sqlcipher3.dbapi2 import DatabaseError

from practice import key_file, key_ring, variables
from practice.database.sqlcipher import open_read_only
from practice.key_file import Ask, Keys, Unsafe
from practice.page_cipher import is_its_key

__all__ = ["ROOT", "Settings", "Unsafe", "from_environment"]

ROOT = Path(__file__).resolve().parent.parent
MOST_MB = 50
#: How often the retired keys are looked for while another process may be writing.
TRIES = 3


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
    #: Where the key was read from; None when it was given by hand (tests, benches).
    key_file: Path | None = None
    #: The keys before this one, oldest first.
    retired: tuple[bytes, ...] = field(default=(), repr=False)
    #: The one address beside this machine that may say from where a request came.
    proxy: str = "127.0.0.1"
    #: Whether those who can read clinical text must give a second factor. None: yes, but in the
    #: demo and in tests, which sign in by the password alone unless they say otherwise.
    second_factor: bool | None = None
    #: The largest file that is kept with a couple.
    attachment_mb: int = 10
    #: Where the records are on PostgreSQL, with its password; empty: in the embedded file.
    database_url: str = field(default="", repr=False)
    #: The same for the role that owns the tables and migrates them; empty: it is the same role.
    database_owner_url: str = field(default="", repr=False)

    @property
    def on_server(self) -> bool:
        """Whether the records are on a database server and not in the embedded file."""
        return bool(self.database_url)

    @property
    def attachment_bytes(self) -> int:
        """The same in bytes."""
        return self.attachment_mb * 1_000_000

    @property
    def largest_body(self) -> int:
        """How large a request may be: a file too large still comes with all that was typed."""
        return 3 * self.attachment_bytes + 3_000_000

    @property
    def keys(self) -> tuple[bytes, ...]:
        """The key in use and those before it."""
        return self.key, *self.retired

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose, from which neither the key nor another purpose's can be found.

        What must last (the audit log's key, the passwords' salt) outlives a change of the key.
        """
        lasting = purpose not in key_ring.RENEWED and self.retired
        return key_ring.derived(self.retired[0] if lasting else self.key, purpose)

    @property
    def demands_second_factor(self) -> bool:
        """Whether whoever can read clinical text must give a second factor."""
        if self.second_factor is None:
            return not (self.is_demo or self.testing)
        return self.second_factor

    def address(self, port: int) -> str:
        """Where one who is given a link opens it: the site's own name, else this machine."""
        names = [name for name in self.hosts if name not in ("127.0.0.1", "localhost")]
        if self.https and names:
            return f"https://{names[0]}"
        return f"http://localhost:{port}"

    def config(self) -> dict[str, Any]:
        """The Flask configuration that follows from these settings."""
        return {
            "DATABASE": self.database,
            "DATABASE_KEY": self.derive("database"),
            "DATABASE_URL": self.database_url,
            "AUDIT_KEY": self.derive("audit"),
            "SIGNATURE_KEY": self.derive("signatures"),
            "JOBS_KEY": self.derive("jobs"),
            "SECRET_KEY": self.derive("cookies").hex(),
            "SECURITY_PASSWORD_SALT": self.derive("passwords").hex(),
            "IS_DEMO": self.is_demo,
            "HTTPS": self.https,
            "HOSTS": self.hosts,
            "TESTING": self.testing,
            "PRINTS_AHEAD": not self.testing,
            "ATTACHMENT_BYTES": self.attachment_bytes,
            "LARGEST_BODY": self.largest_body,
            "SECOND_FACTOR": self.demands_second_factor,
            "SECOND_FACTOR_KEY": self.derive("second factors"),
        }


def default_key_file(database: Path) -> Path:
    """Outside `instance/`, so that a copy of the data is not a copy of the key.

    Raises Unsafe when whoever runs the program has no home.
    """
    named = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    folder = (
        named if named.is_absolute() else home() / ".config"
    )  # relative ones are not to be used
    return folder / "rekindle" / f"{database.stem}.key"


def home() -> Path:
    """The home of whoever runs the program. Raises Unsafe when there is none to be had."""
    try:
        found = Path() if os.environ.get("HOME") == "" else Path.home()
    except RuntimeError:
        found = Path()  # neither HOME nor a line of this user in the system's list
    if not found.is_absolute():
        raise Unsafe(
            "This user has no home folder to keep the key in. Name a file for it in "
            "REKINDLE_KEY_FILE, or the folder in HOME."
        )
    return found


def full_path(named: str, variable: str) -> Path:
    """The path that an environment variable names; a relative one begins where the command is run.

    Raises Unsafe for one that cannot be a path.
    """
    if "\0" in named:
        raise Unsafe(f"{variable} names no file.")
    path = Path(named)
    if named.startswith("~"):
        path = home() / named.removeprefix("~").lstrip("/") if named[1:2] in ("", "/") else path
    try:
        return path.absolute()
    except OSError as error:
        raise Unsafe(
            f"{variable} names {named}, which begins where the command is run, and that folder is "
            "gone. Name the whole path, from / on."
        ) from error


@cache
def passphrase() -> str:
    """The passphrase: from the file `REKINDLE_PASSPHRASE_FILE` names, else typed, else piped in.

    Asked once for each run of the program. Raises Unsafe when there is none to be had.
    """
    if named := os.environ.get("REKINDLE_PASSPHRASE_FILE"):
        path = full_path(named, "REKINDLE_PASSPHRASE_FILE")
        if not path.exists():
            raise Unsafe(f"REKINDLE_PASSPHRASE_FILE names {path}, which is not there.")
        key_file.refuse_if_open_to_others(path)
        said = path.read_text("utf-8", "replace")
    elif sys.stdin is not None and sys.stdin.isatty():
        said = getpass.getpass("Passphrase of the key: ")
    else:
        said = sys.stdin.readline() if sys.stdin else ""
    if not said.strip():
        raise Unsafe(
            "The key asks for its passphrase. Type it, pipe it in, or name a file that holds it "
            "in REKINDLE_PASSPHRASE_FILE."
        )
    return said.strip("\r\n")


def read_or_make_key(
    path: Path, database: Path, ask: Ask = passphrase, *, make: bool = True
) -> Keys:
    """The installation's key; made on the very first start and never again.

    Raises Unsafe as `key_file.read` does, when a database is there whose key is gone (a new
    key would not open it), and when there is none and none is to be made.
    """
    if path.exists():
        return key_file.read(path, ask)
    if not make:
        raise Unsafe(
            f"There is no key at {path}. Type it from its recovery sheet first: rekindle key recover"
        )
    if database.exists():
        raise Unsafe(
            f"{database} is there, but its key file {path} is not. Put your copy of the key "
            "back, or type it from its recovery sheet: rekindle key recover. Without the key the "
            "records cannot be opened."
        )
    made = Keys(key_file.new_key())
    key_file.write(path, made)
    return made


def places(demo: bool = False) -> tuple[Path, Path]:
    """The database file and the key file of this machine, which may not be there yet."""
    named = os.environ.get("REKINDLE_DATABASE")
    database = full_path(named, "REKINDLE_DATABASE") if named else ROOT / "instance" / "rekindle.db"
    if demo:
        database = database.with_name("demo.db")
    named_key = os.environ.get("REKINDLE_KEY_FILE")
    if named_key and not demo:
        return database, full_path(named_key, "REKINDLE_KEY_FILE")
    return database, default_key_file(database)


def refuse_impossible(database: Path, key_path: Path) -> None:
    """Make the folder of the records. Raises Unsafe where there can be no such files."""
    for path, variable in ((database, "REKINDLE_DATABASE"), (key_path, "REKINDLE_KEY_FILE")):
        if path.is_dir():
            raise Unsafe(f"{path} is a folder. Name a file in {variable}.")
        if not may_be_read(path):
            raise Unsafe(
                f"Whoever runs Rekindle may not read {path}. Give this user the right to it and its "
                f"folder, or name another file in {variable}."
            )
    try:
        database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Unsafe(
            f"The folder {database.parent} cannot be made: {why}. Name another place in "
            "REKINDLE_DATABASE."
        ) from error


def may_be_read(path: Path) -> bool:
    """Whether a file can be read, or is not there at all as far as can be seen."""
    try:
        return not path.exists() or os.access(path, os.R_OK)
    except OSError:
        return False


def opens(database: Path, key: bytes) -> bool:
    """Whether a master key opens a database that is there, which is not touched."""
    return database.stat().st_size == 0 or is_its_key(database, key_ring.derived(key, "database"))


def in_use(keys: Keys, database: Path) -> bytes:
    """Which of the keys in a key file opens the database: a change of key may have been cut off."""
    if keys.coming and database.exists() and opens(database, keys.coming):
        return keys.coming
    return keys.key


def keys_before(database: Path, key: bytes) -> tuple[bytes, ...]:
    """The keys retired before `key`; none when the database is not there or does not open.

    Only the file itself is read, past a write-ahead log that may not be its own: a change of key
    leaves none behind. Another process may be writing into it, hence a second try.
    """
    if not database.exists() or not database.stat().st_size:
        return ()
    for _ in range(TRIES):
        with (
            suppress(DatabaseError),
            closing(open_read_only(database, key_ring.derived(key, "database"))) as open_file,
        ):
            return key_ring.retired_keys(open_file, key)
    return ()


def attachment_size(said: str) -> int:
    """How many megabytes a file kept with a couple may have. Raises Unsafe for an odd number."""
    if not (said.isdecimal() and 1 <= int(said) <= MOST_MB):
        raise Unsafe(f"REKINDLE_ATTACHMENT_MB is a number of megabytes from 1 to {MOST_MB}.")
    return int(said)


def from_environment(
    demo: bool = False, ask: Ask = passphrase, *, make_key: bool = True
) -> Settings:
    """The settings of this machine.

    `variables.VARIABLES` says what each variable means. The demo has a database of its own. Raises
    Unsafe as `read_or_make_key` does, for a size that cannot be, and for a variable misspelled.
    """
    if wrong := variables.mistake(os.environ):
        raise Unsafe(wrong)
    database, key_path = places(demo)
    refuse_impossible(database, key_path)
    key = in_use(read_or_make_key(key_path, database, ask, make=make_key), database)
    extra = tuple(name for name in os.environ.get("REKINDLE_HOSTS", "").split(",") if name)
    return Settings(
        database=database,
        key=key,
        is_demo=demo,
        https=os.environ.get("REKINDLE_HTTPS") == "1",
        hosts=("127.0.0.1", "localhost", *extra),
        key_file=key_path,
        retired=keys_before(database, key),
        proxy=os.environ.get("REKINDLE_PROXY") or "127.0.0.1",
        attachment_mb=attachment_size(os.environ.get("REKINDLE_ATTACHMENT_MB") or "10"),
        second_factor=False if os.environ.get("REKINDLE_SECOND_FACTOR") == "0" else None,
    )
