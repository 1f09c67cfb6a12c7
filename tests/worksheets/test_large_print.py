"""Large print: offered beside the copies, without standing in the way of the first sheet."""

from tests.browser import Browser
from tests.factories import a_couple, a_session, an_assignment
from tests.handouts.conftest import Printed


def test_every_copy_is_offered_in_large_print(dana: Browser) -> None:
    couple = a_couple(of=dana)
    session = a_session(dana, couple)
    made = an_assignment(dana, couple, session=session)
    for page in (session.url, f"/couples/{couple.id}/homework"):
        text = dana.get(page).text
        first = text.index(f"{made.url}/handout-a.pdf")
        assert first < text.index("Other forms")
        for copy in ("a", "b", "couple"):
            assert f"{made.url}/handout-{copy}.pdf?size=large" in text[first:]


def test_the_sheet_that_comes_is_in_large_print(dana: Browser) -> None:
    made = an_assignment(dana, a_couple(of=dana))
    for copy in ("a", "b", "couple"):
        ordinary = Printed(dana.get(f"{made.url}/handout-{copy}.pdf").data)
        large = Printed(dana.get(f"{made.url}/handout-{copy}.pdf?size=large").data)
        assert min(ordinary.sizes) < 18 == min(large.sizes)
        assert len(large.file.pages) <= 4


def test_an_unknown_size_is_asked_for_again(dana: Browser) -> None:
    made = an_assignment(dana, a_couple(of=dana))
    answer = dana.get(f"{made.url}/handout-a.pdf?size=huge")
    assert answer.status_code == 422
    assert "Not a valid choice" in answer.text


def test_nobody_else_prints_a_sheet_in_large_print(dana: Browser, noor: Browser) -> None:
    made = an_assignment(dana, a_couple(of=dana))
    assert noor.get(f"{made.url}/handout-a.pdf?size=large").status_code == 404
