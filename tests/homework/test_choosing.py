"""Choosing from the library: searching its page, favourites, and what a couple had before."""

import html
import re
from datetime import date

import pytest

from practice.library.builtin import builtin_homework
from tests.browser import Browser
from tests.factories import a_couple, a_review, a_session, an_assignment, on_the_team

SLUG = "the-two-minute-shared-load"
PHONES = "phones-sleep-in-the-kitchen"
BY_HTMX = {"HX_Request": "true"}


def shown(page: str) -> list[str]:
    """The homeworks on a page of the library, in order."""
    return [
        slug
        for slug in re.findall(r'href="/homework/([a-z0-9-]+)"', page)
        if slug in builtin_homework()
    ]


def test_the_library_is_searched_with_or_without_scripts(dana: Browser) -> None:
    whole = dana.get("/homework?q=phnes&obstacle=screens").text
    part = dana.get("/homework?q=phnes&obstacle=screens", **BY_HTMX).text
    assert shown(whole) == shown(part) and shown(part)[0] == PHONES
    assert "<html" in whole and "<html" not in part
    assert 'value="phnes"' in whole and '<option value="screens" selected>' in whole


def test_a_search_says_how_much_it_found_and_keeps_its_address(dana: Browser) -> None:
    answer = dana.get("/homework?q=phnes&obstacle=&who=&language=es", **BY_HTMX)
    count = f"{len(shown(answer.text))} of {len(builtin_homework())}"
    assert f'data-hx-swap-oob="innerHTML:#found-count">{count}<' in answer.text
    assert 'data-address="/homework?q=phnes&amp;language=es"' in answer.text
    assert count in dana.get("/homework?q=phnes").text


def test_titles_and_promises_read_in_spanish_when_asked(dana: Browser) -> None:
    page = html.unescape(dana.get("/homework?language=es").text)
    for one in builtin_homework("es").values():
        assert one.title in page and one.promise in page
    assert '<h2 class="serif" lang="es">' in page


@pytest.mark.parametrize("words", ["zzzzqq", "<b>zzzz", "%00zzzz", "%ED%A0%80zzzz"])
def test_when_nothing_fits_the_page_says_what_to_do(dana: Browser, words: str) -> None:
    page = dana.get(f"/homework?q={words}")
    assert page.status_code == 200
    assert "Nothing fits all of this" in page.text and "<b>zzzz" not in page.text


def keep(browser: Browser, slug: str = SLUG, on: str = "1", **sent: str) -> None:
    """Press the heart."""
    answer = browser.post(f"/homework/{slug}/favourite", on=on, **sent)
    assert answer.status_code == 303


def favourites(browser: Browser) -> list[str]:
    """What the page shows as the user's favourites."""
    return shown(browser.get("/homework?favourites=1").text)


def test_a_favourite_is_kept_and_let_go_and_twice_is_once(dana: Browser) -> None:
    assert favourites(dana) == []
    assert "No favorites yet" in dana.get("/homework?favourites=1").text
    for _ in range(2):
        keep(dana)
    keep(dana, PHONES)
    assert favourites(dana) == [PHONES, SLUG]
    for _ in range(2):
        keep(dana, on="0")
    assert favourites(dana) == [PHONES]


def test_favourites_are_each_users_own(dana: Browser, noor: Browser, stranger: Browser) -> None:
    keep(dana)
    keep(noor, PHONES)
    assert favourites(dana) == [SLUG]
    assert favourites(noor) == [PHONES]
    assert favourites(stranger) == []
    keep(noor, SLUG, on="0")
    assert favourites(dana) == [SLUG]


