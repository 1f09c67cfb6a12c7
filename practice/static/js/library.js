/**
 * The address follows what is looked for in the library, so that it can be reloaded or kept. Nothing
 * is stored in the browser for it, which is why htmx does not do this.
 */
document.addEventListener("htmx:afterSettle", () => {
  const { address } = document.getElementById("found").dataset;
  if (address) history.replaceState(history.state, "", address);
});
