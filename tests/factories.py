"""The cast, made: plain functions that open and close their own app context, valid by default.

`a_practice(app)` and `a_user(app, …)` give a `Person`: who they are and how they sign in.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from flask import Flask

from practice.accounts.models import CLINICIAN, OWNER, Practice, User
from practice.accounts.service import add_user
from practice.audit.service import act_as
from practice.caseload import caseload_of
from practice.database import db

PASSWORD = "seven quiet lanterns by the water"
numbers = count(1)


@dataclass(frozen=True)
class Person:
    """A user: their ids, and what they sign in with."""

    app: Flask
    user_id: int
    practice_id: int
    name: str
    email: str
    password: str = PASSWORD


@contextmanager
def kept(app: Flask) -> Iterator[None]:
    """An app context of one's own, whose work is committed at its end."""
    with app.app_context():
        yield
        db.session.commit()


@contextmanager
def in_the_name_of(person: "Person") -> Iterator[None]:
    """An app context with that person's caseload open, whose work is committed at its end."""
    with person.app.app_context(), caseload_of(person.user_id, person.practice_id):
        yield
        db.session.commit()


def a_practice(app: Flask, name: str = "Alder Street Couples Therapy", **given: object) -> int:
    """A practice in Portland; its id."""
    with kept(app):
        values = {"address": "410 Alder Street\nPortland, OR 97205", "phone": "(555) 010-4477"}
        made = Practice(name=name, time_zone="America/Los_Angeles", **{**values, **given})
        db.session.add(made)
        db.session.flush()
        return made.id


def a_user(
    app: Flask,
    practice_id: int,
    *,
    name: str = "Dana Whitfield",
    credentials: str = "LMFT",
    email: str | None = None,
    owner: bool = False,
    **given: object,
) -> Person:
    """A clinician of that practice, who signs in with `PASSWORD`."""
    email = email or f"{name.split(maxsplit=1)[0].lower()}{next(numbers)}@alderstreet.org"
    with kept(app):
        act_as(practice_id, None)
        user = User(name=name, credentials=credentials, email=email, **given)
        roles = (OWNER, CLINICIAN) if owner else (CLINICIAN,)
        add_user(db.session.get_one(Practice, practice_id), user, PASSWORD, *roles)
        return Person(app, user.id, practice_id, name, email)
