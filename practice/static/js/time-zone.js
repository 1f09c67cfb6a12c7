/** Chooses this machine's own time zone in [data-guess-time-zone], where the list has it. */

const list = document.querySelector("select[data-guess-time-zone]");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const untouched = list && !document.querySelector("[data-error-summary]");
if (untouched && [...list.options].some((option) => option.value === here)) list.value = here;
