"""Where backups go and how often: `backup.toml` beside the key file, or what holds without one."""

import tomllib
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from practice.key_file import refuse_if_open_to_others
from practice.settings import Settings, Unsafe, home

FILE_NAME = "backup.toml"
EVERY_HOURS = 6
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Store:
    """A bucket of an S3-compatible store, and who we are there (from the environment if empty)."""

    endpoint: str
    bucket: str
    prefix: str = ""
    region: str = "us-east-1"
    access_key_id: str = ""
    secret_access_key: str = field(default="", repr=False)


@dataclass(frozen=True)
class Plan:
    """Where backups go, and how far apart `serve` makes them."""

    folder: Path
    #: Whether the folder was named by someone: then it is never made, it has to be there.
    folder_named: bool
    store: Store | None
    every: timedelta


def plan_file(settings: Settings) -> Path | None:
    """Where the plan of an installation is written, if it is."""
    if settings.key_file is None or settings.is_demo:
        return None
    return settings.key_file.with_name(FILE_NAME)


def plan_of(settings: Settings) -> Plan:
    """The plan of an installation. Raises Unsafe when its file cannot be followed."""
    path = plan_file(settings)
    said: dict[str, Any] = {}
    if path and path.exists():
        refuse_if_open_to_others(path)
        try:
            said = tomllib.loads(path.read_text("utf-8"))
        except ValueError as error:
            raise Unsafe(f"{path} cannot be read: {error}.") from error
    refuse_unknown(said, {"folder", "every_hours", "s3"}, path)
    named = said.get("folder")
    if not isinstance(named, (str, type(None))):
        raise Unsafe(f"{path}: folder must be a path in quotes.")
    folder = folder_named(named, path) if named else settings.database.parent / "backups"
    hours = said.get("every_hours", EVERY_HOURS)
    if not isinstance(hours, (int, float)) or not 0 < hours <= 24:
        raise Unsafe(f"{path}: every_hours must be a number up to 24.")
    store = store_from(said["s3"], path) if "s3" in said else None
    return Plan(folder, bool(named), store, timedelta(hours=hours))


def folder_named(named: str, path: Path | None) -> Path:
    """The folder a plan names. Raises Unsafe for one that begins nowhere in particular.

    A plan is read by a service too, which runs in another folder than its owner.
    """
    folder = home() / named.removeprefix("~").lstrip("/") if named.startswith("~/") else Path(named)
    if not folder.is_absolute():
        raise Unsafe(f"{path}: folder must be a whole path, from / on.")
    return folder


def store_from(said: Any, path: Path | None) -> Store:
    """The store a plan names. Raises Unsafe when something is missing or would go in clear."""
    if not isinstance(said, dict) or not all(isinstance(one, str) for one in said.values()):
        raise Unsafe(f"{path}: everything under [s3] must be in quotes.")
    refuse_unknown(said, set(Store.__dataclass_fields__), path)
    try:
        store = Store(**said)
    except TypeError as error:
        raise Unsafe(f"{path}: [s3] needs an endpoint and a bucket.") from error
    if not goes_in_cipher(store.endpoint):
        raise Unsafe(f"{path}: the endpoint of [s3] must begin with https://.")
    return store


def goes_in_cipher(endpoint: str) -> bool:
    """Whether what is sent to an address is encrypted on the way, or stays on this machine."""
    try:
        address = urlsplit(endpoint)
    except ValueError:
        return False
    return address.scheme == "https" or address.hostname in LOOPBACK


def refuse_unknown(said: dict[str, Any], known: set[str], path: Path | None) -> None:
    """Raise Unsafe for a word a plan does not know: a slip there would go unseen for long."""
    if unknown := sorted(said.keys() - known):
        raise Unsafe(f"{path}: “{unknown[0]}” is not known. Known are {', '.join(sorted(known))}.")
