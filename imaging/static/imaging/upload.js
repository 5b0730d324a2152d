// Upload page: drop files anywhere on the form, see what was chosen. Without it the form works.
"use strict";

const form = document.querySelector("[data-drop]");
const input = form.querySelector("input[type=file]");
const chosen = form.querySelector("[data-chosen]");
const other = form.querySelector("[data-other]");
const kinds = [...form.querySelectorAll("input[name=kind]")];
const LARGEST = 64 * 1024 * 1024;

function sizeOf(file) {
  const kibibytes = file.size / 1024;
  if (kibibytes < 1000) return `${Math.ceil(kibibytes)} KiB`;
  const oneDecimal = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return `${(kibibytes / 1024).toLocaleString(document.documentElement.lang, oneDecimal)} MiB`;
}

function describe(file) {
  const item = document.createElement("li");
  if (file.type === "image/png" || file.type === "image/jpeg") {
    const picture = document.createElement("img");
    picture.alt = "";
    picture.src = URL.createObjectURL(file);
    picture.addEventListener("load", () => URL.revokeObjectURL(picture.src));
    item.append(picture);
  }
  const text = document.createElement("span");
  text.textContent = `${file.name}, ${sizeOf(file)}`;
  if (file.size > LARGEST) text.textContent += ` ${chosen.dataset.tooLarge}`;
  item.append(text);
  return item;
}

function showChosen() {
  chosen.replaceChildren(...[...input.files].map(describe));
}

function showOther() {
  other.hidden = !kinds.some((kind) => kind.checked && kind.value === "other");
}

input.addEventListener("change", showChosen);
kinds.forEach((kind) => kind.addEventListener("change", showOther));
showOther();
form.querySelector("[data-drop-hint]").hidden = false;

for (const name of ["dragenter", "dragover"]) {
  form.addEventListener(name, (event) => {
    event.preventDefault();
    form.classList.add("dropping");
  });
}
for (const name of ["dragleave", "drop"]) {
  form.addEventListener(name, () => form.classList.remove("dropping"));
}
form.addEventListener("drop", (event) => {
  event.preventDefault();
  if (!event.dataTransfer.files.length) return;
  input.files = event.dataTransfer.files;
  showChosen();
});
