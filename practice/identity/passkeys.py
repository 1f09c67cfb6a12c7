"""Passkeys: a key in one's phone, computer or stick, opened by a finger, a face or a PIN.

A challenge lives in the session for a minute and serves once. A passkey always checks who holds
it, so it stands for both factors, and needs no password.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from flask import request, session
from sqlalchemy import insert, select
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from practice import clock
from practice.audit.service import record
from practice.database.base import db
from practice.errors import Refused
from practice.identity.devices import device_in_words
from practice.identity.models import RateCount, User, WebAuthn
from practice.identity.rate_limit_storage import stored
from practice.identity.second_factor import ISSUER
from practice.identity.service import users

ONE_MINUTE = 60
ONE_DAY = 24 * 3600
#: How the library's table marks a key that stands for both factors.
BOTH_FACTORS = "first"
NOT_IT = "That passkey did not work here. Try again, or sign in another way."


def here() -> str:
    """The host that passkeys belong to."""
    return request.host.partition(":")[0]


def origin() -> str:
    """Where the browser must have been when it answered."""
    return request.host_url.rstrip("/")


def keep_challenge(options: Any) -> dict[str, Any]:
    """The options as a browser takes them; their challenge is kept in the session."""
    session["passkey"] = [bytes_to_base64url(options.challenge), time.time()]
    return dict(options_to_json_dict(options))


def take_challenge() -> bytes:
    """The challenge that waits for an answer, once. Raises Refused when none does any more."""
    challenge, made_at = session.pop("passkey", None) or ("", 0)
    if not challenge or not 0 <= time.time() - made_at <= ONE_MINUTE:
        raise Refused("That took longer than a minute. Try once more.")
    return base64url_to_bytes(challenge)


def spend(challenge: bytes) -> None:
    """Let a challenge be answered once, whoever sends the answer again. Raises Refused the second time.

    A visitor’s challenge is in their cookie alone, and an old cookie can be sent again.
    """
    key = stored(f"passkey {bytes_to_base64url(challenge)}")
    if db.session.scalar(select(RateCount.key).where(RateCount.key == key)):
        raise Refused(NOT_IT)
    until = time.time() + ONE_DAY
    db.session.execute(insert(RateCount).values(key=key, count=1, expires_at=until))


@contextmanager
def as_sent(refusal: str) -> Iterator[None]:
    """Read what a browser sent, which may be anything. Raises Refused in those words if it cannot be."""
    try:
        yield
    except (
        Exception
    ) as error:  # the libraries beneath raise whatever odd bytes make them stumble over
        raise Refused(refusal) from error


def descriptors(user: User) -> list[PublicKeyCredentialDescriptor]:
    """The user's passkeys, as a browser is told of them."""
    return [PublicKeyCredentialDescriptor(id=one.credential_id) for one in user.webauthn]


def ask_for_one(user: User | None) -> dict[str, Any]:
    """What a browser needs to answer with a passkey; of `user` alone, when one is signed in."""
    return keep_challenge(
        generate_authentication_options(
            rp_id=here(),
            allow_credentials=descriptors(user) if user else None,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def ask_for_new(user: User) -> dict[str, Any]:
    """What a browser needs to make a passkey for `user`."""
    if not user.fs_webauthn_user_handle:
        users().set_webauthn_user_handle(user)
    return keep_challenge(
        generate_registration_options(
            rp_id=here(),
            rp_name=ISSUER,
            user_id=str(user.fs_webauthn_user_handle).encode(),
            user_name=user.email,
            user_display_name=user.name,
            exclude_credentials=descriptors(user),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
        )
    )


def add(user: User, credential: str) -> WebAuthn:
    """Keep the passkey a browser has just made. Raises Refused when it is not what was asked."""
    challenge = take_challenge()
    with as_sent("That passkey could not be added. Try once more."):
        made = verify_registration_response(
            credential=parse_registration_credential_json(credential),
            expected_challenge=challenge,
            expected_origin=origin(),
            expected_rp_id=here(),
            require_user_verification=True,
        )
        ways = [str(AuthenticatorTransport(one)) for one in transports_in(credential)]
    spend(challenge)
    if users().find_webauthn(made.credential_id):
        raise Refused("That passkey is known here already.")
    passkey = WebAuthn(
        user_id=user.id,
        name=name_for(user),
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=ways,
        device_type=str(made.credential_device_type.value),
        backup_state=made.credential_backed_up,
        lastuse_datetime=clock.now(),
        usage=BOTH_FACTORS,
    )
    db.session.add(passkey)
    db.session.flush()
    record("second-factor-set-up", user, kind="passkey")
    return passkey


def transports_in(credential: str) -> list[str]:
    """How the browser says that its new passkey is reached: “internal”, “usb” and the like."""
    found: list[str] = json.loads(credential)["response"].get("transports") or []
    return found


def name_for(user: User) -> str:
    """A name for a new passkey: the browser it was made in, numbered when there are several."""
    device, taken = device_in_words(request.user_agent.string), {one.name for one in user.webauthn}
    names = [device, *(f"{device}, {number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


def user_of(credential: str) -> User:
    """The user whose passkey answered. Raises Refused when it is unknown, old or not held right."""
    challenge = take_challenge()
    with as_sent(NOT_IT):
        answer = parse_authentication_credential_json(credential)
    passkey = users().find_webauthn(answer.raw_id)
    if passkey is None:
        raise Refused(NOT_IT)
    user = cast(User, users().find_user_from_webauthn(passkey))
    handle = answer.response.user_handle
    if handle and handle != str(user.fs_webauthn_user_handle).encode():
        raise Refused(NOT_IT)
    with as_sent(NOT_IT):
        checked = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_origin=origin(),
            expected_rp_id=here(),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count or 0,
            require_user_verification=True,
        )
    if not user.active:
        raise Refused(NOT_IT)
    spend(challenge)
    passkey.sign_count, passkey.lastuse_datetime = checked.new_sign_count, clock.now()
    return user


def remove(user: User, passkey_id: int) -> None:
    """Take away one of the user's own passkeys. One that is not theirs is not found."""
    for passkey in list(user.webauthn):
        if passkey.id == passkey_id:
            db.session.delete(passkey)
            record("passkey-removed", user)
