"""The headers of every answer, and how long static files may be kept."""

import re
from dataclasses import replace

import pytest

from practice.application import create_app
from tests.browser import Browser
from tests.factories import a_practice, a_user
from tests.house import close

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
}


def policy_of(answer):
    parts = answer.headers["Content-Security-Policy"].split(";")
    return dict(part.strip().split(" ", 1) for part in parts)


def private_answers(dana, visitor):
    yield dana.get("/practice")
    yield dana.get("/no/such/page")
    yield dana.client.post("/practice")
    yield dana.client.post("/practice", data={"name": "x" * 3_100_000})
    yield dana.client.delete("/practice")
    yield visitor.get("/practice")
    yield visitor.get("/sign-in")
    yield visitor.get("/alive")


def answers(dana, visitor):
    yield from private_answers(dana, visitor)
    yield visitor.get("/static/css/base.css")
    yield visitor.get("/static/no-such-file.css")


def test_every_answer_carries_the_protective_headers(dana, visitor):
    for answer in answers(dana, visitor):
        assert policy_of(answer) == POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in answer.headers["Permissions-Policy"]
        assert "Strict-Transport-Security" not in answer.headers


def test_an_error_of_our_own_carries_them_and_says_nothing_of_the_inside(app, visitor, monkeypatch):
    def break_down():
        raise RuntimeError("secret detail of /srv/rekindle")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(app.view_functions, "front_door.alive", break_down)
    answer = visitor.get("/alive")
    assert answer.status_code == 500
    assert policy_of(answer) == POLICY
    assert "went wrong on our side" in answer.text
    for inside in ("secret detail", "Traceback", "Werkzeug", "sqlalchemy"):
        assert inside not in answer.text
    assert "Server" not in answer.headers


def test_nothing_but_static_files_is_kept_by_a_browser(dana, visitor):
    for answer in private_answers(dana, visitor):
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_static_file_with_its_hash_is_kept_for_good(dana):
    address = re.search(r"/static/css/base\.css\?v=[0-9a-f]{12}", dana.get("/practice").text)
    assert address
    assert "immutable" in dana.get(address[0]).headers["Cache-Control"]


@pytest.mark.parametrize("address", ["/static/css/base.css", "/static/css/base.css?v=0123456789ab"])
def test_a_static_file_without_its_own_hash_is_asked_for_each_time(visitor, address):
    answer = visitor.get(address)
    assert answer.headers["Cache-Control"] == "no-cache"
    assert visitor.get(address, If_None_Match=answer.headers["ETag"]).status_code == 304


def test_a_font_is_fetched_under_one_address_only(dana):
    fonts = re.findall(r'/static/[^"]+\.woff2[^"]*', dana.get("/practice").text)
    assert fonts and not any("?v=" in font for font in fonts)


def test_a_module_runs_once_because_it_has_one_address(dana):
    modules = re.findall(r'type="module" src="([^"]+)"', dana.get("/practice").text)
    assert "/static/js/main.js" in modules
    assert not any("?" in module for module in modules)


def test_static_files_set_no_cookie(visitor):
    assert "Set-Cookie" not in visitor.get("/static/css/base.css").headers


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor):
    cookie = visitor.get("/sign-in").headers["Set-Cookie"]
    assert cookie.startswith("rekindle=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Expires" not in cookie and "Domain" not in cookie


def test_over_https_the_cookie_and_the_browser_are_kept_to_it(settings):
    app = create_app(replace(settings, https=True))
    person = a_user(app, a_practice(app))
    browser = Browser(app)
    secure = {"base_url": "https://localhost"}
    page = browser.client.get("/sign-in", **secure)
    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("__Host-rekindle=") and "Secure" in cookie.split("; ")
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    token = re.search(r'name="csrf-token" content="([^"]+)"', page.text)[1]
    answer = browser.client.post(
        "/sign-in",
        data={"email": person.email, "password": person.password, "csrf_token": token},
        **secure,
    )
    assert answer.status_code == 302, "a form without a referrer is taken"
    close(app)
