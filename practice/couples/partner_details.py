"""What is written down about a couple and its two partners, as plain values."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from practice.couples.models import Couple, Partner
from practice.couples.names import folded_names, folded_person
from practice.errors import Refused
from practice.vocabulary import WARNING_SIGNS, Letter

EARLIEST_YEAR = 1900
#: The sizes of homework, as the time a couple has for it on a usual day.
MINUTES_A_DAY = (2, 10, 20)


@dataclass(frozen=True)
class PartnerDetails:
    """One partner. `email_safe` and `phone_safe`: yes, no, or ask (first)."""

    first_name: str
    last_name: str = ""
    goes_by: str = ""
    pronouns: str = ""
    born_on: date | None = None
    email: str = ""
    email_safe: str = "ask"
    phone: str = ""
    phone_safe: str = "ask"
    language: str = "en"
    came_for: str = ""
    emergency_name: str = ""
    emergency_phone: str = ""
    emergency_relation: str = ""
    diagnosis: str = ""
    medication: str = ""
    earlier_care: str = ""


@dataclass(frozen=True)
class CoupleDetails:
    """The two partners and what is theirs together. `together_since` is a year."""

    a: PartnerDetails
    b: PartnerDetails
    opened_on: date
    together_since: int | None = None
    children: str = ""
    strengths: str = ""
    #: One of MINUTES_A_DAY, or None when not said.
    minutes_a_day: int | None = None
    #: Keys of vocabulary.WARNING_SIGNS.
    warning_signs: list[str] = field(default_factory=list)

    @property
    def partners(self) -> dict[Letter, PartnerDetails]:
        """Both partners by letter."""
        return {Letter.A: self.a, Letter.B: self.b}

    def together(self) -> dict[str, Any]:
        """What is stored with the couple itself."""
        return {name: value for name, value in asdict(self).items() if name not in ("a", "b")}


def write_down(couple: Couple, details: CoupleDetails) -> None:
    """Put plain values into a couple's file."""
    for name, value in details.together().items():
        setattr(couple, name, value)
    for partner, told in zip(couple.partners, (details.a, details.b), strict=True):
        for name, value in asdict(told).items():
            setattr(partner, name, value)
        partner.person_folded = folded_person(told.first_name, told.last_name)
    couple.names_folded = folded_names(couple.a, couple.b)


def details_of(couple: Couple) -> CoupleDetails:
    """A couple's file as plain values."""
    together = CoupleDetails.__dataclass_fields__.keys() - {"a", "b"}
    return CoupleDetails(
        a=partner_details(couple.a),
        b=partner_details(couple.b),
        **{name: getattr(couple, name) for name in together},
    )


def partner_details(partner: Partner) -> PartnerDetails:
    """One partner as plain values."""
    names = PartnerDetails.__dataclass_fields__
    return PartnerDetails(**{name: getattr(partner, name) for name in names})


def check(details: CoupleDetails, today: date) -> None:
    """Raise Refused, naming the field, when something written down cannot be."""
    for letter, partner in details.partners.items():
        if not partner.first_name:
            raise Refused("Enter a first name.", f"{letter}-first_name")
        check_birth(partner.born_on, f"{letter}-born_on", today)
    if details.opened_on.year < EARLIEST_YEAR or details.opened_on > today:
        raise Refused("The file cannot be opened after today.", "opened_on")
    year = today.year if details.together_since is None else details.together_since
    if not EARLIEST_YEAR <= year <= today.year:
        raise Refused(f"Enter a year from {EARLIEST_YEAR} to {today.year}.", "together_since")
    if not WARNING_SIGNS.keys() >= set(details.warning_signs):
        raise Refused("Choose from the signs that are listed.", "warning_signs")
    if details.minutes_a_day not in (None, *MINUTES_A_DAY):
        raise Refused("Choose one of the times offered.", "minutes_a_day")


def check_birth(born_on: date | None, field_name: str, today: date) -> None:
    """Raise Refused for a date of birth that nobody who comes here can have."""
    if born_on and born_on > today:
        raise Refused("This date of birth is still to come.", field_name)
    if born_on and born_on.year < EARLIEST_YEAR:
        raise Refused(f"Check the year: it is before {EARLIEST_YEAR}.", field_name)
