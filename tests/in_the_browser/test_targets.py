"""Whatever an element points at is on the page: parts to be replaced, forms, dialogs, places."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.in_the_browser.conftest import Tour
from tests.in_the_browser.office import Office
from tests.in_the_browser.test_every_page import PLACES, WAYS, address_of

#: Every pointer of the page that leads nowhere: the attribute, what it names, and the element.
LEADING_NOWHERE = r"""() => {
  const found = (from, selector) => {
    const [, way, rest] = selector.match(/^(closest|find|next|previous)\s+(.+)$/) ?? [];
    if (["this", "body", "document", "window"].includes(selector)) return true;
    if (way === "closest") return from.closest(rest);
    if (way === "find") return from.querySelector(rest);
    return document.querySelector(rest ?? selector);
  };
  const named = (name, of) => [...document.querySelectorAll(`[${name}]`)]
    .flatMap((one) => of(one.getAttribute(name)).map((selector) => [name, selector, one]));
  const whole = (value) => [value];
  const id = (value) => [`#${CSS.escape(value)}`];
  const ids = (value) => value.split(/\s+/).filter(Boolean).flatMap(id);
  const after = (pattern) => (value) => [...value.matchAll(pattern)].map((match) => match[1]);
  const pointers = [
    ...["target", "include", "select", "indicator", "disabled-elt"]
      .flatMap((one) => named(`data-hx-${one}`, whole)),
    ...named("data-hx-trigger", after(/from:((?:(?:closest|find|next|previous) )?[^\s,]+)/g)),
    ...named("data-hx-swap", after(/(?:show|scroll):(#[\w-]+)/g)),
    ...named("data-hx-sync", after(/^([^:]+):/g)),
    ...["form", "data-opens", "data-otherwise", "for", "list"].flatMap((one) => named(one, id)),
    ...["aria-describedby", "aria-labelledby", "aria-controls"].flatMap((one) => named(one, ids)),
    ...named("href", after(/^(#[\w-]+)$/g)),
  ];
  return pointers.filter(([, selector, one]) => !found(one, selector))
    .map(([name, selector, one]) => `${name} ${selector}: ${one.outerHTML.slice(0, 120)}`);
}"""


@pytest.mark.parametrize("name", PLACES)
def test_every_pointer_of_a_page_leads_to_what_is_there(name: str, tour: Tour) -> None:
    context, records = tour
    page = context.new_page()
    page.goto(address_of(name, records))
    assert page.evaluate(LEADING_NOWHERE) == []
    page.close()


@pytest.mark.parametrize("name", WAYS)
def test_every_pointer_of_what_is_under_way_leads_to_what_is_there(
    name: str, dana: Page, office: Office
) -> None:
    WAYS[name](dana, office.records)
    assert dana.evaluate(LEADING_NOWHERE) == []


def choose_from_library(page: Page, office: Office) -> str:
    """Come from the session to the form that gives a homework of the whole library; its title."""
    page.goto(office.records.session)
    page.get_by_role("link", name="Choose from the whole library").click()
    title = page.locator("#found h2 a").first.inner_text()
    page.locator("#found h2 a").first.click()
    page.get_by_role("link", name=re.compile("^Give")).first.click()
    expect(page.get_by_role("button", name="Give it")).to_be_visible()
    return title


def test_homework_chosen_from_the_whole_library_is_given_in_the_session(
    dana: Page, office: Office
) -> None:
    title = choose_from_library(dana, office)
    dana.get_by_role("button", name="Give it").click()
    dana.wait_for_url(re.compile(rf"{office.records.session}#given$"))
    expect(dana.locator("#given").get_by_text(title)).to_be_visible()


def test_not_now_leads_back_to_the_session_and_gives_nothing(dana: Page, office: Office) -> None:
    title = choose_from_library(dana, office)
    dana.get_by_role("link", name="Not now").click()
    dana.wait_for_url(re.compile(rf"{office.records.session}$"))
    expect(dana.locator("#given").get_by_text(title)).to_have_count(0)
