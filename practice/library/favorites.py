"""Favorites: the homework that a clinician keeps at hand."""

from sqlalchemy import select

from practice.database import db
from practice.identity.models import User
from practice.library.homework import Homework
from practice.library.models import HomeworkFavourite


def favourites_of(user: User) -> frozenset[str]:
    """The names of the homeworks that a user keeps at hand."""
    mine = select(HomeworkFavourite.slug).where(HomeworkFavourite.user_id == user.id)
    return frozenset(db.session.scalars(mine))


def keep_favourite(user: User, homework: Homework, kept: bool) -> None:
    """Keep a homework among the user's favourites, or no longer. Twice is the same as once."""
    there = db.session.get(HomeworkFavourite, (user.id, homework.slug))
    if kept and there is None:
        db.session.add(
            HomeworkFavourite(user_id=user.id, practice_id=user.practice_id, slug=homework.slug)
        )
    elif there and not kept:
        db.session.delete(there)
