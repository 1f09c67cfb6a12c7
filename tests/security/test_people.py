"""People come by invitation, have what an owner gave them, and are out at the next request."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from practice import clock
from practice.database.base import db
from practice.identity.models import Invitation, SignInSession, User
from practice.identity.permissions import CLINICIAN, FRONT_DESK, OWNER
from tests.browser import Browser
from tests.factories import PASSWORD, Person, a_couple, a_user, kept
from tests.test_every_page import everything

LINK = re.compile(r"http://localhost(/join/[\w-]+)")
NEW = {"name": "Sam Field", "password": PASSWORD, "password_again": PASSWORD}


def invited(by: Browser, email: str = "sam@alderstreet.org", role: str = FRONT_DESK) -> str:
    """Invite someone; the path of their link."""
    page = by.post("/people/invitations", email=email, role=role)
    found = LINK.search(page.text)
    assert found, page.text
    return found[1]


def forget_proof(app: Flask) -> None:
    """Have every sign-in be of some time ago."""
    with kept(app):
        db.session.execute(update(SignInSession).values(proved_at=clock.now() - timedelta(hours=1)))


def test_whoever_is_invited_chooses_a_password_and_comes_in_with_that_role(
    app: Flask, dana: Browser, visitor: Browser
) -> None:
    link = invited(dana)
    assert "Alder Street" in visitor.get(link).text
    assert visitor.post(link, **NEW).location == "/"
    assert visitor.get("/practice").status_code == 200
    assert visitor.get("/couples").status_code == 403
    assert "Sam Field" in dana.get("/people").text
    again = Browser(app)
    assert again.get(link).status_code == 404


def test_the_link_is_stored_as_a_hash_ends_in_a_week_and_can_be_taken_back(
    app: Flask, dana: Browser, visitor: Browser
) -> None:
    first = invited(dana)
    with kept(app):
        one = db.session.scalars(select(Invitation)).one()
        assert first.rpartition("/")[2] not in repr(vars(one))
        one.expires_at = clock.now() - timedelta(seconds=1)
    assert visitor.get(first).status_code == 404
    second = invited(dana)
    assert visitor.get(second).status_code == 200
    with app.app_context():
        newest = db.session.scalars(select(Invitation.id).order_by(Invitation.id.desc())).first()
    dana.post(f"/people/invitations/{newest}/take-back")
    assert visitor.get(second).status_code == 404
    third, fourth = invited(dana), invited(dana)
    assert visitor.get(third).status_code == 404
    assert visitor.get(fourth).status_code == 200


def test_s53_a_link_is_not_used_up_by_opening_it_and_every_dead_one_gets_one_same_page(
    app: Flask, dana: Browser, visitor: Browser
) -> None:
    """Programs that look at links in mails open them again and again, and must not spend them."""
    link, expired = invited(dana), invited(dana, "robin@alderstreet.org")
    with kept(app):
        for one in db.session.scalars(select(Invitation).filter_by(email="robin@alderstreet.org")):
            one.expires_at = clock.now() - timedelta(seconds=1)
    before = everything(app)
    for method in ("GET", "HEAD", "OPTIONS") * 10:
        assert visitor.client.open(link, method=method, buffered=True).status_code == 200
    assert everything(app) == before
    assert visitor.post(link, **NEW).location == "/"
    taken_back = invited(dana, "kim@alderstreet.org")
    with app.app_context():
        newest = db.session.scalars(select(Invitation.id).order_by(Invitation.id.desc())).first()
    dana.post(f"/people/invitations/{newest}/take-back")
    dead = [link, expired, taken_back, "/join/nothing-at-all"]
    answers = [Browser(app).client.get(one, buffered=True) for one in dead]
    assert {answer.status_code for answer in answers} == {404}
    pages = {re.sub(r"/join/[\w-]+|[\w.-]{60,}", "", answer.text) for answer in answers}
    assert len(pages) == 1, "one page for all of them"


def test_s28_mass_the_role_of_an_invitation_cannot_be_changed_by_its_form(
    app: Flask, dana: Browser, visitor: Browser
) -> None:
    """S28."""
    link = invited(dana)
    visitor.get(link)
    visitor.post(
        link, **NEW, role=OWNER, roles=OWNER, practice_id=9, email="x@example.com", active="", id=1
    )
    with app.app_context():
        sam = db.session.scalars(select(User).where(User.name == "Sam Field")).one()
        assert [role.name for role in sam.roles] == [FRONT_DESK]
        assert (sam.practice_id, sam.email) == (dana.practice_id, "sam@alderstreet.org")


def test_a_wrong_address_or_one_in_use_is_said_beside_its_field(dana: Browser) -> None:
    for email, words in (("nobody", "does not look like"), (dana.email, "signs in with that")):
        answer = dana.post("/people/invitations", email=email, role=FRONT_DESK)
        assert answer.status_code == 422
        assert words in answer.text
        assert f'value="{email}"' in answer.text


def test_s12_sudo_people_are_changed_only_right_after_signing_in(
    app: Flask, dana: Browser, noor: Browser
) -> None:
    """S12: the password is asked for in place, and what was sent is not lost."""
    forget_proof(app)
    fields = {"email": "sam@alderstreet.org", "role": FRONT_DESK}
    dana.get("/people")
    asked = dana.post("/people/invitations", **fields)
    assert asked.status_code == 401
    assert "Is it still you" in asked.text
    assert dana.get(f"/people/{noor.user_id}").status_code == 401
    assert dana.post(f"/people/{noor.user_id}/account", deed="close").status_code == 401
    assert dana.post("/prove", password="wrong words here").status_code == 422
    kept_words = {f"kept:{name}": text for name, text in fields.items()}
    before = dana.cookie
    proved = dana.post(
        "/prove",
        password=PASSWORD,
        kept_to="/people/invitations",
        kept_by=dana.token,
        **kept_words,
    )
    assert 'action="/people/invitations"' in proved.text
    assert dana.cookie != before
    assert LINK.search(dana.post("/people/invitations", **fields).text)


def test_s16_disable_now_a_closed_account_is_out_at_the_next_request(
    app: Flask, dana: Browser, noor: Browser
) -> None:
    """S16, P21."""
    couple = a_couple(of=noor)
    assert noor.get(f"/couples/{couple.id}").status_code == 200
    dana.post(f"/people/{noor.user_id}/account", deed="close")
    answer = noor.get(f"/couples/{couple.id}")
    assert answer.status_code == 302
    assert "Okafor" not in answer.text
    with pytest.raises(AssertionError, match="not right"):
        Browser(app, noor.person)
    dana.post(f"/people/{noor.user_id}/account", deed="open")
    assert Browser(app, noor.person).get(f"/couples/{couple.id}").status_code == 200


def test_the_last_owner_stays_and_nobody_ends_their_own_access(
    app: Flask, dana: Browser, noor: Browser
) -> None:
    answer = dana.post(f"/people/{dana.user_id}", roles=CLINICIAN)
    assert answer.status_code == 422
    assert "needs an owner" in answer.text
    assert dana.post(f"/people/{dana.user_id}/account", deed="close").status_code == 400
    assert dana.post(f"/people/{noor.user_id}", roles=[OWNER, CLINICIAN]).status_code == 303
    assert dana.post(f"/people/{dana.user_id}", roles=CLINICIAN).status_code == 303
    assert dana.get("/people").status_code == 403
    assert noor.get("/people").status_code == 200


def test_s31_role_now_given_on_the_people_page(dana: Browser, noor: Browser) -> None:
    """S31."""
    assert noor.get("/couples").status_code == 200
    dana.post(f"/people/{noor.user_id}", roles=FRONT_DESK)
    assert noor.get("/couples").status_code == 403
    assert "The roles were changed" in noor.get("/sign-ins").text


def test_an_owner_never_sets_a_password_but_resets_a_second_factor(
    app: Flask, dana: Browser, noor: Browser
) -> None:
    with kept(app):
        db.session.get_one(User, noor.user_id).tf_totp_secret = "something"
    dana.post(f"/people/{noor.user_id}/account", deed="reset", password="chosen by the owner")
    assert noor.get("/").status_code == 302
    back = Browser(app, noor.person)
    assert back.get("/").status_code == 200
    assert "The second factor was reset" in back.get("/sign-ins").text


def test_ones_own_sign_ins_are_listed_and_ended_one_by_one(app: Flask, noor: Browser) -> None:
    """S16: own sessions listed and ended; nobody else's."""
    other = Browser(app)
    other.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"
    assert noor.person
    other.sign_in(noor.person)
    page = noor.get("/sign-ins")
    assert "Firefox on Windows" in page.text and "This one" in page.text
    mark = re.search(r'name="which" value="([0-9a-f]{16})"', page.text)
    assert mark
    stranger = Browser(app, a_user(app, noor.practice_id, name="Ines Marlow"))
    stranger.post("/sign-ins/end", which=mark[1])
    assert other.get("/").status_code == 200
    noor.post("/sign-ins/end", which=mark[1])
    assert other.get("/").status_code == 302
    assert noor.get("/").status_code == 200


def test_s14_a_signed_out_cookie_is_dead_after_joining_too(
    app: Flask, dana: Browser, visitor: Browser
) -> None:
    """S14."""
    link = invited(dana)
    visitor.get(link)
    visitor.post(link, **NEW)
    visitor.person = Person(app, 0, dana.practice_id, "Sam Field", "sam@alderstreet.org")
    cookie = visitor.cookie
    visitor.get("/practice")
    visitor.sign_out()
    visitor.cookie = cookie
    assert visitor.get("/practice").status_code == 302
