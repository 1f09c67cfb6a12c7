/**
 * Locks the screen when no key or pointer was used for a while. The lock lies over the page and
 * never leaves it: whatever was being written is still there once the password is given.
 */
import { csrfToken } from "./csrf.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** This side locks a little before the server does, so that there is time to save. */
const AHEAD = 10 * SECOND;
const TELL_EVERY = MINUTE;
const TIME_TO_SAVE = 3 * SECOND;
const INPUT = ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"];

const countdown = document.getElementById("lock-countdown");
const dialog = document.getElementById("lock");
const form = document.getElementById("lock-form");
const password = document.getElementById("lock-password");
const code = document.getElementById("lock-code");
const passkey = document.getElementById("lock-passkey");
const problem = document.getElementById("lock-error");
const idle = Number(countdown?.dataset.idleMinutes ?? 0) * MINUTE;
const windows = "BroadcastChannel" in window ? new BroadcastChannel("rekindle-lock") : null;

let lastInput = Date.now();
let lastTold = Date.now(); // opening this page told the server
let telling = 0;
let shared = 0;
/** While locked: the promise that ends with the unlocking, its resolve, and what must end first. */
let locked = null;
/** What the lock asks for: the password, then perhaps a code, or that a second factor be set up. */
let step = "password";

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

function send(url, fields = {}, headers = {}) {
  return fetch(url, {
    method: "POST",
    body: new URLSearchParams({ csrf_token: csrfToken(), ...fields }),
    headers: { "X-Requested-With": "fetch", ...headers },
  });
}

/** Put a fresh token wherever this page keeps one. */
function renew(token) {
  if (!token) return;
  document.querySelectorAll("meta[name=csrf-token]").forEach((meta) => (meta.content = token));
  document.querySelectorAll("input[name=csrf_token]").forEach((field) => (field.value = token));
}

/** The user a page token belongs to: the part of its signed text before the point. */
function ownerOf(token) {
  try {
    return JSON.parse(atob(token.split(".")[0].replace(/-/g, "+").replace(/_/g, "/"))).split(".")[0];
  } catch {
    return null;
  }
}

// Input ---------------------------------------------------------------------------------------

function noteInput(event) {
  if (!event.isTrusted || locked) return;
  const now = Date.now();
  if (event.type === "pointermove" && now - lastInput < SECOND) return;
  lastInput = now;
  if (now - shared > 5 * SECOND) {
    shared = now;
    windows?.postMessage({ input: now });
  }
  telling ||= setTimeout(tell, Math.max(0, lastTold + TELL_EVERY - now));
}

/** Tell the server how long ago the last real input was; at most once a minute. */
async function tell() {
  telling = 0;
  lastTold = Date.now();
  if (locked) return;
  try {
    const ago = Math.round((Date.now() - lastInput) / SECOND);
    const answer = await send("/still-here", { ago });
    if (answer.status === 401) await refused(answer);
  } catch {
    // no connection just now: the next input tells again
  }
}

function tick() {
  if (locked) return;
  const left = lastInput + idle - AHEAD - Date.now();
  if (left <= 0) lock();
  else show(left);
}

function show(left) {
  const minutes = Math.ceil(left / MINUTE);
  const words = minutes > 1 ? `Locks in ${minutes} min` : "Locks within a minute";
  if (countdown.textContent !== words) countdown.textContent = words;
}

// Locking -------------------------------------------------------------------------------------

/** Cover the page at once; behind the cover, let it save, then have the server lock as well. */
function lock() {
  if (locked) return locked.promise;
  windows?.postMessage({ locking: true });
  const promise = cover();
  locked.settled = saveAndLock();
  return promise;
}

async function saveAndLock() {
  await saving();
  await send("/lock").catch(() => null);
}

/** Ask the page to save. Listeners push their promises to `event.detail.waits`. */
function saving() {
  const waits = [];
  document.dispatchEvent(new CustomEvent("rekindle:lock", { detail: { waits } }));
  return Promise.race([Promise.allSettled(waits), pause(TIME_TO_SAVE)]);
}

/** Show the lock over the page. The promise ends when it is taken off again. */
function cover() {
  if (locked) return locked.promise;
  locked = { title: document.title, focus: document.activeElement, settled: null };
  locked.promise = new Promise((resolve) => (locked.resolve = resolve));
  document.documentElement.classList.add("is-locked");
  document.title = "Locked · Rekindle";
  problem.textContent = "";
  password.value = code.value = "";
  dialog.showModal();
  askFor({});
  return locked.promise;
}

