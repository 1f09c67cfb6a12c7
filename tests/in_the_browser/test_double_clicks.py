"""A double click, by an impatient or a trembling hand, makes one record."""

from playwright.sync_api import Page, expect

from practice.assignments.models import Assignment, Review
from practice.sessions.models import NoteSignature, Sighting, TherapySession
from tests.in_the_browser.office import MAYA_AND_JONAH, Office
from tests.in_the_browser.steps import agree, arrive_at_session, first_suggestion, say_saved


def test_start_session_on_the_file(dana: Page, office: Office) -> None:
    couple = office.records.couple
    before = office.count(TherapySession, couple_id=couple)
    dana.goto(office.records.file)
    dana.get_by_role("button", name="Start session").dblclick()
    arrive_at_session(dana)
    assert office.count(TherapySession, couple_id=couple) == before + 1


def test_start_session_on_today(dana: Page, office: Office) -> None:
    couple = office.records.couple
    before = office.count(TherapySession, couple_id=couple)
    dana.goto("/")
    visit = dana.get_by_role("article").filter(has_text=MAYA_AND_JONAH).first
    visit.get_by_role("button", name="Start session").dblclick()
    arrive_at_session(dana)
    assert office.count(TherapySession, couple_id=couple) == before + 1


def test_give_it(dana: Page, office: Office) -> None:
    before = office.count(Assignment, couple_id=office.records.couple)
    dana.goto(office.records.session)
    first_suggestion(dana).get_by_text("Assign", exact=True).dblclick()
    dana.get_by_role("button", name="Give it").dblclick()
    expect(dana.get_by_role("link", name="Maya’s sheet").first).to_be_visible()
    dana.wait_for_load_state("networkidle")
    assert office.count(Assignment, couple_id=office.records.couple) == before + 1


def test_sign(dana: Page, office: Office) -> None:
    dana.goto(office.records.session)
    tagged = office.count(Sighting, session_id=office.records.unsigned)
    dana.get_by_role("button", name="Sign note").dblclick()
    dana.locator("#confirm").get_by_role("button", name="Sign note").dblclick()
    expect(dana.locator(".page-header .tag--signed")).to_be_visible()
    assert office.count(NoteSignature, session_id=office.records.unsigned) == 1
    assert office.count(Sighting, session_id=office.records.unsigned) == tagged


def test_sign_while_the_last_words_are_being_saved(dana: Page, office: Office) -> None:
    dana.goto(office.records.session)
    dana.get_by_label("Plan", exact=True).fill("The very last words.")
    dana.keyboard.press("Control+s")
    dana.keyboard.press("Control+Enter")
    dana.keyboard.press("Enter")
    expect(dana.locator(".page-header .tag--signed")).to_be_visible()
    assert office.note()["plan"] == "The very last words."


def test_taps_that_follow_each_other_fast_are_all_kept(dana: Page, office: Office) -> None:
    dana.goto(office.records.session)
    cards = [dana.locator(f"[data-shortcut='{key}']") for key in (1, 2, 3)]
    pressed = [card.get_attribute("aria-pressed") for card in cards]
    dana.evaluate("document.querySelectorAll('[data-shortcut]').forEach((card) => card.click())")
    for card, before in zip(cards, pressed, strict=True):
        expect(card).to_have_attribute("aria-pressed", "false" if before == "true" else "true")
    dana.wait_for_load_state("networkidle")
    assert office.count(Sighting, session_id=office.records.unsigned) == pressed.count("false")


def test_words_and_the_tap_that_follows_them_are_both_kept(dana: Page, office: Office) -> None:
    dana.goto(office.records.session)
    dana.keyboard.press("2")
    card = dana.locator(".obstacle--protest-behavior")
    card.get_by_role("textbox").fill("the candle")
    card.get_by_role("button", name="Maya").click()
    expect(card.get_by_role("button", name="Maya")).to_have_attribute("aria-pressed", "true")
    expect(card.get_by_role("textbox")).to_have_value("the candle")
    kept = {"obstacle": "protest-behavior", "who": "a", "words": "the candle"}
    assert office.count(Sighting, session_id=office.records.unsigned, **kept) == 1


def test_a_button_that_is_replaced_while_it_is_pressed_is_tapped_all_the_same(
    dana: Page, office: Office
) -> None:
    dana.goto(office.records.session)
    dana.keyboard.press("2")
    card = dana.locator(".obstacle--protest-behavior")
    card.get_by_role("textbox").fill("the candle")
    card.get_by_role("button", name="Maya").hover()
    with dana.expect_response("**/obstacles"):
        dana.mouse.down()  # leaves the words, which are kept: the card is drawn anew
    expect(card.get_by_role("textbox")).not_to_be_focused()
    dana.mouse.up()
    expect(card.get_by_role("button", name="Maya")).to_have_attribute("aria-pressed", "true")
    kept = {"obstacle": "protest-behavior", "who": "a", "words": "the candle"}
    assert office.count(Sighting, session_id=office.records.unsigned, **kept) == 1


def test_what_a_partner_noticed_and_the_tap_that_follows_are_both_kept(
    dana: Page, office: Office
) -> None:
    dana.goto(f"{office.records.file}/homework")
    dana.locator(".review__more summary").first.click()
    dana.get_by_label("What Maya noticed").first.fill("We missed the river.")
    use = dana.get_by_role("group", name="Of use to Maya, 0 to 4").first
    use.get_by_text("3").click()
    expect(use.get_by_text("3")).to_have_attribute("aria-pressed", "true")
    expect(dana.get_by_label("What Maya noticed").first).to_have_value("We missed the river.")
    kept = {"by_whom": "a", "usefulness": 3, "noticed": "We missed the river."}
    assert office.count(Review, **kept) == 1


def test_a_note_that_cannot_be_saved_is_not_signed(dana: Page, office: Office) -> None:
    dana.goto(office.records.session)
    dana.context.set_offline(True)
    dana.get_by_label("Plan", exact=True).fill("Not out of the room yet.")
    dana.get_by_role("button", name="Sign note").click()
    agree(dana, "Sign note")
    expect(dana.locator("#save-status")).to_have_attribute("data-state", "failed")
    expect(dana.get_by_label("Plan", exact=True)).to_have_value("Not out of the room yet.")
    dana.context.set_offline(False)
    say_saved(dana)
    assert office.count(NoteSignature, session_id=office.records.unsigned) == 0
