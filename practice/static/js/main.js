/** What every page needs. Each part works by itself, and the page works without any of them. */

import "./csrf.js";
import "./autosize.js";
import "./dialogs.js";
import "./flashes.js";
import "./sign-out.js";

document.documentElement.classList.add("has-js");

// htmx notes the open page's path as it starts; nothing of ours stays in a browser.
sessionStorage.removeItem("htmx-current-path-for-history");

// After a form comes back with errors, the reader starts at what is wrong.
document.querySelector("[data-error-summary]")?.focus();

// Words kept after an error are one click and one copy away.
document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("[data-select-all]")) event.target.select();
});
