"""The seal of a signature: a keyed hash over who signed what, when, that its row cannot be changed under.

The content's own hash tells that a note's words are those it was taken of. The seal (HMAC-SHA-256,
under a key that is not in the database) tells that the signature itself, its signer, day and hash,
is the one that was given. An addendum is its own words, signed; so its seal is over them too.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from flask import current_app

#: What is sealed of a signature and of an addendum. Migration 0020 seals those of before the same way.
SIGNATURE = (
    "session_id",
    "user_id",
    "role",
    "signed_as",
    "signed_at",
    "content_hash",
    "couple_id_then",
)
ADDENDUM = ("session_id", "user_id", "text", "signed_as", "signed_at")


def seal(columns: tuple[str, ...], row: Mapping[str, Any], key: bytes) -> str:
    """The seal of a row, in hex. A moment is sealed as it is in UTC."""
    sealed = [[name, plain(row.get(name))] for name in columns]
    canonical = json.dumps(sealed, separators=(",", ":"), ensure_ascii=True)
    return hmac.new(key, canonical.encode(), hashlib.sha256).hexdigest()


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def is_sealed(columns: tuple[str, ...], row: Any, key: bytes) -> bool:
    """Whether a row, or a record, is as it was sealed; one without a seal is not."""
    if not isinstance(row, Mapping):
        row = {name: getattr(row, name) for name in (*columns, "seal")}
    return hmac.compare_digest(seal(columns, row, key), row["seal"] or "")


def sealing(columns: tuple[str, ...]) -> Callable[[Any], str]:
    """The default of a `seal` column: taken over the other values as the row is written."""

    def taken(context: Any) -> str:
        values = {"role": "author", **context.get_current_parameters()}
        return seal(columns, values, current_app.config["SIGNATURE_KEY"])

    return taken
