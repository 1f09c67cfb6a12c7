"""Who reads what a partner writes: the one sentence said of it, on paper and on screen."""

from typing import Any, Protocol

from practice.library.homework import ENGLISH, SPANISH
from practice.vocabulary import SecretsPolicyKind

#: By language and secrets policy. Each says what that policy does with what one tells alone.
AS_AGREED = {
    ENGLISH: {
        SecretsPolicyKind.NO_SECRETS: (
            "What you write goes to {clinician}, who may bring it into the room, as you all agreed."
        ),
        SecretsPolicyKind.LIMITED: (
            "What you write goes to {clinician}, who decides with you what needs to be shared, "
            "as you all agreed."
        ),
        SecretsPolicyKind.CONFIDENTIAL: (
            "What you write goes to {clinician}, who does not pass it on to your partner, "
            "as you all agreed, unless the law or someone’s safety calls for it."
        ),
    },
    SPANISH: {
        SecretsPolicyKind.NO_SECRETS: (
            "Lo que escribas le llega a {clinician}, que puede traerlo a la sesión, "
            "como lo acordaron."
        ),
        SecretsPolicyKind.LIMITED: (
            "Lo que escribas le llega a {clinician}, que decide contigo qué hace falta compartir, "
            "como lo acordaron."
        ),
        SecretsPolicyKind.CONFIDENTIAL: (
            "Lo que escribas le llega a {clinician}, que no se lo cuenta a tu pareja, "
            "como lo acordaron, a menos que lo pida la ley o la seguridad de alguien."
        ),
    },
}
#: Where nothing is agreed, or not by both: what is so in any case, and no promise.
NOT_AGREED = {
    ENGLISH: (
        "What you write goes to {clinician} and to those who work on your care with {clinician}."
    ),
    SPANISH: (
        "Lo que escribas le llega a {clinician} y a quienes colaboran con {clinician} "
        "en su atención."
    ),
}


class Policy(Protocol):
    """A secrets policy, wherever its columns come from: its kind, and when each partner signed."""

    @property
    def kind(self) -> Any:
        """What is done with what one partner tells alone."""

    @property
    def signed_a_on(self) -> Any:
        """The day partner A signed it; None while A has not."""

    @property
    def signed_b_on(self) -> Any:
        """The day partner B signed it; None while B has not."""


def who_reads(policy: Policy | None, clinician: str, language: str) -> str:
    """Who reads what is written and brought back, as the secrets policy in force has it.

    `policy` has its kind and the day each partner signed it, None while one has not; it is None
    itself where none is in force. Only what both have signed is called agreed.
    `clinician` is the first name.
    """
    if policy and policy.signed_a_on and policy.signed_b_on:
        said = AS_AGREED[language][SecretsPolicyKind(policy.kind)]
    else:
        said = NOT_AGREED[language]
    return said.format(clinician=clinician)