/** Ask for the password, or for the second factor when the server said that it is owed. */
function askFor({ second_factor: owed, enrolled, passkey: hasPasskey }) {
  step = !owed ? "password" : enrolled ? "code" : "set-up";
  dialog.querySelectorAll("[data-lock-step]").forEach((part) => (part.hidden = part.dataset.lockStep !== step));
  password.disabled = step !== "password";
  code.disabled = step !== "code";
  passkey.hidden = true;
  if (step === "code" && hasPasskey) offerPasskey();
  ({ password, code })[step]?.focus();
}

async function offerPasskey() {
  const { usable } = await import("./passkeys.js");
  passkey.hidden = !usable || step !== "code";
}

function uncover() {
  const { title, focus, resolve } = locked;
  locked = null;
  document.documentElement.classList.remove("is-locked");
  document.title = title;
  password.value = code.value = "";
  dialog.close();
  focus?.focus?.();
  lastInput = lastTold = Date.now();
  tick();
  resolve();
}

async function unlock(event) {
  event.preventDefault();
  problem.textContent = "";
  await locked.settled;
  const tries = {
    password: () => send("/unlock", { password: password.value }),
    code: () => send("/second-factor", { code: code.value }),
    "set-up": () => send("/still-here", {}, { "X-Autosave": "1" }),
  };
  try {
    await heed(await tries[step]());
  } catch {
    problem.textContent = "There is no connection. Try again; your words are kept on this page.";
  }
}

/** What the server said to a password, a code or a passkey: in, one more step, or not yet. */
async function heed(answer) {
  const said = answer.status === 204 ? {} : await answer.json();
  renew(said.csrf_token);
  if (said.second_factor || said.signed_out || said.locked) return askFor(said);
  if (answer.ok) return unlocked();
  problem.textContent = said.error ?? "That did not work. Try again; your words are kept.";
  return ({ password, code })[step]?.select();
}

async function usePasskey() {
  problem.textContent = "";
  try {
    const { answered } = await import("./passkeys.js");
    const credential = await answered();
    await heed(await send("/passkeys/use", { credential }));
  } catch {
    problem.textContent = "No passkey was given. Try again, or enter a code.";
  }
}

function unlocked() {
  windows?.postMessage({ token: csrfToken() });
  uncover();
}

/** What another window of this browser says: there was input, it locks, it was unlocked, it signed out. */
function heard({ data }) {
  if (data.input) lastInput = Math.max(lastInput, data.input);
  if (data.signingOut) saving();
  if ((data.locking || data.signedOut) && !locked) {
    saving();
    cover();
  }
  if (data.token && ownerOf(data.token) === ownerOf(csrfToken())) {
    renew(data.token);
    if (locked) uncover();
  }
}

// Being refused -------------------------------------------------------------------------------

/** What an answer of 401 asks for: a fresh token that it brings, or the password. */
async function refused(answer) {
  const said = await answer.json().catch(() => ({}));
  if (said.csrf_token) return renew(said.csrf_token);
  const opened = cover();
  if (said.second_factor) askFor(said);
  return opened;
}

/**
 * Call this when a request was answered with 401. The promise ends when requests work again:
 * at once when only the token was old, else when the password was given.
 */
export async function askAgain() {
  if (locked) return locked.promise;
  if (!dialog) return undefined;
  const answer = await send("/still-here", {}, { "X-Autosave": "1" }).catch(() => null);
  return answer?.status === 401 ? refused(answer) : undefined;
}

/** An htmx form that was refused is sent again, once it can be. */
async function afterHtmx(event) {
  const { xhr, elt, requestConfig } = event.detail;
  if (xhr.status !== 401) return;
  await askAgain();
  if (elt instanceof HTMLFormElement) elt.requestSubmit(requestConfig?.triggeringEvent?.submitter);
}

function start() {
  INPUT.forEach((kind) => addEventListener(kind, noteInput, { capture: true, passive: true }));
  setInterval(tick, SECOND);
  document.addEventListener("visibilitychange", tick);
  addEventListener("pageshow", (event) => event.persisted && askAgain());
  document.addEventListener("htmx:responseError", afterHtmx);
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-lock-now]")) return;
    event.preventDefault();
    lock();
  });
  windows?.addEventListener("message", heard);
  form.addEventListener("submit", unlock);
  passkey.addEventListener("click", usePasskey);
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("close", () => locked && dialog.showModal());
  tick();
}

if (dialog && idle) start();
