"""What can be told of an encrypted database file from its bytes alone: whether a key is its own.

SQLCipher 4 encrypts each page of 4,096 bytes with AES-256 in CBC mode, and keeps the page's IV and an
HMAC-SHA-512 at its end. The first 16 bytes of the file are its salt (zetetic.net/sqlcipher/design).
SQLite itself cannot tell a wrong key from a damaged first page; these bytes can.
"""

import hashlib
import hmac
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAGE = 4096
SALT, IV, MAC = 16, 16, 64
#: The part of a page that is encrypted: all but its IV and HMAC.
SEALED = PAGE - IV - MAC
#: SQLCipher derives the key of the HMACs from the page key with the salt under this mask.
MASK, ROUNDS = 0x3A, 2
#: Bytes 16 to 23 of an SQLite file of such pages, but for the journal mode in the third and fourth.
HEADER = bytes((0x10, 0, 0, 0, SALT + MAC, 64, 32, 32))
TREE_PAGES = (2, 5, 10, 13)
#: How many pages are looked at: one that fits is proof.
SAMPLE = 64
PLAIN = b"SQLite format 3\0"


@dataclass(frozen=True)
class PageKey:
    """The key of a file's HMACs, which follows from its page key and its salt."""

    secret: bytes

    def sealed(self, page: bytes, number: int) -> bool:
        """Whether a page (numbered from 1) is as it was written to this very file."""
        body = page[SALT if number == 1 else 0 : -MAC] + struct.pack("<I", number)
        return hmac.compare_digest(hmac.digest(self.secret, body, "sha512"), page[-MAC:])


def page_key(database: Path, key: bytes) -> PageKey:
    """The key of the HMACs of a database file whose 32-byte page key is `key`."""
    with database.open("rb") as file:
        salt = bytes(byte ^ MASK for byte in file.read(SALT))
    return PageKey(hashlib.pbkdf2_hmac("sha512", key, salt, ROUNDS, len(key)))


def is_its_key(database: Path, key: bytes) -> bool:
    """Whether at least one page of a file was written under the page key `key`.

    False for a wrong key, and for a file of which no page is left as it was.
    """
    secret = page_key(database, key)
    return any(
        secret.sealed(page, number) or reads_as_a_page(page, number, key)
        for number, page in sampled(database)
    )


def sampled(database: Path) -> Iterator[tuple[int, bytes]]:
    """Whole pages of a file with their numbers: the first, and others spread over all of it."""
    with database.open("rb") as file:
        pages = file.seek(0, 2) // PAGE
        for index in range(0, pages, max(1, pages // SAMPLE)):
            file.seek(index * PAGE)
            yield index + 1, file.read(PAGE)


def reads_as_a_page(page: bytes, number: int, key: bytes) -> bool:
    """Whether the beginning of a page decrypts to what SQLite writes there.

    By chance one page in some millions does. It needs no salt, so it holds where that is damaged.
    """
    iv = page[SEALED : SEALED + IV]
    opener = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    begin = SALT if number == 1 else 0
    found = opener.update(page[begin : begin + 16])
    if number == 1:
        return found[:2] + bytes(2) + found[4:8] == HEADER
    kind, free, cells, content, scraps = struct.unpack(">BHHHB", found[:8])
    return (
        kind in TREE_PAGES
        and free < SEALED
        and cells < SEALED // 4
        and content <= SEALED
        and scraps <= 60
    )


def is_no_cipher(database: Path) -> bool:
    """Whether a file is surely none of ours: too short for a page, in clear, or all one byte."""
    with database.open("rb") as file:
        first = file.read(PAGE)
    return len(first) < PAGE or first.startswith(PLAIN) or len(set(first)) == 1
