"""The key file: the installation's random key, as it is or wrapped by a passphrase.

While a key is being changed, the file holds two: the one in use and the one to come.
"""

import json
import os
import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
#: What one guess at a passphrase costs: 256 MiB and about half a second.
COST = {"time_cost": 3, "memory_cost": 256 * 1024, "parallelism": 4}
PURPOSE = b"rekindle key file"

Ask = Callable[[], str]


class Unsafe(Exception):
    """A start that would not be safe. The message says what is wrong and what to do."""


@dataclass(frozen=True)
class Keys:
    """The 32-byte key in use and, while it is being changed, the one to come."""

    key: bytes = field(repr=False)
    coming: bytes | None = field(default=None, repr=False)

    def as_text(self) -> str:
        """One line of hex for each."""
        return "".join(f"{one.hex()}\n" for one in (self.key, self.coming) if one)


def new_key() -> bytes:
    """A key nobody can guess."""
    return secrets.token_bytes(KEY_BYTES)


def is_wrapped(path: Path) -> bool:
    """Whether the key file asks for a passphrase."""
    return path.read_bytes()[:1] == b"{"


def read(path: Path, ask: Ask) -> Keys:
    """The keys in the file at `path`; `ask` is called for the passphrase if there is one.

    Raises Unsafe when others may read the file, when it is damaged, or when the passphrase is
    not the right one.
    """
    refuse_if_open_to_others(path)
    text = path.read_text("utf-8", "replace")
    if text.startswith("{"):
        text = unwrapped(text, ask, path)
    try:
        keys = [bytes.fromhex(line) for line in text.split()]
    except ValueError:
        keys = []
    if not 1 <= len(keys) <= 2 or any(is_weak(key) for key in keys):
        raise damaged(path)
    return Keys(*keys)


def is_weak(key: bytes) -> bool:
    """Whether a key is too short or too regular to be one of ours."""
    return len(key) != KEY_BYTES or len(set(key)) < KEY_BYTES // 3


def damaged(path: Path) -> Unsafe:
    """What to say of a file that holds no key."""
    return Unsafe(
        f"{path} is damaged. Put your copy of it back, or type the key from its recovery sheet: "
        "rekindle key recover"
    )


def refuse_if_open_to_others(path: Path) -> None:
    """Raise Unsafe when anyone but its owner may read or change a file."""
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Unsafe(f"Others can read {path}. Run: chmod 600 {path}")


def write(path: Path, keys: Keys, passphrase: str | None = None) -> None:
    """Put `keys` in the file at `path`, whole or not at all; wrapped when there is a passphrase."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = wrapped(keys.as_text(), passphrase) if passphrase else keys.as_text()
    write_whole(path, text.encode())


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file's content so that a crash leaves the old or the new, for its owner alone."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    settle_folder(path.parent)


def settle_folder(folder: Path) -> None:
    """Have the disk remember which files are in a folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def wrapped(text: str, passphrase: str) -> str:
    """`text` in an envelope that only `passphrase` opens, with what is needed to open it."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(stretched(passphrase, salt, COST)).encrypt(nonce, text.encode(), PURPOSE)
    envelope = {"argon2id": COST, "salt": salt.hex(), "sealed": (nonce + sealed).hex()}
    return json.dumps(envelope, indent=1) + "\n"


def unwrapped(envelope: str, ask: Ask, path: Path) -> str:
    """The text in an envelope. Raises Unsafe when it is damaged or the passphrase is wrong."""
    try:
        parts = json.loads(envelope)
        salt, sealed = bytes.fromhex(parts["salt"]), bytes.fromhex(parts["sealed"])
        cost = {name: int(parts["argon2id"][name]) for name in COST}
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(path) from error
    key = stretched(ask(), salt, cost)
    try:
        text = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], PURPOSE)
    except (InvalidTag, ValueError) as error:
        raise Unsafe(
            "That is not the passphrase. If it is lost, type the key from its recovery sheet: "
            "rekindle key recover"
        ) from error
    return text.decode()


def stretched(passphrase: str, salt: bytes, cost: dict[str, int]) -> bytes:
    """A key from a passphrase, made slow to guess."""
    secret = passphrase.encode("utf-8", "surrogatepass")
    options: dict[str, Any] = {"hash_len": KEY_BYTES, "type": Type.ID, **cost}
    return hash_secret_raw(secret, salt, **options)
