"""The practice's own page: its letterhead, its choices, and one's own profile."""

import re

import pytest
from sqlalchemy import select

from practice.audit.models import AuditEvent
from practice.database.base import db
from practice.errors import Refused
from practice.identity.models import Practice, User
from practice.identity.service import add_clinician
from practice.practice_admin.service import change_practice
from tests.factories import kept

LETTERHEAD = {
    "people": "",
    "practice_name": "Alder Street Couples Therapy",
    "address": "410 Alder Street",
    "phone": "(555) 010-4477",
    "time_zone": "America/Los_Angeles",
    "paper": "letter",
    "idle_minutes": 15,
}


def version_on(page):
    return re.search(r'name="version"[^>]*value="(\d+)"', page.text)[1]


def save(browser, version="1", **changes):
    return browser.post("/practice", **(LETTERHEAD | {"version": version} | changes))


def changes_logged(app):
    with app.app_context():
        found = db.session.execute(
            select(AuditEvent.subject, AuditEvent.detail).where(AuditEvent.verb == "changed")
        )
        return [tuple(event) for event in found]


def test_the_owner_changes_the_letterhead(app, dana):
    assert save(dana, address="1 New Street\r\nSalem, OR", idle_minutes=20).status_code == 303
    page = dana.get("/practice").text
    assert "1 New Street" in page
    assert 'data-idle-minutes="20"' in page
    assert changes_logged(app) == [("practice:1", {"fields": ["address", "idle_minutes"]})]


def test_a_clinician_sees_it_and_cannot_change_it(app, noor):
    page = noor.get("/practice").text
    assert "410 Alder Street" in page
    assert 'action="/practice"' not in page
    answer = save(noor, practice_name="Noor’s practice")
    assert answer.status_code == 422
    with app.app_context():
        assert db.session.get(Practice, noor.practice_id).name == "Alder Street Couples Therapy"


def test_two_windows_never_overwrite_each_other(dana):
    first = version_on(dana.get("/practice"))
    save(dana, first, phone="(555) 010-1111")
    answer = save(dana, first, phone="(555) 010-2222", practice_name="Alder Street")
    assert answer.status_code == 409
    assert "(555) 010-1111" in answer.text
    assert "(555) 010-2222" in answer.text
    assert "(555) 010-1111" in dana.get("/practice").text
    settled = save(dana, version_on(answer), phone="(555) 010-2222")
    assert settled.status_code == 303
    assert "(555) 010-2222" in dana.get("/practice").text


@pytest.mark.parametrize("version", ["", "x", "-1", "0", "9" * 40, "१"])
def test_a_form_that_knows_no_version_overwrites_nothing(dana, version):
    assert save(dana, version, phone="(555) 010-9999").status_code == 409
    assert "(555) 010-9999" not in dana.get("/practice").text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"idle_minutes": 1}, "Choose between 2 and 60"),
        ({"idle_minutes": "9" * 30}, "Choose between 2 and 60"),
        ({"idle_minutes": "ten"}, "number"),
        ({"practice_name": ""}, "Name the practice"),
        ({"time_zone": "Mars/Olympus"}, "Choose a time zone"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(dana, changes, words):
    answer = save(dana, **changes)
    assert answer.status_code == 422
    assert words in answer.text


def test_nothing_more_than_the_form_has_can_be_changed(app, dana):
    save(dana, is_demo="y", id="99")
    dana.post(
        "/practice/profile", name="Dana Whitfield", note_format="dap", practice_id="2", active=""
    )
    with app.app_context():
        user = db.session.get(User, dana.user_id)
        assert (user.practice_id, user.active) == (dana.practice_id, True)
        assert db.session.get(Practice, dana.practice_id).is_demo is False


def test_ones_own_profile_is_kept(app, dana):
    answer = dana.post(
        "/practice/profile", name="Dana W. Whitfield", credentials="PhD", note_format="soap"
    )
    assert answer.status_code == 303
    page = dana.get("/practice").text
    assert "Dana W. Whitfield, PhD" in page
    with app.app_context():
        user = db.session.get(User, dana.user_id)
        assert (user.note_format, user.single_keys) == ("soap", False)


@pytest.mark.parametrize(
    "changes", [{"name": ""}, {"note_format": "free jazz"}, {"name": "x" * 121}]
)
def test_a_profile_that_cannot_be_comes_back(dana, changes):
    fields = {"name": "Dana", "credentials": "", "note_format": "dap"} | changes
    assert dana.post("/practice/profile", **fields).status_code == 422


def test_only_the_owner_changes_the_practice_whoever_asks(app, noor):
    with app.app_context():
        practice = db.session.get(Practice, noor.practice_id)
        user = db.session.get(User, noor.user_id)
        with pytest.raises(Refused, match="Only the owner"):
            change_practice(practice, user, practice.version, {"name": "x"})


def test_two_users_cannot_have_one_email(app, dana):
    with kept(app):
        practice = db.session.get(Practice, dana.practice_id)
        again = User(name="Dana Two", email=dana.email.upper())
        with pytest.raises(Refused, match="already"), db.session.no_autoflush:
            add_clinician(practice, again, "nine lamps along the river")
