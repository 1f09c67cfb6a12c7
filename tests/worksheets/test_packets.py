"""A packet for a couple: chosen, made while one may look, opened, stopped; its maker's alone."""

from werkzeug.test import TestResponse

from tests.browser import Browser
from tests.factories import a_couple, an_assignment
from tests.handouts.conftest import Printed
from tests.waiting import wait_until


def begun(who: Browser, couple, **chosen):
    answer = who.post(f"/couples/{couple.id}/packet", **{"reader": "couple"} | chosen)
    assert answer.status_code == 303, answer.text
    return answer.location


def ready(who: Browser, address: str) -> str:
    """The address of the packet, once its page sends one there."""
    states: list[TestResponse] = []

    def is_ready() -> bool:
        states.append(who.get(address, HX_Request="true"))
        return "HX-Redirect" in states[-1].headers

    wait_until(is_ready, "the packet")
    return str(states[-1].headers["HX-Redirect"])


def test_a_packet_holds_what_was_chosen_in_order(dana: Browser) -> None:
    couple = a_couple(of=dana)
    made = an_assignment(dana, couple)
    number = made.url.rpartition("/")[2]
    address = begun(
        dana, couple, reader="a", assignments=number, extras="tracker", backgrounds="feelings"
    )
    answer = dana.get(ready(dana, address))
    sheet = Printed(answer.data)
    assert answer.headers["Content-Disposition"] == 'inline; filename="packet.pdf"'
    assert len(sheet.file.pages) == 4
    order = ["To take home", "For Maya", "4 / 4"]
    assert all(words in sheet.words for words in order)
    with sheet.file.open_outline() as outline:
        assert [mark.title for mark in outline.root][-1] == "Words for what you feel"
    for surname in ("Okafor", "Reyes"):
        assert surname not in sheet.words


def test_a_packet_of_nothing_is_asked_for_again(dana: Browser) -> None:
    couple = a_couple(of=dana)
    answer = dana.post(f"/couples/{couple.id}/packet", reader="b", size="large")
    assert answer.status_code == 422
    assert "Choose at least one homework or background sheet." in answer.text
    assert '<option selected value="large">' in answer.text


def test_a_sheet_for_one_partner_is_not_put_into_the_others_packet(dana: Browser) -> None:
    couple = a_couple(of=dana)
    made = an_assignment(dana, couple, for_whom="b")
    number = made.url.rpartition("/")[2]
    for reader in ("a", "couple"):
        answer = dana.post(f"/couples/{couple.id}/packet", reader=reader, assignments=number)
        assert answer.status_code == 422
        assert "comes only as Jonah’s sheet" in answer.text


def test_a_packet_can_be_stopped(dana: Browser) -> None:
    couple = a_couple(of=dana)
    address = begun(dana, couple, backgrounds=["feelings", "busyness", "low-safety"])
    assert dana.post(f"{address}/stop").status_code == 303
    wait_until(lambda: "The packet was stopped." in dana.get(address).text, "the stop")


def test_a_packet_is_its_makers_alone(dana: Browser, noor: Browser) -> None:
    couple = a_couple(of=dana)
    other = a_couple(of=noor)
    name = begun(dana, couple, backgrounds="feelings").rpartition("/")[2]
    assert noor.get(f"/couples/{couple.id}/packet/{name}").status_code == 404
    assert noor.get(f"/couples/{other.id}/packet/{name}.pdf").status_code == 404


def test_only_the_newest_packet_is_kept(dana: Browser) -> None:
    couple = a_couple(of=dana)
    first = begun(dana, couple, backgrounds="feelings")
    begun(dana, couple, backgrounds="busyness")
    assert dana.get(first).status_code == 404
