"""The forms of running the practice: setting up, letterhead, people and one's own profile."""

import hmac
from typing import Any

from flask_wtf.file import FileField, FileRequired, FileSize
from wtforms import (
    BooleanField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import (
    DataRequired,
    EqualTo,
    InputRequired,
    Length,
    NumberRange,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget

from practice.forms import (
    EmailAddressField,
    LineField,
    PracticeForm,
    SelectChoice,
    VersionedForm,
    WordsField,
)
from practice.identity.forms import ADVICE
from practice.identity.passwords import LONGEST, reasons_against
from practice.identity.permissions import CLINICIAN, ROLES
from practice.identity.service import set_up_code
from practice.practice_admin.time_zones import choices as time_zone_choices
from practice.practice_admin.time_zones import is_known

LOGO_BYTES = 1_000_000


PAPERS = [SelectChoice("letter", "US Letter"), SelectChoice("a4", "A4")]


ROLE_CHOICES = [SelectChoice(role, role.capitalize()) for role in ROLES]


NOTE_FORMATS = [
    SelectChoice("dap", "DAP: data, assessment, plan"),
    SelectChoice("soap", "SOAP: subjective, objective, assessment, plan"),
    SelectChoice("birp", "BIRP: behavior, intervention, response, plan"),
    SelectChoice("girp", "GIRP: goal, intervention, response, plan"),
    SelectChoice("narrative", "Narrative: one text"),
]


def known_time_zone(_form: Any, field: SelectField) -> None:
    """A validator: a time zone that exists."""
    if not is_known(field.data):
        raise ValidationError("Choose a time zone from the list.")


class LetterheadFields:
    """What stands on the practice's letterhead, and the clock and paper it goes by."""

    practice_name = LineField(
        "Name of the practice", [DataRequired("Name the practice")], longest=120
    )
    address = WordsField("Address", longest=400, description="As on a letter, line by line.")
    phone = LineField("Phone", longest=40)
    time_zone = SelectField(
        "Time zone",
        [InputRequired("Choose a time zone"), known_time_zone],
        choices=time_zone_choices,
        validate_choice=False,
    )
    paper = RadioField("Paper", choices=PAPERS, default="letter")


class NameFields:
    """How a clinician is named on letters and to clients."""

    name = LineField("Your name", [DataRequired("Enter your name")], longest=120)
    credentials = LineField(
        "Credentials", longest=60, description="As after your name on a letter, such as LMFT."
    )


class SetUpForm(LetterheadFields, NameFields, PracticeForm):
    """The practice and its first user."""

    code = LineField(
        "Set-up code",
        [InputRequired("Enter the set-up code")],
        longest=40,
        description="Rekindle printed it where it was started.",
    )
    email = EmailAddressField(
        "E-mail",
        [InputRequired("Enter your e-mail")],
        description="You sign in with it. Nothing is sent to it.",
    )
    password = PasswordField(
        "Password",
        [InputRequired("Choose a password"), Length(max=LONGEST, message="That is too long.")],
        description=ADVICE,
    )
    password_again = PasswordField(
        "Password again", [EqualTo("password", "The two passwords are not the same")]
    )

    def ask_for_code(self) -> "SetUpForm":
        """Ask for the code only where strangers can reach this page."""
        if not set_up_code():
            del self.code
        return self

    def validate_code(self, field: LineField) -> None:
        """The code that only those who started the program have seen."""
        if not hmac.compare_digest((field.data or "").encode(), set_up_code().encode()):
            raise ValidationError("That is not the code. Look where Rekindle was started.")

    def validate_password(self, field: PasswordField) -> None:
        """The rules for passwords, with this practice's and person's names in mind."""
        names = (self.practice_name.data, self.name.data, self.email.data)
        if reasons := reasons_against(field.data or "", [name for name in names if name]):
            raise ValidationError(reasons[0])


class InviteForm(PracticeForm):
    """Whom to invite, and as what."""

    email = EmailAddressField(
        "E-mail",
        [InputRequired("Enter their e-mail")],
        description="They sign in with it. Nothing is sent to it from here.",
    )
    role = SelectField("Role", choices=ROLE_CHOICES, default=CLINICIAN)


class JoinForm(NameFields, PracticeForm):
    """Someone who was invited: their name, and a password of their own."""

    password = PasswordField(
        "Password",
        [InputRequired("Choose a password"), Length(max=LONGEST, message="That is too long.")],
        description=ADVICE,
    )
    password_again = PasswordField(
        "Password again", [EqualTo("password", "The two passwords are not the same")]
    )


class LinkForm(PracticeForm):
    """What a link to choose a new password is to do besides."""

    device_lost = BooleanField(
        "Their phone or key for the second factor is lost, too",
        description="They set up a new one when they sign in. Make sure it is really them who asked.",
    )


class RolesForm(PracticeForm):
    """What a colleague is here."""

    roles = SelectMultipleField(
        "Works here as",
        choices=ROLE_CHOICES,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        description="They count from the next page this person opens.",
    )


class PracticeDetailsForm(LetterheadFields, VersionedForm):
    """The letterhead and the choices of the practice."""

    people = WordsField(
        "People",
        longest=400,
        description="Who works here, one a line, with credentials. Printed under the name.",
    )
    idle_minutes = IntegerField(
        "Minutes until the screen locks",
        [
            InputRequired("Enter a number of minutes"),
            NumberRange(2, 60, "Choose between 2 and 60 minutes."),
        ],
        description="Counted from the last key or pointer you used.",
    )


class LogoForm(PracticeForm):
    """A picture to become the practice's logo."""

    picture = FileField(
        "Picture",
        [
            FileRequired("Choose a picture"),
            FileSize(LOGO_BYTES, message="Choose a file of at most 1 MB."),
        ],
        description="A PNG, JPEG or SVG file of at most 1 MB. It is drawn anew, on white.",
        render_kw={"accept": "image/png,image/jpeg,image/svg+xml"},
    )


class ProfileForm(NameFields, PracticeForm):
    """A user's own name and ways of working."""

    single_keys = BooleanField(
        "Single keys work on their own",
        description="1, 2 and 3 mark obstacles, / searches, ? lists the keys. "
        "Switch this off if you speak or use a braille keyboard to type.",
    )
    note_format = SelectField("A new progress note starts as", choices=NOTE_FORMATS)
