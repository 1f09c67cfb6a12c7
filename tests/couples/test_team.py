"""The care team: who may open a file, who joins, who leaves."""

import pytest
from werkzeug.test import TestResponse

from tests.browser import Browser
from tests.factories import ACouple, a_couple


def join(browser: Browser, couple: ACouple, user_id: object) -> TestResponse:
    """Add someone to the care team."""
    return browser.post(f"/couples/{couple.id}/team", user_id=str(user_id))


def leave(browser: Browser, couple: ACouple, user_id: object, **fields: str) -> TestResponse:
    """Take someone off the care team."""
    return browser.post(f"/couples/{couple.id}/team", leaving=str(user_id), **fields)


def sees(browser: Browser, couple: ACouple) -> bool:
    """Whether someone can open the file."""
    return browser.get(f"/couples/{couple.id}/details").status_code == 200


def test_a_colleague_sees_the_file_once_on_the_team_and_not_before(
    dana: Browser, noor: Browser
) -> None:
    couple = a_couple(of=dana)
    assert not sees(noor, couple)
    assert join(dana, couple, noor.user_id).status_code == 303
    assert sees(noor, couple)
    assert "Maya" in noor.get("/couples").text


def test_a_colleague_taken_off_sees_it_no_more(dana: Browser, noor: Browser) -> None:
    couple = a_couple(of=dana)
    join(dana, couple, noor.user_id)
    assert leave(dana, couple, noor.user_id).status_code == 303
    assert not sees(noor, couple)
    assert "Maya" not in noor.get("/couples").text


def test_nobody_lets_themselves_in(dana: Browser, noor: Browser) -> None:
    couple = a_couple(of=dana)
    assert join(noor, couple, noor.user_id).status_code == 404
    assert not sees(noor, couple)


def test_a_clinician_of_another_practice_never_joins(dana: Browser, stranger: Browser) -> None:
    couple = a_couple(of=dana)
    assert join(dana, couple, stranger.user_id).status_code == 422
    assert stranger.person
    assert stranger.person.name not in dana.get(f"/couples/{couple.id}/team").text
    assert not sees(stranger, couple)


@pytest.mark.parametrize("user_id", ["", "0", "-1", "x", "999", str(2**63), "9" * 5_000])
def test_an_odd_id_adds_nobody(dana: Browser, noor: Browser, user_id: str) -> None:
    couple = a_couple(of=dana)
    assert join(dana, couple, user_id).status_code == 422
    assert not sees(noor, couple)


def test_joining_twice_is_joining_once(dana: Browser, noor: Browser) -> None:
    couple = a_couple(of=dana)
    for _ in range(2):
        join(dana, couple, noor.user_id)
    page = dana.get(f"/couples/{couple.id}/team").text
    assert page.count('name="leaving"') == 2


def test_the_last_one_stays(dana: Browser) -> None:
    couple = a_couple(of=dana)
    for fields in ({}, {"confirmed": "y"}):
        leave(dana, couple, dana.user_id, **fields)
        page = dana.get(f"/couples/{couple.id}/team").text
        assert "Someone has to be able to open this file." in page


def test_leaving_oneself_asks_first(dana: Browser, noor: Browser) -> None:
    couple = a_couple(of=dana)
    join(dana, couple, noor.user_id)
    assert "Leave this care team?" in leave(dana, couple, dana.user_id).text
    assert sees(dana, couple)
    answer = leave(dana, couple, dana.user_id, confirmed="y")
    assert (answer.status_code, answer.location) == (303, "/couples")
    assert not sees(dana, couple)
    assert sees(noor, couple)


@pytest.mark.parametrize("user_id", ["999", "x", str(2**63), "9" * 5_000])
def test_taking_off_someone_who_is_not_on_it_changes_nothing(dana: Browser, user_id: str) -> None:
    couple = a_couple(of=dana)
    assert leave(dana, couple, user_id).status_code == 303
    assert sees(dana, couple)
