/**
 * Passkeys: forms marked [data-passkey="use"] or [data-passkey="new"] ask the browser for one and
 * send what it answers. They stay hidden where a browser has none, or the address may not use them.
 */
import { csrfToken } from "./csrf.js";

const IS_NUMBERS = /^[\d.]+$|^\[/; // a passkey belongs to a name, never to an address in numbers

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const withBytes = (descriptors) => (descriptors ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));

/** What the server must know of what the browser answered. */
function told(credential, response) {
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

async function make(options) {
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: withBytes(options.excludeCredentials),
  };
  const made = await navigator.credentials.create({ publicKey });
  return told(made, {
    attestationObject: toText(made.response.attestationObject),
    clientDataJSON: toText(made.response.clientDataJSON),
    transports: made.response.getTransports?.() ?? [],
  });
}

async function use(options) {
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    allowCredentials: withBytes(options.allowCredentials),
  };
  const answer = await navigator.credentials.get({ publicKey });
  const { authenticatorData, clientDataJSON, signature, userHandle } = answer.response;
  return told(answer, {
    authenticatorData: toText(authenticatorData),
    clientDataJSON: toText(clientDataJSON),
    signature: toText(signature),
    userHandle: userHandle ? toText(userHandle) : null,
  });
}

/** What the server gives to be answered with a passkey; null when it asks for something else first. */
async function optionsFrom(url) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "X-Requested-With": "fetch", "X-CSRFToken": csrfToken() },
  });
  return answer.ok ? (await answer.json()).options : null;
}

async function ask(form) {
  const options = await optionsFrom(form.dataset.challenge);
  if (!options) return location.reload();
  form.elements.credential.value = await (form.dataset.passkey === "new" ? make : use)(options);
  return form.submit();
}

/** Whether this browser has passkeys, and this address may use them. */
export const usable = Boolean(window.PublicKeyCredential) && !IS_NUMBERS.test(location.hostname);

/** What a passkey of this browser answers to the server, to be sent as `credential`. */
export async function answered() {
  return use(await optionsFrom("/passkeys/challenge"));
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = !usable;
  const hint = document.getElementById(form.dataset.otherwise ?? "");
  if (hint) hint.hidden = usable;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const problem = form.querySelector("[role=alert]");
    problem.textContent = "";
    ask(form).catch(() => {
      problem.textContent = "No passkey was given. Try again, or go on another way.";
    });
  });
}
