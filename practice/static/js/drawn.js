/**
 * Forms as the server drew them. What differs was typed, tapped or chosen by the reader, perhaps
 * before any script of the page was there to hear it.
 */

/** A copy of `element` as it stood when the page came. */
function asDrawn(element) {
  const copy = element.cloneNode(true);
  const form = copy instanceof HTMLFormElement ? copy : document.createElement("form");
  if (form !== copy) form.append(copy);
  form.reset();
  return copy;
}

/** What a form sends of the writer's: its fields, but for the marks that a page carries. */
export function contentOf(form) {
  const data = new FormData(form);
  data.delete("csrf_token");
  data.delete("version");
  return new URLSearchParams(data).toString();
}

/** What a form would have sent as the server drew it. */
export function drawnContentOf(form) {
  return contentOf(asDrawn(form));
}

/** What a control holds, as one text. */
function holding(control) {
  if (control.type === "checkbox" || control.type === "radio") return String(control.checked);
  if (control.type === "file") return String(control.files.length);
  if (control instanceof HTMLSelectElement) return [...control.selectedOptions].map((one) => one.value).join("\n");
  return control.value;
}

/** The controls of the page that are not as they were drawn. */
export function changedControls() {
  const controls = document.querySelectorAll("input:not([type=hidden]), select, textarea");
  return [...controls].filter((control) => holding(control) !== holding(asDrawn(control)));
}
