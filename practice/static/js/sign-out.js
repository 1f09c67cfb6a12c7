/**
 * Signing out covers every window of this browser. The others save first; and once the sign-in
 * page is shown, whatever still stands open is covered, however the signing out was done.
 */
const TIME_TO_SAVE = 300;

const windows = "BroadcastChannel" in window ? new BroadcastChannel("rekindle-lock") : null;

if (document.querySelector("[data-signed-out]")) windows?.postMessage({ signedOut: true });

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!windows || !form.matches("[data-signs-out]")) return;
  event.preventDefault();
  windows.postMessage({ signingOut: true });
  setTimeout(() => form.submit(), TIME_TO_SAVE);
});
