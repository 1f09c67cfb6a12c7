"""What a start refuses (S48–S50, S58, P09): in words that say what to do, and with nothing changed."""

from dataclasses import replace

import pytest

from practice.keeping import anchors, startup_checks
from practice.keeping.backups import back_up
from practice.keeping.digest import opened
from practice.settings import Settings, Unsafe
from tests.browser import Browser
from tests.factories import a_couple, a_session
from tests.house import close


@pytest.fixture
def written(dana: Browser, settings: Settings) -> Settings:
    """An installation with a couple and a signed note, closed, its log written down outside."""
    a_session(dana, a_couple(of=dana), signed=True)
    close(dana.app)
    anchors.keep_up(settings)
    startup_checks.refuse_unsafe(settings)
    return settings


def refusal(settings: Settings) -> str:
    """Why a start is refused; the database is as it was afterwards."""
    there = settings.database.exists()
    before = settings.database.read_bytes() if there else b""
    with pytest.raises(Unsafe) as refused:
        startup_checks.refuse_unsafe(settings)
    assert settings.database.exists() == there
    assert not there or settings.database.read_bytes() == before
    return str(refused.value)


def by_force(settings: Settings, *statements: str) -> None:
    """Change records as someone could who has the key."""
    with opened(settings.database, settings.key) as connection:
        for name in ("update", "delete"):
            connection.execute(f"DROP TRIGGER IF EXISTS audit_event_no_{name}")
        for statement in statements:
            connection.execute(statement)


def test_s48_a_database_that_others_can_read(written: Settings) -> None:
    written.database.chmod(0o644)
    assert "chmod 600" in refusal(written)


def test_s48_a_key_beside_the_records_or_the_backups(written: Settings) -> None:
    beside = replace(written, key_file=written.database.with_name("rekindle.key"))
    assert "in the folder of the records" in refusal(beside)
    assert written.key_file
    plan = written.key_file.with_name("backup.toml")
    plan.touch(mode=0o600)
    plan.write_text(f'folder = "{written.key_file.parent}"')
    assert "in the folder of the backups" in refusal(written)


def test_s49_debug_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    with pytest.raises(Unsafe, match="debug"):
        startup_checks.refuse_debug()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.20", "::", "rekindle.example"])
def test_s50_other_machines_without_tls_and_a_declared_proxy(settings: Settings, host: str) -> None:
    for unsafe in (settings, replace(settings, https=True), replace(settings, proxy="10.0.0.2")):
        with pytest.raises(Unsafe, match="without encryption"):
            startup_checks.refuse_open_door(host, unsafe)
    startup_checks.refuse_open_door(host, replace(settings, https=True, proxy="10.0.0.2"))
    for near in ("127.0.0.1", "::1", "localhost"):
        startup_checks.refuse_open_door(near, settings)


def damage(settings: Settings, at: float) -> None:
    """Flip a byte at a part of the file."""
    content = bytearray(settings.database.read_bytes())
    content[int(len(content) * at)] ^= 1
    settings.database.write_bytes(content)


@pytest.mark.parametrize("at", [0.0005, 0.3, 0.6, 0.999])
def test_p09_a_flipped_byte(written: Settings, at: float) -> None:
    damage(written, at)
    said = refusal(written)
    assert "damaged" in said and "rekindle restore latest" in said


@pytest.mark.parametrize("part", [0.0, 0.01, 0.5, 0.99])
def test_p09_a_file_that_was_cut(written: Settings, part: float) -> None:
    content = written.database.read_bytes()
    written.database.write_bytes(content[: int(len(content) * part) // 4096 * 4096])
    assert "rekindle restore latest" in refusal(written)


def test_p09_records_that_are_gone(written: Settings) -> None:
    written.database.unlink()
    assert "are gone" in refusal(written)


def test_p09_someone_elses_database(written: Settings) -> None:
    written.database.write_bytes(b"SQLite format 3\0" + bytes(8176))
    assert "rekindle restore latest" in refusal(written)


def test_s58_a_tail_that_was_cut_off(written: Settings) -> None:
    by_force(written, "DELETE FROM audit_event WHERE seq > 5")
    assert "Its end was cut off" in refusal(written)


def test_s58_older_records_in_the_place_of_newer(written: Settings, dana: Browser) -> None:
    earlier = written.database.read_bytes()
    a_couple(of=dana)
    back_up(written)
    close(dana.app)
    written.database.write_bytes(earlier)
    for end in ("-wal", "-shm"):
        written.database.with_name(f"rekindle.db{end}").unlink(missing_ok=True)
    assert "older records were put in its place" in refusal(written)


def test_s58_a_log_written_anew(written: Settings) -> None:
    by_force(written, "UPDATE audit_event SET verb = 'looked' WHERE seq = 3")
    assert "Event 3 was changed" in refusal(written)


def test_s58_anchors_changed_by_hand(written: Settings) -> None:
    path = anchors.anchors_file(written)
    assert path
    back_up(written)
    lines = path.read_text().splitlines(keepends=True)
    for changed in (lines[1:], [lines[0].replace(" head ", " restored ", 1), *lines[1:]]):
        path.write_text("".join(changed))
        assert "changed by hand" in refusal(written)


def test_a_half_written_anchor_does_no_harm(written: Settings) -> None:
    path = anchors.anchors_file(written)
    assert path
    with path.open("a") as file:
        file.write("2026-11-22T12:00:00+00:00 head 9")
    startup_checks.refuse_unsafe(written)
    back_up(written)
    startup_checks.refuse_unsafe(written)
    assert len(anchors.read(written)) == 2


def test_a_first_start_finds_nothing_and_is_let_through(machine: object) -> None:
    from practice.settings import from_environment

    startup_checks.refuse_unsafe(from_environment())
