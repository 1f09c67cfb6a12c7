"""An upgrade backs up first, happens whole or not at all, and says where the backup is."""

import pytest

from practice.database import triggers
from practice.errors import Refused
from practice.keeping import upgrading
from practice.keeping.backup_config import plan_of
from practice.keeping.backups import dated
from practice.keeping.digest import Contents, contents_of, opened
from practice.keeping.restoring import restore
from practice.keeping.targets import targets_of
from practice.keeping.upgrading import bring_up_to_date
from practice.migrate import current, downgrade, newest_revision
from practice.settings import Settings, Unsafe
from tests.browser import Browser
from tests.factories import a_couple, a_session
from tests.house import close

OLDER = "0002"


@pytest.fixture
def older(dana: Browser, settings: Settings) -> Settings:
    """An installation with records in an older form."""
    a_session(dana, a_couple(of=dana), signed=True)
    close(dana.app)
    downgrade(settings, OLDER)
    return settings


def backups(settings: Settings) -> list[str]:
    """The names of the backups there are."""
    [target] = targets_of(plan_of(settings))
    return list(dated(target, settings.database.stem).values())


def held(settings: Settings) -> Contents:
    """What the database holds."""
    with opened(settings.database, settings.key) as connection:
        return contents_of(connection)


def test_a_backup_comes_first_and_is_named(older: Settings) -> None:
    said: list[str] = []
    before = held(older)
    bring_up_to_date(older, said.append)
    assert current(older) == newest_revision()
    [name] = backups(older)
    assert any(name in words for words in said)
    restore(older, name)
    changed = set(held(older).differing(before))
    assert changed == {"audit_event", "sign_in_session"}, "the older form, with nobody signed in"


def test_a_new_or_current_database_needs_none(settings: Settings) -> None:
    bring_up_to_date(settings)
    settings.database.unlink()
    bring_up_to_date(settings)
    assert not (settings.database.parent / "backups").exists()


def test_without_a_backup_nothing_is_changed(
    older: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> None:
        raise Refused("There is no room.")

    monkeypatch.setattr(upgrading, "back_up", no_room)
    with pytest.raises(Refused, match="no room"):
        bring_up_to_date(older)
    assert current(older) == OLDER


def test_an_upgrade_that_fails_changes_nothing_and_says_where_the_backup_is(
    older: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_connection: object) -> None:
        raise RuntimeError("half way")

    monkeypatch.setattr(triggers, "make_triggers", broken)  # the last step of every upgrade
    with pytest.raises(Unsafe, match="They are as they were") as refused:
        bring_up_to_date(older)
    [name] = backups(older)
    assert name in str(refused.value)
    assert current(older) == OLDER
    assert "homework_favourite" not in held(older).tables
