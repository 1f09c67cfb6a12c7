"""What is derived from the key, and the keys that came before it.

A change of the key must not take away what only the old one could do: check the audit log,
know a password again, read an older backup. So the keys retired are kept in the database,
wrapped under the one in use, and what has to last is derived from the first of them.
"""

import secrets
from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from practice.key_file import KEY_BYTES, NONCE_BYTES

#: Purposes that a new key serves at once; every other one goes on under the first key.
RENEWED = frozenset({"database", "cookies", "backups", "ring", "name"})
#: The table they are kept in, and the purpose of the wrapping.
TABLE = "retired_key"
PURPOSE = b"rekindle retired key"


def derived(key: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose, from which neither the key nor another purpose's can be found."""
    return HKDFExpand(hashes.SHA256(), KEY_BYTES, f"rekindle {purpose}".encode()).derive(key)


def name_of(key: bytes) -> str:
    """Eight letters and digits by which a key is called; they tell nothing of it."""
    return derived(key, "name")[:4].hex()


def wrap(retired: bytes, key: bytes) -> bytes:
    """A retired key as it is kept under the key in use."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(derived(key, "ring")).encrypt(nonce, retired, PURPOSE)


def retired_keys(connection: Any, key: bytes) -> tuple[bytes, ...]:
    """The keys before `key`, oldest first, from an open database.

    What is not wrapped under `key` is passed over.
    """
    there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (TABLE,)).fetchone()
    if not there:
        return ()
    found = []
    for (kept,) in connection.execute("SELECT wrapped FROM retired_key ORDER BY id").fetchall():
        opener = AESGCM(derived(key, "ring"))
        try:
            found.append(opener.decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], PURPOSE))
        except InvalidTag:
            continue
    return tuple(found)


def keep_retired(connection: Any, retired: Sequence[bytes], key: bytes) -> None:
    """Keep `retired` keys, oldest first, in an open database under `key`, and nothing else."""
    connection.execute("DELETE FROM retired_key")
    for number, old in enumerate(retired, start=1):
        connection.execute(
            "INSERT INTO retired_key (id, wrapped) VALUES (?, ?)",
            (number, wrap(old, key)),
        )
