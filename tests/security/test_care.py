"""Whose file is open to whom beyond the team: cover, supervision, emergencies, the front desk."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from practice import clock
from practice.access.guard import CrossedCaseload
from practice.access.team import CareTeamMember
from practice.audit.models import AuditEvent
from practice.couples.models import Couple, Partner
from practice.couples.partner_details import PartnerDetails
from practice.database.base import db
from practice.identity.models import Practice
from practice.identity.permissions import BILLER, CLINICIAN, FRONT_DESK, OWNER, SUPERVISOR
from tests.browser import Browser
from tests.factories import (
    a_couple,
    a_session,
    a_user,
    an_appointment,
    in_the_name_of,
    kept,
    today,
)

REASON = "Their clinician is unreachable and Jonah called in distress."


def end_now(app: Flask, who: Browser) -> None:
    """Have whatever is open to someone for a time be over."""
    with kept(app):
        db.session.execute(
            update(CareTeamMember)
            .where(CareTeamMember.user_id == who.user_id, CareTeamMember.until.is_not(None))
            .values(until=clock.now() - timedelta(seconds=1))
        )


def in_emergency(who: Browser, name: str = "Jonah Reyes") -> object:
    """Open a file in an emergency."""
    who.get("/couples/emergency")
    return who.post("/couples/emergency", name=name, reason=REASON)


def test_s30_breakglass_is_named_reasoned_an_hour_to_read_logged_and_told(
    app: Flask, dana: Browser, noor: Browser
) -> None:
    """S30."""
    couple = a_couple(of=dana)
    session = a_session(dana, couple, plan="What was planned.")
    file = f"/couples/{couple.id}"
    assert noor.get(file).status_code == 404
    assert noor.post("/couples/emergency", name="Jonah Reyes", reason=" ").status_code == 422
    assert noor.get(file).status_code == 404
    assert noor.post("/couples/emergency", name="Jonah Reyes", reason=REASON).location == file
    assert "Read only until" in noor.get(file).text
    assert "What was planned." in noor.get(session.url).text
    assert noor.post(f"{file}/sessions").status_code == 403
    assert noor.post(f"{file}/team", user_id=noor.user_id).status_code == 403
    assert noor.post(session.url, plan="Changed.").status_code == 403
    with app.app_context():
        row = db.session.scalars(select(CareTeamMember).filter_by(user_id=noor.user_id)).one()
        assert row.until and row.until <= clock.now() + timedelta(minutes=60)
        event = select(AuditEvent).filter_by(verb="opened-in-emergency", couple_id=couple.id)
        assert db.session.scalars(event).one().user_id == noor.user_id
    assert "opened in an emergency" in dana.get("/").text
    page = dana.get("/care").text
    assert "Noor Haddad" in page and REASON in page and "Reyes" not in page
    review = re.search(r"/care/emergencies/\d+/reviewed", page)
    assert review
    dana.post(review[0])
    assert REASON not in dana.get("/care").text
    end_now(app, noor)
    assert noor.get(file).status_code == 404


def test_s30_only_an_exact_name_of_ones_own_practice_opens_and_only_to_a_role_that_may(
    app: Flask, dana: Browser, noor: Browser, stranger: Browser
) -> None:
    """S30."""
    a_couple(of=dana)
    for who, name in (
        (noor, "Jonah"),
        (noor, "%"),
        (noor, "Nobody Here"),
        (stranger, "Jonah Reyes"),
    ):
        answer = who.post("/couples/emergency", name=name, reason=REASON)
        assert answer.status_code == 422, name
    a_couple(of=dana, a="Ana Ruiz")
    assert (
        "Several files" in noor.post("/couples/emergency", name="Jonah Reyes", reason=REASON).text
    )
    desk = Browser(app, a_user(app, dana.practice_id, name="Sam Field", roles=(FRONT_DESK,)))
    assert desk.get("/couples/emergency").status_code == 403


def test_a_cover_writes_until_its_last_day_and_then_the_file_is_closed(
    app: Flask, dana: Browser, noor: Browser
) -> None:
    couple = a_couple(of=dana)
    file = f"/couples/{couple.id}"
    past = {"user_id": noor.user_id, "until": (today() - timedelta(days=1)).isoformat()}
    assert "still to come" in dana.post(f"{file}/team", **past).text
    until = today() + timedelta(days=14)
    dana.post(f"{file}/team", user_id=noor.user_id, until=until.isoformat())
    assert "Covers until" in dana.get(f"{file}/team").text
    assert "Covering until" in noor.get(file).text
    assert noor.post(f"{file}/sessions", once="x").status_code == 303
    assert "Okafor" in noor.get("/couples").text
    end_now(app, noor)
    assert noor.get(file).status_code == 404
    assert noor.post(f"{file}/sessions", once="y").status_code == 404
    assert "Okafor" not in noor.get("/couples").text
    assert "Okafor" not in noor.get("/").text
    dana.post(f"{file}/team", user_id=noor.user_id)
    assert noor.get(file).status_code == 200


def test_a_supervisor_reads_what_the_clinicians_couples_are_now_and_later_and_writes_nothing(
    app: Flask, dana: Browser, noor: Browser
) -> None:
    eve = Browser(app, a_user(app, dana.practice_id, name="Eve Moss", roles=(SUPERVISOR,)))
    before, others = a_couple(of=noor), a_couple(of=dana, a="Ana Ruiz", b="Bo Lind")
    pair = {"supervisor_id": eve.user_id, "clinician_id": noor.user_id}
    assert dana.post("/care/supervision", **pair).status_code == 303
    later = a_couple(of=noor, a="Cy Dunn", b="Di Falk")
    for couple in (before, later):
        file = f"/couples/{couple.id}"
        assert "Read only" in eve.get(file).text
        assert eve.post(f"{file}/close").status_code == 403
        session = a_session(noor, couple)
        own = f"{session.url}/psychotherapy-note"
        noor.post(own, text="quincecanary", version="0")
        assert "quincecanary" in noor.get(own).text
        assert "quincecanary" not in eve.get(own).text
        assert eve.post(own, text="Mine.", version="0").status_code == 403
    assert eve.get(f"/couples/{others.id}").status_code == 404
    dana.post(f"/care/supervision/{eve.user_id}/{noor.user_id}/end")
    assert eve.get(f"/couples/{before.id}").status_code == 404


def test_whoever_only_reads_cannot_write_even_past_the_pages(
    app: Flask, dana: Browser, noor: Browser
) -> None:
    couple = a_couple(of=dana)
    in_emergency(noor)
    with in_the_name_of(noor):
        db.session.get_one(Couple, couple.id).strengths = "Changed."
        with pytest.raises(CrossedCaseload):
            db.session.flush()
        db.session.rollback()
        db.session.delete(db.session.scalars(select(Partner)).first())
        with pytest.raises(CrossedCaseload):
            db.session.flush()
        db.session.rollback()


@pytest.mark.parametrize(
    "roles", [(OWNER,), (OWNER, BILLER), (OWNER, SUPERVISOR), (OWNER, CLINICIAN)]
)
def test_an_owner_whatever_else_they_are_learns_of_an_emergency_where_they_land(
    app: Flask, dana: Browser, noor: Browser, roles: tuple[str, ...]
) -> None:
    a_couple(of=dana)
    owner = Browser(app, a_user(app, dana.practice_id, name="Olive Reed", roles=roles))
    landed = owner.get(owner.get("/").location or "/")
    assert landed.status_code == 200 and "opened in an emergency" not in landed.text
    in_emergency(noor)
    told = owner.get(owner.get("/").location or "/").text
    assert "1 file was opened in an emergency" in told and 'href="/care"' in told


def test_nobody_but_an_owner_is_told_of_an_emergency(
    app: Flask, dana: Browser, noor: Browser
) -> None:
    a_couple(of=dana)
    in_emergency(noor)
    for role in (FRONT_DESK, BILLER, CLINICIAN, SUPERVISOR):
        other = Browser(app, a_user(app, dana.practice_id, name=f"Sam {role}", roles=(role,)))
        assert "in an emergency. " not in other.get(other.get("/").location or "/").text, role


@pytest.mark.parametrize("role", [FRONT_DESK, BILLER])
def test_s27_the_desk_sees_who_comes_and_safe_ways_to_reach_them_and_nothing_else(
    app: Flask, dana: Browser, role: str
) -> None:
    """S27: fields."""
    told = PartnerDetails(
        "",
        phone="555 0101",
        phone_safe="yes",
        email="private@example.com",
        email_safe="no",
        came_for="quincecanary",
        diagnosis="quincecanary",
    )
    couple = a_couple(of=dana, partner=told, strengths="quincecanary")
    an_appointment(dana, couple, on_day=today())
    desk = Browser(app, a_user(app, dana.practice_id, name="Sam Field", roles=(role,)))
    assert desk.get("/").location == "/desk"
    page = desk.get("/desk").text
    assert "Maya Okafor" in page and "555 0101" in page
    assert "private@example.com" not in page and "quincecanary" not in page


def test_the_desk_of_another_practice_is_empty(dana: Browser, stranger: Browser) -> None:
    an_appointment(dana, a_couple(of=dana), on_day=today())
    assert "Okafor" not in stranger.get("/desk").text


def test_the_owner_names_a_custodian(app: Flask, dana: Browser, noor: Browser) -> None:
    assert dana.post("/care/custodian", custodian_id=noor.user_id).status_code == 303
    with app.app_context():
        assert db.session.get_one(Practice, dana.practice_id).custodian_id == noor.user_id
        assert db.session.scalars(select(AuditEvent).filter_by(verb="custodian-named")).one()
    assert dana.post("/care/custodian", custodian_id=9999).status_code == 422
