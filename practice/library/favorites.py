"""Favorites: the homework that a clinician keeps at hand."""

from sqlalchemy import select

from practice.database.base import db
from practice.identity.models import User
from practice.library.homework import Homework
from practice.library.models import HomeworkFavorite


def favorites_of(user: User) -> frozenset[str]:
    """The names of the homeworks that a user keeps at hand."""
    mine = select(HomeworkFavorite.slug).where(HomeworkFavorite.user_id == user.id)
    return frozenset(db.session.scalars(mine))


def keep_favorite(user: User, homework: Homework, kept: bool) -> None:
    """Keep a homework among the user's favourites, or no longer. Twice is the same as once."""
    there = db.session.get(HomeworkFavorite, (user.id, homework.slug))
    if kept and there is None:
        db.session.add(
            HomeworkFavorite(user_id=user.id, practice_id=user.practice_id, slug=homework.slug)
        )
    elif there and not kept:
        db.session.delete(there)
