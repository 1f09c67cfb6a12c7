"""The practice's own homework: written, revised, shared, archived, taken out and brought in.

Its author writes and shares it. A colleague who wants it otherwise makes a copy. Whoever owns
the practice may take it off the shelf, as its author may: when someone has left, what they
shared must not stay in use for want of them.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, g, has_request_context
from sqlalchemy import bindparam, select

from practice.access.prepared import PreparedQuery
from practice.audit.service import current_actor, record
from practice.database.base import db, reusable
from practice.errors import Conflict, Refused
from practice.identity.models import User
from practice.identity.permissions import Permission, may
from practice.library.catalog import Catalog, Owned, Translations, builtin_catalog
from practice.library.homework import SPANISH
from practice.library.models import OWN, CustomHomework, CustomHomeworkDraft, CustomHomeworkVersion
from practice.library.parse import Malformed, parsed
from practice.library.serialize import written

log = logging.getLogger(__name__)
#: How many parsed versions are kept at hand.
AT_HAND = 2000
SHELF = "shelf"

#: A version: the homework's id, its number, and when it was made.
Key = tuple[int, int, datetime | None]
AtHand = dict[Key, Translations]


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """A row of a practice's own homework that stands in its library."""

    id: int
    version: int
    revised_at: datetime | None
    author_id: int
    is_shared: bool


ON_THE_SHELF = PreparedQuery(
    ShelfRow,
    select(
        CustomHomework.id,
        CustomHomework.version,
        CustomHomework.revised_at,
        CustomHomework.author_id,
        CustomHomework.is_shared,
    ).where(CustomHomework.version > 0, CustomHomework.archived_at.is_(None)),
)
NEWEST = reusable(
    select(CustomHomeworkVersion)
    .join(
        CustomHomework,
        (CustomHomework.id == CustomHomeworkVersion.homework_id)
        & (CustomHomework.version == CustomHomeworkVersion.number),
    )
    .where(CustomHomework.id.in_(bindparam("ids", expanding=True)))
)


def catalog() -> Catalog:
    """All the homework there is for whoever acts now; in a request, asked for once."""
    if not has_request_context():
        return read_catalog()
    if SHELF not in g:
        g.shelf = read_catalog()
    found: Catalog = g.shelf
    return found


def forget_catalog() -> None:
    """What stands on the shelf has changed in this request."""
    if has_request_context():
        g.pop(SHELF, None)


def read_catalog() -> Catalog:
    """The shelf as it is now: one small question, when no version is new to this process."""
    _, user_id = current_actor()
    rows = ON_THE_SHELF.rows()
    if not rows:
        return builtin_catalog()
    at_hand = at_hand_here()
    wanted = {row.id: (row.id, row.version, row.revised_at) for row in rows}
    read_missing(at_hand, wanted)
    return builtin_catalog().with_own(
        {
            Owned(row.id, row.version, row.author_id == user_id, row.is_shared): at_hand[key]
            for row in rows
            if (key := wanted[row.id]) in at_hand
        }
    )


def at_hand_here() -> AtHand:
    """The versions that this process has read, in each language."""
    found: AtHand = current_app.extensions.setdefault("own_homework", {})
    return found


def read_missing(at_hand: AtHand, wanted: dict[int, Key]) -> None:
    """Read the versions that are not at hand yet. A version never changes, so it is read once."""
    missing = [id_ for id_, key in wanted.items() if key not in at_hand]
    if not missing:
        return
    if len(at_hand) > AT_HAND:
        at_hand.clear()
        missing = list(wanted)
    for version in db.session.scalars(NEWEST, {"ids": missing}):
        try:
            at_hand[wanted[version.homework_id]] = told_by(version)
        except Malformed:  # one that cannot be read must not take the others with it
            log.exception("own homework %s cannot be read", version.homework_id)


def told_by(version: CustomHomeworkVersion) -> Translations:
    """The homework as one version tells it, in each language."""
    slug = f"{OWN}{version.homework_id}"
    english = parsed(version.english, slug)
    if version.spanish is None:
        return (english,)
    return (english, parsed(version.spanish, slug, SPANISH, english))


