"""Who may do what: every page asks for something by name, and a role has what the table says."""

import pytest
from flask import Flask
from sqlalchemy import select

from practice.database.base import db
from practice.identity.models import Role, User
from practice.identity.permissions import (
    BILLER,
    CLINICIAN,
    FRONT_DESK,
    MAY,
    OWNER,
    SUPERVISOR,
    Permission,
    Undeclared,
    aloud,
    policy_of,
)
from tests.browser import Browser
from tests.factories import a_couple, a_user, kept


def test_s02_every_route_has_policy(app: Flask) -> None:
    """S02. Say it with `needs`, or for a whole room with `a_room_for`."""
    with app.app_context():
        for rule in app.url_map.iter_rules():
            policy_of(rule.endpoint)


def test_s02_a_page_without_a_policy_opens_to_nobody(new_app: Flask, app: Flask) -> None:
    app.view_functions["forgotten"] = lambda: "here"
    with app.app_context(), pytest.raises(Undeclared):
        policy_of("forgotten")


def test_s27_only_those_who_see_couples_may_read_what_couples_say() -> None:
    """S27. The owner's role alone opens no file either."""
    readers = {role for role, granted in MAY.items() if Permission.READ_FILES in granted}
    writers = {role for role, granted in MAY.items() if Permission.WRITE_FILES in granted}
    assert readers == {CLINICIAN, SUPERVISOR}
    assert writers == {CLINICIAN}


def test_the_table_reads_aloud() -> None:
    assert aloud(BILLER) == (
        "A biller may look after their own account; see names, contact details and appointments "
        "of the whole practice."
    )
    assert aloud(OWNER).startswith("An owner may ")


@pytest.mark.parametrize("role", [FRONT_DESK, BILLER, OWNER])
def test_s27_no_page_of_a_file_opens_to_a_role_without_clinical_text(
    app: Flask, dana: Browser, role: str
) -> None:
    couple = a_couple(of=dana)
    desk = Browser(app, a_user(app, dana.practice_id, name="Sam Field", roles=(role,)))
    for page in ("/couples", f"/couples/{couple.id}", f"/couples/{couple.id}/details"):
        answer = desk.get(page)
        assert answer.status_code == 403, page
        assert "Okafor" not in answer.text
    assert desk.get("/").status_code == 302
    assert desk.get("/practice").status_code == 200
    assert "<span>Couples</span>" not in desk.get("/practice").text


def test_a_supervisor_reads_and_does_not_write(app: Flask, dana: Browser) -> None:
    eve = Browser(app, a_user(app, dana.practice_id, name="Eve Moss", roles=(SUPERVISOR,)))
    assert eve.get("/couples").status_code == 200
    assert eve.post("/couples/search", q="a").status_code == 200
    assert eve.post("/couples/new").status_code == 403


def test_s31_a_role_taken_away_counts_at_the_next_request(app: Flask, noor: Browser) -> None:
    """S31, role_now."""
    assert noor.get("/couples").status_code == 200
    with kept(app):
        user = db.session.get_one(User, noor.user_id)
        user.roles.remove(db.session.scalars(select(Role).filter_by(name=CLINICIAN)).one())
    assert noor.get("/couples").status_code == 403
