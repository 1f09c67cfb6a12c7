/**
 * Keys: 1 2 3 tap the core obstacles, / goes to the search box, ? lists the keys;
 * Ctrl or ⌘ with S saves, with Enter signs. Single letters can be switched off in one's profile.
 */

const single = document.body.dataset.singleKeys !== "off";

/** Whether the reader is typing, so that a letter is a letter. */
function isTyping(target) {
  return target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
}

/** Press `element`, if it is there; says whether it was. */
function press(element) {
  element?.click();
  return Boolean(element);
}

function chord(event) {
  if (event.key === "s") return press(document.querySelector("[data-saves]"));
  if (event.key === "Enter") return press(document.querySelector("[data-signs]"));
  return false;
}

function letter(event) {
  if (event.key === "/") {
    const box = document.querySelector("[data-search]");
    box?.focus();
    return Boolean(box);
  }
  if (event.key === "?") {
    const list = document.getElementById("keys");
    list?.showModal();
    return Boolean(list);
  }
  const tapped = document.querySelector(`[data-shortcut="${CSS.escape(event.key)}"]`);
  tapped?.focus(); // who shows it and how strongly are then one Tab away
  return press(tapped);
}

document.addEventListener("keydown", (event) => {
  if (document.documentElement.classList.contains("is-locked") || document.querySelector("dialog[open]")) return;
  const withCommand = event.ctrlKey || event.metaKey;
  if (event.altKey || (withCommand && event.shiftKey)) return;
  if (!withCommand && (!single || isTyping(event.target))) return;
  if (withCommand ? chord(event) : letter(event)) event.preventDefault();
});
