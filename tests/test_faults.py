"""What is wrong with the disk or the file is named by a page while Rekindle is open."""

import errno
import secrets

import psycopg
import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from practice import faults
from practice.errors import FAULTS
from practice.faults import Fault, fault_in
from practice.page_cipher import is_its_key, is_no_cipher
from tests.browser import Browser
from tests.factories import a_couple, a_session
from tests.house import close

RESTORE = "rekindle restore latest"


def error(code: int, words: str = "") -> DatabaseError:
    """An error of SQLite's with a result code, as SQLAlchemy hands it on."""
    inner = sqlcipher.OperationalError(words)
    inner.sqlite_errorcode = code
    return OperationalError("SELECT", None, inner)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (faults.FULL, Fault.FULL),
        (faults.READONLY, Fault.READ_ONLY),
        (faults.READONLY | 4 << 8, Fault.READ_ONLY),
        (faults.BUSY, Fault.BUSY),
        (faults.BUSY | 2 << 8, Fault.BUSY),
        (faults.LOCKED, Fault.BUSY),
        (faults.IOERR | 1 << 8, Fault.FAILING),
        (faults.IOERR | 4 << 8, Fault.FAILING),
        (faults.CORRUPT, Fault.DAMAGED),
        (faults.NOTADB, Fault.DAMAGED),
        (faults.CANTOPEN, Fault.FORBIDDEN),
        (1, Fault.OTHER),
    ],
)
def test_every_code_of_sqlite_is_one_fault(code: int, fault: Fault) -> None:
    assert fault_in(error(code)) is fault


@pytest.mark.parametrize(
    ("sqlstate", "fault"),
    [
        ("08006", Fault.AWAY),
        ("57P01", Fault.AWAY),
        ("40001", Fault.BUSY),
        ("40P01", Fault.BUSY),
        ("55P03", Fault.BUSY),
        ("53300", Fault.BUSY),
        ("53100", Fault.FULL),
        ("25006", Fault.READ_ONLY),
        ("28P01", Fault.FORBIDDEN),
        ("58030", Fault.FAILING),
        ("XX001", Fault.DAMAGED),
        ("42601", Fault.OTHER),
    ],
)
def test_every_code_of_postgresql_is_one_fault(sqlstate: str, fault: Fault) -> None:
    inner = psycopg.errors.lookup(sqlstate)("refused")
    assert fault_in(DatabaseError("SELECT", None, inner)) is fault


def test_a_connection_that_was_lost_has_no_code_and_is_a_server_that_is_away() -> None:
    assert fault_in(psycopg.OperationalError("connection closed")) is Fault.AWAY
    assert fault_in(psycopg.DataError("NUL")) is Fault.OTHER


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (errno.ENOSPC, Fault.FULL),
        (errno.EDQUOT, Fault.FULL),
        (errno.EROFS, Fault.READ_ONLY),
        (errno.EACCES, Fault.FORBIDDEN),
        (errno.EIO, Fault.FAILING),
        (errno.ENOENT, Fault.MISSING),
        (errno.EMFILE, Fault.OTHER),
    ],
)
def test_every_number_of_the_system_is_one_fault(number: int, fault: Fault) -> None:
    assert fault_in(OSError(number, "said")) is fault


def test_only_damage_leads_to_a_restore() -> None:
    for fault, (_, words) in FAULTS.items():
        assert (RESTORE in " ".join(words)) == (fault is Fault.DAMAGED)
    assert not [said for said in faults.SENTENCES.values() if RESTORE in said]


@pytest.mark.parametrize(
    ("raised", "status", "words"),
    [
        (error(faults.FULL), 507, "no room left"),
        (error(faults.READONLY), 503, "become read-only"),
        (error(faults.BUSY), 503, "records are busy"),
        (error(faults.IOERR), 500, "the disk may be failing"),
        (error(faults.CANTOPEN), 503, "cannot be reached"),
        (error(faults.CORRUPT), 500, "Part of the records is damaged"),
        (OSError(errno.ENOSPC, "said"), 507, "no room left"),
        (OSError(errno.EIO, "said"), 500, "the disk may be failing"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_page_names_it_and_gives_the_words_back(
    dana: Browser, raised: Exception, status: int, words: str, method: str
) -> None:
    session = a_session(dana, a_couple(of=dana))

    def fail(couple_id: int, session_id: int) -> str:
        raise raised

    dana.app.view_functions["casefile.session"] = fail
    dana.app.view_functions["sessions.save"] = fail
    answer = getattr(dana, method)(
        session.url, **({"data": "What they said"} if method == "post" else {})
    )
    assert answer.status_code == status
    assert words in answer.text
    assert ("Tell the owner" in answer.text) == (status not in (507,) and "busy" not in words)
    assert method == "get" or "What they said" in answer.text


def test_a_page_whose_look_cannot_be_written_names_the_fault_too(
    dana: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error(faults.READONLY)

    couple = a_couple(of=dana)
    monkeypatch.setattr("practice.audit.service.append", fail)
    answer = dana.get(f"/couples/{couple.id}")
    assert answer.status_code == 503 and "become read-only" in answer.text


def test_damage_found_while_open_says_so_and_to_whom_to_turn(dana: Browser) -> None:
    couple = a_couple(of=dana)
    close(dana.app)
    path = dana.app.config["DATABASE"]
    content = bytearray(path.read_bytes())
    for page in range(4096, len(content), 4096):
        content[page + 100] ^= 1
    path.write_bytes(content)
    answer = dana.get(f"/couples/{couple.id}")
    assert answer.status_code == 500
    assert "Part of the records is damaged" in answer.text
    assert "whoever looks after this computer" in answer.text and RESTORE in answer.text


def test_a_file_put_in_the_place_of_the_records_is_another_key_and_no_damage(dana: Browser) -> None:
    couple = a_couple(of=dana)
    close(dana.app)
    path = dana.app.config["DATABASE"]
    path.write_bytes(secrets.token_bytes(8 * 4096))
    answer = dana.get(f"/couples/{couple.id}")
    assert "The key does not open these records" in answer.text
    assert RESTORE not in answer.text


def test_a_value_the_database_will_not_hold_is_no_conflict(dana: Browser) -> None:
    couple = a_couple(of=dana)

    def fail(couple_id: int) -> str:
        inner = sqlcipher.IntegrityError("CHECK constraint failed: ck_couple_sensible")
        raise IntegrityError("INSERT", None, inner)

    dana.app.view_functions["casefile.show"] = fail
    answer = dana.get(f"/couples/{couple.id}")
    assert answer.status_code == 422 and "cannot be kept" in answer.text


def test_a_key_is_known_by_any_page_that_is_left(dana: Browser, tmp_path: object) -> None:
    path, key = dana.app.config["DATABASE"], dana.app.config["DATABASE_KEY"]
    a_couple(of=dana)
    close(dana.app)
    whole = path.read_bytes()
    assert is_its_key(path, key) and not is_its_key(path, secrets.token_bytes(32))
    for damaged in (
        bytes(16) + whole[16:],
        secrets.token_bytes(4096) + whole[4096:],
        whole[:4096] + secrets.token_bytes(len(whole) - 4096),
    ):
        path.write_bytes(damaged)
        assert is_its_key(path, key) and not is_its_key(path, secrets.token_bytes(32))
        assert not is_no_cipher(path)
    for other in (b"", bytes(9000), b"SQLite format 3\0" + bytes(8176)):
        path.write_bytes(other)
        assert is_no_cipher(path)
