"""No header, body or cookie, however odd, is an error of ours: neither the page nor its error page."""

import json
from dataclasses import replace
from urllib.parse import quote

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.test import create_environ, run_wsgi_app

from practice.application import create_app
from practice.settings import Settings
from tests.browser import Browser
from tests.factories import PASSWORD, a_practice, a_user
from tests.house import close
from tests.identity.passkeys import a_passkey, challenge_for

DEEP = 100_000
#: What may stand wherever a text is read.
ODD = [
    "", " ", ",", ";", "=", "[", "]", "//", "http://[", "http://[::1", "http://]", "http://[v1.a]",
    "http://a]b", "http://\u2100.example", "http://a:99999999", "http://a:b", "http://:0", "\x7f",
    "a" * 5_000, "http://" + "a" * 5_000, "." * 300, "a." * 2_000, "-", "xn--\xff",
    "\xe9", "\xff\xfe", "é".encode().decode("latin-1"), "%", "%00", "%zz", "..", "*", "null",
    "9" * 5_000, "-1", "1e400", "NaN", "[" * 20_000, '{"a":' * 5_000, "localhost:", "localhost:x",
    "localhost:" + "9" * 30, "[::1]:8000", "[localhost", "user@localhost", "localhost/path",
    "localhost?x", "localhost#x", "loc alhost", "LOCALHOST", "ﬁ.example".encode().decode("latin-1"),
]  # fmt: skip
HEADERS = [
    "Host", "Origin", "Cookie", "Referer", "Sec-Fetch-Site", "Accept", "Accept-Language",
    "Accept-Encoding", "Accept-Charset", "Authorization", "Proxy-Authorization", "Content-Type",
    "Content-Encoding", "Range", "If-Range", "If-Modified-Since", "If-None-Match", "If-Match",
    "If-Unmodified-Since", "Cache-Control", "Pragma", "Date", "From", "Expect", "User-Agent",
    "X-CSRFToken", "X-Requested-With", "HX-Request", "HX-Target", "HX-Current-URL", "X-Autosave",
    "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "Forwarded",
    "Content-MD5", "Access-Control-Request-Headers", "Access-Control-Request-Method",
    "Max-Forwards", "X-HTTP-Method-Override", "Authentication-Token",
]  # fmt: skip
FORM = {"data": {"email": "a@example.org", "password": "x", "csrf_token": "x"}}


