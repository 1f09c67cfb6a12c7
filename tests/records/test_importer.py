"""A copy brought back: into a new installation or another practice, equal, whole or not at all."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from practice.application import create_app
from practice.audit.models import AuditEvent
from practice.cli.records import bring_in
from practice.couples.models import Couple
from practice.database.base import db
from practice.errors import Refused
from practice.identity.models import User
from practice.sessions.models import TherapySession
from practice.sessions.signing import is_intact
from tests.browser import Browser
from tests.courses.test_courses import make as make_course
from tests.databases import Databases
from tests.factories import Person, a_couple, a_practice, a_user, in_the_name_of, on_the_team
from tests.house import close
from tests.library.test_custom import begin, longing, publish, titles, version_in
from tests.records.copies import (
    LETTER,
    OWN_LETTER,
    a_full_couple,
    copy_of,
    everything_of,
    own_of,
)


@pytest.fixture
def elsewhere(databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    """Another installation, with nobody in it yet."""
    app = create_app(databases.installation(tmp_path / "elsewhere"))
    yield app
    close(app)


def as_zip(files: dict[str, Any], path: Path) -> Path:
    """The files of a copy as a ZIP on the disk."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def taken_in(app: Flask, path: Path, team: str = "") -> list[str]:
    """What the command says of it."""
    said: list[str] = []
    with app.app_context():
        bring_in(path, team, said.append)
    return said


def save_draft(of: Browser, form: str, **words: str) -> None:
    """Have what is typed in a homework's form be kept, and not put into the library."""
    version = version_in(of.get(form).text)
    assert of.post(form, **longing(**words), version=version).status_code in (200, 303)


def without_ids(value: Any) -> Any:
    """A document without what ties its records together."""
    if isinstance(value, dict):
        return {
            key: without_ids(one)
            for key, one in value.items()
            if key != "id" and not key.endswith("_id") and key not in ("made_at", "couple_id_then")
        }
    return [without_ids(one) for one in value] if isinstance(value, list) else value


def signs_in(app: Flask, said: list[str], name: str) -> Browser:
    """The browser of someone who came along, signed in with the password that was said."""
    line = next(one for one in said if one.startswith(name))
    email, password = line.split()[0], line.split()[6]
    with app.app_context():
        user = db.session.scalars(select(User).filter_by(email=email)).one()
        person = Person(app, user.id, user.practice_id, user.name, email, password)
    return Browser(app, person)


def test_everything_goes_out_in_and_out_again_equal(
    dana: Browser, noor: Browser, stranger: Browser, elsewhere: Flask, tmp_path: Path
) -> None:
    a_couple(of=stranger, a="Quillon Harrow", b="Tamsin Vale")
    a_full_couple(dana)
    a_couple(of=noor, a="Ana Ruiz", b="Bo Lind")
    out = everything_of(dana)
    said = taken_in(elsewhere, as_zip(out, tmp_path / "copy.zip"))
    assert said[0].startswith("Brought in 2 couples")
    again = everything_of(signs_in(elsewhere, said, "dana"))
    first, second = (
        [json.loads(files[name]) for name in sorted(files) if name.endswith(".json")]
        for files in (out, again)
    )
    assert without_ids(first) == without_ids(second)
    notes, notes_again = (
        [files[name] for name in sorted(files) if name.endswith("notes.txt")]
        for files in (out, again)
    )
    assert notes == notes_again
    assert LETTER in again.values(), "attachments come along"


