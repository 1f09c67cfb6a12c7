"""The time zones a practice can choose from: those of the United States first."""

from functools import cache
from zoneinfo import available_timezones

from practice.forms import SelectChoice

COMMON = {
    "America/New_York": "Eastern: New York, Atlanta, Miami",
    "America/Chicago": "Central: Chicago, Houston, Nashville",
    "America/Denver": "Mountain: Denver, Salt Lake City",
    "America/Phoenix": "Mountain without summer time: Phoenix",
    "America/Los_Angeles": "Pacific: Los Angeles, Seattle, Portland",
    "America/Anchorage": "Alaska: Anchorage",
    "Pacific/Honolulu": "Hawaii: Honolulu",
    "America/Puerto_Rico": "Atlantic: San Juan",
}
REGIONS = frozenset(
    {
        "Africa",
        "America",
        "Antarctica",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    }
)


@cache
def elsewhere() -> tuple[str, ...]:
    """Every other zone that is named after a place, in order."""
    named = (zone for zone in available_timezones() if zone.split("/")[0] in REGIONS)
    return tuple(sorted(zone for zone in named if zone not in COMMON))


def is_known(zone: str | None) -> bool:
    """Whether a practice can choose this zone."""
    return zone in COMMON or zone in elsewhere()


def choices() -> list[SelectChoice]:
    """The options of the list, in two groups."""
    common = [SelectChoice(zone, label, optgroup="United States") for zone, label in COMMON.items()]
    others = [
        SelectChoice(zone, zone.replace("_", " ").replace("/", ", "), optgroup="Elsewhere")
        for zone in elsewhere()
    ]
    return common + others