def seen(homework_id: int) -> CustomHomework | None:
    """The practice's own homework of that id, if the user sees it; archived or not."""
    return db.session.scalar(select(CustomHomework).where(CustomHomework.id == homework_id))


def called(slug: str) -> CustomHomework | None:
    """The practice's own homework of that name, if there is one that the user sees."""
    number = slug.removeprefix(OWN)
    if number == slug or not (number.isascii() and number.isdigit() and len(number) < 18):
        return None
    return seen(int(number))


def versions_of(homework: CustomHomework) -> list[CustomHomeworkVersion]:
    """Its versions, newest first."""
    mine = select(CustomHomeworkVersion).where(CustomHomeworkVersion.homework_id == homework.id)
    return list(db.session.scalars(mine.order_by(CustomHomeworkVersion.number.desc())))


def told_at(homework: CustomHomework, number: int) -> Translations | None:
    """The homework as one of its versions tells it."""
    version = db.session.get(CustomHomeworkVersion, (homework.id, number))
    return told_by(version) if version else None


@dataclass(frozen=True)
class Listed:
    """One of the practice's own homeworks in a list: its row, its title, who wrote it."""

    homework: CustomHomework
    title: str
    author: str


def listed_for(user: User) -> dict[str, list[Listed]]:
    """Everything of the practice's own that the user sees: drafts, what is offered, what is not."""
    everything = list(db.session.scalars(select(CustomHomework).order_by(CustomHomework.id.desc())))
    drafts: dict[int, Any] = dict(
        db.session.execute(select(CustomHomeworkDraft.homework_id, CustomHomeworkDraft.words)).all()
    )
    authors: dict[int, str] = dict(
        db.session.execute(
            select(User.id, User.name).where(User.practice_id == user.practice_id)
        ).all()
    )
    newest = newest_of(everything)
    found: dict[str, list[Listed]] = {"drafts": [], "offered": [], "archived": []}
    for one in everything:
        told, words = newest.get(one.id), drafts.get(one.id)
        title = told[0].title if told else ((words or {}).get("title") or "Untitled")
        where = "archived" if one.archived_at else "offered" if one.version else "drafts"
        found[where].append(Listed(one, title, authors[one.author_id]))
    return found


def newest_of(homeworks: list[CustomHomework]) -> dict[int, Translations]:
    """The newest version of each, by id; those that have none are left out."""
    at_hand = at_hand_here()
    wanted = {one.id: (one.id, one.version, one.revised_at) for one in homeworks if one.version}
    read_missing(at_hand, wanted)
    return {id_: at_hand[key] for id_, key in wanted.items() if key in at_hand}


def untouched(user: User) -> CustomHomework | None:
    """An empty draft that the user began before and never wrote in."""
    rows = db.session.execute(
        select(CustomHomework, CustomHomeworkDraft.words)
        .join(CustomHomeworkDraft, CustomHomeworkDraft.homework_id == CustomHomework.id)
        .where(CustomHomework.author_id == user.id, CustomHomework.version == 0)
    )
    return next((homework for homework, words in rows if words == {}), None)


def author_of(homework: CustomHomework) -> str:
    """The name of whoever wrote a homework."""
    return db.session.get_one(User, homework.author_id).name


def may_write(user: User) -> bool:
    """Whether the user may write homework at all."""
    return may(user, Permission.WRITE_HOMEWORK)


def may_put_away(user: User, homework: CustomHomework) -> bool:
    """Whether the user may archive a homework, or stop sharing it: its author, or the owner."""
    return homework.author_id == user.id or may(user, Permission.CHANGE_PRACTICE)


def begin(
    author: User, words: dict[str, Any], now: datetime, once: str | None, verb: str = "created"
) -> CustomHomework:
    """Begin a homework with some words in its form; nobody else sees it yet.

    Sending the same `once` again finds what it began. `verb` is how the log tells of it.
    """
    if once:
        same = select(CustomHomework).where(
            CustomHomework.author_id == author.id, CustomHomework.once == once
        )
        if there := db.session.scalar(same):
            return there
    homework = CustomHomework(
        author_id=author.id, version=0, is_shared=False, made_at=now, once=once
    )
    db.session.add(homework)
    db.session.flush()
    db.session.add(
        CustomHomeworkDraft(
            homework_id=homework.id, author_id=author.id, words=words, version=1, saved_at=now
        )
    )
    record(verb, homework)
    return homework


