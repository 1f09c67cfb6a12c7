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

async function ask(form) {
  const answer = await fetch(form.dataset.challenge, {
    method: "POST",
    headers: { "X-Requested-With": "fetch", "X-CSRFToken": csrfToken() },
  });
  if (!answer.ok) return location.reload();
  const { options } = await answer.json();
  form.elements.credential.value = await (form.dataset.passkey === "new" ? make : use)(options);
  return form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const usable = window.PublicKeyCredential && !IS_NUMBERS.test(location.hostname);
  form.hidden = !usable;
  const hint = document.getElementById(form.dataset.otherwise ?? "");
  if (hint) hint.hidden = Boolean(usable);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const problem = form.querySelector("[role=alert]");
    problem.textContent = "";
    ask(form).catch(() => {
      problem.textContent = "No passkey was given. Try again, or go on another way.";
    });
  });
}
