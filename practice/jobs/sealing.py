"""Sealing what a job is given and makes: AES-GCM under a key derived from the installation's.

The row is the associated data, so that what is sealed for one user's job opens in no other row
and for nobody else.
"""

import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from practice.key_file import NONCE_BYTES


@dataclass(frozen=True)
class Row:
    """A job as far as what belongs to it is sealed for it."""

    job_id: int
    name: str
    practice_id: int | None
    user_id: int | None
    kind: str

    def part(self, name: str) -> bytes:
        """What one part of it is sealed with: “input”, or the number of a part of the result."""
        return f"{self.name}:{self.practice_id}:{self.user_id}:{self.kind}:{name}".encode()


def seal(content: bytes, row: Row, part: str) -> bytes:
    """Content encrypted for one part of one job, with what is needed to open it."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + cipher().encrypt(nonce, content, row.part(part))


def unseal(sealed: bytes, row: Row, part: str) -> bytes:
    """The content again. Raises InvalidTag for what was sealed for another part, job or user."""
    return cipher().decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], row.part(part))


def cipher() -> AESGCM:
    """The cipher of this installation's jobs."""
    return AESGCM(current_app.config["JOBS_KEY"])
