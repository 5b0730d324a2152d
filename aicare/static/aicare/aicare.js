// What every page does beyond HTML; without it all pages still work.
"use strict";

// A page that comes back from the browser's memory may show a record that must be read anew.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});

// Django asks for this token with every change.
function csrfToken() {
  const cookie = document.cookie.split("; ").find((one) => one.startsWith("aicare-csrf="));
  return cookie ? cookie.slice("aicare-csrf=".length) : "";
}

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken();
});

// A form is sent once; its button says that it is working.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  const button = event.submitter;
  if (button && button.dataset.working) button.textContent = button.dataset.working;
});

// After a refusal the reader starts at the reason.
document.querySelector("[data-focus]")?.focus();

// "/" leads to the search for patients, unless somebody is typing.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select")) return;
  const search = document.querySelector("#find, [data-find]");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

// What opens over the page closes when the reader turns elsewhere.
const OPENED = "details.account[open], details.warnings[open]";
document.addEventListener("click", (event) => {
  document.querySelectorAll(OPENED).forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});
document.addEventListener("keydown", (event) => {
  const menu = document.querySelector(OPENED);
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// What the reader has opened stays open when a part updates itself.
let openedHere = [];
document.addEventListener("htmx:beforeSwap", () => {
  openedHere = [...document.querySelectorAll("details[id][open]")].map((one) => one.id);
});
document.addEventListener("htmx:afterSwap", () => {
  openedHere.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
});

// Live parts (data-live="seconds between updates") that missed two updates say so and turn grey.
const lastUpdate = new WeakMap();

function secondsSince(part) {
  if (!lastUpdate.has(part)) lastUpdate.set(part, performance.now());
  return (performance.now() - lastUpdate.get(part)) / 1000;
}

// Nobody looks at a hidden page: it asks for nothing, and at once when it is looked at again.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.target.matches("[data-live]")) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  document.querySelectorAll("[data-live]").forEach((part) => htmx.trigger(part, "wake"));
});

setInterval(() => {
  document.querySelectorAll("[data-live]").forEach((part) => {
    if (secondsSince(part) < 2.5 * Number(part.dataset.live)) return;
    const note = part.querySelector("[data-live-note]");
    if (part.classList.contains("stale") || !note) return;
    part.classList.add("stale");
    note.textContent = note.dataset.stale;
  });
}, 1000);

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
