"""Where strangers can reach an installation, only who started it can set it up."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from practice.application import create_app
from practice.identity.service import is_set_up, set_up_code
from practice.settings import Settings
from tests.browser import TOKEN
from tests.house import close
from tests.practice_admin.test_set_up import ANSWERS

OVER_TLS = "https://localhost"


@pytest.fixture
def reachable(settings: Settings) -> Iterator[Flask]:
    """An installation behind a web server, not set up yet."""
    app = create_app(replace(settings, https=True))
    yield app
    close(app)


def code_of(app: Flask) -> str:
    with app.app_context():
        return set_up_code()


def set_up(client: Client, **changes: str) -> TestResponse:
    page = client.get("/set-up", base_url=OVER_TLS)
    found = TOKEN.search(page.text)
    assert found
    sent = {**ANSWERS, "csrf_token": found[1], **changes}
    return client.post("/set-up", base_url=OVER_TLS, data=sent)


@pytest.mark.parametrize("code", ["", "0000000000000000", "é"])
def test_without_the_code_a_stranger_sets_nothing_up(reachable: Flask, code: str) -> None:
    answer = set_up(reachable.test_client(), code=code)
    assert answer.status_code == 422
    with reachable.app_context():
        assert not is_set_up()


def test_a_form_that_leaves_the_code_out_sets_nothing_up(reachable: Flask) -> None:
    assert set_up(reachable.test_client()).status_code == 422


def test_with_the_code_the_practice_opens(reachable: Flask) -> None:
    answer = set_up(reachable.test_client(), code=code_of(reachable))
    assert (answer.status_code, answer.location) == (303, "/")


def test_the_code_is_the_installations_own_and_stays_over_a_restart(
    reachable: Flask, settings: Settings
) -> None:
    again = create_app(replace(settings, https=True))
    other = create_app(replace(settings, https=True, key=b"another installation's own key.."))
    assert code_of(again) == code_of(reachable) != code_of(other)
    assert len(code_of(reachable)) == 16
    close(again)


def test_wrong_codes_are_counted(reachable: Flask) -> None:
    client = reachable.test_client()
    seen = [set_up(client, code=str(number)).status_code for number in range(12)]
    assert seen == [422] * 10 + [429, 429]


def test_on_ones_own_machine_no_code_is_asked_for(new_app: Flask) -> None:
    assert code_of(new_app) == ""
    assert "Set-up code" not in new_app.test_client().get("/set-up").text
