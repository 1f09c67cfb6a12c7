"""Ways to print an assignment, and a homework for no one in particular."""

import pytest

from tests.browser import Browser
from tests.factories import a_couple, a_session, an_assignment
from tests.handouts.conftest import Printed

SLUG = "the-two-minute-shared-load"


def printed(answer):
    assert answer.status_code == 200, answer.text
    return Printed(answer.data)


def test_a_plain_click_prints_everything(dana: Browser) -> None:
    made = an_assignment(dana, a_couple(of=dana), personal_word="Tea first.")
    words = printed(dana.get(f"{made.url}/handout-a.pdf")).words
    for there in ("Drawn from", "Tea first.", "THIS WEEK", "Its code is"):
        assert there in words


def test_what_is_left_out_is_not_on_the_sheet(dana: Browser) -> None:
    made = an_assignment(dana, a_couple(of=dana), personal_word="Tea first.")
    without = "without=source&without=word&without=tracker&without=code"
    words = printed(dana.get(f"{made.url}/handout.pdf?copy=a&{without}")).words
    for gone in ("Drawn from", "Tea first.", "THIS WEEK", "Its code is"):
        assert gone not in words
    assert "WHAT I NOTICED" in words


def test_the_page_offers_every_copy_and_kind(dana: Browser) -> None:
    made = an_assignment(dana, a_couple(of=dana))
    page = dana.get(f"{made.url}/print").text
    for offered in ("Maya’s sheet", "Copy for both", "Tracker, four weeks", "Cards to cut out"):
        assert offered in page


def test_a_kind_that_is_not_offered_is_asked_for_again_with_the_rest_kept(dana: Browser) -> None:
    made = an_assignment(dana, a_couple(of=dana))
    answer = dana.get(f"{made.url}/handout.pdf?kind=poster&copy=b&plain=y")
    assert answer.status_code == 422
    assert "Not a valid choice" in answer.text
    assert '<option selected value="b">' in answer.text


def test_a_couples_cards_and_trackers_carry_no_rating_of_one_beside_the_other(
    dana: Browser,
) -> None:
    made = an_assignment(dana, a_couple(of=dana))
    shared = printed(dana.get(f"{made.url}/handout.pdf?copy=couple&kind=tracker")).words
    own = printed(dana.get(f"{made.url}/handout.pdf?copy=a&kind=tracker")).words
    assert "0 to 10" in own
    assert "0 to 10" not in shared


def test_a_sheet_can_be_asked_for_in_the_other_language(dana: Browser) -> None:
    made = an_assignment(dana, a_couple(of=dana))
    sheet = printed(dana.get(f"{made.url}/handout.pdf?copy=a&language=es&kind=reflection"))
    assert str(sheet.file.Root.Lang) == "es"
    assert "Hoja de reflexión" in sheet.words


def test_a_blank_sheet_names_no_one_and_leaves_a_line_for_it(dana: Browser) -> None:
    words = printed(dana.get(f"/homework/{SLUG}/sheet.pdf")).words
    assert "Name" in words
    assert "Its code is" not in words


@pytest.mark.parametrize("kind", ["tracker", "four-weeks", "reflection", "cards"])
def test_every_kind_is_there_blank_on_either_paper(dana: Browser, kind: str) -> None:
    sheet = printed(dana.get(f"/homework/{SLUG}/sheet.pdf?kind={kind}&language=es&paper=a4"))
    assert float(sheet.file.pages[0].mediabox[2]) == pytest.approx(595, abs=1)
    assert len(sheet.file.pages) <= 2


def test_words_for_feelings_come_as_cards(dana: Browser) -> None:
    sheet = printed(dana.get("/homework/background/feelings.pdf?kind=cards"))
    assert "Cards to cut out" in sheet.words
    assert len(sheet.file.pages) == 2


def test_a_sheet_is_read_on_screen_in_its_readers_language(dana: Browser) -> None:
    made = an_assignment(dana, a_couple(of=dana), personal_word="Tea first.")
    page = dana.get(f"{made.url}/handout-a").text
    for there in ('lang="en"', "<h1", "What to do", "Tea first.", "Its code is"):
        assert there in page
    assert "Okafor" not in page.partition("<article")[2].partition("</article>")[0]


def test_the_look_ahead_follows_the_form_and_keeps_nothing(dana: Browser) -> None:
    couple = a_couple(of=dana)
    a_session(dana, couple)
    fields = {"for_whom": "couple", "dose": "10", "due_on": "2030-01-03", "shown": "b"}
    address = f"/couples/{couple.id}/give/{SLUG}/preview"
    look = dana.post(
        address, **fields, anchor="the kids are in bed", headers={"HX-Request": "true"}
    )
    assert "After the kids are in bed" in look.text
    assert "10 minutes" in look.text
    assert "For <b>Jonah</b>" in look.text
    assert "Nothing given yet" in dana.get(f"/couples/{couple.id}/homework").text


def test_the_look_ahead_shows_what_it_can_of_a_form_with_a_slip(dana: Browser) -> None:
    couple = a_couple(of=dana)
    address = f"/couples/{couple.id}/give/{SLUG}/preview"
    look = dana.post(address, for_whom="nobody", dose="7", due_on="soon", if_then="x" * 400)
    assert look.status_code == 200
    assert "2 minutes" in look.text
