/** What every page needs. Each part works by itself, and the page works without any of them. */

import "./csrf.js";
import "./autosize.js";
import "./dialogs.js";
import "./flashes.js";
import "./sign-out.js";
import { changedControls } from "./drawn.js";

document.documentElement.classList.add("has-js");

// htmx notes the open page's path as it starts; nothing of ours stays in a browser.
sessionStorage.removeItem("htmx-current-path-for-history");

// After a form comes back with errors, the reader starts at what is wrong.
document.querySelector("[data-error-summary]")?.focus();

// Words kept after an error are one click and one copy away.
function selectAll(element) {
  if (element?.matches?.("[data-select-all]")) element.select();
}
document.addEventListener("focusin", (event) => selectAll(event.target));
selectAll(document.activeElement);

/** What was typed or chosen before the scripts were there is told to them as if it were just now. */
function takeUp(control) {
  if (control.matches("[data-search]")) return control.form.requestSubmit();
  control.dispatchEvent(new Event("input", { bubbles: true }));
  const isBeingTyped = control === document.activeElement && control.matches("input:not([type=checkbox]):not([type=radio]), textarea");
  if (!isBeingTyped) control.dispatchEvent(new Event("change", { bubbles: true }));
}

// Every script of the page listens by then, and htmx has read the page.
document.addEventListener("DOMContentLoaded", () => changedControls().forEach(takeUp));