def test_the_heart_says_whether_it_is_pressed(dana: Browser) -> None:
    url = f"/homework/{SLUG}/favourite"
    pressed = dana.post(url, headers={"HX-Request": "true"}, on="1").text
    assert 'value="0" aria-pressed="true"' in pressed and "<html" not in pressed
    assert pressed.count('aria-pressed="true"') == 1
    assert 'aria-pressed="true"' in dana.get(f"/homework/{SLUG}").text
    let_go = dana.post(url, headers={"HX-Request": "true"}, on="0").text
    assert 'value="1" aria-pressed="false"' in let_go


@pytest.mark.parametrize(
    ("back", "to"),
    [
        ("/homework?q=phnes", "/homework?q=phnes"),
        ("https://example.com/", "/homework"),
        ("//example.com", "/homework"),
        ("", "/homework"),
    ],
)
def test_one_comes_back_to_where_the_heart_was_pressed(dana: Browser, back: str, to: str) -> None:
    assert dana.post(f"/homework/{SLUG}/favourite", on="1", back=back).location == to


def test_a_homework_that_is_not_in_the_library_is_no_favourite(dana: Browser) -> None:
    assert dana.post("/homework/the-perfect-couple/favourite", on="1").status_code == 404


def test_what_the_couple_had_before_is_said_newest_first_and_how_it_went(dana: Browser) -> None:
    couple = a_couple(of=dana)
    first = an_assignment(dana, couple, given_on=date(2026, 3, 2))
    a_review(dana, first, outcome="not-yet")
    second = an_assignment(dana, couple, given_on=date(2026, 4, 6))
    a_review(dana, second, "a", outcome="partly", usefulness=3)
    a_review(dana, second, outcome="done")
    an_assignment(dana, couple, PHONES, given_on=date(2026, 5, 4), for_whom="b")
    page = dana.get(f"/homework?couple={couple.id}").text
    assert page.count("Given before") == 2
    assert "<b>Given before</b>, 2 times" in page
    newest = "April 6, 2026: done; Maya: partly, of use 3 of 4"
    assert page.index(newest) < page.index("March 2, 2026: not yet")
    assert "May 4, 2026, for Jonah: not reviewed yet" in page


def test_what_another_couple_had_is_not_said(dana: Browser) -> None:
    an_assignment(dana, a_couple(of=dana))
    other = a_couple(of=dana, a="Ana Ruiz", b="Bo Lind")
    assert "Given before" not in dana.get(f"/homework?couple={other.id}").text
    assert "Given before" not in dana.get("/homework").text


def test_what_was_given_before_is_for_the_care_team_alone(dana: Browser, noor: Browser) -> None:
    couple = a_couple(of=dana)
    an_assignment(dana, couple)
    for headers in ({}, BY_HTMX):
        answer = noor.get(f"/homework?couple={couple.id}&q=load", **headers)
        assert answer.status_code == 404 and "Given before" not in answer.text
    on_the_team(dana, couple, noor)
    assert "Given before" in noor.get(f"/homework?couple={couple.id}&q=load").text


def test_one_homework_read_for_a_couple_leads_to_giving_it(dana: Browser, noor: Browser) -> None:
    couple = a_couple(of=dana)
    session = a_session(dana, couple)
    read = f"/homework/{SLUG}?couple={couple.id}&session={session.id}"
    found = html.unescape(dana.get(f"/homework?couple={couple.id}&session={session.id}").text)
    assert f'href="{read}"' in found
    assert f"{session.url}/give/{SLUG}" in dana.get(read).text
    assert "/give/" not in dana.get(f"/homework/{SLUG}").text
    assert noor.get(read).status_code == 404


def test_a_search_stays_with_the_couple_and_session_it_is_for(dana: Browser) -> None:
    couple = a_couple(of=dana)
    session = a_session(dana, couple)
    asked = f"/homework?couple={couple.id}&session={session.id}&q=phnes"
    assert f'name="session" value="{session.id}"' in dana.get(asked).text
    answer = dana.get(asked, **BY_HTMX)
    assert f"{session.url}/give/{PHONES}" in answer.text
    assert f'data-address="{asked}"' in html.unescape(answer.text)
