/**
 * One tap after the other. The answer to a tap replaces a part of the page; a tap made meanwhile
 * is held, and then made on the same button of the new part. So is one whose button was replaced
 * while it was pressed. So none is lost, and what shows is what was kept.
 */

// A new part takes taps at once. While it settled, a tap would send its form as a whole page.
window.htmx.config.defaultSettleDelay = 0;

/** What the pointer is pressing, if it has a name by which its twin in a new part is known. */
let pressing = null;

document.addEventListener("pointerdown", (event) => (pressing = event.target.closest?.("button[id], a[id]")), true);
document.addEventListener("pointercancel", () => (pressing = null), true);
document.addEventListener(
  "pointerup",
  ({ clientX, clientY }) => {
    const twin = pressing && !pressing.isConnected && document.getElementById(pressing.id);
    if (twin && twin.contains(document.elementFromPoint(clientX, clientY))) twin.click();
    pressing = null;
  },
  true,
);

/** Parts that wait for an answer: their id, the request, and the ids of the buttons held. */
const waiting = new Map();

document.addEventListener("htmx:beforeRequest", (event) => {
  const { target, xhr, requestConfig } = event.detail;
  const button = requestConfig.triggeringEvent?.submitter;
  if (!target.id) return;
  const part = waiting.get(target.id);
  if (!part) {
    waiting.set(target.id, { xhr, held: [] });
    return;
  }
  if (!button?.id) return; // words that save themselves need not wait
  event.preventDefault();
  part.held.push(button.id);
});

/** The part of the page that waited for this request is there again: make the taps held for it. */
function answered(xhr) {
  const [id, part] = [...waiting].find(([, one]) => one.xhr === xhr) ?? [];
  if (!id) return;
  waiting.delete(id);
  for (const button of part.held) document.getElementById(button)?.click();
}

document.addEventListener("htmx:afterSettle", ({ detail }) => answered(detail.xhr));
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const isSwapped = detail.xhr.status >= 200 && detail.xhr.status < 300 && detail.xhr.status !== 204;
  if (!isSwapped) answered(detail.xhr);
});
