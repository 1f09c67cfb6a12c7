/** Prints the page when a button marked [data-print-page] is pressed. */

document
  .querySelectorAll("[data-print-page]")
  .forEach((button) => button.addEventListener("click", () => window.print()));
