/**
 * Forms marked data-autosave save themselves: shortly after a pause, at the latest three seconds
 * into steady typing, and again and again while the connection is gone. The server answers with
 * the version that now stands, and with parts of the page that follow from what was typed; when
 * another window saved first, both texts are shown. A field that is wrong waits and says so, while
 * all others are saved. A form may ask for a shorter pause, and a button marked data-redraws is
 * answered in place.
 */
import { contentOf, drawnContentOf } from "./drawn.js";
import { askAgain } from "./lock.js";
import { labelOf, showErrors } from "./field-errors.js";

const PAUSE = 1200;
const AT_LATEST = 3000;
const RETRY = 3000;
const REST_IS_SAVED = " Everything else is saved.";

const status = document.getElementById("save-status");
const main = document.getElementById("main");

/** Short words: a line that grows would push the buttons beside it from under the pointer. */
function say(text, state) {
  if (!status) return;
  status.textContent = text;
  status.dataset.state = state;
}

/** One form's saving: at most one request under way, and never one without need. */
class Saver {
  constructor(form) {
    this.form = form;
    // What was typed before this script came is not saved yet, nor is what came back with errors.
    const cameBack = form.querySelector("[data-error-summary]") && !form.querySelector("#conflicts > *");
    this.sent = cameBack ? "" : drawnContentOf(form);
    this.lastSaid = [status?.textContent ?? "", "saved"];
    /** The fields that are not saved because they are wrong: what is said of each, by name. */
    this.waiting = {};
    this.dirtySince = 0;
    this.timer = 0;
    this.underway = null;
    this.pause = Number(form.dataset.autosavePause) || PAUSE;
    form.addEventListener("input", () => this.touch());
    form.addEventListener("change", (event) => this.changed(event));
    form.addEventListener("focusout", () => this.save()); // before a link is followed, say
    form.addEventListener("submit", (event) => this.submitted(event), true);
    form.addEventListener("click", (event) => this.settle(event));
    window.addEventListener("beforeunload", (event) => this.leaving(event));
    document.addEventListener("visibilitychange", () => document.hidden && this.save());
    document.addEventListener("rekindle:ask", (event) => event.detail.waits.push(this.save()));
    document.addEventListener("rekindle:lock", (event) => event.detail.waits.push(this.save()));
    if (this.isDirty()) this.touch();
  }

  content() {
    return contentOf(this.form);
  }

  isDirty() {
    return this.content() !== this.sent;
  }

  isWaiting() {
    return Object.keys(this.waiting).length > 0;
  }

  touch() {
    if (!this.isDirty()) return this.rest();
    this.dirtySince ||= Date.now();
    if (["saved", "waits"].includes(status?.dataset.state)) say("Saving…", "saving");
    const left = Math.max(0, this.dirtySince + AT_LATEST - Date.now());
    this.later(Math.min(this.pause, left));
  }

