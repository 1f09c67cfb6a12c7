"""A passkey as tests hold one: a key pair, and the answers an authenticator makes with it."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from webauthn.helpers import bytes_to_base64url as text_of

from practice import clock
from practice.database.base import db
from practice.identity.models import User, WebAuthn
from practice.identity.passkeys import BOTH_FACTORS
from practice.identity.service import users
from tests.browser import Browser
from tests.factories import kept

HERE, WAS_HELD_AND_CHECKED = "localhost", 0b101


@dataclass
class Passkey:
    """A passkey of one user; it keeps no count, as those of phones do."""

    handle: str
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    @property
    def public_key(self) -> bytes:
        """The public half, as a browser sends it (COSE)."""
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def answer(self, challenge: str) -> str:
        """What the browser sends when this passkey answers a challenge."""
        said = {"type": "webauthn.get", "challenge": challenge, "origin": f"http://{HERE}"}
        client = json.dumps(said).encode()
        told = hashlib.sha256(HERE.encode()).digest() + bytes([WAS_HELD_AND_CHECKED]) + bytes(4)
        signed = self.key.sign(told + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return json.dumps(
            {
                "id": text_of(self.id),
                "rawId": text_of(self.id),
                "type": "public-key",
                "clientExtensionResults": {},
                "response": {
                    "authenticatorData": text_of(told),
                    "clientDataJSON": text_of(client),
                    "signature": text_of(signed),
                    "userHandle": text_of(self.handle.encode()),
                },
            }
        )


def a_passkey(app: Flask, user_id: int) -> Passkey:
    """A passkey that a user has added."""
    with kept(app):
        user = db.session.get_one(User, user_id)
        users().set_webauthn_user_handle(user)
        passkey = Passkey(str(user.fs_webauthn_user_handle))
        about: dict[str, Any] = {"transports": [], "device_type": "multi_device"}
        db.session.add(
            WebAuthn(
                user_id=user_id,
                name="A phone",
                credential_id=passkey.id,
                public_key=passkey.public_key,
                sign_count=0,
                backup_state=True,
                lastuse_datetime=clock.now(),
                usage=BOTH_FACTORS,
                **about,
            )
        )
    return passkey


def challenge_for(browser: Browser) -> str:
    """A challenge, as the page of a browser gets one."""
    answer = browser.post("/passkeys/challenge")
    assert answer.status_code == 200, answer.text
    found: str = answer.json["options"]["challenge"]  # type: ignore[index]
    return found
