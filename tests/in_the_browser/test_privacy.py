"""What stays behind in a browser: nothing. (Every browser of these tests is watched; see Watch.)"""

from playwright.sync_api import Page, expect

from tests.in_the_browser.office import MAYA_AND_JONAH, Office
from tests.in_the_browser.steps import give_first_suggestion
from tests.in_the_browser.watching import kept_by


def test_back_after_signing_out_shows_nothing_private(dana: Page, office: Office) -> None:
    dana.goto("/")
    dana.goto(office.records.file)
    dana.goto(office.records.session)
    dana.get_by_role("button", name="Sign out").click()
    expect(dana.get_by_role("heading", name="Sign in")).to_be_visible()
    for _ in range(3):
        dana.go_back()
        expect(dana.get_by_role("heading", name="Sign in")).to_be_visible()
        for name in ("Okafor", "Jonah", "Unsigned"):
            assert name not in dana.content()


def test_nothing_is_kept_in_the_browser_after_an_hour_of_work(dana: Page, office: Office) -> None:
    dana.goto(office.records.session)
    give_first_suggestion(dana)
    dana.get_by_role("link", name=MAYA_AND_JONAH).first.click()
    dana.goto("/homework")
    dana.get_by_label("For", exact=True).select_option(index=1)
    dana.get_by_role("button", name="Show").click()
    assert kept_by(dana) == []


def test_no_address_carries_a_name(dana: Page, office: Office) -> None:
    addresses: list[str] = []
    dana.on("request", lambda request: addresses.append(request.url.lower()))
    dana.goto("/couples")
    with dana.expect_response("**/couples/search"):
        dana.locator("[data-search]").fill("okafor")
    dana.get_by_role("link", name=MAYA_AND_JONAH).click()
    give_on = dana.get_by_role("link", name="Homework", exact=True).last
    give_on.click()
    assert [one for one in addresses if "okafor" in one or "jonah" in one] == []
