"""The key: in a file, under a passphrase, changed for another, written on paper."""

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from practice import key_file
from practice.application import create_app
from practice.audit import service as audit
from practice.cli import main as commands
from practice.database.unit_of_work import reading
from practice.errors import Refused
from practice.keeping import rekeying, startup_checks
from practice.keeping.backups import back_up
from practice.keeping.digest import contents_of, opened
from practice.keeping.recovery import key_from, words_of
from practice.keeping.rekeying import rotate
from practice.keeping.restoring import restore
from practice.key_file import Keys, new_key
from practice.settings import Settings, Unsafe, from_environment, opens
from tests.browser import Browser
from tests.factories import PASSWORD, a_couple, a_session
from tests.house import KEY, close

CHOSEN = "nine lamps along the river"


def silent(_words: str) -> None:
    """Say nothing."""


def key_of(settings: Settings) -> Path:
    """The installation's key file."""
    assert settings.key_file
    return settings.key_file


@pytest.fixture
def written(dana: Browser, settings: Settings) -> Settings:
    """An installation with a couple and a signed note, closed."""
    a_session(dana, a_couple(of=dana), signed=True)
    close(dana.app)
    return settings


def verdict(settings: Settings) -> audit.Verdict:
    """What a check of the whole audit log says."""
    app = create_app(settings)
    with app.app_context(), reading() as connection:
        found = audit.verify(connection, settings.derive("audit"))
    close(app)
    return found


def test_a_key_under_a_passphrase_is_not_in_its_file(settings: Settings) -> None:
    path = key_of(settings)
    key_file.write(path, Keys(KEY), CHOSEN)
    text = path.read_text()
    assert KEY.hex() not in text and CHOSEN not in text
    assert json.loads(text)["argon2id"]["time_cost"] >= 1
    assert path.stat().st_mode & 0o077 == 0
    assert key_file.read(path, lambda: CHOSEN).key == KEY


def test_a_wrong_passphrase_is_refused_and_says_what_helps(settings: Settings) -> None:
    key_file.write(key_of(settings), Keys(KEY), CHOSEN)
    with pytest.raises(Unsafe, match=r"not the passphrase.*rekindle key recover"):
        key_file.read(key_of(settings), lambda: "something else")


@pytest.mark.parametrize(
    "text", ["", "zz", "{}", "{", KEY.hex()[:40], "00" * 32, f"{KEY.hex()}\n" * 3]
)
def test_a_damaged_or_weak_key_is_refused(settings: Settings, text: str) -> None:
    key_of(settings).write_text(text)
    with pytest.raises(Unsafe, match="is damaged"):
        key_file.read(key_of(settings), lambda: CHOSEN)


