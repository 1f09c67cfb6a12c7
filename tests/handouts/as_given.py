"""A homework's sheet as it is given to a couple, made without a database: for tests and pictures."""

from datetime import date, timedelta

from practice.assignments.models import Assignment
from practice.couples.models import Couple, Partner, SecretsPolicy
from practice.handouts.kinds.exercise import ExerciseSheet
from practice.identity.models import Practice, User
from practice.library.catalog import builtin_catalog
from practice.library.homework import ENGLISH, SPANISH, Homework
from practice.worksheets.sheets import sheet

PRACTICE = Practice(
    name="Alder Street Couples Therapy",
    address="410 Alder Street, Suite 3\nPortland, OR 97205",
    phone="(555) 010-4477",
    paper="letter",
)
DANA = User(name="Dana Whitfield", credentials="LMFT")
GIVEN_ON = date(2026, 3, 5)
#: What they agreed on about what is told alone: both have signed it.
POLICY = SecretsPolicy(kind="no-secrets", signed_a_on=GIVEN_ON, signed_b_on=GIVEN_ON)
#: What the couple agreed on, in each language.
AGREED = {
    ENGLISH: {
        "place_and_time": "At the kitchen table",
        "anchor": "the kids are in bed",
        "expected_obstacle": "one of us comes home late",
        "if_then": "we do two minutes by phone",
        "personal_word": "You said that evenings are calmest. Begin there, and begin small.",
    },
    SPANISH: {
        "place_and_time": "En la mesa de la cocina",
        "anchor": "acostar a los niños",
        "expected_obstacle": "alguien llega tarde",
        "if_then": "lo hacemos dos minutos por teléfono",
        "personal_word": "Dijeron que las noches son más tranquilas. Empiecen ahí, con algo pequeño.",
    },
}


def as_given(
    homework: Homework,
    names: tuple[str, str] = ("Maya", "Jonah"),
    language: str = ENGLISH,
    copy: str = "a",
    given_on: date = GIVEN_ON,
    for_whom: str = "couple",
    **agreed: str,
) -> ExerciseSheet:
    """One copy of a homework of the library, for two people or one of them, in their language.

    `agreed` takes the place of what they would have agreed on.
    """
    couple = Couple(
        partners=[
            Partner(letter=letter, first_name=name, last_name="", goes_by="", language=language)
            for letter, name in zip("ab", names, strict=True)
        ]
    )
    assignment = Assignment(
        slug=homework.slug,
        for_whom=for_whom,
        wording=builtin_catalog().wording(homework),
        title=homework.title,
        given_on=given_on,
        due_on=given_on + timedelta(days=7),
        dose=homework.smallest.minutes,
        days=5,
        code_a="7F3K-29QD",
        code_b="8G4M-37RE",
        **{**AGREED[language], **agreed},
    )
    return sheet(assignment, couple, copy, PRACTICE, DANA, POLICY)
