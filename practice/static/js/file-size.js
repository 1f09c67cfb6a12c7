/**
 * Says at once when a chosen file is larger than is kept, so that nobody waits for it to be sent.
 * The server says the same of one that is sent all the same.
 */
function megabytes(bytes) {
  return (bytes / 1_000_000).toLocaleString("en-US", { maximumFractionDigits: 1 });
}

function say(input, words) {
  const id = `${input.id}-too-large`;
  document.getElementById(id)?.remove();
  input.setCustomValidity(words);
  input.toggleAttribute("aria-invalid", Boolean(words));
  if (!words) return;
  const line = document.createElement("p");
  line.id = id;
  line.className = "field__error";
  line.setAttribute("role", "alert");
  line.textContent = words;
  input.before(line);
}

function look(input) {
  const size = input.files[0]?.size ?? 0;
  const most = Number(input.dataset.mostBytes);
  say(input, size > most ? `This file has ${megabytes(size)} MB. Choose one of at most ${megabytes(most)} MB.` : "");
}

for (const input of document.querySelectorAll("input[type=file][data-most-bytes]")) {
  input.addEventListener("change", () => look(input));
  if (input.files.length) look(input);
  input.form.addEventListener("submit", (event) => {
    if (input.validity.customError) {
      event.preventDefault();
      input.focus();
    }
  });
}