def test_the_passphrase_comes_from_a_file_or_from_a_pipe(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_file.write(key_of(settings), Keys(KEY), CHOSEN)
    said = tmp_path / "passphrase"
    said.write_text(f"{CHOSEN}\n")
    monkeypatch.setenv("REKINDLE_PASSPHRASE_FILE", str(said))
    said.chmod(0o644)
    with pytest.raises(Unsafe, match="chmod 600"):
        from_environment()
    said.chmod(0o600)
    assert from_environment().key == KEY


def test_without_anyone_to_ask_the_start_says_what_it_needs(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_file.write(key_of(settings), Keys(KEY), CHOSEN)
    answer = CliRunner().invoke(commands.main, ["migrate"], input="")
    assert answer.exit_code == 1 and "REKINDLE_PASSPHRASE_FILE" in answer.output


def test_a_passphrase_is_set_and_taken_away_without_touching_the_records(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = settings.database.read_bytes()
    run = CliRunner().invoke
    answer = run(commands.main, ["key", "passphrase"], input="short\nshort\n")
    assert answer.exit_code == 1 and "at least 12" in answer.output
    answer = run(commands.main, ["key", "passphrase"], input=f"{CHOSEN}\n{CHOSEN}\n")
    assert answer.exit_code == 0, answer.output
    assert key_file.is_wrapped(key_of(settings))
    said = tmp_path / "passphrase"
    said.touch(mode=0o600)
    said.write_text(CHOSEN)
    monkeypatch.setenv("REKINDLE_PASSPHRASE_FILE", str(said))
    assert run(commands.main, ["key", "file"]).exit_code == 0
    assert not key_file.is_wrapped(key_of(settings))
    assert settings.database.read_bytes() == before


def test_a_changed_key_opens_the_records_and_the_old_one_no_more(written: Settings) -> None:
    renewed = rotate(written, None, silent)
    assert renewed.key != written.key
    assert opens(written.database, renewed.key) and not opens(written.database, written.key)
    again = from_environment()
    assert (again.key, again.retired) == (renewed.key, (written.key,))
    startup_checks.refuse_unsafe(again)


def test_what_depends_on_the_old_key_goes_on_working(dana: Browser, settings: Settings) -> None:
    a_session(dana, a_couple(of=dana), signed=True)
    close(dana.app)
    first = rotate(settings, None, silent)
    second = rotate(first, None, silent)
    assert second.retired == (settings.key, first.key)
    assert verdict(second).fault is None
    app = create_app(second)
    answer = Browser(app).post("/sign-in", email=dana.email, password=PASSWORD)
    assert answer.status_code == 302, "the password is still known"
    assert second.derive("cookies") != settings.derive("cookies"), "old sign-ins are over"
    close(app)


def test_backups_of_every_key_can_be_restored(written: Settings) -> None:
    old = back_up(written).archive.path.name
    second = rotate(rotate(written, None, silent), None, silent)
    with opened(second.database, second.key) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DELETE FROM partner")
    restore(second, old)
    with opened(second.database, second.key) as connection:
        assert contents_of(connection).tables["partner"].rows == 2
    now = from_environment()
    assert now.retired == second.retired
    assert verdict(now).fault is None
    startup_checks.refuse_unsafe(now)


def test_a_key_under_a_passphrase_stays_under_it_when_it_is_changed(
    written: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_file.write(key_of(written), Keys(KEY), CHOSEN)
    renewed = rotate(written, CHOSEN, silent)
    assert key_file.read(key_of(written), lambda: CHOSEN) == Keys(renewed.key)


class CutOff(BaseException):
    """The power went away."""


@pytest.mark.parametrize("step", range(6))
def test_a_change_cut_off_anywhere_leaves_records_that_open(
    written: Settings, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    with opened(written.database, written.key) as connection:
        before = contents_of(connection)
    done = 0

    def cut(real: object) -> object:
        def call(*args: object, **named: object) -> object:
            nonlocal done
            if done == step:
                raise CutOff
            done += 1
            return real(*args, **named)  # type: ignore[operator]

        return call

    with monkeypatch.context() as patched:
        for name in ("copy", "rekey", "close_up", "settle_folder"):
            patched.setattr(rekeying, name, cut(getattr(rekeying, name)))
        patched.setattr(rekeying.key_file, "write", cut(key_file.write))
        with pytest.raises(CutOff):
            rotate(written, None, silent)
    now = from_environment()
    startup_checks.refuse_unsafe(now)
    with opened(now.database, now.key) as connection:
        after = contents_of(connection)
    assert set(before.differing(after)) <= {"audit_event", "retired_key"}
    assert verdict(now).fault is None
    assert rotate(now, None, silent).key not in (written.key, now.key)


def test_the_key_is_twenty_four_words_and_back() -> None:
    for _ in range(20):
        key = new_key()
        words = words_of(key)
        assert len(words) == 24
        assert key_from(" ".join(words)) == key
        assert key_from("\n".join(word[:4].upper() for word in words)) == key
        numbered = " ".join(f"{n}. {word}" for n, word in enumerate(words, 1))
        assert key_from(numbered) == key


def test_a_slip_in_the_words_is_told() -> None:
    words = words_of(KEY)
    with pytest.raises(Refused, match="24 words; these are 23"):
        key_from(" ".join(words[1:]))
    with pytest.raises(Refused, match="Word 7, “kwyjibo”"):
        key_from(" ".join([*words[:6], "kwyjibo", *words[7:]]))
    with pytest.raises(Refused, match="changed places"):
        key_from(" ".join([words[1], words[0], *words[2:]]))


def test_a_lost_key_file_is_typed_back_in(written: Settings) -> None:
    key_of(written).unlink()
    run = CliRunner().invoke
    answer = run(commands.main, ["migrate"])
    assert answer.exit_code == 1 and "rekindle key recover" in answer.output
    answer = run(commands.main, ["key", "recover"], input=" ".join(words_of(KEY)) + "\n")
    assert answer.exit_code == 0, answer.output
    assert from_environment().key == KEY
    startup_checks.refuse_unsafe(from_environment())


def test_the_recovery_sheet_holds_the_words_and_names_nobody(
    written: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "sheet.pdf"
    answer = CliRunner().invoke(commands.main, ["key", "sheet", "--to", str(path)])
    assert answer.exit_code == 0, answer.output
    assert path.stat().st_mode & 0o077 == 0
    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True
    ).stdout
    for word in words_of(KEY):
        assert word in text and word not in answer.output.split()
    assert "Alder Street" not in text
    answer = CliRunner().invoke(commands.main, ["key", "sheet", "--to", str(path)])
    assert answer.exit_code == 1 and "is there already" in answer.output
