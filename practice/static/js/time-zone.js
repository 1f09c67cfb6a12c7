/** Chooses this machine's own time zone in [data-guess-time-zone], where the list has it. */
import { changedControls } from "./drawn.js";

const list = document.querySelector("select[data-guess-time-zone]");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const untouched = list && !changedControls().includes(list) && !document.querySelector("[data-error-summary]");
if (untouched && [...list.options].some((option) => option.value === here)) list.value = here;