@dataclass(frozen=True)
class Draft:
    """What the form shows: its words, the version of the draft, and whether any of it is unpublished."""

    words: dict[str, Any] | None
    version: int
    saved_at: datetime | None


def draft_of(homework: CustomHomework) -> Draft:
    """The draft of a homework. Its words are None when the newest version says it all."""
    row = db.session.get(CustomHomeworkDraft, homework.id)
    return Draft(row.words, row.version, row.saved_at) if row else Draft(None, 0, None)


def save_draft(
    homework: CustomHomework, words: dict[str, Any] | None, shown: int, now: datetime
) -> Draft:
    """Keep what was typed, as it is. Raises Conflict when another window saved since `shown`."""
    row = db.session.get(CustomHomeworkDraft, homework.id)
    if (row.version if row else 0) != shown:
        raise Conflict("This homework was changed in another window.")
    if row is None:
        row = CustomHomeworkDraft(homework_id=homework.id, author_id=homework.author_id, version=0)
        db.session.add(row)
    row.words, row.version, row.saved_at = words, shown + 1, now
    db.session.flush()
    return Draft(row.words, row.version, row.saved_at)


def publish(homework: CustomHomework, told: Translations, shown: int, now: datetime) -> None:
    """Put what was written into the library, as its next version; what was given keeps its wording.

    Saying the same as the newest version makes no new one. Raises Conflict as `save_draft`
    does, and Malformed for what is not a homework.
    """
    english, *others = told
    spanish = next((one for one in others if one.language == SPANISH), None)
    texts = (written(english), written(spanish) if spanish else None)
    check_written(homework.slug, texts)
    save_draft(homework, None, shown, now)
    newest = db.session.get(CustomHomeworkVersion, (homework.id, homework.version))
    if newest and (newest.english, newest.spanish) == texts:
        return
    homework.version += 1
    homework.revised_at = now
    forget_catalog()
    db.session.add(
        CustomHomeworkVersion(
            homework_id=homework.id,
            author_id=homework.author_id,
            number=homework.version,
            english=texts[0],
            spanish=texts[1],
            made_at=now,
        )
    )
    record("published" if homework.version == 1 else "revised", homework, version=homework.version)


def check_written(slug: str, texts: tuple[str, str | None]) -> None:
    """Read what is about to be kept, as it will be read. Raises Malformed."""
    english = parsed(texts[0], slug)
    if texts[1] is not None:
        parsed(texts[1], slug, SPANISH, english)


def share(homework: CustomHomework, user: User, shared: bool) -> None:
    """Let the whole practice use a homework, or keep it to its author.

    Raises Refused for one that is not in the library yet, and for whoever may not.
    """
    if homework.author_id != user.id and (shared or not may_put_away(user, homework)):
        raise Refused("Only its author can share this homework.")
    if not homework.version:
        raise Refused("Put it in the library first.")
    if homework.is_shared != shared:
        homework.is_shared = shared
        forget_catalog()
        record("shared" if shared else "unshared", homework)


def archive(homework: CustomHomework, user: User, away: bool, now: datetime) -> None:
    """Take a homework off the shelf, or put it back. What was given stays as it is.

    Raises Refused for one that is not in the library yet, and for whoever may not.
    """
    if not may_put_away(user, homework):
        raise Refused("Only its author or the owner of the practice can archive this homework.")
    if not homework.version:
        raise Refused("Put it in the library first.")
    if bool(homework.archived_at) != away:
        homework.archived_at = now if away else None
        forget_catalog()
        record("archived" if away else "restored", homework)


def discard(homework: CustomHomework) -> None:
    """Throw away what was typed since the newest version; all of it when there is none."""
    row = db.session.get(CustomHomeworkDraft, homework.id)
    record("discarded", homework)
    if homework.version and row:
        row.words, row.version = None, row.version + 1
    elif not homework.version:
        if row:
            db.session.delete(row)
            db.session.flush()
        db.session.delete(homework)
