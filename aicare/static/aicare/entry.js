// Conveniences of the vital-signs form; without them the form works all the same.
"use strict";

const entry = document.querySelector("[data-entry]");

// A suggested value goes into its field at once; without this script the server puts it there.
entry.querySelectorAll("[data-use]").forEach((button) => {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const [name, value, unit] = button.value.split("|");
    const input = entry.elements[name];
    const chosen = entry.elements[`unit_${name}`];
    input.value = value;
    if (chosen) chosen.value = unit;
    input.removeAttribute("aria-invalid");
    button.closest("[data-sign]").classList.remove("asked");
    button.closest(".question").remove();
    input.focus();
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
});

// A choice that was pressed by mistake is taken back by pressing it again.
entry.querySelectorAll(".seg").forEach((group) => {
  let before = group.querySelector("input:checked");
  group.addEventListener("click", (event) => {
    if (event.target.type !== "radio") return;
    if (event.target === before) {
      event.target.checked = false;
      before = null;
      event.target.dispatchEvent(new Event("change", { bubbles: true }));
    } else {
      before = event.target;
    }
  });
});
