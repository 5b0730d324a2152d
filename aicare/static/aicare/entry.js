// Conveniences of the vital-signs form; without them the form works all the same. The form may be
// replaced by the server's answer, so everything listens on the document.
"use strict";

const entryForm = () => document.querySelector("[data-entry]");

function changed(input, kind = "input") {
  input.dispatchEvent(new Event(kind, { bubbles: true }));
}

// Wet fingers tap twice. The second tap neither takes back what the first one chose nor hits what has
// moved below the finger meanwhile.
const ONE_TAP = 600;
let tapped = null;
document.addEventListener("click", (event) => {
  const first = tapped;
  tapped = null;
  const isSecond = first && Date.now() - first.at < ONE_TAP
    && Math.hypot(event.clientX - first.x, event.clientY - first.y) < 24;
  if (!isSecond || !event.target.closest("[data-entry]")) return;
  tapped = first;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

function noteTap(event) {
  if (event.detail) tapped = { at: Date.now(), x: event.clientX, y: event.clientY };
}

// What one tap puts right goes into its fields at once; without this script the server does it.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-use]");
  if (!button) return;
  event.preventDefault();
  noteTap(event);
  const form = button.form;
  let first = null;
  button.value.split(";").forEach((part) => {
    const [name, value, unit] = part.split("|");
    const field = form.elements[name];
    field.value = value;
    const chosen = form.elements[`unit_${name}`];
    if (chosen && unit) chosen.value = unit;
    const input = field instanceof RadioNodeList ? [...field].find((one) => one.checked) : field;
    first ??= input;
    input.removeAttribute("aria-invalid");
    changed(input);
  });
  const row = button.closest("[data-sign]");
  button.closest(".question").remove();
  if (!row?.querySelector(".question")) row?.classList.remove("asked");
  first?.focus();
});

// A choice that was pressed by mistake is taken back by pressing it again.
let checkedBefore = null;
document.addEventListener("pointerdown", (event) => {
  checkedBefore = event.target.closest?.("[data-entry] .seg")?.querySelector("input:checked") ?? null;
});
document.addEventListener("click", (event) => {
  if (event.target.type !== "radio" || !event.target.closest("[data-entry] .seg")) return;
  const isPressedAgain = event.target === checkedBefore;
  checkedBefore = null;
  noteTap(event);
  if (!isPressedAgain) return;
  event.target.checked = false;
  changed(event.target, "change");
});

// Enter goes on to the next value, and from the last one to Save; Ctrl and Enter saves at once.
document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (event.key !== "Enter" || event.isComposing) return;
  if (!input.matches?.("[data-entry] input:is([type=text], [type=radio])")) return;
  event.preventDefault();
  const save = input.form.querySelector("[data-save]");
  if (event.ctrlKey || event.metaKey) input.form.requestSubmit(save);
  else (nextStop(input) ?? save).focus();
});

function nextStop(input) {
  const stops = "[data-sign] input[type=text]:not([data-passed-by]), [data-sign] .seg";
  const next = [...input.form.querySelectorAll(stops)]
    .filter((one) => one.checkVisibility?.() ?? true)
    .find((one) => input.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
  return next?.matches(".seg") ? next.querySelector("input:checked") ?? next.querySelector("input") : next;
}

// What was entered needs no reason why it is missing.
function showWhatIsAbsent() {
  const form = entryForm();
  form?.querySelectorAll("[data-absent-of]").forEach((why) => {
    const field = form.elements[why.dataset.absentOf];
    const isEntered = Boolean(field?.value);
    why.hidden = isEntered;
    if (isEntered) why.querySelector("select").value = "";
  });
}

// Either how long ago or a time: the later choice counts.
function settleTime(target) {
  const { measured_ago: ago, measured_at: at } = target.form.elements;
  if (!ago) return;
  if (target.name === "measured_ago" && target.checked) at.value = "";
  if (target.name === "measured_at" && target.value) ago.forEach((one) => { one.checked = false; });
}

document.addEventListener("input", (event) => {
  if (!event.target.closest?.("[data-entry]")) return;
  settleTime(event.target);
  showWhatIsAbsent();
});
document.addEventListener("change", (event) => {
  if (event.target.closest?.("[data-entry]")) showWhatIsAbsent();
});
document.addEventListener("aicare:form", showWhatIsAbsent);
showWhatIsAbsent();

// The score beside Save is that of the values as they stand, or it says that there is none now.
const isRunning = (event) => event.target.id === "running";
["input", "change"].forEach((kind) => document.addEventListener(kind, (event) => {
  if (event.target.closest?.("[data-entry]")) document.getElementById("running").classList.add("behind");
}));
document.addEventListener("htmx:afterSwap", (event) => {
  if (isRunning(event)) event.target.classList.remove("behind");
});
["htmx:sendError", "htmx:timeout", "htmx:responseError"].forEach((kind) => document.addEventListener(kind, (event) => {
  if (!isRunning(event)) return;
  event.target.classList.remove("behind");
  event.target.textContent = document.querySelector('[data-say="no-score"]').content.textContent;
}));
window.addEventListener("online", () => entryForm()?.dispatchEvent(new Event("input")));
