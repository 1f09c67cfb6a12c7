/** Says beside a field what is wrong with it, and takes the words away once it is mended. */

/** The control of a name; of several that share it, the first. */
function controlOf(form, name) {
  const found = form.elements.namedItem(name ?? "");
  return found instanceof RadioNodeList ? found[0] : found;
}

/** What a field is called on the page. */
export function labelOf(form, name) {
  const control = controlOf(form, name);
  const legend = control?.type === "radio" && control.closest("fieldset")?.querySelector("legend");
  const label = legend || control?.labels?.[0];
  return label?.firstChild?.textContent.trim() || "the marked field";
}

function describe(control, id, isWrong) {
  const others = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  const ids = isWrong ? [...others, id] : others;
  if (ids.length) control.setAttribute("aria-describedby", ids.join(" "));
  else control.removeAttribute("aria-describedby");
  control.closest(".field")?.classList.toggle("field--error", isWrong);
  if (isWrong) control.setAttribute("aria-invalid", "true");
  else control.removeAttribute("aria-invalid");
}

function take(form, line) {
  const control = controlOf(form, line.dataset.autosaveError);
  if (control) describe(control, line.id, false);
  line.remove();
}

function put(form, name, words) {
  const control = controlOf(form, name);
  if (!control || control.type === "hidden") return;
  const line = document.createElement("p");
  line.className = "field__error";
  line.dataset.autosaveError = name;
  line.id = `${control.id}-autosave-error`;
  line.setAttribute("role", "alert");
  line.textContent = words;
  describe(control, line.id, true);
  if (control.type === "radio") control.closest("fieldset").append(line);
  else control.before(line);
  for (let fold = line.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
}

/** Put each error beside its field with `more` after it; what is said already is not said again. */
export function showErrors(form, errors, more = "") {
  const wanted = new Map(Object.entries(errors).map(([name, words]) => [name, words + more]));
  for (const line of form.querySelectorAll("[data-autosave-error]")) {
    const name = line.dataset.autosaveError;
    if (wanted.get(name) === line.textContent) wanted.delete(name);
    else take(form, line);
  }
  wanted.forEach((words, name) => put(form, name, words));
}