def ask_all(app: Flask, browser: Browser, headers: dict[str, str]) -> list[tuple[str, int]]:
    """Ask for pages and send forms with those headers: which of them were errors of ours."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    seen = []
    for method, path in (
        ("GET", "/no/such/page"),
        ("POST", "/sign-in"),
        ("POST", "/practice/profile"),
    ):
        sent = FORM if method == "POST" else {}
        answer = browser.client.open(path, method=method, headers=headers, **sent)  # type: ignore[arg-type]
        seen.append((f"{method} {path}", answer.status_code))
    return [one for one in seen if one[1] >= 500]


@pytest.mark.parametrize("header", HEADERS)
def test_an_odd_header_is_no_error(
    app: Flask, visitor: Browser, noor: Browser, header: str
) -> None:
    for number, odd in enumerate(ODD):
        browser = (visitor, noor)[number % 2]
        assert not ask_all(app, browser, {header: odd}), (header, odd[:40])
    assert noor.get("/practice").status_code == 200


@pytest.mark.parametrize("host", [*ODD, "xn--", "xn--a", "a.xn--.b"])
def test_an_odd_host_is_refused_in_words_where_hosts_are_named(
    settings: Settings, compiled_templates: FileSystemBytecodeCache, host: str
) -> None:
    app = create_app(replace(settings, hosts=("127.0.0.1", "localhost")))
    app.jinja_env.bytecode_cache = compiled_templates
    a_user(app, a_practice(app), owner=True)
    for method, path in (("GET", "/"), ("POST", "/sign-in"), ("GET", "/no/such/page")):
        environ = create_environ(path, method=method) | {"HTTP_HOST": host}
        body, status, _headers = run_wsgi_app(app, environ)
        text = b"".join(body).decode()
        assert not status.startswith("5"), status
        if status.startswith("400") and method == "GET":
            assert "not ours" in text or "could not be read" in text
    close(app)


ADDRESSES = [
    *("/sign-in?next=" + quote(odd) for odd in ("//[", "/\\[", "http://[", "/\t/[", "/" + "a" * 5_000)),
    *("/" + quote(odd) for odd in ("[", "http://[", "a" * 5_000, "\x00", b"\xed\xa0\xbd")),
    "/join/" + "a" * 5_000, "/new-password/%00%ff", "/new-password/" + "%F0%9F%98%80" * 500,
    "/couples/" + "9" * 5_000, "/homework?q=%ff&obstacle=%00", "/log?who=" + "9" * 5_000,
    "/log?first=" + "[" * 5_000, "/?%5B=%5D", "/?" + "a=b&" * 3_000,
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_odd_address_is_no_error(
    app: Flask, visitor: Browser, dana: Browser, address: str
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    for browser in (visitor, dana):
        assert browser.client.get(address).status_code < 500


COOKIES = [
    "rekindle=", "rekindle=x", "rekindle=e30.x", "rekindle=.", "rekindle=" + "." * 3_000,
    "rekindle=" + "a" * 6_000, "rekindle=\xff", 'rekindle="\\', "rekindle=%00", "=;=;=", ";" * 5_000,
    "rekindle-known=x", "rekindle-known=" + "a.b.c", "rekindle-known=\xe9", "remember_token=x|y",
    "rekindle=" + "[" * 5_000, "a=b; " * 1_000,
]  # fmt: skip


@pytest.mark.parametrize("cookie", COOKIES)
def test_an_odd_cookie_is_a_visitors(app: Flask, visitor: Browser, cookie: str) -> None:
    assert not ask_all(app, Browser(app), {"Cookie": cookie})


DEEP_JSON = [
    "[" * DEEP, '{"a":' * DEEP, "[" * DEEP + "]" * DEEP, '{"id":' + "[" * 20_000 + "]" * 20_000 + "}",
]  # fmt: skip
SHAPES = [
    "", "null", "1", '"x"', "[]", "{}", "9" * 6_000, "1e999", "NaN", '{"id":1}', '{"id":null}',
    '{"id":"a","rawId":"a","type":"public-key","response":[]}',
    '{"id":"a","rawId":"a","type":"public-key","response":{}}',
    '{"id":"\\ud800","rawId":"\\ud800","type":"public-key","response":{"clientDataJSON":"\\ud800"}}',
    json.dumps({"id": "a", "rawId": "a", "type": 5, "response": {
        "authenticatorData": 1, "clientDataJSON": [], "signature": {}, "userHandle": 0}}),
    json.dumps({"id": "é", "rawId": "é", "type": "public-key", "response": {
        "authenticatorData": "é", "clientDataJSON": "é", "signature": "é"}}),
    json.dumps({"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {
        "attestationObject": "gYGBgYGBgYGB" * 900, "clientDataJSON": "e30", "transports": 7}}),
]  # fmt: skip


@pytest.mark.parametrize("credential", [*DEEP_JSON, *SHAPES])
def test_an_odd_passkey_is_refused_in_words(
    app: Flask, visitor: Browser, noor: Browser, credential: str
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    whole = credential[:15_000]  # each bracket is three letters on the way
    for browser, path in (
        (visitor, "/passkeys/use"),
        (noor, "/passkeys/use"),
        (noor, "/passkeys/new"),
    ):
        where = "/passkeys/new/challenge" if path.endswith("new") else "/passkeys/challenge"
        assert browser.post(where).status_code == 200
        answer = browser.post(path, headers={"X-Requested-With": "fetch"}, credential=whole)
        assert answer.status_code in (303, 422), answer.status_code


def test_an_odd_answer_of_a_passkey_that_is_known_is_refused_in_words(
    app: Flask, visitor: Browser, noor: Browser
) -> None:
    passkey = a_passkey(app, noor.user_id)
    for field in ("authenticatorData", "clientDataJSON", "signature", "userHandle"):
        for odd in ("", "AA", "AAAA" * 3_000, "W1tbW1tb" * 2_000, None, 5, [], {"a": 1}, "\ud800"):
            challenge = challenge_for(visitor)
            sent = json.loads(passkey.answer(challenge))
            sent["response"][field] = odd
            answer = visitor.post(
                "/passkeys/use",
                headers={"X-Requested-With": "fetch"},
                credential=json.dumps(sent),
            )
            assert answer.status_code in (422, 429, 200), (field, odd)
            if answer.status_code == 200:
                assert field == "userHandle"
                return


BODIES = [
    ("application/json", "[" * DEEP),
    ("application/json; charset=\xff", "{}"),
    ("text/json", '{"a":' * 20_000),
    ("application/x-www-form-urlencoded; charset=nothing", "a=b"),
    ("application/x-www-form-urlencoded", "=" * 20_000),
    ("application/x-www-form-urlencoded", "%" * 20_000),
    ("application/x-www-form-urlencoded", "csrf_token=" + "." * 30_000),
    ("application/x-www-form-urlencoded", "csrf_token=%00%ff&email=%ff&password=%00"),
    ("multipart/form-data; boundary=" + "a" * 5_000, "--" + "a" * 5_000),
    ("multipart/form-data; boundary=", "--"),
    ("multipart/form-data; boundary=x", "--x\r\n" * 5_000),
    ("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name*=x''%ff\r\n\r\n"),
    ("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: " + "a" * 9_000 + "\r\n\r\n"),
    ("multipart/form-data; boundary=\xff", "--\xff--"),
    ("multipart/mixed; boundary=x", "--x--"),
    ("application/xml", "<a>" * 20_000),
    ("\xff/\xff", "a"),
    ("", "a=b"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "body"), BODIES)
def test_an_odd_body_is_no_error(
    app: Flask, visitor: Browser, noor: Browser, kind: str, body: str
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    for browser in (visitor, noor):
        for path in ("/sign-in", "/unlock", "/passkeys/use", "/set-up", "/practice/profile", "/x"):
            answer = browser.client.post(path, data=body.encode("latin-1"), content_type=kind)
            assert answer.status_code < 500, path


@pytest.mark.parametrize(
    "values",
    [
        {"email": "a" * 60_000},
        {"email": "a@" + "b" * 60_000},
        {"email": "a@[" + "1" * 500},
        {"email": "a@xn--\u00e9.example"},
        {"email": "\u2100@\u2100.example"},
        {"email": '"' * 300 + "@example.org"},
        {"password": "\u0300" * 20_000},
        {"password": "\ufdfa" * 15_000},
        {"next": "//["},
        {"next": "http://["},
        {"kept_to": "/\\[", "kept_by": "x"},
        {"kept_to": "http://[", "kept_by": "x"},
    ],
)
def test_an_odd_field_at_the_door_is_no_error(
    app: Flask, visitor: Browser, values: dict[str, str]
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    sent = {"email": "dana@example.org", "password": PASSWORD} | values
    assert visitor.post("/sign-in", **sent).status_code < 500
