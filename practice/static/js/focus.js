/**
 * Keeps the keyboard in its place when a part of the page is replaced: where the control that was
 * in use is gone, its twin takes over, else whatever was used before it and still stands.
 */
const REMEMBERED = 12;

let used = [];
/** The requests whose answer replaces the part of the page that the keyboard is in. */
const uprooting = new WeakSet();

/** An obstacle is a chip until it is tapped and a card after it: each stands in for the other. */
function twin(id) {
  if (id.startsWith("chip-")) return id.replace("chip-", "obstacle-");
  return id.replace(/^obstacle-(.+?)(-who-\w*|-strength-\d)?$/, "chip-$1");
}

/** The element that stands for `id` now and can be seen, if there is one. */
function standing(id) {
  return [id, twin(id)].map((one) => document.getElementById(one)).find((found) => found?.checkVisibility());
}

function remember({ target }) {
  if (!target?.id) return;
  used = [target.id, ...used.filter((id) => id !== target.id)].slice(0, REMEMBERED);
}

document.addEventListener("focusin", remember);
remember({ target: document.activeElement });

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.contains(document.activeElement)) uprooting.add(detail.xhr);
});

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (!uprooting.has(detail.xhr) || document.activeElement !== document.body) return;
  used.map(standing).find(Boolean)?.focus({ preventScroll: true });
});
