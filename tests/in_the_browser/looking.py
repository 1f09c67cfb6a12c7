"""What every page stands: axe's rules on a desk and a phone, by day and by night, and 320 px.

And whatever an element points at is on the page: parts to be replaced, forms, dialogs, places.
"""

from collections.abc import Iterator
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page, ViewportSize

DESK: ViewportSize = {"width": 1360, "height": 1000}
PHONE: ViewportSize = {"width": 390, "height": 844}
NARROWEST: ViewportSize = {"width": 320, "height": 640}
#: What breaks a rule is told at length, what keeps them all is not: that takes longer than looking.
BY_DAY: dict[str, Any] = {"resultTypes": ["violations"]}
#: By night the colours change, and nothing else.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
BY_NIGHT = {**BY_DAY, "runOnly": COLOURS}
#: The size, the light and the rules of each look.
LOOKS = (
    (DESK, "light", BY_DAY),
    (DESK, "dark", BY_NIGHT),
    (PHONE, "light", BY_DAY),
)
IS_THERE = "() => 'axe' in window"
RUN = "(rules) => axe.run(rules)"
#: Whatever a phone shows does not reach past its right edge, nor does the page.
TOO_WIDE = """() => [...document.querySelectorAll("body, body *")]
  .filter((one) => one.checkVisibility())
  .filter((one) => !one.closest(".visually-hidden, .skip-link, dialog:not([open])"))
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => one.outerHTML.slice(0, 100))
  .concat(document.documentElement.scrollWidth > innerWidth ? ["the page scrolls sideways"] : [])"""
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


def check(page: Page) -> None:
    """Look a page over. Each fault names the page, the size and the light, and the rule."""
    faults = list(faults_of(page))
    page.set_viewport_size(DESK)
    assert not faults, "\n\n".join(faults)


def faults_of(page: Page) -> Iterator[str]:
    """What is wrong with a page; it is left at its narrowest, by day."""
    for pointer in page.evaluate(LEADING_NOWHERE):
        yield f"{page.url}: leads nowhere: {pointer}"
    if not page.evaluate(IS_THERE):
        page.evaluate(AXE_SCRIPT)
    for size, light, rules in LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=light)  # type: ignore[arg-type]
        found = AxeResults(page.evaluate(RUN, rules))
        if found.violations_count:
            yield f"{page.url} at {size}, {light}: {found.generate_report()}"
    page.set_viewport_size(NARROWEST)
    for wide in page.evaluate(TOO_WIDE):
        yield f"{page.url} at {NARROWEST}: too wide: {wide}"
