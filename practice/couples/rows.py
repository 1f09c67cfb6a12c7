"""Rows of a couple's appointments and policies, as prepared queries give them: to be shown."""

from dataclasses import dataclass
from datetime import date, datetime, time

from practice.access.prepared import ClientRow


@dataclass(frozen=True, slots=True)
class AppointmentRow(ClientRow):
    """A row of an appointment; the columns are those of `Appointment`."""

    on_day: date
    at_time: time
    minutes: int
    modality: str
    kind: str
    outcome: str
    once: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PolicyRow(ClientRow):
    """A row of a policy on what is told alone; the columns are those of `SecretsPolicy`."""

    kind: str
    in_force_from: date
    signed_a_on: date | None
    signed_b_on: date | None
