"""The forms of identity: signing in, unlocking, codes and passwords."""

from flask_security.forms import ChangePasswordForm, LoginForm
from wtforms import (
    Field,
    HiddenField,
    PasswordField,
)
from wtforms.validators import (
    DataRequired,
    EqualTo,
    InputRequired,
    Length,
)

from practice.forms import (
    EmailAddressField,
    LineField,
    PracticeForm,
)
from practice.identity.passwords import LONGEST
from practice.identity.pending_form import local_path

ADVICE = "At least 12 characters. A few words that belong together only for you are good."


class SignInForm(LoginForm):
    """E-mail and password. Where it leads afterwards is always a page of ours."""

    email = EmailAddressField("E-mail", [InputRequired("Enter your e-mail")])
    password = PasswordField("Password", [InputRequired("Enter your password")])
    remember = None  # type: ignore[assignment]  # a browser is forgotten when it closes
    submit = None  # type: ignore[assignment]  # the page has its own button

    def validate_next(self, field: Field) -> None:
        """Forget an address that is not ours, instead of refusing the right password for it."""
        field.data = local_path(field.data) or ""


class UnlockForm(PracticeForm):
    """One's own password again, and where to go after it."""

    password = PasswordField("Password", [InputRequired("Enter your password")])
    next = HiddenField()


class CodeForm(PracticeForm):
    """A code of one's authenticator app, or a recovery code, and where to go after it."""

    code = LineField("Code", [DataRequired("Enter the code")], longest=40)
    next = HiddenField()


class ProveForm(UnlockForm):
    """One's own password once more, before something that matters."""


class NewPasswordForm(ChangePasswordForm):
    """The password in use, and the new one twice."""

    password = PasswordField("Your password now", [InputRequired("Enter your password")])
    new_password = PasswordField(
        "New password",
        [InputRequired("Choose a new password")],
        description=ADVICE,
    )
    new_password_confirm = PasswordField(
        "New password again",
        [EqualTo("new_password", "The two new passwords are not the same")],
    )
    submit = None  # type: ignore[assignment]  # the page has its own button


class ChooseForm(PracticeForm):
    """A new password, twice, by someone who forgot theirs."""

    password = PasswordField(
        "New password",
        [InputRequired("Choose a new password"), Length(max=LONGEST, message="That is too long.")],
        description=ADVICE,
    )
    password_again = PasswordField(
        "New password again", [EqualTo("password", "The two new passwords are not the same")]
    )
