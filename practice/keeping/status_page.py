"""What the owner's page says about the backups, in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from practice import clock
from practice.errors import Refused
from practice.formatting import count_of
from practice.keeping import status
from practice.keeping.backup_config import Plan, plan_of
from practice.keeping.backup_jobs import settings_here
from practice.keeping.clock_watch import is_news
from practice.keeping.signed_notes import Compared, compared
from practice.keeping.status import ClockWentBack, Drill, Place, Status
from practice.keeping.targets import targets_of
from practice.key_file import is_wrapped
from practice.key_ring import name_of
from practice.settings import Settings, Unsafe

NO_BACKUP = "There is no good backup of the last day."
ALTERED = "Something that was signed is not as it was signed."
CLOCK_BACK = "The clock of this computer went back. Check its date and time."


@dataclass(frozen=True)
class Overview:
    """The backups of an installation at a moment."""

    status: Status
    is_too_old: bool
    #: “3 hours old”; empty when there is none.
    age: str
    places: tuple[Place, ...]
    #: Whether everything lies on this machine's disk, so that losing it loses all.
    only_here: bool
    every_hours: float
    key_name: str
    has_passphrase: bool
    #: Why the plan cannot be followed; empty when it can.
    trouble: str = ""

    @property
    def clock(self) -> ClockWentBack | None:
        """That the clock of this computer went back, if it was seen to."""
        return self.status.clock

    @property
    def signed(self) -> Compared | None:
        """How far the look at every signed note is."""
        return compared()

    @property
    def drill(self) -> Drill | None:
        """The last restore drill."""
        return self.status.drill


def overview(settings: Settings, now: datetime) -> Overview:
    """The backups as they stand."""
    trouble, plan = "", None
    known = status.read(settings)
    try:
        plan = plan_of(settings)
        known = known.of(target.where for target in targets_of(plan))
    except (Unsafe, Refused) as reason:
        trouble = str(reason)
    known = known.as_of(now)
    last = known.last
    return Overview(
        status=known,
        is_too_old=not settings.is_demo and (last is None or known.is_too_old(now)),
        age=age_of(last.made_at, now) if last else "",
        places=tuple(known.places.values()),
        only_here=plan is not None and lies_here(plan),
        every_hours=plan.every / timedelta(hours=1) if plan else 0,
        key_name=name_of(settings.key),
        has_passphrase=bool(settings.key_file and is_wrapped(settings.key_file)),
        trouble=trouble,
    )


def lies_here(plan: Plan) -> bool:
    """Whether nobody named another place than the folder beside the records."""
    return plan.store is None and not plan.folder_named


def age_of(made_at: datetime, now: datetime) -> str:
    """“a minute old”, “5 hours old”, “3 days old”."""
    minutes = int((now - made_at) / timedelta(minutes=1))
    if minutes < 2:
        return "a minute old"
    if minutes < 120:
        return f"{minutes} minutes old"
    if minutes < 48 * 60:
        return f"{minutes // 60} hours old"
    return f"{count_of(minutes // (24 * 60), 'day', 'days')} old"


def news_for_owner() -> list[str]:
    """What the owner is told on Today: each a sentence, which the page on backups explains."""
    settings, now, told = settings_here(), clock.now(), list[str]()
    if (signed := compared()) and signed.altered:
        told.append(ALTERED)
    if settings.is_demo:
        return told
    known = status.read(settings)
    if known.is_too_old(now):
        told.append(NO_BACKUP)
    if is_news(known.clock, now):
        told.append(CLOCK_BACK)
    return told