def test_a_signed_note_stays_verifiable_under_its_new_number(
    dana: Browser, elsewhere: Flask, tmp_path: Path
) -> None:
    owner = a_user(elsewhere, a_practice(elsewhere, "Harbor"), name="Ines Marlow", owner=True)
    a_couple(of=owner, a="Quillon Harrow", b="Tamsin Vale")
    path = as_zip(copy_of(dana, a_full_couple(dana)), tmp_path / "copy.zip")
    said = taken_in(elsewhere, path, owner.email)
    assert said[-1] == "Named in the records, without access here: Dana Whitfield."
    with in_the_name_of(owner):
        couple = db.session.scalars(select(Couple).order_by(Couple.id.desc())).first()
        assert couple and couple.id == 2 and couple.a.first_name == "Maya"
        signed = select(TherapySession.id).where(TherapySession.is_signed)
        assert is_intact(db.session.scalars(signed).one())
        lines = db.session.scalars(select(AuditEvent).filter_by(verb="imported"))
        assert [line.couple_id for line in lines] == [couple.id]
    page = Browser(elsewhere, owner).get("/couples/2")
    assert page.status_code == 200 and "Maya" in page.text


def changed(files: dict[str, Any], change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """A couple's copy that somebody changed."""
    told = json.loads(files["couple.json"])
    change(told)
    return files | {"couple.json": json.dumps(told)}


def put(table: str, **values: object) -> Callable[[dict[str, Any]], object]:
    """Put values into the first row of a table."""
    return lambda told: told["records"][table][0].update(values)


def test_what_does_not_fit_is_refused_and_nothing_of_it_is_kept(
    dana: Browser, elsewhere: Flask, tmp_path: Path
) -> None:
    owner = a_user(elsewhere, a_practice(elsewhere, "Harbor"), name="Ines Marlow", owner=True)
    files = copy_of(dana, a_full_couple(dana))
    for change, said in (
        (lambda told: told.update(version=2), "newer Rekindle"),
        (lambda told: told.update(format="other"), "not of the format"),
        (lambda told: told["records"].update(surprise=[]), "a table that is not known"),
        (lambda told: told["records"].pop("partner"), "damaged"),
        (put("couple", surprise=1), "a field that is not known"),
        (put("progress_note", plan="Something else."), "not as it was signed"),
        (put("sighting", couple_id=99), "belongs to another couple"),
        (put("review", assignment_id=99), "leads to one that is not in it"),
        (put("appointment", on_day="soon"), "a date or time that cannot be"),
        (put("appointment", minutes="many"), "does not belong there"),
        (put("appointment", minutes=5), "do not fit together"),
        (put("attachment", sha256="0" * 64), "not as it was kept"),
        (put("attachment", content_type="image/png"), "not as it was kept"),
    ):
        path = as_zip(changed(files, change), tmp_path / "copy.zip")
        with pytest.raises(Refused, match=said):
            taken_in(elsewhere, path, owner.email)
    with elsewhere.app_context(), db.engine.connect() as connection:
        for table in (Couple.__table__, TherapySession.__table__):
            assert connection.scalar(select(func.count()).select_from(table)) == 0
        assert connection.scalar(select(func.count()).select_from(User.__table__)) == 1


def test_what_is_here_already_or_nobody_could_open_is_refused(
    dana: Browser, elsewhere: Flask, tmp_path: Path
) -> None:
    path = as_zip(copy_of(dana, a_full_couple(dana)), tmp_path / "copy.zip")
    with pytest.raises(Refused, match="here already"):
        taken_in(dana.app, path)
    with pytest.raises(Refused, match="There is no practice yet"):
        taken_in(elsewhere, path)
    a_practice(elsewhere, "Harbor")
    with pytest.raises(Refused, match="Nobody on the care team"):
        taken_in(elsewhere, path)
    with pytest.raises(Refused, match="Nobody of this practice"):
        taken_in(elsewhere, path, "who@example.com")


def test_an_authors_own_comes_back_for_them_alone(
    dana: Browser, noor: Browser, elsewhere: Flask, tmp_path: Path
) -> None:
    couple = a_full_couple(dana)
    on_the_team(dana, couple, noor)
    own = own_of(dana)
    path = as_zip(own, tmp_path / "own.zip")
    with pytest.raises(Refused, match="There is no practice yet"):
        taken_in(elsewhere, path)
    said = taken_in(elsewhere, as_zip(everything_of(dana), tmp_path / "all.zip"))
    [line] = taken_in(elsewhere, path)
    assert line.startswith("Brought in for Dana Whitfield alone: psychotherapy notes 1, attach")
    assert "notes 0, attachments 0" in taken_in(elsewhere, path)[0], "twice is once"
    hers, colleague = (signs_in(elsewhere, said, name) for name in ("dana", "noor"))
    again = own_of(hers)
    assert again["psychotherapy-notes.txt"] == own["psychotherapy-notes.txt"]
    assert OWN_LETTER in again.values()
    assert colleague.post("/records/own").status_code == 303
    told = json.loads(own["own.json"])
    told["psychotherapy_notes"][0]["text"] = "Other words."
    for changes, why in (
        (told, "other words"),
        (told | {"author": {"email": "who@example.com"}}, "Nobody of this practice"),
        (told | {"psychotherapy_notes": [{}]}, "damaged"),
    ):
        odd = as_zip(own | {"own.json": json.dumps(changes)}, tmp_path / "odd.zip")
        with pytest.raises(Refused, match=why):
            taken_in(elsewhere, odd)
    session = told["psychotherapy_notes"][0]["session"]
    session["number"] = 99
    with pytest.raises(Refused, match="The session that a note"):
        taken_in(elsewhere, as_zip(own | {"own.json": json.dumps(told)}, tmp_path / "odd.zip"))


def test_what_an_author_wrote_and_has_not_shared_comes_back_for_them_alone(
    dana: Browser, noor: Browser, elsewhere: Flask, tmp_path: Path
) -> None:
    publish(noor, begin(noor, "shared"), title="Shared with all")
    noor.post("/homework/own/1/share", on="1")
    save_draft(noor, "/homework/own/1/edit", title="Shared, but changed again")
    publish(noor, begin(noor, "kept"), title="Kept for myself")
    save_draft(noor, begin(noor, "typing"), title="Half written")
    assert make_course(noor, title="My own weeks").status_code == 303
    own = own_of(noor)
    assert 'title = "Kept for myself"' in own["homework/own-2.md"]
    said = taken_in(elsewhere, as_zip(everything_of(dana), tmp_path / "all.zip"))
    path = as_zip(own, tmp_path / "own.zip")
    assert "homework and courses 3." in taken_in(elsewhere, path)[0]
    assert "homework and courses 0." in taken_in(elsewhere, path)[0], "twice is once"
    hers, colleague = (signs_in(elsewhere, said, name) for name in ("noor", "dana"))
    assert titles(hers) == ["Kept for myself", "Shared with all"]
    assert titles(colleague) == ["Shared with all"]
    written = hers.get("/homework/own").text
    assert "Half written" in written
    assert "My own weeks" in hers.get("/homework/courses").text
    assert "My own weeks" not in colleague.get("/homework/courses").text
    again = json.loads(own_of(hers)["own.json"])
    for kind in ("homework", "courses"):
        assert without_ids(again[kind]) == without_ids(json.loads(own["own.json"])[kind])
    odd = json.loads(own["own.json"])
    odd["homework"][1] |= {"made_at": "2020-01-01T00:00:00Z"}
    odd["homework"][1]["versions"][0]["english"] = "not a homework"
    with pytest.raises(Refused, match="cannot be read"):
        taken_in(elsewhere, as_zip(own | {"own.json": json.dumps(odd)}, tmp_path / "odd.zip"))


def test_a_file_that_is_no_copy_is_refused_in_words(app: Flask, tmp_path: Path) -> None:
    odd = tmp_path / "odd.zip"
    with pytest.raises(Refused, match="There is no file"):
        taken_in(app, odd)
    odd.write_bytes(b"not a ZIP at all")
    with pytest.raises(Refused, match="no ZIP that can be read"):
        taken_in(app, odd)
    with pytest.raises(Refused, match=r"couple.json is missing"):
        taken_in(app, as_zip({"other.txt": ""}, odd))
    with pytest.raises(Refused, match="not of the format"):
        taken_in(app, as_zip({"couple.json": "[]"}, odd))


def crafted(files: dict[str, Any], attachments: int, each: int) -> Iterator[tuple[str, bytes]]:
    """A couple's copy with many large attachments, told of as if they had been kept; the last is not."""
    content = b"%PDF-1.7\n".ljust(each, b"\0")
    told = json.loads(files["couple.json"])
    [first, *_] = told["records"]["attachment"]
    same = {"size": each, "sha256": hashlib.sha256(content).hexdigest()}
    rows = [first | same | {"id": 1000 + at} for at in range(attachments)]
    rows[-1] |= {"sha256": "0" * 64}
    told["records"]["attachment"] = rows
    yield "couple.json", json.dumps(told).encode()
    for row in rows:
        yield f"attachments/attachment-{row['id']}.pdf", content


def peak_while(work: Callable[[], object]) -> int:
    """By how many bytes this process's memory grew at the most while it worked (Linux)."""
    Path("/proc/self/clear_refs").write_text("5")
    before = resident("VmRSS")
    work()
    return resident("VmHWM") - before


def resident(which: str) -> int:
    """A figure of this process's memory, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith(f"{which}:")]
    return int(line.split()[1]) * 1024


def test_a_crafted_copy_ends_in_a_sentence_and_in_bounded_memory(
    dana: Browser, elsewhere: Flask, tmp_path: Path
) -> None:
    """A dozen attachments of 20 MB take no more memory than a few of them."""
    a_user(elsewhere, a_practice(elsewhere, "Harbor"), name="Dana Whitfield", email=dana.email)
    path = tmp_path / "crafted.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in crafted(copy_of(dana, a_full_couple(dana)), 12, 20_000_000):
            archive.writestr(name, content)

    def bring_it_in() -> None:
        with pytest.raises(Refused, match="An attachment of this copy is missing, or not as"):
            taken_in(elsewhere, path, dana.email)

    assert peak_while(bring_it_in) < 120_000_000
    with elsewhere.app_context():
        query = text("SELECT (SELECT COUNT(*) FROM couple) + (SELECT COUNT(*) FROM attachment)")
        assert db.session.scalar(query) == 0


@pytest.mark.parametrize("name", ["couple.json", "practice.json", "own.json"])
@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("[" * 200_000, "nested deeper"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested deeper"),
        (" " * 20_000_001, "too large"),
        ("\ud800".encode("utf-8", "surrogatepass"), "missing or unreadable"),
        ("{}", "not of the format"),
    ],
)
def test_a_document_that_is_none_of_ours_is_refused_in_words(
    elsewhere: Flask, tmp_path: Path, name: str, document: str | bytes, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        taken_in(elsewhere, as_zip({name: document}, tmp_path / "odd.zip"))


def test_what_the_disk_has_no_room_for_is_said_before_anything_is_read(
    elsewhere: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=1_000))
    path = as_zip(
        {"couple.json": json.dumps({"format": "rekindle-couple"}) * 50}, tmp_path / "c.zip"
    )
    with pytest.raises(Refused, match=r"the disk has 0\.0 GB left"):
        taken_in(elsewhere, path)


def test_a_zip_that_is_damaged_midway_keeps_nothing(
    dana: Browser, elsewhere: Flask, tmp_path: Path
) -> None:
    path = as_zip(everything_of(dana) | {"logo.png": b"\x89PNG" * 500}, tmp_path / "all.zip")
    content = bytearray(path.read_bytes())
    at = content.index(b"\x89PNG" * 10)
    content[at] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(Refused, match="no ZIP that can be read"):
        taken_in(elsewhere, path)
    with elsewhere.app_context():
        assert db.session.scalar(text("SELECT COUNT(*) FROM practice")) == 0
