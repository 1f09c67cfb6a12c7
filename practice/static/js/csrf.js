/** Sends the page's CSRF token with every htmx request. */

/** The token of this page, or "" where a page has none. Read anew each time: signing in again changes it. */
export function csrfToken() {
  return document.querySelector("meta[name=csrf-token]")?.content ?? "";
}

document.addEventListener("htmx:configRequest", (event) => {
  const token = csrfToken();
  if (token) event.detail.headers["X-CSRFToken"] = token;
});
