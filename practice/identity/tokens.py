"""Tokens of links: long, random, and stored as a hash alone."""

import hashlib

TOKEN_BYTES = 32


def hash_of(token: str) -> str:
    """What is stored of a link's token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