  /** What was typed was taken back: all is as it was saved. */
  rest() {
    if (this.underway || this.stopped) return;
    clearTimeout(this.timer);
    this.dirtySince = 0;
    showErrors(this.form, this.waiting, REST_IS_SAVED);
    say(...this.lastSaid);
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  async changed(event) {
    if (event.target.hasAttribute("data-rearranges")) await this.rearrange();
  }

  /** Draw the sections anew, from what is saved: not before all that is typed, even meanwhile, is. */
  async rearrange() {
    const place = document.getElementById("note-sections");
    let drawn;
    do {
      await this.save();
      if (this.isDirty() || place.querySelector("[aria-invalid]")) return;
      const answer = await fetch(this.form.dataset.sectionsUrl, { headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok) return;
      drawn = await answer.text();
    } while (this.isDirty());
    const { name, selectionStart } = document.activeElement;
    const isWriting = place.contains(document.activeElement);
    place.innerHTML = drawn;
    this.sent = this.content();
    const again = isWriting && this.form.elements[name];
    again?.focus?.();
    again?.setSelectionRange?.(selectionStart, selectionStart);
    document.dispatchEvent(new CustomEvent("rekindle:drawn"));
  }

  /** Save now, unless nothing changed. Resolves when what is on the screen is kept, or can't be. */
  save() {
    clearTimeout(this.timer);
    if (this.underway) return this.underway.then(() => this.save());
    if (this.stopped || !this.isDirty()) return Promise.resolve();
    this.underway = this.post().finally(() => (this.underway = null));
    return this.underway;
  }

  async post(button) {
    const content = this.content();
    const body = new URLSearchParams(new FormData(this.form));
    if (button) body.set(button.name, button.value);
    say("Saving…", "saving");
    let answer;
    try {
      answer = await fetch(this.form.action, {
        method: "POST",
        body,
        headers: { "X-Autosave": "1", "X-Requested-With": "fetch" },
      });
    } catch {
      say("No connection. Your words are kept here.", "failed");
      this.later(RETRY);
      return;
    }
    await this.answered(answer, content);
  }

  async answered(answer, content) {
    if (answer.ok) return this.saved(await answer.json(), content);
    if (answer.status === 401) {
      say("Sign in again. Your words are kept here.", "failed");
      askAgain().then(() => this.later(0));
      return;
    }
    if (answer.status === 409) return this.clash(await answer.json());
    if (answer.status === 422) return this.refused(await answer.json(), content);
    say("Trying again. Your words are kept here.", "failed");
    this.later(RETRY);
  }

  /** What was sent is saved, but for the fields that `errors` names. */
  saved({ version, saved_at, parts, errors = {} }, content) {
    this.form.elements.version.value = version;
    this.sent = content;
    this.waiting = errors;
    this.draw(parts ?? {});
    this.dirtySince = 0;
    const names = Object.keys(errors);
    const which = names.length > 1 ? "the marked fields" : `“${labelOf(this.form, names[0])}”`;
    this.lastSaid = names.length ? [`Saved, but not ${which}`, "waits"] : [`Saved at ${saved_at}`, "saved"];
    showErrors(this.form, errors, REST_IS_SAVED);
    say(...this.lastSaid);
    if (this.isDirty()) this.touch();
  }

  /** Put the parts that came with an answer in their places. Drawn fields hold what was sent. */
  draw(parts) {
    for (const [id, html] of Object.entries(parts)) {
      const place = document.getElementById(id);
      place.innerHTML = html;
      if (this.form.contains(place)) this.sent = this.content();
    }
  }

  refused(answer, content) {
    if (answer.version) return this.saved(answer, content);
    showErrors(this.form, answer.errors);
    say(answer.errors[""] ?? "Not saved: look at the marked fields.", "failed");
  }

  clash({ version, panel }) {
    this.stopped = true;
    this.waiting = version;
    const place = this.form.querySelector("#conflicts");
    place.innerHTML = panel;
    place.scrollIntoView({ block: "start" });
    say("Not saved yet: two versions", "failed");
  }

  /** One of the two texts, or both, was chosen for a part. */
  settle(event) {
    const button = event.target.closest("[data-settles]");
    if (!button) return;
    const part = button.closest("[data-clash]");
    const field = part && this.form.elements[part.dataset.clash];
    if (field) {
      const theirs = part.dataset.sent ?? part.querySelectorAll(".conflict__text")[1].textContent;
      if (button.dataset.settles === "theirs") {
        if (field.type === "checkbox") field.checked = theirs !== "";
        else field.value = theirs;
      }
      if (button.dataset.settles === "both") field.value = `${theirs}\n\n${field.value}`;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    part?.remove();
    const place = this.form.querySelector("#conflicts");
    if (place.querySelector("[data-clash]")) return;
    place.replaceChildren();
    this.form.elements.version.value = this.waiting;
    this.stopped = false;
    this.sent = "";
    this.save();
  }

  /** Save with its button stays here; Sign saves what is not saved yet, then goes on for good. */
  async submitted(event) {
    const button = event.submitter;
    if (button?.hasAttribute("data-saves")) {
      event.preventDefault();
      this.sent = this.isDirty() ? this.sent : "";
      await this.save();
    } else if (button?.hasAttribute("data-redraws")) {
      event.preventDefault();
      await this.redraw(button);
    } else if (this.underway || this.isDirty()) {
      event.preventDefault();
      await this.saveAndSubmit(button);
    } else if (this.isWaiting()) {
      event.preventDefault();
      this.lead();
    } else {
      this.left = true;
      main.inert = true; // the second click of a double click falls on nothing
    }
  }

  /** Save, then press the button and go on where it led: in the last row of its part, or beside it. */
  async redraw(button) {
    const part = button.closest("[data-part]");
    main.inert = true;
    await this.save();
    if (!this.isDirty() && !this.stopped) {
      this.underway = this.post(button).finally(() => (this.underway = null));
      await this.underway;
    }
    main.inert = false;
    const added = button.value.startsWith("add-") && part?.querySelectorAll("[data-row]");
    const next = added ? [...added].at(-1)?.querySelector("input, textarea") : document.getElementById(button.id);
    (next ?? part?.querySelector("input, textarea"))?.focus();
    document.dispatchEvent(new CustomEvent("rekindle:drawn"));
  }

  async saveAndSubmit(button) {
    const active = document.activeElement;
    main.inert = true;
    await this.save();
    main.inert = false;
    active?.focus();
    if (this.isDirty() || this.isWaiting()) return this.lead();
    const question = button?.dataset.confirm; // which was answered with yes a moment ago
    if (question) delete button.dataset.confirm;
    this.form.requestSubmit(button);
    if (question) button.dataset.confirm = question;
  }

  /** Lead to what keeps the form from being sent: two versions, or a field that is wrong. */
  lead() {
    const wrong = this.form.querySelector("[aria-invalid=true]");
    if (wrong) wrong.focus();
    else this.form.querySelector("#conflicts")?.scrollIntoView({ block: "start" });
  }

  leaving(event) {
    if (this.left || !(this.isDirty() || this.isWaiting())) return;
    this.save();
    event.preventDefault();
  }
}

document.querySelectorAll("form[data-autosave]").forEach((form) => new Saver(form));
