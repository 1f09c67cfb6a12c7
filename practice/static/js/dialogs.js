/**
 * Dialogs: [data-opens="id"] opens one, [data-closes] inside it closes it, and a form,
 * or the button that sends it, with data-confirm="words" asks those words once before it is sent.
 * With data-confirm-facts="id" it shows a copy of that element too, as it is once all is saved.
 */

/** Forms whose question has been answered with yes, so that they pass the second time. */
const agreed = new WeakSet();

/** The second click of a double click on "yes" falls on nothing, not on what lay under the dialog. */
function swallowSecondClick() {
  const swallow = (event) => {
    if (event.detail < 2) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  document.addEventListener("click", swallow, true);
  setTimeout(() => document.removeEventListener("click", swallow, true), 600);
}

/** Put `words` to the reader in the shared dialog, and call `onAgree` after a yes. */
export function ask({ words, title = "", label = "", facts = null }, onAgree) {
  const dialog = document.getElementById("confirm");
  if (!dialog) return window.confirm(words) && onAgree();
  dialog.querySelector("#confirm-title").textContent = title || label || "Please confirm";
  dialog.querySelector("#confirm-words").textContent = words;
  showFacts(facts);
  const yes = dialog.querySelector("[data-agrees]");
  yes.textContent = label || "Go on";
  yes.onclick = () => {
    dialog.close();
    swallowSecondClick();
    onAgree();
  };
  if (!dialog.open) dialog.showModal();
}

/** Show a copy of `facts` in the shared dialog, as they are now; nothing where there are none. */
function showFacts(facts) {
  const copies = [...(facts?.children ?? [])].map((part) => part.cloneNode(true));
  document.getElementById("confirm-facts").replaceChildren(...copies);
}

/** The question that an element's data attributes put. */
function questionOf(element) {
  const { confirm: words, confirmTitle: title, confirmLabel: label, confirmFacts } = element.dataset;
  return { words, title, label, facts: document.getElementById(confirmFacts) };
}

/** What was just typed may change the facts a question shows: have it saved, and show them again. */
async function refresh({ facts }) {
  if (!facts) return;
  const waits = [];
  document.dispatchEvent(new CustomEvent("rekindle:ask", { detail: { waits } }));
  await Promise.all(waits);
  showFacts(facts);
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const pressed = event.submitter;
    const asking = pressed?.dataset.confirm ? pressed : form;
    if (!asking.dataset.confirm || agreed.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const question = questionOf(asking);
    ask(question, () => {
      agreed.add(form);
      form.requestSubmit(pressed);
    });
    refresh(question);
  },
  true,
);

// htmx's own data-hx-confirm puts its question in the same dialog.
document.addEventListener("htmx:confirm", (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  ask({ words: event.detail.question }, () => event.detail.issueRequest(true));
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
});
