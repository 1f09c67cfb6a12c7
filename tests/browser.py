"""A small browser: signs in for real, sends each page's token with its forms, keeps its cookies."""

import re

from flask import Flask
from werkzeug.test import TestResponse

from tests.factories import Person

TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]+)"')


class Browser:
    """One browser at the practice; `person` is who signed in with it, or None for a visitor."""

    def __init__(self, app: Flask, person: Person | None = None) -> None:
        self.app = app
        self.person = person
        self.client = app.test_client()
        self.token = ""
        if person:
            self.sign_in(person)

    @property
    def user_id(self) -> int:
        """The id of whoever signed in."""
        assert self.person
        return self.person.user_id

    @property
    def practice_id(self) -> int:
        """The id of their practice."""
        assert self.person
        return self.person.practice_id

    @property
    def email(self) -> str:
        """What they sign in with."""
        assert self.person
        return self.person.email

    def get(self, url: str, **headers: str) -> TestResponse:
        """Open a page. Redirects are not followed. `X_Autosave="1"` sends that header."""
        return self.noting_token(self.client.get(url, headers=named(headers), buffered=True))

    def post(
        self, url: str, headers: dict[str, str] | None = None, **fields: object
    ) -> TestResponse:
        """Send a form, with the token of the last page that had one. Redirects are not followed."""
        sent = {"csrf_token": self.csrf_token(), **fields}
        return self.noting_token(self.client.post(url, data=sent, headers=headers, buffered=True))

    def post_and_follow(self, url: str, **fields: object) -> TestResponse:
        """Send a form and open the page it leads to."""
        answer = self.post(url, **fields)
        return self.get(answer.location) if answer.status_code in (302, 303) else answer

    def csrf_token(self) -> str:
        """The token of the last page, or of one opened for it."""
        if not self.token:
            self.get("/password" if self.person else "/sign-in")
        return self.token

    def noting_token(self, answer: TestResponse) -> TestResponse:
        """Remember the token of a page."""
        if answer.mimetype == "text/html" and (found := TOKEN.search(answer.text)):
            self.token = found[1]
        return answer

    def sign_in(self, person: Person, **fields: object) -> TestResponse:
        """Sign in as that person."""
        self.get("/sign-in")
        answer = self.post("/sign-in", email=person.email, password=person.password, **fields)
        assert answer.status_code in (200, 302), answer.text
        self.person, self.token = person, ""
        return answer

    def sign_out(self) -> TestResponse:
        """Sign out."""
        answer = self.post("/sign-out")
        self.token = ""
        return answer

    @property
    def cookie(self) -> str:
        """The session cookie as it is now; empty when there is none."""
        held = self.client.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
        return held.value if held else ""

    @cookie.setter
    def cookie(self, value: str) -> None:
        self.client.set_cookie(self.app.config["SESSION_COOKIE_NAME"], value)


def named(headers: dict[str, str]) -> dict[str, str]:
    """Header names from keyword names: X_Autosave is X-Autosave."""
    return {name.replace("_", "-"): value for name, value in headers.items()}
