/** Text areas as tall as their words, in browsers whose style sheets cannot do it alone. */

const growsByItself = CSS.supports("field-sizing", "content");

/** Make one text area exactly as tall as its words. */
function fit(area) {
  area.style.height = "auto";
  const borders = area.offsetHeight - area.clientHeight;
  area.style.height = `${area.scrollHeight + borders}px`;
}

/** Fit every text area below `root`. */
export function fitAll(root = document) {
  if (growsByItself) return;
  root.querySelectorAll("textarea[data-autosize]").forEach(fit);
}

if (!growsByItself) {
  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-autosize]")) fit(event.target);
  });
  document.addEventListener("htmx:load", (event) => fitAll(event.target));
  document.addEventListener("toggle", (event) => fitAll(event.target), true);
  fitAll();
}
