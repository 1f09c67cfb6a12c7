"""What someone typed while they were no longer signed in: carried along until it can be sent again.

The page that asks for the password carries the words in hidden fields; once the password is
right, they come back on a page of their own, ready to be sent to the address they were meant
for. Words go only to the user whose page they were typed on.
"""

from dataclasses import dataclass

from flask import Response, make_response, render_template, request

from practice.errors import SECRETS
from practice.host_names import host_in
from practice.identity.sign_in_sessions import owner_of

TO, BY, WORD = "kept_to", "kept_by", "kept:"
#: The forms that ask who is there have no words of their own.
ASKING = frozenset(
    {
        "security.login",
        "identity.unlock",
        "identity.second_factor",
        "identity.set_up_second_factor",
        "identity.prove",
        "identity.use_passkey",
        "identity.add_passkey",
    }
)
#: Sent by every form, or never to be carried anywhere.
LEFT_OUT = SECRETS | {"csrf_token"}
#: What a form says about itself rather than its writer.
NOT_WORDS = frozenset({"once", "version"})


@dataclass(frozen=True)
class PendingForm:
    """A form that could not be sent: where it goes, the token of its page, its fields in order."""

    to: str
    by: str
    fields: list[tuple[str, str]]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The hidden fields that carry these words through a page."""
        carried = [(WORD + name, text) for name, text in self.fields]
        return [(TO, self.to), (BY, self.by), *carried]

    @property
    def to_read(self) -> list[str]:
        """The texts someone wrote, so that they see nothing was lost."""
        return [text for name, text in self.fields if name not in NOT_WORDS and " " in text.strip()]


def local_path(address: str | None) -> str | None:
    """`address` when it is a path on this site and nothing else; otherwise None."""
    if not address or not address.startswith("/") or not address.isprintable():
        return None
    if address.startswith("//") or "\\" in address or host_in(address):
        return None
    return address


def here() -> str:
    """The address of this request, as a path on this site."""
    return request.full_path if request.query_string else request.path


def from_request() -> PendingForm | None:
    """The words this request carries: its own form's, or another's that waits for a password.

    None for anything but a form from one of our own pages, opened while signed in.
    """
    carried = TO in request.form
    if request.method != "POST" or (request.endpoint in ASKING and not carried):
        return None
    by = request.form.get(BY if carried else "csrf_token", "")
    to = local_path(request.form.get(TO) if carried else here())
    if to is None or owner_of(by) is None:
        return None
    fields = list(request.form.items(multi=True))
    if carried:
        fields = [(name.removeprefix(WORD), text) for name, text in fields if name.startswith(WORD)]
    return PendingForm(to, by, [(name, text) for name, text in fields if name not in LEFT_OUT])


def resend_page(words: PendingForm, status: int = 200) -> Response:
    """The page that has the words, and sends them again to where they were meant to go."""
    return make_response(render_template("identity/still_here.html", words=words), status)
