/**
 * Until the page's scripts listen: what only they can answer is held, and done once they do. This
 * one is small, asks for no other, and comes before them; without it the page still works.
 *
 * Held are questions that are asked before something is sent, taps that redraw a part of the page,
 * keys, and, where a page saves itself, whatever would leave it before its words are kept.
 */
(() => {
  const GIVES_UP = 10_000;
  const TIME_TO_SAVE = 3_000;
  /** What to do once the scripts are there, in order. */
  const held = [];
  let isOver = performance.getEntriesByType("navigation")[0]?.domContentLoadedEventStart > 0;
  let isTyped = false;

  const savesItself = () => document.querySelector("form[data-autosave]");

  /** Hold an event. What is nothing without its script, such as a question, waits for it however long. */
  function hold(event, redo, needsScript = false) {
    event.preventDefault();
    event.stopImmediatePropagation();
    held.push(redo);
    if (!needsScript) setTimeout(() => doNow(redo), GIVES_UP);
    document.documentElement.classList.add("is-waiting");
  }

  /** Have the page save what was typed before it is left. */
  function saved() {
    const waits = [];
    document.dispatchEvent(new CustomEvent("rekindle:lock", { detail: { waits } }));
    const enough = new Promise((resolve) => setTimeout(resolve, TIME_TO_SAVE));
    return waits.length ? Promise.race([Promise.allSettled(waits), enough]) : undefined;
  }

  async function doNow(redo) {
    const at = held.indexOf(redo);
    if (at < 0) return;
    held.splice(at, 1);
    const wasOver = isOver;
    isOver = true; // what is done now is not held again
    await redo();
    isOver = wasOver || !held.length;
  }

  async function release() {
    while (held.length) await doNow(held[0]);
    isOver = true;
    document.documentElement.classList.remove("is-waiting");
  }

  function submitted(event) {
    if (isOver) return;
    const { target: form, submitter } = event;
    const asks = [form, submitter].some((one) => one?.dataset.confirm);
    const redraws = [form, submitter].some((one) => one?.dataset.hxPost || one?.dataset.hxGet);
    if (!asks && !redraws && !form.matches("[data-lock-now]") && !savesItself()) return;
    hold(event, async () => {
      if (!redraws && form !== savesItself()) await saved();
      if (submitter?.isConnected) submitter.click(); // htmx sends the button that was clicked
      else if (form.isConnected) form.requestSubmit();
    }, asks);
  }

  function clicked(event) {
    const link = event.target.closest?.("a[href]");
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (isOver || !link || !isPlain || link.target || link.getAttribute("href").startsWith("#")) return;
    if (!link.dataset.hxGet && !savesItself()) return;
    hold(event, async () => {
      if (!link.dataset.hxGet) await saved();
      link.click();
    });
  }

  function isSingle({ key, target }) {
    if (document.body.dataset.singleKeys === "off" || target.closest("input, textarea, select")) return false;
    return key === "/" || key === "?" || document.querySelector(`[data-shortcut="${CSS.escape(key)}"]`);
  }

  /** A key that is one of ours: see keys.js, which looks at it once it is there. */
  function pressed(event) {
    if (isOver || event.altKey || !document.getElementById("keys")) return;
    const withCommand = event.ctrlKey || event.metaKey;
    if (!(withCommand ? ["s", "Enter"].includes(event.key) : isSingle(event))) return;
    const { target, key, ctrlKey, metaKey, shiftKey } = event;
    const again = { key, ctrlKey, metaKey, shiftKey, bubbles: true, cancelable: true };
    hold(event, () => target.dispatchEvent(new KeyboardEvent("keydown", again)), true);
  }

  addEventListener("submit", submitted, true);
  addEventListener("click", clicked, true);
  addEventListener("keydown", pressed, true);
  addEventListener("input", ({ target }) => (isTyped ||= Boolean(target.closest("form[data-autosave]"))), true);
  addEventListener("beforeunload", (event) => !isOver && isTyped && event.preventDefault());
  // Every script of the page has run by then; what they do at that moment comes first.
  document.addEventListener("DOMContentLoaded", () => setTimeout(release));
})();
